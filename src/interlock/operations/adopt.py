"""Putting an agreement's text in force."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import date, datetime

from interlock.agreement.loading import Loaded, load
from interlock.agreement.problems import Problem, Severity
from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.agreements import last_adopted
from interlock.operations.attributes import known_attributes
from interlock.operations.permissions import Action, require
from interlock.store.lock import taking_turns
from interlock.store.models import AgreementVersion
from interlock.store.trail import record


@dataclass(frozen=True)
class Adopted:
    """What became of a text: its version's number in the store, or why it was not taken."""

    version: int | None
    name: str
    problems: tuple[Problem, ...]


def adopt(text: str, *, by: Actor, why: str = "") -> Adopted:
    """Checks the text against the facts that are known and puts it in force from its first day on.

    Nothing that is written of an earlier adoption changes. The problems that come back hold, beside
    those of the text, what `doubts` has to say.
    """
    require(by, Action.ADOPT)
    loaded = load(text, attributes=known_attributes())
    if loaded.agreement is None:
        return Adopted(None, "", loaded.problems)
    agreement, now = loaded.agreement, int(time.time())
    with taking_turns():
        version = put_in_force(agreement, by=by, now=now)
        record(by, "adopt", f"agreement {agreement.version}", at=now, why=why)
    return Adopted(
        version.pk, agreement.name, loaded.problems + doubts(loaded, version.digest, now)
    )


def put_in_force(agreement: Agreement, *, by: Actor, now: int) -> AgreementVersion:
    """Has the agreement's text count from its first day on; the version that it is kept as.

    To be called in a transaction, by whoever has seen to it that it may be. The text that was put
    in force last is not kept twice.
    """
    version, text = last_adopted(), agreement.source
    digest = hashlib.sha256(text.encode()).hexdigest()
    if version is not None and version.digest == digest:
        return version
    return AgreementVersion.objects.create(
        name=agreement.name,
        version=agreement.version,
        text=text,
        digest=digest,
        in_force_from=agreement.in_force_from,
        # a later text is never an earlier one, even where the clock was set back
        added_at=now if version is None else max(now, version.added_at),
        by=by.name,
    )


def doubts(loaded: Loaded, digest: str, now: int) -> tuple[Problem, ...]:
    """What is doubtful not in the text but in putting it in force `now`; warnings.

    `digest` is the hash of the text that was loaded.
    """
    agreement, found = loaded.agreement, []
    if agreement is None:
        return ()
    others = AgreementVersion.objects.exclude(digest=digest)
    if others.filter(version=agreement.version).exists():
        message = f"version {agreement.version} was another text before"
        hint = "raise `version`, so that the version of a verdict names one text"
        found.append(_warning(loaded, "version", message, hint))
    first_day = agreement.in_force_from
    if (signed := _signed_before(digest, first_day)) is not None:
        message = f"it takes the place of version {signed.version}, which both sides signed"
        hint = "propose it to both sides instead, or put the signed text in force again"
        found.append(_warning(loaded, "in_force_from", message, hint))
    if first_day > datetime.fromtimestamp(now, agreement.zone).date():
        earlier = others.filter(in_force_from__lt=first_day).exists()
        message = (
            f"it counts from {first_day} on; until then the version before it does"
            if earlier
            else f"it is to count from {first_day} on, and, as the first one, counts before it too"
        )
        found.append(_warning(loaded, "in_force_from", message, "leave it so if that is meant"))
    return tuple(found)


def _signed_before(digest: str, first_day: date) -> AgreementVersion | None:
    """A signed text whose place an unsigned one has taken, by naming the same or an earlier day."""
    kept = AgreementVersion.objects.order_by("pk").defer("text")
    own = kept.filter(digest=digest).last()
    if own is None or kept.filter(digest=digest, proposal__isnull=False).exists():
        return None
    signed = kept.filter(pk__lt=own.pk, in_force_from__gte=first_day, proposal__isnull=False)
    return signed.last()


def _warning(loaded: Loaded, path: str, message: str, hint: str) -> Problem:
    place = loaded.places[path]
    return Problem(message, hint, place.line, place.column, path, Severity.WARNING)
