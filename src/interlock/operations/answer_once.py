"""Answering a program once: the same request again gets the first answer, and does nothing."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.store.lock import taking_turns
from interlock.store.models import KeptAnswer

KEPT = 48 * 3600
"""Seconds for which an answer is kept at least."""


@dataclass(frozen=True)
class Answered:
    """The answer's status and body; `again`: it is the first one's, and nothing was done."""

    status: int
    body: str
    again: bool = False


def answer_once(
    key: str, asked: bytes, deed: Callable[[], Answered], *, by: Actor
) -> Answered | None:
    """Does the deed and keeps its answer, or gives the answer that is kept for the key.

    None where the key was used for another request. `asked` is all that tells requests apart. The
    deed and its answer are of one transaction: whoever asks at the same moment waits for it, and
    where the process dies in it neither is there.
    """
    now, digest = int(time.time()), hashlib.blake2b(asked, digest_size=32).hexdigest()
    with taking_turns():
        kept = KeptAnswer.objects.filter(by=by.name, key=key).first()
        if kept is not None:
            return Answered(kept.status, kept.body, again=True) if kept.digest == digest else None
        answer = deed()
        KeptAnswer.objects.filter(at__lt=now - KEPT).delete()
        KeptAnswer.objects.create(
            by=by.name, key=key, digest=digest, status=answer.status, body=answer.body, at=now
        )
        return answer
