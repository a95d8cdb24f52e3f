"""Whether a webhook's message was signed by whoever shares its secret, and what it is called."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

LONGEST_ID = 255
_LEAST = 16
"""Characters of a token, or bytes of a key, that cannot be guessed."""


class UnsignedError(Exception):
    """The message is not signed as it should be: why."""


def fresh_secret(signing: str) -> str:
    """A new secret of that way of signing: "standard" or "token"."""
    if signing == "token":
        return f"ilw_{secrets.token_urlsafe(32)}"
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def trouble_with(secret: str, signing: str) -> str:
    """Why the secret cannot be used; "" where it can."""
    if len(secret) < _LEAST or not secret.isascii() or not secret.isprintable():
        return f"a secret has at least {_LEAST} characters, all of them ASCII"
    if signing == "standard":
        told = secret.removeprefix("whsec_")
        try:
            key = b64decode(told + "=" * (-len(told) % 4), validate=True)
        except ValueError:
            key = b""
        if len(key) < _LEAST:
            return f"a secret of Standard Webhooks is `whsec_` and {_LEAST} bytes in base64"
    return ""


def message_id(
    secret: str, signing: str, headers: Mapping[str, str], body: bytes, token: str = ""
) -> str:
    """What the message is called, if it is signed; raises UnsignedError if not.

    `headers` have names in small letters. "standard": Standard Webhooks, whose signature is over
    id, time and body, and no older than five minutes. "token": the secret itself, as `token` or as
    a bearer's; a message without an id is called by a hash of its body.
    """
    if signing == "standard":
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError) as error:
            raise UnsignedError(f"The signature does not fit: {error}.") from None
    else:
        shown = token or headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(_hashed(shown), _hashed(secret)):
            raise UnsignedError("The token is missing or another one.")
    named = headers.get("webhook-id", "")
    if len(named) > LONGEST_ID or not named.isprintable():
        raise UnsignedError(f"`webhook-id` has more than {LONGEST_ID} characters.")
    return named or f"body {hashlib.blake2b(body, digest_size=16).hexdigest()}"


def _hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
