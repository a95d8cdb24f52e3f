"""The head of the trail, to be kept elsewhere."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from interlock.store.chain import statement
from interlock.store.heads import KeptHead
from interlock.store.models import Event
from interlock.store.signatures import Verifier, public_key


def export_head() -> KeptHead | str:
    """The last entry's number, digest and signature; or why there is none to export."""
    folder = Path(settings.DATA_FOLDER)
    last = Event.objects.order_by("-number").first()
    if last is None:
        return "the trail has no entry yet"
    key = public_key(folder)
    head = KeptHead(last.number, last.digest, last.signature, key)
    if not Verifier(key)(statement(head.number, head.digest), head.signature):
        return f"entry {head.number}, the last one, is not signed with this store's key"
    return head
