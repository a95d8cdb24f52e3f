"""Which deed each page is: the one place that says who may see it and send its form.

`interlock.web.gate` holds every request against this table before its view is called; a page
without a row is closed to all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interlock.operations.permissions import Action

ANYONE: Final = None
"""Also who has not signed in."""


@dataclass(frozen=True)
class Row:
    """The deed that seeing a page is, and the one that sending its form is. ANYONE: none."""

    see: Action | None
    send: Action | None


def _row(see: Action | None, send: Action | None = None) -> Row:
    return Row(see, send or see)


PAGES: dict[str, Row] = {
    "sign-in": _row(ANYONE),
    "account_login": _row(ANYONE),
    "mfa_authenticate": _row(ANYONE),
    "mfa_login_webauthn": _row(ANYONE),
    "openid_connect_login": _row(ANYONE),
    "openid_connect_callback": _row(ANYONE),
    "saml_login": _row(ANYONE),
    "saml_acs": _row(ANYONE),
    "saml_finish_acs": _row(ANYONE),
    "saml_metadata": _row(ANYONE),
    "saml_sls": _row(ANYONE),
    "sign-out": _row(ANYONE),
    "account_logout": _row(ANYONE),
    "invitation": _row(ANYONE),
    "accept-invitation": _row(ANYONE),
    "forgotten-password": _row(ANYONE),
    "password-link": _row(ANYONE),
    "choose-password": _row(ANYONE),
    "theme": _row(ANYONE),
    "scoreboard": _row(Action.READ),
    "marketing-desk": _row(Action.READ),
    "answer-question": _row(Action.WORK),
    "answer-challenge": _row(Action.WORK),
    "team-desk": _row(Action.LEAD_TEAM),
    "desk": _row(Action.WORK),
    "pulse": _row(Action.READ),
    "desk-deed": _row(Action.WORK),
    "desk-undo": _row(Action.WORK),
    "desk-answer": _row(Action.WORK),
    "promises": _row(Action.READ),
    "promise": _row(Action.READ),
    "period": _row(Action.READ),
    "obligations": _row(Action.READ),
    "people": _row(Action.READ),
    "person": _row(Action.READ),
    "agreement": _row(Action.READ),
    "proposals": _row(Action.READ),
    "propose": _row(Action.AGREE),
    "proposal": _row(Action.READ),
    "approve": _row(Action.AGREE),
    "withdraw-proposal": _row(Action.AGREE),
    "sign-proposal": _row(Action.AGREE),
    "mine": _row(Action.READ),
    "readers": _row(Action.READ),
    "raci": _row(Action.READ),
    "words": _row(Action.READ, Action.ASK_WORD),
    "answer-word": _row(Action.AGREE),
    "draft-from-word": _row(Action.DRAFT),
    "confirm": _row(Action.AGREE),
    "proof": _row(Action.READ),
    "sealed-text": _row(Action.READ),
    "remark": _row(Action.AGREE),
    "settle-remark": _row(Action.AGREE),
    "clause": _row(Action.READ),
    "disputes": _row(Action.READ),
    "open-dispute": _row(Action.DISPUTE),
    "dispute": _row(Action.READ),
    "dispute-view": _row(Action.DISPUTE),
    "dispute-ruling": _row(Action.DISPUTE),
    "draft-from-disputes": _row(Action.DRAFT),
    "drafts": _row(Action.READ, Action.DRAFT),
    "draft": _row(Action.READ),
    "draft-text": _row(Action.READ, Action.DRAFT),
    "draft-clause": _row(Action.READ, Action.DRAFT),
    "draft-condition": _row(Action.DRAFT),
    "try-draft": _row(Action.READ, Action.DRAFT),
    "draft-curve": _row(Action.READ),
    "trial": _row(Action.READ),
    "add-clause": _row(Action.DRAFT),
    "rebase-draft": _row(Action.DRAFT),
    "close-draft": _row(Action.DRAFT),
    "language": _row(Action.READ, Action.TEST_LANGUAGE),
    "language-round": _row(Action.READ),
    "language-term": _row(Action.WORK),
    "language-lead": _row(Action.WORK),
    "draft-from-round": _row(Action.DRAFT),
    "close-language-round": _row(Action.TEST_LANGUAGE),
    "data": _row(Action.READ),
    "facts": _row(Action.READ),
    "replay": _row(Action.REPLAY),
    "replay-progress": _row(Action.READ),
    "import": _row(Action.READ),
    "refused": _row(Action.READ),
    "take-back": _row(Action.TAKE_BACK),
    "trail": _row(Action.READ_TRAIL),
    "settings": _row(Action.READ),
    "webhooks-out": _row(Action.MANAGE_DOORS),
    "webhook-out": _row(Action.MANAGE_DOORS),
    "switch-webhook-out": _row(Action.MANAGE_DOORS),
    "send-again": _row(Action.MANAGE_DOORS),
    "webhooks-in": _row(Action.MANAGE_DOORS),
    "webhook-in-kept": _row(Action.MANAGE_DOORS),
    "close-webhook-in": _row(Action.MANAGE_DOORS),
    "lead-forms": _row(Action.MANAGE_DOORS),
    "lead-form": _row(Action.MANAGE_DOORS),
    "close-form": _row(Action.MANAGE_DOORS),
    "form": _row(ANYONE),
    "api-page": _row(Action.READ),
    "absences": _row(Action.WORK),
    "take-absence-back": _row(Action.WORK),
    "teams": _row(Action.SAY_CAPACITY),
    "account": _row(Action.OWN_SIGN_IN),
    "mfa_index": _row(Action.OWN_SIGN_IN),
    "mfa_list_webauthn": _row(Action.OWN_SIGN_IN),
    "password": _row(Action.OWN_SIGN_IN),
    "end-other-sessions": _row(Action.OWN_SIGN_IN),
    "end-session": _row(Action.OWN_SIGN_IN),
    "account_reauthenticate": _row(Action.OWN_SIGN_IN),
    "mfa_reauthenticate": _row(Action.OWN_SIGN_IN),
    "mfa_reauthenticate_webauthn": _row(Action.OWN_SIGN_IN),
    "mfa_activate_totp": _row(Action.OWN_SIGN_IN),
    "mfa_deactivate_totp": _row(Action.OWN_SIGN_IN),
    "mfa_view_recovery_codes": _row(Action.OWN_SIGN_IN),
    "mfa_generate_recovery_codes": _row(Action.OWN_SIGN_IN),
    "mfa_add_webauthn": _row(Action.OWN_SIGN_IN),
    "mfa_remove_webauthn": _row(Action.OWN_SIGN_IN),
    "members": _row(Action.MANAGE_PEOPLE),
    "change-sign-in": _row(Action.MANAGE_PEOPLE),
    "drop-second-step": _row(Action.MANAGE_PEOPLE),
    "revoke-invitation": _row(Action.MANAGE_PEOPLE),
    "webhook-in": _row(ANYONE),
    "messages": _row(Action.READ),
    "message": _row(Action.READ, Action.IMPORT),
    "notices": _row(Action.READ),
    "bell": _row(Action.READ),
    "notice": _row(Action.READ),
    "notice-choices": _row(Action.OWN_SIGN_IN),
    "try-notices": _row(Action.OWN_SIGN_IN),
    "remove-channel": _row(Action.OWN_SIGN_IN),
    "channels": _row(Action.MANAGE_DOORS),
    "tokens": _row(Action.OWN_SIGN_IN),
    "revoke-token": _row(Action.OWN_SIGN_IN),
}
"""Each page by its name in `interlock.config.urls`."""
