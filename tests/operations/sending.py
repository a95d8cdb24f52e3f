"""A worker in a process of its own, that may die of SIGKILL once a message is sent.

    python sending.py URL NOW [dies]

The first time it makes a webhook to URL and a message.
"""

from __future__ import annotations

import os
import signal
import sys

from interlock.config import setup


def main(url: str, now: int, dies: str) -> None:
    """Sends what is due."""
    setup()
    from interlock.operations import send_webhooks  # noqa: PLC0415 - after the settings
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - as above
    from interlock.operations.keep_webhook_out import keep_webhook_out  # noqa: PLC0415 - as above
    from interlock.operations.outbox import Telling, Topic, publish  # noqa: PLC0415 - as above
    from interlock.store.models import WebhookOut  # noqa: PLC0415 - as above

    if not WebhookOut.objects.exists():
        keep_webhook_out("crm", url, list(Topic), by=COMMAND_LINE)
        publish([Telling(Topic.KEPT, "ada", now, {})], now)
    if dies:
        send_webhooks._settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # noqa: SLF001 - where it dies
    send_webhooks.send_webhooks(now)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
