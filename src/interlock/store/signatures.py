"""The key that signs the trail: Ed25519, made once, kept in the data folder."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from interlock.store.kept import kept_secret

KEY = "trail-key"
"""The key's file in the data folder: its 32 bytes, in base64."""


def _fresh() -> str:
    return b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


@cache
def _private(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b64decode(text))


def _key(folder: Path) -> Ed25519PrivateKey:
    return _private(kept_secret(folder / KEY, _fresh))


def sign(folder: Path, statement: bytes) -> str:
    """The signature of the statement, in base64, by the key of that data folder."""
    return b64encode(_key(folder).sign(statement)).decode()


def public_key(folder: Path) -> str:
    """The public half, in base64: whoever has it can tell what the key signed."""
    return b64encode(_key(folder).public_key().public_bytes_raw()).decode()


class Verifier:
    """Tells what was signed with the key whose public half is `public` (in base64).

    Raises ValueError where that is no such key.
    """

    def __init__(self, public: str) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(b64decode(public))

    def __call__(self, statement: bytes, signature: str) -> bool:
        """Whether the key made this signature of this statement."""
        try:
            self._key.verify(b64decode(signature), statement)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True
