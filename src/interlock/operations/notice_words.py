"""The words of a notice: which lead, what is owed, by when in the reader's zone, and because."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote, urlencode

from interlock.agreement.schema import Agreement, EventPromise
from interlock.agreement.sentences import moment_of
from interlock.operations.addresses import of_clause, of_person
from interlock.operations.clause_titles import title_in
from interlock.operations.news import News
from interlock.operations.reading import current, member_names
from interlock.operations.staff import Somebody
from interlock.operations.working_hours import zone_of
from interlock.replay.outcome import Instant, State
from interlock.store.bulk import among
from interlock.store.models import Lead, Notice, Obligation

_STILL = {
    News.WARNED: {State.OPEN.word, State.WARNED.word},
    News.BROKEN: {State.BROKEN.word},
    News.STEP: {State.OPEN.word, State.WARNED.word, State.BROKEN.word},
}
"""The states in which there still is something to tell."""
_COUNTED = {
    News.STEP: ("escalation", "escalations"),
    News.BROKEN: ("promise not kept in time", "promises not kept in time"),
    News.WARNED: ("promise due soon", "promises due soon"),
    News.ASSIGNED: ("lead that came to you", "leads that came to you"),
    News.FINDING: ("thing to put right", "things to put right"),
    News.AGREEMENT: ("matter of the agreement", "matters of the agreement"),
}


@dataclass(frozen=True)
class Told:
    """A notice's line, its because in one line, and the path of the page that it leads to."""

    text: str
    because: str
    link: str


@dataclass(frozen=True)
class Words:
    """What notices are written from: the leads and obligations that they are about, and names."""

    leads: Mapping[str, Lead]
    obligations: Mapping[tuple[str, str, int], Obligation]
    agreement: Agreement | None
    members: Mapping[str, str]

    def overtaken(self, row: Notice) -> str:
        """Why there is nothing to tell any more; "" where there is."""
        news = News(row.news)
        if news is News.ASSIGNED:
            lead = self.leads.get(row.person)
            theirs = lead is not None and lead.owner == row.clause
            return "" if theirs else "the lead went on to somebody else"
        if news not in _STILL:
            return ""
        owed = self._owed(row)
        if owed is None:
            return "it is no longer said"
        return "" if owed.state in _STILL[news] else f"by then it was {owed.state}"

    def of(self, row: Notice, to: Somebody | None) -> Told:
        """The words of a notice for whom it is told to."""
        news = News(row.news)
        if news is News.FINDING:
            return self._finding(row)
        link = of_person(row.person)
        zone = self._zone(to)
        if news is News.ASSIGNED:
            return Told(self._came(row, zone), self._stands(row, zone), link)
        promise, owed = self._promise(row.clause), self._owed(row)
        name = self._called(row)
        due = when(owed.due_at, zone) if owed and owed.due_at else ""
        said = {
            News.WARNED: f"{name} is due {due or 'soon'}",
            News.BROKEN: f"{name} was due {due} and is not kept",
            News.STEP: self._step(row, name, due),
        }[news]
        return Told(f"{self._who(row)}: {said}", self._since(row, promise, zone), link)

    def _step(self, row: Notice, name: str, due: str) -> str:
        """What a step of an escalation tells: how far the time is, whose it is, and what to do."""
        owner = self.members.get(row.detail.get("owner", ""), "")
        share = float(row.detail.get("share", "1"))
        when_due = f" (due {due})" if due else ""
        does = row.detail.get("does", "")
        by = f" by {owner}" if owner else ""
        return f"{name}{by} is not kept {moment_of(share)}{when_due}." + (does and f" {does}")

    def _finding(self, row: Notice) -> Told:
        if (webhook := row.detail.get("webhook")) is not None:
            text = f"The webhook {webhook} was switched off: nothing goes there any more"
            return Told(text, row.detail.get("why", ""), f"/settings/webhooks-out/{quote(webhook)}")
        tell = row.detail.get("tell", "")
        text = f"Nobody is “{tell}”, so an escalation went to the leads of the side instead"
        why = "No member has that name or role, and the roles of the agreement name nobody"
        return Told(text, f"{why} ({self._called(row)})", of_clause(f"promises.{row.clause}"))

    def _who(self, row: Notice) -> str:
        lead = self.leads.get(row.person)
        if lead is None:
            return row.person
        name = lead.name or lead.person
        return f"{name} ({lead.account_name})" if lead.account_name else name

    def _came(self, row: Notice, zone: tzinfo) -> str:
        lead = self.leads.get(row.person)
        mine = row.whom == row.clause
        theirs = self.members.get(row.clause, row.clause)
        due = lead.next_due if lead else None
        owed = f"; the next promise is due {when(due, zone)}" if due else ""
        return f"{self._who(row)} is now {'yours' if mine else f'with {theirs}'}{owed}"

    def _stands(self, row: Notice, zone: tzinfo) -> str:
        lead = self.leads.get(row.person)
        if lead is None or not lead.stage or lead.since is None:
            return "Its page says why it was given."
        stage = self.agreement.stage(lead.stage) if self.agreement else None
        name = stage.name if stage else lead.stage
        return f"{name} since {when(lead.since, zone)}; its page says why it was given."

    def _since(self, row: Notice, promise: EventPromise | None, zone: tzinfo) -> str:
        allowed = f": {promise.within.text} allowed" if promise else ""
        return f"The clock began {when(row.began_at, zone)}{allowed} ({self._called(row)})"

    def _called(self, row: Notice) -> str:
        """What the promise is called that it is about."""
        return title_in(self.agreement, f"promises.{row.clause}")

    def _promise(self, id: str) -> EventPromise | None:
        promises = self.agreement.event_promises if self.agreement else ()
        return next((each for each in promises if each.id == id), None)

    def _owed(self, row: Notice) -> Obligation | None:
        return self.obligations.get((row.person, row.clause, row.began_at))

    def _zone(self, to: Somebody | None) -> tzinfo:
        if self.agreement is None:
            return UTC
        return zone_of(self.agreement, to.calendar if to else "")


def words_for(rows: Sequence[Notice]) -> Words:
    """What these notices are written from. Four queries."""
    reading = current()
    theirs = {
        "replay": reading.replay,
        "person__in": among({row.person for row in rows if row.person}),
    }
    owed = Obligation.objects.filter(**theirs)
    return Words(
        leads={lead.person: lead for lead in Lead.objects.filter(**theirs)},
        obligations={(each.person, each.promise, each.started_at): each for each in owed},
        agreement=reading.agreement,
        members=member_names(),
    )


def of_many(rows: Sequence[Notice], words: Words, to: Somebody | None) -> Told:
    """One notice for many, of which none is fresh."""
    zone = words._zone(to)  # noqa: SLF001 - of the same module
    counts = Counter(News(row.news) for row in rows)
    parts = [
        f"{counts[news]} {_COUNTED[news][counts[news] > 1]}" for news in _COUNTED if counts[news]
    ]
    first, last = (f(row.happened_at for row in rows) for f in (min, max))
    because = f"From {when(first, zone)} to {when(last, zone)}, told together since none is fresh"
    return Told(f"Meanwhile: {', '.join(parts)}", because, _list_of(rows))


def _list_of(rows: Sequence[Notice]) -> str:
    """The page that lists what the notices are about, as nearly as one can."""
    whom = rows[0].whom
    if all(row.news == News.ASSIGNED for row in rows):
        return f"/people?{urlencode({'owner': whom})}"
    if all(row.news == News.AGREEMENT for row in rows):
        return posixpath.commonpath([row.link for row in rows])  # of one room, if of no one list
    query = {"state": "broken" if any(row.news != News.WARNED for row in rows) else "warned"}
    if all(row.detail.get("owner", whom) == whom for row in rows):
        query["owner"] = whom
    return f"/obligations?{urlencode(query)}"


def when(at: Instant, zone: tzinfo) -> str:
    """An instant as people say it: "Mon 23 Mar, 12:00"."""
    local = datetime.fromtimestamp(at, zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
