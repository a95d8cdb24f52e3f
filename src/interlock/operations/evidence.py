"""The evidence of a case, put together as it is seen now: plain values that are kept as they are.

Of a person the timeline and the becauses; of a number its records; of a credit the touches with
their formulas; of every case the clause as it counted then, and what was ruled on it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from interlock.agreement.excerpt import excerpt
from interlock.agreement.sentences import clause_at
from interlock.operations.agreements import agreements
from interlock.operations.case_subjects import LONGEST, Subject
from interlock.operations.other_models import under_other_models
from interlock.operations.precedents import Precedent
from interlock.operations.read_credit import CreditPage
from interlock.operations.read_credits import ChannelPage
from interlock.operations.read_person import PersonPage, read_person
from interlock.operations.reading import Basis
from interlock.replay.because import Because
from interlock.replay.credit_because import READ_AS


def gather(subject: Subject, precedents: tuple[Precedent, ...], basis: Basis) -> dict[str, Any]:
    """All that there is to see, of the plain values that JSON has."""
    page = read_person(subject.person) if subject.person else None
    records, counted = _records(subject), subject.period or subject.figure
    timeline = sorted(_timeline(page), key=lambda each: -each["at"]) if page else []
    return {
        "as_of": basis.as_of,
        "link": subject.link,
        "lines": [_line(label, value) for label, value in subject.lines],
        "whys": [*_whys(subject, page)] if page else [],
        "clause": clause_then(subject.clause, subject.at),
        "timeline": timeline[:LONGEST],
        "timeline_left": max(len(timeline) - LONGEST, 0),
        "records": records,
        "records_left": counted.total - len(records) if counted else 0,
        "credit": credit_shown(subject.credit) if subject.credit else None,
        "earned": _earned(subject.channel) if subject.channel else None,
        "similar": [asdict(each) for each in precedents],
    }


def clause_then(path: str, at: int) -> dict[str, Any]:
    """The clause as the agreement had it that counted at the instant; only its path where none."""
    texts = agreements()
    if texts is None or texts.timeline is None:
        return {"path": path, "sentence": ""}
    agreement, version = texts.agreement_at(at), texts.at(at)
    clause = clause_at(agreement, path)
    written = excerpt(agreement.source, path)
    return {
        "path": path,
        "title": clause.title if clause else path,
        "sentence": clause.sentence if clause else "",
        "written": written.text if written else "",
        "version": version.version,
        "first_day": str(version.in_force_from),
    }


def _line(label: str, value: str | int) -> dict[str, Any]:
    return (
        {"label": label, "at": value} if isinstance(value, int) else {"label": label, "text": value}
    )


def _whys(subject: Subject, page: PersonPage) -> Iterator[dict[str, Any]]:
    """The becauses of the verdict that the case is about."""
    found: list[tuple[str, Because | None]] = []
    if subject.obligation is not None:
        row = subject.obligation
        for owed in page.obligations:
            if owed.promise.key == row.promise and owed.started_at == row.started_at:
                found += [
                    ("Why owed", owed.started_because),
                    ("Why this time", owed.timed_because),
                    ("Why kept", owed.ended_because),
                ]
    if subject.challenge is not None:
        for visit in page.visits:
            if visit.reason.key == subject.challenge.reason:
                found += [
                    ("Why turned away", visit.because),
                    ("What the reason cites", visit.cited),
                ]
    for question, because in found:
        if because is not None:
            yield {"question": question, "because": asdict(because)}


def _timeline(page: PersonPage) -> Iterator[dict[str, Any]]:
    for line in page.facts:
        if line.at is not None:
            details = "; ".join(f"{name} {text}" for name, text in line.details)
            yield {"at": line.at, "what": line.what, "by": line.by.name, "more": details}
    for visit in page.visits:
        entered = f"entered {visit.stage.name}"
        yield {"at": visit.entered_at, "what": entered, "by": visit.by.name, "more": ""}
    for owed in page.obligations:
        began = f"{owed.owed_by} owed {owed.promise.name}, {owed.state}"
        yield {"at": owed.started_at, "what": began, "by": owed.owner.name, "more": owed.went}


def credit_shown(page: CreditPage) -> dict[str, Any]:
    """The touches in order of time; of earlier ones how many they are and what they have."""
    left, kept = page.touches[:-LONGEST], page.touches[-LONGEST:]
    return {
        "amount": page.amount,
        "currency": page.currency,
        "digits": page.digits,
        "formula": page.formula,
        "touches": [asdict(each) for each in kept],
        "left": len(left),
        "left_amount": sum(each.because.amount for each in left if each.because),
    }


def earned_shown(page: ChannelPage) -> dict[str, Any]:
    """What a channel earned, with the sales that make up the most of it, or why it did."""
    period, told, before = page.period, page.credits, page.before
    left = page.total - len(page.sales)
    amount = period.amount if period else page.row.amount
    return {
        "by": told.by,
        "channel": page.row.key,
        "each": period.each if period else "",
        "day": period.begins.isoformat() if period else "",
        "amount": amount,
        "brought": period.brought if period else told.amount,
        "currency": told.currency,
        "digits": told.digits,
        "model": told.terms.model,
        "formula": page.why.formula if page.why else READ_AS.get(told.terms.model, ""),
        "rounding": page.why.rounding if page.why else "",
        "steps": [asdict(each) for each in page.why.steps] if page.why else [],
        "sales": [{**asdict(each), "share": each.share} for each in page.sales],
        "left": left,
        "left_amount": amount - sum(each.amount for each in page.sales) if left else 0,
        "before": None
        if before is None
        else {"label": before.label, "amount": before.amount, "brought": before.brought},
    }


def _earned(page: ChannelPage) -> dict[str, Any]:
    """The same, with what other models would give."""
    others = under_other_models(page.credits.by, page.row.key, page.period)
    return {**earned_shown(page), "others": [asdict(each) for each in others]}


def _records(subject: Subject) -> list[dict[str, Any]]:
    """What the number counts; of a goal, the opportunities."""
    if subject.figure is not None:
        return [
            {
                "person": each.person.key,
                "name": each.name,
                "at": each.closed_at or each.opened_at,
                "kind": f"opportunity, {each.state}",
                "weight": each.amount,
            }
            for each in subject.figure.deals
        ]
    records = subject.period.records if subject.period else ()
    return [
        {
            "person": each.person.key,
            "name": each.person.name,
            "at": each.at,
            "kind": each.kind,
            "weight": each.weight,
        }
        for each in records[:LONGEST]
    ]
