"""Halden Sensors, a made-up maker of industrial sensors, written down as a CRM's export.

The same seed and size give the same bytes. Who becomes an MQL, and when, is not made up: the
replay decides it under the company's agreement, as it would for any other company.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.facts.columns import Column
from interlock.facts.kinds import KINDS
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.lifecycle import visits
from interlock.simulate.buyers import found, meet
from interlock.simulate.campaigns import Programme, programme_of
from interlock.simulate.days import AS_OF, Instants
from interlock.simulate.deals import Deals, deal
from interlock.simulate.export import write_export
from interlock.simulate.offices import NOT_YET, WRITTEN_FOR, Offices, agreement, agreement_text
from interlock.simulate.present import tables_at, text_at
from interlock.simulate.selling import Company as Setting
from interlock.simulate.selling import answer, hand_over, record, work
from interlock.simulate.staff import hire
from interlock.simulate.tables import (
    Codes,
    Table,
    as_facts,
    in_order,
    length,
    refers,
    rows,
    stacked,
    texts,
)
from interlock.simulate.telling import told
from interlock.simulate.touching import DEMO, MEAN_TOUCHES, touch

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and how many steps are done of how many."""

_STEPS = ("staff and companies", "people", "touches", "sales", "opportunities", "files")
_ROUNDS = 4
"""How often a lead may come back from nurture and be worked again."""

_STATUS_AFTER = (
    "Accepted",
    "Nurture",
    "Nurture",
    "Qualified",
    "Disqualified",
    "Opportunity",
    "Customer",
    "Lost",
)
"""What the CRM shows after a decision of each kind."""

_PREFIXES = {"assignment": "G", "activity": "V", "decision": "D"}


@dataclass(frozen=True)
class Company:
    """What was written: rows by kind, and the instant at which the data ends (UTC seconds)."""

    folder: Path
    rows: dict[str, int]
    as_of: int = AS_OF

    @property
    def manifest(self) -> Path:
        """The manifest that imports the export."""
        return self.folder / "manifest.yaml"

    @property
    def agreement(self) -> Path:
        """The agreement of the company's two sides."""
        return self.folder / "agreement.yaml"


def write_company(
    folder: Path,
    *,
    seed: int = 7,
    people: int = WRITTEN_FOR,
    until: int | None = None,
    progress: Progress | None = None,
) -> Company:
    """Writes the company's export, its manifest and its agreement into the folder.

    `people` is the number of persons; touches are about ten times as many. The data ends at
    `until` (UTC seconds) where one is given: everything is moved by whole weeks, and who would
    come later is not there. A folder that exists keeps its other files.
    """
    tables = simulate(seed=seed, people=people, progress=progress)
    text = agreement_text(people)
    if until is not None:
        tables, text = _at(tables, until), text_at(text, until)
    write_export(folder, tables)
    (folder / "agreement.yaml").write_text(text, encoding="utf-8", newline="\n")
    counts = {kind: length(table) for kind, table in tables.items()}
    return Company(folder, counts, AS_OF if until is None else until)


def _at(tables: dict[str, Table], until: int) -> dict[str, Table]:
    """The tables at that instant, each lead with the status that it has by then."""
    kept = tables_at(tables, until)
    there = kept["person"]["id"].values  # an id's code is its row
    status = {"lead_status": _statuses(length(tables["person"]), kept).take(there)}
    return kept | {"person": kept["person"] | status}


def simulate(
    *, seed: int = 7, people: int = WRITTEN_FOR, progress: Progress | None = None
) -> dict[str, Table]:
    """The company's tables by kind, in the columns of their contracts."""
    tell = progress or _say_nothing
    chance = np.random.default_rng(seed).spawn(7)
    agreed = agreement(people)
    tell(_STEPS[0], 0, len(_STEPS))
    staff, accounts = hire(people, chance[0]), found(people, chance[1])
    programme = programme_of(max(people / WRITTEN_FOR, 1.0))
    tell(_STEPS[1], 1, len(_STEPS))
    met = meet(people, accounts, chance[2], staff.names)
    tell(_STEPS[2], 2, len(_STEPS))
    touches = touch(met, programme, MEAN_TOUCHES, chance[3])
    met.table["campaign"] = _first_campaigns(touches, people, programme)
    setting = Setting(staff, accounts, met, Offices(agreed))
    tell(_STEPS[3], 3, len(_STEPS))
    events, qualified = _sell(setting, touches, agreed, chance[4])
    tell(_STEPS[4], 4, len(_STEPS))
    person = np.flatnonzero(qualified <= AS_OF)
    campaign = met.table["campaign"]
    deals = deal(setting, person, qualified[person], campaign, chance[5])
    talks = (*events["activity"], *deals.events["activity"])
    deals.events["activity"].append(told(setting, talks, chance[6]))
    tell(_STEPS[5], 5, len(_STEPS))
    return _all(setting, programme, touches, events, deals)


def _say_nothing(_what: str, _done: int, _of: int) -> None:
    """Stands in where nobody watches."""


def _first_campaigns(touches: Table, people: int, programme: Programme) -> Column:
    """The campaign of everybody's first touch."""
    who, first = np.unique(touches["person"].values, return_index=True)
    campaign = touches["campaign"]
    rows = np.full(people, -1)
    rows[who] = np.where(campaign.mask[first], campaign.values[first], -1)
    return refers(programme.campaigns["id"], rows)


def _sell(
    setting: Setting, touches: Table, agreed: Agreement, rng: np.random.Generator
) -> tuple[dict[str, list[Table]], Instants]:
    """Work of the SDRs, round by round, and when each person was qualified (else NOT_YET)."""
    events: dict[str, list[Table]] = {kind: [] for kind in _PREFIXES}
    qualified = np.full(length(setting.people.table), NOT_YET)
    first_demo = _first_demos(touches, len(qualified))
    person: Codes = np.arange(len(qualified))
    for number in range(_ROUNDS):
        person, at = _became_mql(setting, touches, events, agreed, person, number)
        if not len(person):
            break
        handed = hand_over(setting, person, at, first_demo[person] <= at, rng)
        worked = work(setting, handed, rng)
        for recorded in (
            record(setting, handed, worked, rng),
            answer(setting, handed, worked, rng),
        ):
            for kind, tables in recorded.items():
                events[kind] += tables
        qualified[person] = np.minimum(qualified[person], worked.qualified)
    return events, qualified


def _first_demos(touches: Table, people: int) -> Instants:
    first = np.full(people, NOT_YET)
    asks = touches["kind"].values == DEMO
    np.minimum.at(first, touches["person"].values[asks], touches["at"].values[asks])
    return first


def _became_mql(  # noqa: PLR0913, PLR0917 - the facts so far, and whom to ask about
    setting: Setting,
    touches: Table,
    events: dict[str, list[Table]],
    agreed: Agreement,
    person: Codes,
    number: int,
) -> tuple[Codes, Instants]:
    """Of these people, those who became an MQL once more after `number` times, and when."""
    known = np.asarray(setting.people.table["id"].words)
    tables = {
        "account": setting.accounts.table,
        "person": rows(setting.people.table, person),
        "touch": _of(touches, person),
    }
    if events["decision"]:
        tables["decision"] = _of(in_order(stacked(events["decision"]), "D", AS_OF), person)
    index = build(as_facts(tables), AS_OF)
    stays = visits(Eras.of(index, agreed))
    mql = [stage.id for stage in agreed.stages].index("mql")
    entered = np.flatnonzero(stays.stage == mql)
    who = stays.person[entered]
    rank = np.arange(len(who)) - np.searchsorted(who, who)
    again = entered[rank == number]
    who = np.searchsorted(known, index.people[stays.person[again]])
    return np.asarray(who), stays.entered[again]


def _of(table: Table, person: Codes) -> Table:
    """The rows of these people."""
    return rows(table, np.flatnonzero(np.isin(table["person"].values, person)))


def _all(
    setting: Setting,
    programme: Programme,
    touches: Table,
    events: dict[str, list[Table]],
    deals: Deals,
) -> dict[str, Table]:
    """Every table, in the order of the kinds."""
    logs = {
        kind: in_order(stacked([*made, *deals.events[kind]]), _PREFIXES[kind], AS_OF)
        for kind, made in events.items()
    }
    people = setting.people.table | {"lead_status": _statuses(length(setting.people.table), logs)}
    tables = {
        "member": setting.staff.table,
        "campaign": programme.campaigns,
        "campaign_cost": programme.costs,
        "asset": programme.assets,
        "account": setting.accounts.table,
        "person": people,
        "opportunity": deals.opportunities,
        "contact_role": deals.roles,
        "touch": touches,
        **logs,
    }
    return {kind: tables[kind] for kind in KINDS if kind in tables}


def _statuses(people: int, logs: dict[str, Table]) -> Column:
    """What the CRM shows at the end: what the last decision made of the lead."""
    status = np.zeros(people, np.int64)
    status[logs["assignment"]["person"].values] = 1
    decided = logs["decision"]
    status[decided["person"].values] = 2 + decided["kind"].values  # in order of time: the last
    return texts(("New", "Working", *_STATUS_AFTER), status)
