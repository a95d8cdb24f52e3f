"""How the made-up company's two teams read their own agreement: alike in most, and not in all.

Marketing calls a lead an MQL once it is alive, whoever it is; sales asks for the right company,
too. Both would take those who are nearly as alive as they agreed on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

STAGES = ("lead", "mql", "sal", "sql")
LEADS = 24
TERMS = ("MQL", "hand over", "attempt")

MEANINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "MQL": {
        "marketing": (
            "Somebody who has shown real interest in what we write and shows it again.",
            "A lead whose score is high enough for sales to call.",
            "A contact who came back several times within some weeks.",
            "Whoever downloads two papers or comes to a webinar.",
            "A lead that is warm now; whether the plant is large comes out in the call.",
        ),
        "sales": (
            "A plant that we can supply and that has asked us for something.",
            "Somebody who wants a demonstration.",
            "A decision maker at one of our accounts who answers the phone.",
            "What marketing sends us; half of them read one paper.",
            "A lead of the right size with a problem that we solve.",
            "Someone with a project this year.",
            "A company on our list that has raised its hand.",
        ),
    },
    "hand over": {
        "marketing": (
            "When the lead becomes an MQL.",
            "The moment at which the score is reached and sales is told.",
            "When a salesperson is named for the lead.",
            "The day on which the lead leaves our list.",
            "When the lead becomes an MQL and the clock of sales starts.",
        ),
        "sales": (
            "When I see the lead on my desk.",
            "When I take the lead on.",
            "The moment the lead becomes an MQL.",
            "When marketing has told me what it was interested in.",
            "When I accept it.",
            "The first talk with the buyer.",
            "When it is given to one of us.",
        ),
    },
    "attempt": {
        "marketing": (
            "A call or a message by a human.",
            "A try to reach the buyer.",
            "A call.",
            "A call, a message or a meeting.",
            "Something that a person did to reach them.",
        ),
        "sales": (
            "A call, whether it is answered or not.",
            "A call or a message to the buyer.",
            "A call or a written message from me.",
            "Something that I did to reach them.",
            "A call, an e-mail of mine, a message.",
            "A try by phone or mail.",
            "One call.",
        ),
    },
}
"""What people of both sides say that the terms mean, each in a sentence."""

_LIVELY, _LARGE, _SLIP = 35.0, 60.0, 0.07
"""The engagement and the fit of an MQL, to them; how often somebody is one stage off."""

_FITS = {"marketing": 30.0, "sales": 40.0}


def placed(
    side: str, stage: str, values: Mapping[str, object], rng: np.random.Generator
) -> tuple[str, bool]:
    """Where somebody of the side places a lead, and whether it fits.

    `stage` is where the agreement has it, `values` what was known of it, by variable.
    """
    fit, engagement, asked = (
        _number(values.get(name)) for name in ("fit", "engagement", "touches.demo_request")
    )
    if stage in STAGES[2:]:
        said = STAGES.index(stage)
    else:
        alive = asked > 0 or engagement >= _LIVELY
        said = int(alive and (side == "marketing" or fit >= _LARGE))
    if rng.random() < _SLIP:
        said = min(max(said + int(rng.choice((-1, 1))), 0), len(STAGES) - 1)
    return STAGES[said], bool(fit >= _FITS[side]) != bool(rng.random() < _SLIP)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
