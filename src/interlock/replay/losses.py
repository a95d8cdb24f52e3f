"""What the index leaves out or cannot count as it is meant: nothing is dropped in silence."""

from __future__ import annotations

import numpy as np

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.kinds import CLOSE, KINDS, ended, table_in, table_of
from interlock.replay.ordering import Stream
from interlock.replay.outcome import Codes, Finding, Flags
from interlock.replay.streams import Who, opportunities_of


def lost(kind: int, stream: Stream, facts: Facts, who: Who, as_of: int) -> list[Finding]:
    """What became of the facts of one kind's stream that do not count."""
    name = "closed opportunity" if kind == CLOSE else KINDS[kind]
    somebody = stream.person >= 0
    possible = (stream.at >= FIRST_INSTANT) & (stream.at <= LAST_INSTANT)
    reasons = {
        "unknown-person": ("name a person that is not known", ~somebody),
        "no-such-instant": ("happened before the year 1 or after 9999", somebody & ~possible),
        "after-as-of": (
            "happened after the replay's instant",
            somebody & possible & (stream.at > as_of),
        ),
    }
    findings = []
    for code, (message, left_out) in reasons.items():
        if left_out.any():
            place = int(np.argmax(left_out))
            rows = stream.row[left_out] if len(stream.row) else np.flatnonzero(left_out)
            example = _named(stream, place, facts[table_of(kind)], who)
            findings.append(Finding(code, f"{name} facts {message}", len(np.unique(rows)), example))
    return findings


def _named(stream: Stream, place: int, table: FactTable, who: Who) -> str:
    """Whom one fact is about: a person's id, or the unknown word that it names somebody by."""
    if stream.person[place] >= 0:
        return str(who.ids[stream.person[place]])
    row = int(stream.row[place]) if len(stream.row) else place
    word = table.columns["person"].value(row)
    # an opportunity's role may be the unknown one, and its main contact known
    return "" if word is None or (who.ids == word).any() else str(word)


def unsound(facts: Facts) -> tuple[Finding, ...]:
    """Opportunities and their roles that cannot count as they are meant."""
    table, roles = table_in(facts, "opportunity"), facts.get("contact_role")
    findings: list[Finding] = []
    closed = ended(table)
    if closed.any():
        closed_at = table.columns["closed_at"]
        known, names = closed_at.mask, table.columns["id"]
        findings += _found(
            "closed-without-date",
            "opportunities are won or lost but have no closing date, and count as open",
            names,
            closed & ~known,
        )
        findings += _found(
            "closed-before-opened",
            "opportunities were closed before they were opened, and count as closed at once",
            names,
            closed & known & (closed_at.values < table.at),
        )
    of_roles = opportunities_of(roles, table) if roles else np.empty(0, np.int32)
    if roles:
        findings += _found(
            "unknown-opportunity",
            "contact roles name an opportunity that is not known",
            roles.columns["opportunity"],
            of_roles < 0,
        )
    return (*findings, *_of_nobody(table, of_roles))


def _of_nobody(table: FactTable, of_roles: Codes) -> list[Finding]:
    """The opportunities that name no contact, and are named by none of the roles."""
    if not len(table):
        return []
    nobodys = ~table.columns["person"].mask
    if nobodys.any():
        nobodys[of_roles[of_roles >= 0]] = False
    return _found(
        "without-contact",
        "opportunities have no contact: no stage and no promise can count them",
        table.columns["id"],
        nobodys,
    )


def _found(code: str, message: str, names: Column, which: Flags) -> list[Finding]:
    """The finding, with the first name as its example; none where it applies to no row."""
    if not which.any():
        return []
    return [Finding(code, message, int(which.sum()), str(names.value(int(np.argmax(which)))))]
