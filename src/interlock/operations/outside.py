"""Telling somebody outside: by e-mail, and by the addresses that people have given.

Nothing goes anywhere that nobody set up.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import apprise
from django.conf import settings
from django.core.mail import EmailMessage

PATIENCE = 10
"""Seconds that a server outside has to answer."""

LONGEST_LINE = 200
"""Characters of a title; the body has all of it."""

KINDS = {
    "slack": ("Slack", "slack://TokenA/TokenB/TokenC/#channel"),
    "workflows": ("Teams", "workflows://host/workflow/signature"),
    "discord": ("Discord", "discord://webhook-id/webhook-token"),
    "tgram": ("Telegram", "tgram://bot-token/chat-id"),
    "ntfy": ("ntfy.sh", "ntfy://topic"),
}
"""What members may set up for themselves: how its address begins, its name, and its form."""

_NOT_OUTSIDE = {"syslog", "dbus", "qt", "glib", "kde", "gnome", "macosx", "windows", "mailto"}
"""What would tell the server's own screen or log; e-mail is set up by the operator."""
_TEAMS_HOSTS = (".logic.azure.com", ".powerplatform.com", ".powerautomate.com")


@dataclass(frozen=True)
class Message:
    """What is sent: `key` says which notice it is, the same at each try."""

    key: str
    title: str
    body: str

    @property
    def line(self) -> str:
        """The title as a header has it: what people and systems wrote may have lines, and many."""
        line = " ".join("".join(c if c.isprintable() else " " for c in self.title).split())
        return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE].rstrip()}…"


def kind_of(url: str) -> str:
    """How the address begins: which sort of channel it is."""
    return url.partition("://")[0].strip().lower()


def trouble_with(url: str, *, company: bool) -> str:
    """Why the address cannot be used, or ""; `company`: set up by an admin for all."""
    kind = kind_of(url)
    if kind in _NOT_OUTSIDE:
        return "that is no way to tell somebody outside"
    if not company and kind not in KINDS:
        known = ", ".join(f"{word}:// ({name})" for word, (name, _) in KINDS.items())
        return f"for oneself there are {known}; for others ask an admin"
    if not company and kind == "workflows" and not _is_teams(url):
        return "its host is none of Teams; copy the address from the workflow in Teams"
    if not company and kind == "ntfy" and "/" in url.partition("://")[2].strip("/"):
        return "for oneself ntfy goes by ntfy.sh alone: ntfy://topic"
    if _plugin(url) is None:
        return "it cannot be read; copy it once more, whole"
    return ""


def _is_teams(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith(_TEAMS_HOSTS)


def send_outside(url: str, message: Message) -> str:
    """Sends by such an address; why it was not taken, or ""."""
    plugin = _plugin(url)
    if plugin is None:
        return "the address cannot be read"
    capture: Any = apprise.LogCapture  # it carries no types
    with capture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = plugin.notify(title=message.line, body=message.body)
        lines = said.getvalue().strip().splitlines()
    return "" if taken else (lines[-1] if lines else "it was not taken")


def send_mail(to: str, message: Message) -> str:
    """Sends an e-mail; why it was not taken, or ""."""
    mail = EmailMessage(
        subject=message.line,
        body=message.body,
        to=[to],
        headers={"Message-ID": f"<{message.key}@interlock>", "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (SMTPException, OSError, ValueError) as error:  # the last: it is no address
        return f"{type(error).__name__}: {error}"
    return ""


def is_mail_set_up() -> bool:
    """Whether the operator has named a server for e-mail."""
    return bool(settings.EMAIL_HOST)


def _plugin(url: str) -> apprise.NotifyBase | None:
    asset = apprise.AppriseAsset(plugin_paths=[])
    plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if not isinstance(plugin, apprise.NotifyBase):
        return None
    plugin.socket_connect_timeout = plugin.socket_read_timeout = PATIENCE
    plugin.redirects = False
    return plugin
