"""The index of very many facts, cut into buckets and parts, against numpy's own sort and loops."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from benches.history import SPAN, START, Size, history

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay import parts
from interlock.replay.account_versions import in_order
from interlock.replay.index import Index, build
from interlock.replay.kinds import ACCOUNT, ACTIVITY, ASSIGNMENT, DECISION, KINDS, PERSON, TOUCH
from interlock.replay.outcome import ABSENT

AS_OF = START + SPAN // 3
PERSONAL = (PERSON, TOUCH, ASSIGNMENT, ACTIVITY, DECISION)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """More facts than one thread does, some persons not yet known, many facts of one second."""
    made = dict(history(Size(people=20_000, touches=400_000)))
    touch = made["touch"]
    at = touch.at // 1_000_000 * 1_000_000
    person = touch.columns["person"]
    known = np.arange(len(touch)) % 11 > 0
    columns = {**touch.columns, "person": Column(person.values, known, person.words)}
    made["touch"] = FactTable("touch", touch.ids, at, columns)
    return made


@pytest.fixture(scope="module")
def index(facts: Facts) -> Index:
    return build(facts, AS_OF)


def test_moments_are_in_order_of_person_instant_rank_and_arrival(
    facts: Facts, index: Index
) -> None:
    ids = facts["person"].columns["id"].words
    assert ids is not None
    columns = []
    for kind in PERSONAL:
        table = facts[KINDS[kind]]
        who = table.columns["id" if kind == PERSON else "person"]
        mine = np.flatnonzero(who.mask & (table.at <= AS_OF))
        columns.append([who.values[mine], table.at[mine], np.full(len(mine), kind), mine])
    person, at, kind_of, row = (np.concatenate(each) for each in zip(*columns, strict=True))
    order = np.lexsort((row, kind_of, at, person))
    known = np.unique(person)

    own = np.isin(index.kind, PERSONAL)

    assert len(known) < len(ids)
    assert (index.people == ids[known]).all()
    assert (known[index.person[own]] == person[order]).all()
    assert (index.at[own] == at[order]).all()
    assert (index.kind[own] == kind_of[order]).all()
    assert (index.row[own] == row[order]).all()
    assert (np.repeat(np.arange(len(known)), np.diff(index.first)) == index.person).all()
    assert index.earliest == index.at.min()
    assert build({}, AS_OF).earliest == ABSENT


@pytest.mark.parametrize(("few", "part"), [(10**9, 60_000), (0, 1_000)])
def test_the_examples_of_findings_are_the_same_in_any_number_of_parts(
    facts: Facts, index: Index, few: int, part: int
) -> None:
    with patch.multiple(parts, _FEW=few, _PART=part):
        assert build(facts, AS_OF).findings == index.findings
    assert "account facts happened after the replay's instant" in {
        each.message for each in index.findings
    }


def test_rows_are_of_their_kind_alone(index: Index) -> None:
    moments = np.append(np.arange(len(index) // 4), -1)
    kind = index.kind[moments]
    expected = np.where((kind == TOUCH) & (moments >= 0), index.row[moments], -1)
    assert (index.rows_of("touch", moments) == expected).all()
    assert index.rows_of(KINDS[index.kind[-1]], moments[-1:]).tolist() == [-1]


def test_each_moment_has_the_versions_that_were_true(facts: Facts, index: Index) -> None:
    persons, accounts = facts["person"], facts["account"]
    account_of, account_id = persons.columns["account"], accounts.columns["id"].values
    told = 0
    for p in range(0, len(index.people), 20):
        version, account = -1, -1
        for m in range(index.first[p], index.first[p + 1]):
            if index.kind[m] == PERSON:
                version = index.row[m]
                account = account_of.values[version] if account_of.mask[version] else -1
            true = np.flatnonzero((account_id == account) & (accounts.at <= index.at[m]))
            latest = true[np.argsort(accounts.at[true], kind="stable")][-1] if len(true) else -1
            assert index.person_row[m] == version
            assert index.account_row[m] == latest
            told += index.kind[m] == ACCOUNT
    assert told > 10


def test_every_version_of_an_account_is_told_to_who_belongs_to_it(
    facts: Facts, index: Index
) -> None:
    accounts = facts["account"]
    before = index.account_row[np.flatnonzero(index.kind == ACCOUNT) - 1]
    after = index.row[index.kind == ACCOUNT]
    same = accounts.columns["id"].values[before] == accounts.columns["id"].values[after]
    assert same[before >= 0].all()
    # between two moments of a person who stays, no version becomes true that is no moment
    stays = (index.person[1:] == index.person[:-1]) & (index.kind[1:] != PERSON)
    changed = index.account_row[1:] != index.account_row[:-1]
    assert (index.kind[1:][stays & changed] == ACCOUNT).all()


def test_instants_far_apart_and_accounts_without_one(facts: Facts) -> None:
    table, accounts = facts["touch"], facts["account"]
    at = table.at.copy()
    at[1:4] = -62_000_000_000, 0, 200_000_000_000
    old = {
        "account": FactTable(
            "account", accounts.ids, np.full(len(accounts), ABSENT), {**accounts.columns}
        )
    }
    index = build(
        {**facts, **old, "touch": FactTable("touch", table.ids, at, table.columns)}, 1 << 60
    )
    assert (np.diff(index.at)[np.diff(index.person) == 0] >= 0).all()
    assert index.at.min() == -62_000_000_000
    assert index.at.max() == 200_000_000_000
    assert not (index.kind == ACCOUNT).any()


@pytest.mark.parametrize("keys", [1, 3, 200])
def test_versions_come_by_record_then_instant_then_arrival(keys: int) -> None:
    """Of one instant the last that arrived holds, so that their order of arrival has to stay."""
    rng = np.random.default_rng(keys)
    key, at = rng.integers(0, keys, 400).astype(np.int32), rng.integers(0, 5, 400)
    begin, order = in_order(key, at, keys)
    assert order.tolist() == np.lexsort((np.arange(400), at, key)).tolist()
    assert begin.tolist() == np.searchsorted(np.sort(key), np.arange(keys + 1)).tolist()
