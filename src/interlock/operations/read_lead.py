"""One lead as a salesperson needs it: who, why, the story so far, what to say, what comes next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from interlock.agreement.schema import Agreement, Persona, Side
from interlock.operations.actor import Actor
from interlock.operations.answer import may_answer
from interlock.operations.ask import AGAIN, TOPICS, asked_in
from interlock.operations.away import Receiver, absences, receivers
from interlock.operations.called import in_names
from interlock.operations.deeds import UNDO_SECONDS, after_the_last, kept_from
from interlock.operations.log_attempt import RESULTS, WORDS
from interlock.operations.options import Option, options
from interlock.operations.owed import OwedRow, owed_rows, unsettled
from interlock.operations.pause import Pause, paused_by, pauses
from interlock.operations.permissions import Action, require
from interlock.operations.read_routing import RoutedLead, read_routing
from interlock.operations.reading import Named
from interlock.operations.rows import Names, names_in
from interlock.operations.standing import Standing, standing
from interlock.operations.tell_marketing import kept_by_telling
from interlock.operations.whose import Reach, reach_of
from interlock.practice.readers import readers
from interlock.replay.because import Because, explain_visits
from interlock.replay.outcome import Instant
from interlock.replay.trial import Trial
from interlock.store.models import FACTS, Challenge, Lead, Question

MOST = 30
"""So many touches and activities of the story are shown: the latest."""


@dataclass(frozen=True)
class StoryLine:
    """One thing that the buyer lived: what it was, what we told them by it, and who of us acted.

    `kind` is touch or activity; `result` what came of an attempt.
    """

    at: Instant | None
    kind: str
    what: str
    told: str
    by: Named
    result: str = ""


@dataclass(frozen=True)
class Message:
    """What to say to this persona at this stage, and what the persona is about."""

    persona: Named
    says: str
    value: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Attempting:
    """A kind of attempt: what can come of it is asked where somebody reads it."""

    kind: str
    word: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Doing:
    """What who looks may do about the lead, each with what it asks, and who reads the answer.

    `kept_from` says why nothing; `undo_seconds` how long it can be undone. `kept_by_telling` names
    the promises that a note to marketing keeps.
    """

    kept_from: str
    mark: str
    decisions: tuple[Option, ...] = ()
    attempts: tuple[Attempting, ...] = ()
    pauses: tuple[Pause, ...] = ()
    paused: Pause | None = None
    colleagues: tuple[Receiver, ...] = ()
    may_take: str = ""
    topics: tuple[Named, ...] = ()
    kept_by_telling: tuple[str, ...] = ()
    result_read_by: tuple[str, ...] = ()
    amount_read_by: tuple[str, ...] = ()
    undo_seconds: int = UNDO_SECONDS

    @property
    def convert(self) -> Option | None:
        """Making an opportunity, where that applies: it may ask for an amount."""
        return next((each for each in self.decisions if each.kind == "convert"), None)


@dataclass(frozen=True)
class Voice:
    """A challenge or a question about the lead: what it says, when, and the answer ("": none yet).

    `owed_by` is the side that answers; `may_answer`: who looks may, here. `again`: it only asks to
    look at the lead once more.
    """

    says: str
    owed_by: str
    by: Named
    at: Instant
    answer: str
    answered_at: Instant | None
    number: int
    may_answer: bool = False
    again: bool = False


@dataclass(frozen=True)
class LeadPage:
    """One lead beside the desk. `because`: why it qualified; `routing`: why its owner got it.

    `owed` are both sides' promises.
    """

    key: str
    name: str
    account: str
    tier: Named
    stage: Named
    owner: Named
    source: str
    contact: tuple[tuple[str, str], ...]
    message: Message | None
    because: Because | None
    routing: tuple[RoutedLead, ...]
    owed: tuple[OwedRow, ...]
    does: str
    story: tuple[StoryLine, ...]
    challenges: tuple[Voice, ...]
    questions: tuple[Voice, ...]
    doing: Doing
    now: Instant

    @property
    def next(self) -> OwedRow | None:
        """What is to be done next: the first that is due of what is owed."""
        return self.owed[0] if self.owed else None


def read_lead(key: str, *, by: Actor, now: Instant | None = None) -> LeadPage | None:
    """The lead of that key; None where there is none. The number of queries is bounded."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    here = standing(key, moment)
    person = FACTS["person"].objects.filter(key=here.key, live=True).first() if here else None
    if here is None or person is None:
        return None
    lead = Lead.objects.get(replay_id=here.replay, person=here.key)
    reach, names = reach_of(by), names_in(here.agreement)
    owed = unsettled(here.replay, Q(person=here.key))
    doing, trial = _doing(*after_the_last(here, moment), reach, person)
    return LeadPage(
        key=here.key,
        name=here.name,
        account=here.account_name,
        tier=Named(lead.tier, names.tiers.get(lead.tier, lead.tier)),
        stage=Named(here.stage, names.stages.get(here.stage, here.stage)),
        owner=reach.called(here.owner),
        source=lead.source,
        contact=_contact(person),
        message=_message(here.agreement, person.persona or "", here.stage),
        because=_because(trial, names) if trial else None,
        routing=read_routing(here.key),
        owed=owed_rows(owed, here.agreement, names, moment),
        does=_does(here, by.side),
        story=_story(here.records, reach),
        challenges=_challenges(here.key, reach),
        questions=_questions(here.key, reach, by),
        doing=doing,
        now=moment,
    )


def _contact(person: Any) -> tuple[tuple[str, str], ...]:
    said = ("title", "phone", "email", "country")
    return tuple((name, getattr(person, name)) for name in said if getattr(person, name))


def _does(here: Standing, side: str) -> str:
    """What the agreement says that the side does at this stage."""
    conduct = getattr(here.clause, side, None) if here.clause else None
    return conduct.does if conduct else ""


def _message(agreement: Agreement, persona: str, stage: str) -> Message | None:
    """The agreement's message; a persona may be named by its id or by its name."""
    found = next((p for p in agreement.personas if persona in (p.id, p.name)), None)
    if not isinstance(found, Persona):
        return None
    says = found.messages.get(stage, "")
    problems = tuple(found.problems)
    return Message(Named(found.id, found.name), says, found.value_proposition, problems)


def _because(trial: Trial, names: Names) -> Because | None:
    """Why the lead qualified: the last stage that its score or what it did brought it to."""
    visits = explain_visits(trial.eras, trial.outcome, trial.person, 6)
    scored = [v for v in visits if v.because.fit or v.because.engagement]
    last = (scored or visits)[-1:]
    return in_names(last[0].because, names, {}) if last else None


def _challenges(key: str, reach: Reach) -> tuple[Voice, ...]:
    rows = Challenge.objects.filter(person=key, withdrawn_at=None).order_by("-opened_at")
    return tuple(
        Voice(
            says=each.says,
            owed_by=each.owed_by,
            by=reach.called(each.member),
            at=each.opened_at,
            answer=each.answer or _ANSWERS.get(each.upheld, ""),
            answered_at=each.answered_at,
            number=each.pk,
        )
        for each in rows
    )


_ANSWERS: dict[bool | None, str] = {True: "The lead was good.", False: "The rejection stands."}


def _questions(key: str, reach: Reach, by: Actor) -> tuple[Voice, ...]:
    rows = Question.objects.filter(person=key, withdrawn_at=None).order_by("-asked_at")
    return tuple(
        Voice(
            says=asked_in(each.topic, each.words),
            owed_by=each.owed_by,
            by=reach.called(each.member) if each.member else Named("", each.by),
            at=each.asked_at,
            answer=each.answer,
            answered_at=each.answered_at,
            number=each.pk,
            may_answer=may_answer(each, by),
            again=each.topic == AGAIN,
        )
        for each in rows
    )


# --- what can be done --------------------------------------------------------------------------


def _doing(here: Standing, now: Instant, reach: Reach, person: Any) -> tuple[Doing, Trial | None]:
    offered = options(here, reach.member, now)
    kept = kept_from(here, reach)
    topics = tuple(Named(topic, words) for topic, words in TOPICS.items())
    if kept:  # marketing asks about leads that sales has
        asks = topics if reach.side == Side.MARKETING and here.live else ()
        return Doing(kept, here.mark, topics=asks), offered.trial
    read_by = readers(here.agreement, "activity.result")
    attempts = (
        Attempting(kind, WORDS[kind], results if read_by else ())
        for kind, results in RESULTS.items()
    )
    sales = [each.key for each in reach.colleagues.values() if each.side == Side.SALES]
    others = [key for key in sales if key not in (here.owner, reach.member)]
    doing = Doing(
        kept_from="",
        mark=here.mark,
        decisions=offered.these if reach.may_decide else (),
        attempts=tuple(attempts),
        pauses=pauses(here.agreement),
        paused=paused_by(here.agreement, person),
        colleagues=receivers(others, reach, absences(others, reach, now), now),
        may_take=reach.member if reach.member and here.owner != reach.member else "",
        topics=topics,
        kept_by_telling=kept_by_telling(here.agreement) if reach.may_decide else (),
        result_read_by=read_by,
        amount_read_by=readers(here.agreement, "opportunity.amount"),
    )
    return doing, offered.trial


# --- the story ---------------------------------------------------------------------------------


def _story(records: frozenset[str], reach: Reach) -> tuple[StoryLine, ...]:
    """What the buyer met of us, latest first. Four queries."""
    theirs = {"person__in": records, "live": True}
    touches = list(FACTS["touch"].objects.filter(**theirs).order_by("-at", "-pk")[:MOST])
    acts = list(FACTS["activity"].objects.filter(**theirs).order_by("-at", "-pk")[:MOST])
    campaigns = _called("campaign", [each.campaign for each in touches])
    assets = _called("asset", [each.asset for each in touches])
    lines = [
        StoryLine(
            at=each.at,
            kind="touch",
            what=each.kind.replace("_", " "),
            told=assets.get(each.asset) or campaigns.get(each.campaign) or each.channel or "",
            by=Named("", ""),
        )
        for each in touches
    ]
    lines += [_acted(each, reach) for each in acts]
    lines.sort(key=lambda line: line.at or 0, reverse=True)
    return tuple(lines[:MOST])


def _acted(each: Any, reach: Reach) -> StoryLine:
    own = each.attributes or {}
    direction = "" if each.direction == "outbound" else "from them"
    told = ", ".join(filter(None, [each.subject or str(own.get("topic") or ""), direction]))
    what = each.kind if each.human is not False else f"{each.kind}, automatic"
    by = reach.called(each.member or "")
    return StoryLine(each.at, "activity", what, told, by, each.result or "")


def _called(kind: str, keys: Sequence[str | None]) -> dict[str | None, str]:
    rows = FACTS[kind].objects.filter(key__in={key for key in keys if key}, live=True)
    return dict(rows.values_list("key", "name"))
