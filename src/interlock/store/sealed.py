"""Secrets that must be read again: kept so that the tables alone do not tell them."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(text: str) -> str:
    """The text, readable with the deployment's `secret_key` alone."""
    return _key().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """What was sealed; None where it was under another key, or is none of ours."""
    try:
        return _key().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _key() -> Fernet:
    digest = hashlib.sha256(b"interlock sealed" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(urlsafe_b64encode(digest))
