"""The addresses of signing in, and of looking after one's own sign-in.

Names with `account_`, `mfa_`, `openid_connect_` and `saml_` are those by which
django-allauth finds its way between its pages.
"""

from allauth.account import views as allauth_account
from allauth.mfa.base import views as steps
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from interlock.web.second_step import SetUpApp
from interlock.web.views import absences, account, forgotten, members, saml, signing

_ACCOUNT = "settings/account"
_SAML = "sign-in/saml/<slug:organization_slug>"
_sign_in, _sign_out = signing.SignIn.as_view(), LogoutView.as_view()

urlpatterns: list[URLPattern] = [
    path("sign-in", _sign_in, name="sign-in"),
    path("sign-in", _sign_in, name="account_login"),
    path("sign-in/code", never_cache(steps.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", never_cache(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/with/<slug:provider_id>", signing.elsewhere, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back", signing.came_back, name="openid_connect_callback"),
    path(f"{_SAML}/login", saml.login, name="saml_login"),
    path(f"{_SAML}/answer", saml.acs, name="saml_acs"),
    path(f"{_SAML}/finish", saml.finish_acs, name="saml_finish_acs"),
    path(f"{_SAML}/metadata", saml.metadata, name="saml_metadata"),
    path(f"{_SAML}/sign-out", saml.sls, name="saml_sls"),
    path("sign-out", _sign_out, name="sign-out"),
    path("sign-out", _sign_out, name="account_logout"),
    path("invitations/<str:secret>", members.invitation, name="invitation"),
    path("invitations", members.accept, name="accept-invitation"),
    path("password", forgotten.forgotten, name="forgotten-password"),
    path("password/new", forgotten.choose, name="choose-password"),
    path("password/<str:secret>", forgotten.link, name="password-link"),
    path("settings/absences", absences.absences, name="absences"),
    path("settings/absences/<int:number>/back", absences.take_back, name="take-absence-back"),
    path(_ACCOUNT, account.account, name="account"),
    path(_ACCOUNT, account.account, name="mfa_index"),
    path(_ACCOUNT, account.account, name="mfa_list_webauthn"),
    path(f"{_ACCOUNT}/password", account.password, name="password"),
    path(f"{_ACCOUNT}/sessions/end", account.end_others, name="end-other-sessions"),
    path(f"{_ACCOUNT}/sessions/<int:number>/end", account.end_one, name="end-session"),
    path(
        f"{_ACCOUNT}/again",
        never_cache(allauth_account.reauthenticate),
        name="account_reauthenticate",
    ),
    path(f"{_ACCOUNT}/again/code", never_cache(steps.reauthenticate), name="mfa_reauthenticate"),
    path(
        f"{_ACCOUNT}/again/passkey",
        never_cache(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(f"{_ACCOUNT}/app", never_cache(SetUpApp.as_view()), name="mfa_activate_totp"),
    path(f"{_ACCOUNT}/app/remove", never_cache(app.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        f"{_ACCOUNT}/codes", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        f"{_ACCOUNT}/codes/new",
        never_cache(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(f"{_ACCOUNT}/passkeys/new", never_cache(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        f"{_ACCOUNT}/passkeys/<int:pk>/remove",
        never_cache(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]
