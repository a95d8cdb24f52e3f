"""A company that is tangled where replaying it in parts could go wrong.

People move between accounts and accounts change under them; opportunities have roles across
accounts; records are merged; facts name people, opportunities and accounts that nobody knows, lie
after the replay's instant or where no calendar is, and come in no order of time. Promises of every
measure add up over everybody.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from interlock.agreement.hours import DAY
from interlock.agreement.loading import load
from interlock.agreement.timeline import Timeline, in_turn
from interlock.facts.columns import Column, Facts
from interlock.facts.kinds import ColumnType
from interlock.replay.outcome import ABSENT
from interlock.scale.fact_files import write_facts, write_types
from tests.replay.scenario import seconds
from tests.replay.tables import Row, facts_of_rows

BASE = Path(__file__).parent.parent / "scenarios" / "base.yaml"
START = seconds("2026-01-05 00:00")
AS_OF = START + 60 * DAY
PEOPLE, ACCOUNTS, OPPORTUNITIES = 160, 30, 60
SALES, MARKETING = "sales", "marketing"


ATTRIBUTES = {"person": {"signed_up": ColumnType.INSTANT, "seats": ColumnType.INTEGER}}


def _owed(name: str, by: str, **measure: Any) -> dict[str, Any]:
    to = MARKETING if by == SALES else SALES
    return {"name": name, "says": f"{name}.", "owed_by": by, "owed_to": to, **measure}


PERIODS = {
    "volume": _owed("Volume", MARKETING, each="week", enters="mql", target=9),
    "quality": _owed("Quality", SALES, each="month", enters="sal", out_of="mql", target="40 %"),
    "pipeline": _owed("Pipeline", MARKETING, each="week", sum="opportunity.amount", target=90),
    "calls": _owed(
        "Calls", SALES, each="week", counts='activity.kind == "call"', target=3, per="member"
    ),
    "prompt": _owed("Prompt", SALES, each="quarter", keeps="first-touch", target="50 %"),
}


def texts() -> list[str]:
    """The agreement of the scenarios with period promises, and from February on a milder one."""
    return [_text(), _text(version="2", in_force_from="2026-02-02", enter="engagement >= 30")]


def _text(*, enter: str = "engagement >= 50", **changes: str) -> str:
    agreement = YAML(typ="safe").load(BASE) | changes
    agreement["stages"]["mql"]["enter"] = enter
    agreement["promises"] |= PERIODS
    if changes:
        only = 'activity.kind == "note" && activity.member == "m0"'
        agreement["promises"] |= {
            "volume": PERIODS["volume"] | {"target": 4},
            "calls": PERIODS["calls"] | {"counts": only},
        }
    agreement["fit"]["points"]["early"] = {
        "when": 'person.signed_up < timestamp("2026-01-20T00:00:00Z") && person.seats > 3',
        "points": 5,
    }
    return json.dumps(agreement, default=str)


def agreement() -> Timeline:
    """The agreement as it is read."""
    loaded = [load(text, attributes=ATTRIBUTES) for text in texts()]
    return in_turn([each.agreement for each in loaded if each.agreement is not None])


def facts() -> Facts:
    """All facts, in their order of arrival."""
    found = dict(facts_of_rows(rows(), agreement()))
    columns = dict(found["person"].columns)
    for name in ATTRIBUTES["person"]:
        texts = columns[name]
        numbers = [int(str(texts.value(row) or 0)) for row in range(len(texts))]
        columns[name] = Column(np.array(numbers, np.int64), texts.known)
    found["person"] = replace(found["person"], columns=columns)
    return found


def rows(seed: int = 11) -> list[Row]:
    """All facts, in their order of arrival."""
    made = _Maker(random.Random(seed))  # noqa: S311 - the same rows each time
    found = [made.fact(kind) for kind in made.kinds()]
    found += [made.member(number) for number in range(4)]
    found += [made.absence(member) for member in ("m0", "m1", "m1", "m2", "m9")]
    found += [made.first_of(number) for number in range(PEOPLE)]
    made.random.shuffle(found)
    return found


def write(folder: Path) -> None:
    """Writes the facts, and the agreement beside them."""
    write_types(folder, ATTRIBUTES)
    for kind, table in facts().items():
        write_facts(folder, table, ATTRIBUTES.get(kind, {}))
    for place, text in enumerate(texts()):
        (folder / f"agreement-{place}.yaml").write_text(text)


class _Maker:
    """Makes facts one by one."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance
        self.number = 0
        self.opportunities = 0

    def kinds(self) -> list[str]:
        many = {"touch": 900, "activity": 300, "decision": 160, "assignment": 150, "person": 80}
        many |= {"merge": 12, "account": 70, "opportunity": OPPORTUNITIES, "contact_role": 70}
        return [kind for kind, count in many.items() for _ in range(count)]

    def fact(self, kind: str) -> Row:
        self.number += 1
        chance, pick = self.random, self.random.choice
        person = f"p{chance.randrange(PEOPLE + 4)}"
        columns: dict[str, dict[str, Any]] = {
            "touch": {"person": person, "kind": pick(("visit", "form", "demo", "other"))},
            "activity": {
                "person": person,
                "kind": pick(("call", "email", "note")),
                "human": pick((True, True, False)),
                "direction": pick(("outbound", "inbound")),
                "member": pick(("m0", "m1", "m2", "m9", None)),
            },
            "decision": {
                "person": person,
                "kind": pick(("accept", "accept", "reject", "recycle")),
                "reason": pick(("not-ready", "Not ready", "no idea", None)),
                "member": pick(("m0", "m1", None)),
            },
            "assignment": {"person": person, "member": pick(("m0", "m1", "m2", "m3", None))},
            "person": {"id": person, **self.person()},
            "merge": {"person": person, "into": f"p{chance.randrange(PEOPLE + 4)}"},
            "account": {
                "id": f"a{chance.randrange(ACCOUNTS)}",
                "employees": pick((10, 500, 900, None)),
            },
            "opportunity": self.opportunity(),
            "contact_role": {
                "id": f"c{self.number}",
                "person": person,
                "opportunity": f"o{chance.randrange(OPPORTUNITIES + 9)}",
            },
        }
        if kind == "opportunity":
            columns[kind]["id"] = f"o{self.opportunities}"
            self.opportunities += 1
        instant = self.instant() if kind != "account" or chance.random() > 0.3 else ABSENT
        return {"kind_of_fact": kind, "instant": instant, **columns[kind]}

    def opportunity(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "person": pick((None, *(f"p{self.random.randrange(PEOPLE + 2)}" for _ in range(4)))),
            "status": pick(("open", "won", "lost")),
            "closed_at": pick((None, self.instant(), self.instant())),
            "amount": self.random.randrange(100_000),
            "currency": pick(("EUR", "EUR", "EUR", "SEK")),
        }

    def person(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "account": pick((None, *(f"a{self.random.randrange(ACCOUNTS + 1)}" for _ in range(5)))),
            "source": pick(("web", "partner", None)),
            "seniority": pick(("vp", "staff")),
            "signed_up": pick((None, self.instant())),
            "seats": self.random.randrange(6),
        }

    def member(self, number: int) -> Row:
        side = MARKETING if number == 3 else SALES
        return {"kind_of_fact": "member", "instant": ABSENT, "id": f"m{number}", "side": side}

    def absence(self, member: str) -> Row:
        """Some days away; one that ends before it begins, and one of nobody that is known."""
        begins = self.instant_of_work()
        ends = begins + (-DAY if member == "m2" else 3 * DAY)
        return {"kind_of_fact": "absence", "instant": begins, "member": member, "ends_at": ends}

    def first_of(self, number: int) -> Row:
        person = {"id": f"p{number}", **self.person()}
        return {"kind_of_fact": "person", "instant": START + number * 60, **person}

    def instant_of_work(self) -> int:
        return START + self.random.randrange(55 * DAY)

    def instant(self) -> int:
        if self.random.random() < 0.02:
            return self.random.choice((AS_OF + DAY, -(10**14), 10**14))
        return self.instant_of_work()
