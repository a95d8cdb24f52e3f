"""Putting the answer about a word into the glossary of a draft of its own."""

from __future__ import annotations

import re
import time
from io import StringIO

from django.db import transaction
from ruamel.yaml import YAML

from interlock.agreement.problems import Problem
from interlock.agreement.shape import ID_PATTERN
from interlock.operations.actor import Actor
from interlock.operations.change_draft import ClauseText, change_draft
from interlock.operations.open_draft import Opened, open_draft
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.models import AskedWord


def draft_from_word(number: int, *, by: Actor, now: Instant | None = None) -> Opened:
    """Opens a draft of the version in force whose glossary has the word with its answer."""
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    row = AskedWord.objects.filter(pk=number).exclude(answered_at=None).first()
    if row is None:
        return Opened(None, (Problem("nobody has said yet what it means"),))
    clause = ClauseText(f"glossary.{_id(row.word)}", _clause(row.word, row.answer))
    with transaction.atomic():
        opened = open_draft(f"What {row.word} means", by=by, now=moment)
        if opened.draft is None:
            return opened
        changed = change_draft(opened.draft, clause, revision=1, by=by, now=moment)
        if changed.revision is None:  # the glossary has it by now
            transaction.set_rollback(True)
            return Opened(None, changed.problems)
    return opened


def _id(word: str) -> str:
    """What the clause is called: signs that no clause may be called by are left out."""
    name = " ".join(re.sub(r"[^\w -]", " ", word).split()).strip("- ")
    return name if re.fullmatch(ID_PATTERN, name) else "word"


def _clause(word: str, answer: str) -> str:
    written = StringIO()
    YAML().dump({_id(word): {"meaning": " ".join(answer.split())}}, written)
    return written.getvalue()
