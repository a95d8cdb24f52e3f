"""Fills a data folder with a desk as of now: `python -m tests.web.morning FOLDER`.

Bo's office never closes. At risk is Ria (first touch warned of), due is Dan, late is Lou; nobody
has Fay. Vera, whom Bo has, passes every fit criterion. Cy, a colleague, has Cleo. Tom
and Nina are due, too. Lea leads the two of them.

Mo is of marketing. Cy asks about Cleo, has turned Eva away though she passes every fit criterion,
and has sent Ivy back, who may return in thirty days. Gus is known for months: periods are whole.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from interlock.config import setup

PHRASE = "a long enough secret"
BO, CY, LEA, MO = (f"{who}@example.com" for who in ("bo", "cy", "lea", "mo"))
MINUTE, HOUR = 60, 3_600
ALWAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")


def agreement() -> dict[str, Any]:
    """The desk's agreement, with an office that never closes."""
    from tests.operations import desk  # noqa: PLC0415 - the folder comes first

    found = desk.agreement()
    found["calendars"]["office"] |= {"hours": ALWAYS}
    found["stages"]["mql"]["sales"] = {"does": "Reads what the buyer read, and calls."}
    found["reasons"]["not-ready"]["returns"] = {"after_days": 30, "when": "engagement >= 50"}
    return found


def goals(target: int) -> dict[str, Any]:
    """A goal of both sides that is measured."""
    name = "Revenue from plants that buy for the first time"
    measured = {"measured_by": "revenue", "each": "month"}
    return {"new": {"name": name, "meaning": "Won.", "target": target, "unit": "EUR", **measured}}


def fill(now: int) -> None:
    """People who became leads so many minutes ago."""
    from tests.operations.company import put  # noqa: PLC0415 - the folder comes first

    put("member", "bo", name="Bo Berg", side="sales", email=BO, team="north")
    put("member", "cy", name="Cy Dahl", side="sales", email=CY, team="north")
    put("member", "lea", name="Lea Moe", side="sales", email=LEA, team="north")
    put("member", "mo", name="Mo Lie", side="marketing", email=MO)
    put("account", "large", name="Large ASA", employees=900)
    put("asset", "paper", name="False alarms, cut by half")
    long_ago = now - 120 * 24 * HOUR
    put("person", "gus", long_ago, created_at=long_ago, name="Gus Aas", source="web")
    leads = (
        ("ria", "Ria Holm", 210, "bo"),
        ("dan", "Dan Moe", 30, "bo"),
        ("lou", "Lou Dahl", 400, "bo"),
        ("vera", "Vera Pihl", 20, "bo"),
        ("fay", "Fay Lund", 40, ""),
        ("cleo", "Cleo Berg", 50, "cy"),
        ("tom", "Tom Vik", 35, "bo"),
        ("nina", "Nina Lie", 36, "bo"),
        ("eva", "Eva Strand", 55, "cy"),
        ("ivy", "Ivy Krog", 60, "cy"),
    )
    for key, name, minutes, owner in leads:
        at = now - minutes * MINUTE
        put(
            "person",
            key,
            at - HOUR,
            created_at=at - HOUR,
            name=name,
            email=f"{key}@example.com",
            account="large",
            seniority="vp" if key in {"vera", "eva"} else None,
            persona="director",
            source="web",
        )
        put("touch", f"v-{key}", at - HOUR, person=key, kind="visit", asset="paper")
        put("touch", f"t-{key}", at, person=key, kind="demo")
        if owner:
            put("assignment", f"a-{key}", at, person=key, member=owner)


def main(**clauses: Any) -> None:
    """The agreement of the desk, with these clauses beside its own."""
    setup(Path(sys.argv[1]))
    from interlock.operations.actor import COMMAND_LINE, Actor  # noqa: PLC0415 - the folder comes first
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above
    from interlock.operations.adopt import adopt  # noqa: PLC0415 - as above
    from interlock.operations.ask import ask  # noqa: PLC0415 - as above
    from interlock.operations.decide import decide  # noqa: PLC0415 - as above
    from interlock.operations.permissions import Role  # noqa: PLC0415 - as above
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - as above
    from tests.operations.company import text_of  # noqa: PLC0415 - as above

    fill(int(time.time()))
    adopted = adopt(text_of(agreement() | clauses), by=COMMAND_LINE)
    assert adopted.version is not None, adopted.problems
    rebuild(by=COMMAND_LINE)
    for email in (BO, CY, MO):
        add_user(email, PHRASE, by=COMMAND_LINE)
    add_user(LEA, PHRASE, by=COMMAND_LINE, role=Role.LEAD)
    cy = Actor(CY, "sales", Role.MEMBER, "cy")
    assert ask("cleo", "told", by=cy).done
    assert decide("eva", "reject", by=cy, reason="no-fit").challenge
    assert decide("ivy", "reject", by=cy, reason="not-ready").done


if __name__ == "__main__":
    main()
