"""A company of eleven people, small enough to count by hand; its facts go into the store.

As of Friday 20 March 2026, 17:00 in Oslo. All times are Oslo's; 2 and 9 March are Mondays.

| who | source  | lead     | MQL          | first touch due | sales acted  | so        |
|-----|---------|----------|--------------|-----------------|--------------|-----------|
| p1  | web     | 2 March  | Mo 2, 10:00  | Mo 2, 14:00     | Mo 2, 11:00  | kept      |
| p2  | web     | 2 March  | Tu 3, 10:00  | Tu 3, 14:00     | Tu 3, 13:59  | kept      |
| p3  | partner | 2 March  | Fr 6, 14:00  | Mo 9, 10:00     | Mo 9, 12:00  | kept late |
| p4  | partner | 2 March  | Fr 6, 15:00  | Mo 9, 11:00     | never        | broken    |
| p5  | web     | 9 March  | Tu 10, 09:00 | Tu 10, 13:00    | Tu 10, 10:00 | kept      |
| p6  | partner | 9 March  | Fr 13, 14:00 | Mo 16, 10:00    | never        | broken    |
| p7  | partner | 9 March  | Fr 13, 15:00 | Mo 16, 11:00    | never        | broken    |
| p8  | web     | 16 March | Fr 20, 16:00 | Mo 23, 12:00    | not yet      | open      |
| p9  | none    | 2 March  | never        |                 |              |           |
| p10 | web     | 2 March  | never        |                 |              |           |

And `late`, from the web, who is first heard of on 1 April: not known yet at the replay's instant.

p1 (2 March 12:00) and p5 (11 March) are accepted, p1 is won on 17 March. p2 is rejected as not
ready on 4 March and goes to nurture. Bo has p1 to p4, Cy has p5 to p8. Marketing owes each lead a
greeting within two working days: p1 gets it at once, p10 a week late, everybody else never.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import Rebuilt, rebuild
from interlock.store.models import FACTS, Import

OSLO = ZoneInfo("Europe/Oslo")
BASE = Path(__file__).parent.parent / "scenarios" / "base.yaml"
GREETING = {
    "name": "Greeting",
    "says": "Marketing greets every lead within two working days.",
    "owed_by": "marketing",
    "owed_to": "sales",
    "starts": {"enters": "lead"},
    "kept_by": 'touch.kind == "greeting"',
    "within": "16 working hours",
    "calendar": "office",
}


def at(day: int, clock: str = "09:00", month: int = 3) -> int:
    """An instant of 2026 in Oslo."""
    hour, minute = map(int, clock.split(":"))
    return int(datetime(2026, month, day, hour, minute, tzinfo=OSLO).timestamp())


AS_OF = at(20, "17:00")


def agreement_text(**changes: Any) -> str:
    """The base agreement of the scenarios, with a promise of marketing's beside that of sales."""
    return text_of(agreement_of_the_company() | changes)


def agreement_of_the_company() -> dict[str, Any]:
    """The same before it is written down."""
    agreement: dict[str, Any] = YAML(typ="safe").load(BASE)
    agreement["promises"]["greeting"] = {**GREETING}
    return agreement


def text_of(agreement: dict[str, Any]) -> str:
    """The text of an agreement."""
    return json.dumps(agreement, default=str)  # JSON is YAML


def put(fact: str, key: str, when: int | None = None, /, **cells: Any) -> None:
    """One fact; the version that counts, unless told `live=False`."""
    batch, _ = Import.objects.get_or_create(
        source="test",
        defaults={
            "manifest": "",
            "folder": "",
            "fingerprint": "",
            "state": Import.DONE,
            "started_at": AS_OF - 60,  # after all that it tells of
            "finished_at": 1,
            "by": "tester",
        },
    )
    FACTS[fact].objects.create(**{"live": True, **cells}, key=key, at=when, digest=0, batch=batch)


def fill() -> None:
    """The company's facts."""
    put("member", "bo", name="Bo Berg", side="sales")
    put("member", "cy", name="Cy Dahl", side="sales")
    put("account", "acme", name="Acme ASA")
    _people()
    _marketing()
    _sales()


def _people() -> None:
    known = {1: 2, 2: 2, 3: 2, 4: 2, 5: 9, 6: 9, 7: 9, 8: 16, 9: 2, 10: 2}
    sources = {3: "partner", 4: "partner", 6: "partner", 7: "partner", 9: None}
    for n, day in known.items():
        put(
            "person",
            f"p{n}",
            at(day),
            created_at=at(day),
            name=f"Person {n}",
            email=f"person{n}@example.com",
            source=sources.get(n, "web"),
            account="acme" if n <= 2 else None,
        )
    put("person", "late", at(1, month=4), created_at=at(1, month=4), name="Late", source="web")


def _marketing() -> None:
    qualified = {
        1: (2, "10:00"),
        2: (3, "10:00"),
        3: (6, "14:00"),
        4: (6, "15:00"),
        5: (10, "09:00"),
        6: (13, "14:00"),
        7: (13, "15:00"),
        8: (20, "16:00"),
    }
    for n, (day, clock) in qualified.items():
        put("touch", f"t{n}", at(day, clock), person=f"p{n}", kind="demo")
        put("assignment", f"a{n}", at(day, clock), person=f"p{n}", member="bo" if n <= 4 else "cy")
    put("touch", "g1", at(2), person="p1", kind="greeting")
    put("touch", "g10", at(11), person="p10", kind="greeting")


def _sales() -> None:
    acted = {1: (2, "11:00"), 2: (3, "13:59"), 3: (9, "12:00"), 5: (10, "10:00")}
    for n, (day, clock) in acted.items():
        member = "bo" if n <= 4 else "cy"
        put(
            "activity",
            f"c{n}",
            at(day, clock),
            person=f"p{n}",
            kind="call",
            direction="outbound",
            human=True,
            member=member,
        )
    put("decision", "d1", at(2, "12:00"), person="p1", kind="accept", member="bo")
    put("decision", "d5", at(11), person="p5", kind="accept", member="cy")
    put("decision", "d2", at(4), person="p2", kind="reject", reason="not-ready", member="bo")
    put(
        "opportunity",
        "o1",
        at(3),
        person="p1",
        name="Sensors",
        status="won",
        amount=1234500,
        currency="EUR",
        created_at=at(3),
        closed_at=at(17),
        member="bo",
    )


def replay() -> Rebuilt:
    """Puts the agreement in force and replays what is in the store."""
    adopted = adopt(agreement_text(), by=COMMAND_LINE)
    assert adopted.version is not None, [problem.message for problem in adopted.problems]
    return rebuild(by=COMMAND_LINE, as_of=AS_OF)


ESCALATION = [
    {"at": 0.5, "tell": "the team lead"},
    {"at": 1, "tell": "the sales manager", "does": "Gives the lead to somebody else."},
    {"at": 2, "tell": "the head of sales"},
]


def escalated() -> Rebuilt:
    """The same, with somebody who is told while a first touch is not made."""
    fill()
    agreement = agreement_of_the_company()
    agreement["promises"]["first-touch"] |= {
        "escalation": ESCALATION,
        "pauses_while": 'person.lead_status == "hold"',
    }
    adopt(text_of(agreement), by=COMMAND_LINE)
    return rebuild(by=COMMAND_LINE, as_of=AS_OF)


def replayed() -> Rebuilt:
    """Fills the store with the company and replays."""
    fill()
    return replay()
