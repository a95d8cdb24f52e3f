"""What our side does with the leads that are handed over: routing, attempts, decisions.

The habits here are where most of the planted truths are planted (truths.yaml).
"""

# ruff: noqa: PLR2004 - a simulation is made of shares and means

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.facts.columns import Column, Mask
from interlock.facts.kinds import ACTIVITY_KINDS, DECISION_KINDS
from interlock.simulate import buyers
from interlock.simulate.buyers import Accounts, People
from interlock.simulate.days import AS_OF, DAYS, FRIDAY, HOUR, Instants, Numbers, instants, local
from interlock.simulate.offices import NOT_YET, Offices
from interlock.simulate.staff import Staff
from interlock.simulate.tables import Codes, Table, refers, texts

QUEUES = ("new leads", "nurture")
REASONS = ("no-fit", "not-now", "no-response", "no-budget", "bad-data", "not-a-buyer")
NO_FIT, NOT_NOW, NO_RESPONSE, NO_BUDGET, BAD_DATA, NOT_A_BUYER = range(len(REASONS))
LOST_TO = ("price", "competitor", "no decision", "technical")
RESULTS = ("sent", "replied", "connected", "no answer", "left a message", "bounced", "held")
SENT, REPLIED, CONNECTED, NO_ANSWER, MESSAGE_LEFT, BOUNCED, HELD = range(len(RESULTS))
TOPICS = ("follow-up", "welcome", "answer to rejection", "offer", "pilot", "told marketing")
FOLLOW_UP, WELCOME, ANSWER, OFFER, PILOT, TOLD = range(len(TOPICS))
CALL, EMAIL, MEETING = (ACTIVITY_KINDS.index(word) for word in ("call", "email", "meeting"))
NOTE = ACTIVITY_KINDS.index("note")
ACCEPT, REJECT, RECYCLE, QUALIFY, DISQUALIFY, CONVERT, WIN, LOSE = range(len(DECISION_KINDS))

_PARTNER_SLOWER = 3.2
_FRIDAY_FROM = 12 * HOUR
_LEAVE_IT_TO_MONDAY = 0.7


@dataclass(frozen=True)
class Company:
    """All that is there before anybody sells."""

    staff: Staff
    accounts: Accounts
    people: People
    offices: Offices


@dataclass(frozen=True)
class HandedOver:
    """Leads as they become MQLs: who, when, to which SDR, and whether a demo was asked for.

    `sdr` is a row of the members. Instants of what does not happen are NOT_YET, here and below.
    """

    person: Codes
    at: Instants
    sdr: Codes
    office: Codes
    assigned: Instants
    asked: Mask


@dataclass(frozen=True)
class Worked:
    """What came of the leads handed over, in their order.

    `decision` is the first one's kind (-1: none) with its `reason` (-1: none).
    """

    first: Instants
    decided: Instants
    decision: Codes
    reason: Codes
    qualified: Instants
    given_up: Instants
    why: Codes


def hand_over(
    company: Company, person: Codes, at: Instants, asked: Mask, rng: np.random.Generator
) -> HandedOver:
    """Marketing gives each lead to an SDR of its market, mostly within minutes."""
    staff, count = company.staff, len(person)
    office = company.people.market[person]
    sdr = np.empty(count, np.int64)
    for code in range(office.max(initial=0) + 1):
        mine = np.flatnonzero(office == code)
        team = staff.sdrs[staff.office[staff.sdrs] == code]
        sdr[mine] = team[(np.arange(len(mine)) + rng.integers(0, 2, len(mine))) % len(team)]
    hours = 0.2 * np.exp(rng.normal(0, 0.9, count))
    hours = np.where(rng.random(count) < 0.07, rng.uniform(1.2, 7, count), hours)
    oslo = np.zeros(count, np.int64)
    return HandedOver(person, at, sdr, office, company.offices.after(oslo, at, hours), asked)


def work(company: Company, handed: HandedOver, rng: np.random.Generator) -> Worked:
    """Attempts and decisions of the SDRs."""
    first = _first_attempts(company, handed, rng)
    tried = first < NOT_YET
    hours = np.where(rng.random(len(first)) < 0.1, rng.uniform(14, 40, len(first)), 5.0)
    decided = company.offices.after(handed.office, first, hours * np.exp(rng.normal(0, 0.6)))
    late = company.offices.after(handed.office, handed.assigned, rng.uniform(30, 90, len(first)))
    decided = np.where(tried, decided, late)
    kind, reason = _decisions(company, handed, tried, rng)
    decided = np.where(kind >= 0, decided, NOT_YET)
    accepted = np.where(kind == ACCEPT, decided, NOT_YET)
    wins_over = rng.random(len(first)) < _chance_to_qualify(company, handed, first)
    days = rng.gamma(2.0, 22.0, len(first)) + 6
    later = company.offices.after(handed.office, accepted, days)
    goes_on = rng.random(len(first)) < 0.08  # neither qualified nor given up: forgotten
    return Worked(
        first=first,
        decided=decided,
        decision=kind,
        reason=reason,
        qualified=np.where(wins_over, later, NOT_YET),
        given_up=np.where(wins_over | goes_on, NOT_YET, later),
        why=rng.choice([NOT_NOW, NO_RESPONSE, NO_BUDGET], len(first), p=(0.4, 0.35, 0.25)),
    )


def _is_small(company: Company, handed: HandedOver) -> Mask:
    small: Mask = company.accounts.employees[company.people.account[handed.person]] < 250
    return small


def _first_attempts(company: Company, handed: HandedOver, rng: np.random.Generator) -> Instants:
    """The first human attempt: by habit, slower for partners' leads, late after Friday noon."""
    staff, people, count = company.staff, company.people, len(handed.person)
    pace = np.zeros(len(staff.office))
    pace[staff.sdrs] = staff.pace
    hours = pace[handed.sdr] * np.exp(rng.normal(0, 0.75, count))
    hours *= np.where(handed.asked, 0.4, 1.0)
    hours *= np.where(people.source[handed.person] == buyers.PARTNER, _PARTNER_SLOWER, 1.0)
    day, weekday, clock = local(handed.assigned)
    weekend_near = (weekday == FRIDAY) & (clock >= _FRIDAY_FROM) & (handed.assigned < NOT_YET)
    weekend_near &= rng.random(count) < _LEAVE_IT_TO_MONDAY
    monday = instants(np.minimum(day + 3, DAYS[-1] + 3), 7 * HOUR)
    start = np.where(weekend_near, monday, handed.assigned)
    hours = np.where(weekend_near, hours + rng.uniform(1.0, 4.0, count), hours)
    skipped = rng.random(count) < 0.03
    picks = (handed.sdr == staff.cherry_picker) & _is_small(company, handed)
    skipped |= picks & (rng.random(count) < 0.75)
    skipped |= ~people.has_phone[handed.person] & (rng.random(count) < 0.5)
    return np.where(skipped, NOT_YET, company.offices.after(handed.office, start, hours))


def _fits(company: Company, handed: HandedOver) -> Mask:
    account = company.people.account[handed.person]
    fits: Mask = company.accounts.served[account] & (company.accounts.employees[account] >= 50)
    return fits


def _decisions(
    company: Company, handed: HandedOver, tried: Mask, rng: np.random.Generator
) -> tuple[Codes, Codes]:
    """Accepted or rejected, and why; leads that nobody tried are mostly left lying."""
    people, count = company.people, len(handed.person)
    fits, intent = _fits(company, handed), people.intent[handed.person]
    webinar = people.source[handed.person] == buyers.WEBINAR
    no_fit = np.where(webinar, np.where(fits, 0.36, 0.75), np.where(fits, 0.03, 0.45))
    draw = rng.random(count)
    accepts = rng.random(count) < np.clip(0.62 + 0.5 * (intent - 0.3), 0, 0.97)
    other = rng.choice(
        [NOT_NOW, NO_RESPONSE, BAD_DATA, NOT_A_BUYER], count, p=(0.35, 0.4, 0.1, 0.15)
    )
    kind = np.where((draw >= no_fit) & accepts, ACCEPT, REJECT)
    reason = np.where(draw < no_fit, NO_FIT, other)
    kind = np.where((kind == REJECT) & (reason == NOT_A_BUYER), DISQUALIFY, kind)
    forgotten = rng.random(count) < np.where(tried, 0.04, 0.6)
    kind = np.where(tried, kind, REJECT)
    reason = np.where(tried, reason, np.where(draw < 0.4, NO_FIT, NO_RESPONSE))
    kind = np.where(forgotten, -1, kind)
    return kind, np.where((kind == ACCEPT) | (kind < 0), -1, reason)


def _chance_to_qualify(company: Company, handed: HandedOver, first: Instants) -> Numbers:
    """Twice as likely where the first attempt came within an hour or so."""
    intent = company.people.intent[handed.person]
    quick = first - handed.assigned < 1.2 * HOUR
    chance = (0.1 + 0.5 * intent) * np.where(quick, 2.0, 0.75)
    picks = handed.sdr == company.staff.cherry_picker
    return np.clip(chance * np.where(picks, 1.25, 1.0), 0.0, 0.9)


# --- what they write down ----------------------------------------------------------------------


def activity(  # noqa: PLR0913 - the columns of one kind
    company: Company,
    *,
    person: Codes,
    at: Instants,
    member: Codes,
    kind: Codes | int,
    result: Codes | int = -1,
    topic: Codes | int = FOLLOW_UP,
    human: bool = True,
    opportunity: Column | None = None,
) -> Table:
    """Rows of activities, outbound."""
    count = len(person)
    return _acts(company, person, at, member, opportunity) | {
        "kind": texts(ACTIVITY_KINDS, np.broadcast_to(kind, count)),
        "direction": texts(("outbound",), np.zeros(count, int)),
        "human": Column(np.full(count, human)),
        "result": texts(RESULTS, np.broadcast_to(result, count)),
        "topic": texts(TOPICS, np.broadcast_to(topic, count)),
    }


def decision(  # noqa: PLR0913 - the columns of one kind
    company: Company,
    *,
    person: Codes,
    at: Instants,
    member: Codes,
    kind: Codes | int,
    reason: Codes | int = -1,
    opportunity: Column | None = None,
) -> Table:
    """Rows of decisions; `reason` is a position in REASONS, then LOST_TO."""
    count = len(person)
    return _acts(company, person, at, member, opportunity) | {
        "kind": texts(DECISION_KINDS, np.broadcast_to(kind, count)),
        "reason": texts((*REASONS, *LOST_TO), np.broadcast_to(reason, count)),
    }


def assignment(
    company: Company, *, person: Codes, at: Instants, member: Codes, queue: Codes | int = -1
) -> Table:
    """Rows of assignments; to a queue where the member is -1."""
    queues = texts(QUEUES, np.broadcast_to(queue, len(person)))
    return _acts(company, person, at, member) | {"queue": queues}


def _acts(
    company: Company, person: Codes, at: Instants, member: Codes, opportunity: Column | None = None
) -> Table:
    """The columns that all of them have: about whom, when and by whom."""
    table = {
        "person": refers(company.people.table["id"], person),
        "at": Column(at),
        "member": refers(company.staff.table["id"], member),
    }
    return table | ({"opportunity": opportunity} if opportunity else {})


def record(
    company: Company, handed: HandedOver, worked: Worked, rng: np.random.Generator
) -> dict[str, list[Table]]:
    """Everything that the CRM shows of these leads, by kind."""
    person, sdr, nobody = handed.person, handed.sdr, np.full(len(handed.person), -1)
    queued = rng.random(len(person)) < 0.1
    return {
        "assignment": [
            assignment(
                company,
                person=person[queued],
                at=handed.at[queued] + 20,
                member=nobody[queued],
                queue=0,
            ),
            assignment(company, person=person, at=handed.assigned, member=sdr),
        ],
        "activity": [
            _welcomes(company, handed, rng),
            *_attempts(company, handed, worked, rng),
        ],
        "decision": [
            decision(
                company,
                person=person,
                at=worked.decided,
                member=sdr,
                kind=np.maximum(worked.decision, 0),
                reason=worked.reason,
            ),
            decision(company, person=person, at=worked.qualified, member=sdr, kind=QUALIFY),
            decision(
                company,
                person=person,
                at=worked.given_up,
                member=sdr,
                kind=RECYCLE,
                reason=worked.why,
            ),
        ],
    }


def _welcomes(company: Company, handed: HandedOver, rng: np.random.Generator) -> Table:
    """A machine answers within minutes, whatever the hour. It is no attempt."""
    mailed = rng.random(len(handed.person)) < 0.85
    at = handed.at[mailed] + rng.integers(60, 600, int(mailed.sum()))
    return activity(
        company,
        person=handed.person[mailed],
        at=at,
        member=np.full(len(at), -1),
        kind=EMAIL,
        result=SENT,
        topic=WELCOME,
        human=False,
    )


def _attempts(
    company: Company, handed: HandedOver, worked: Worked, rng: np.random.Generator
) -> list[Table]:
    """The first attempt, and after it some more, a day or two apart; calls need a number."""
    made = []
    has_phone = company.people.has_phone[handed.person]
    at, until = worked.first, np.minimum(worked.qualified, worked.given_up)
    for number in range(6):
        count = len(at)
        calls = has_phone & (rng.random(count) < 0.65)
        of_call = rng.choice([CONNECTED, NO_ANSWER, MESSAGE_LEFT], count, p=(0.3, 0.45, 0.25))
        of_mail = rng.choice([SENT, REPLIED, BOUNCED], count, p=(0.78, 0.19, 0.03))
        made.append(
            activity(
                company,
                person=handed.person,
                at=at,
                member=handed.sdr,
                kind=np.where(calls, CALL, EMAIL),
                result=np.where(calls, of_call, of_mail),
            )
        )
        goes_on = (worked.decision == ACCEPT) & (rng.random(count) < 0.9 - 0.08 * number)
        following = company.offices.after(handed.office, at, rng.gamma(2.0, 5.0, count) + 1)
        at = np.where(goes_on & (following < until), following, NOT_YET)
    return made


def answer(
    company: Company, handed: HandedOver, worked: Worked, rng: np.random.Generator
) -> dict[str, list[Table]]:
    """Marketing answers most rejections: with a note, or by taking the lead into nurture."""
    rejected = np.flatnonzero((worked.decision == REJECT) & (worked.decided <= AS_OF))
    hours = 5 * np.exp(rng.normal(0, 0.8, len(rejected)))
    hours = np.where(rng.random(len(rejected)) < 0.12, rng.uniform(18, 60, len(rejected)), hours)
    at = company.offices.after(np.zeros(len(rejected), np.int64), worked.decided[rejected], hours)
    draw, person = rng.random(len(rejected)), handed.person[rejected]
    notes, moves = draw < 0.62, (draw >= 0.62) & (draw < 0.88)
    who = rng.choice(company.staff.marketers, len(rejected))
    return {
        "activity": [
            activity(
                company,
                person=person[notes],
                at=at[notes],
                member=who[notes],
                kind=NOTE,
                topic=ANSWER,
            )
        ],
        "assignment": [
            assignment(
                company,
                person=person[moves],
                at=at[moves],
                member=np.full(int(moves.sum()), -1),
                queue=1,
            )
        ],
    }
