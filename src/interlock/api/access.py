"""Which deed each operation of the API is: held against the token before the operation is called.

An operation without a row is closed to all.
"""

from __future__ import annotations

from interlock.operations.permissions import Action

OPERATIONS: dict[str, Action] = {
    "POST facts": Action.IMPORT,
    "POST people/<path:key>/decisions": Action.WORK,
    "GET people": Action.READ,
    "GET people/<path:key>": Action.READ,
    "GET people/<path:key>/because": Action.READ,
    "GET accounts": Action.READ,
    "GET obligations": Action.READ,
    "GET decisions": Action.READ,
    "GET verdicts": Action.READ,
    "GET disputes": Action.READ,
    "POST disputes": Action.DISPUTE,
    "GET disputes/<int:number>": Action.READ,
    "POST disputes/<int:number>/view": Action.DISPUTE,
    "POST disputes/<int:number>/ruling": Action.DISPUTE,
}
"""The deed of each method of each address below `/api/v1/`."""
