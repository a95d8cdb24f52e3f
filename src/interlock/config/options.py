"""What an operator may set: `interlock.toml` < environment (`INTERLOCK_*`) < flags."""

from __future__ import annotations

import secrets
from importlib.util import find_spec
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Literal
from urllib.parse import urlsplit

import dj_database_url
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from interlock.config.misconfigured import MisconfiguredError
from interlock.store.kept import kept_secret

FILE = "interlock.toml"
_DATABASES = ("sqlite", "postgresql", "postgres")


class Options(BaseSettings):
    """The options of one deployment.

    `data` holds everything that the deployment writes. `database` is a URL
    (`postgresql://user:password@host/name`); empty: SQLite inside `data`. `https` asks browsers
    for it; `behind_proxy` believes what a proxy says of a request: that it came by HTTPS
    (X-Forwarded-Proto), and from where (the last entry of X-Forwarded-For). With an `oidc_server`
    people may sign in by it. `refresh_minutes` is how often numbers about everybody follow what
    came in live, at most; 0: never by themselves. `webhooks_inside` lets webhooks go to private
    addresses, and by plain HTTP. `address` is where people reach the pages, for links in what goes
    out. `mail_…` name the server that takes e-mail (without a host none is sent), and whom it
    comes from.
    """

    model_config = SettingsConfigDict(env_prefix="INTERLOCK_", toml_file=FILE, extra="forbid")

    data: Path = Path("data")
    database: str = ""
    secret_key: str = ""
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    https: bool = False
    behind_proxy: bool = False
    debug: bool = False
    webhooks_inside: bool = False
    oidc_name: str = "single sign-on"
    oidc_server: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    saml_name: str = "single sign-on"
    saml_entity_id: str = ""
    saml_sso_url: str = ""
    saml_logout_url: str = ""
    saml_certificate: Path | None = None
    refresh_minutes: int = Field(default=5, ge=0)
    address: str = "http://127.0.0.1:8000/"
    mail_host: str = ""
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_user: str = ""
    mail_password: str = ""
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "interlock@localhost"

    def oidc(self) -> dict[str, object]:
        """The OIDC provider as django-allauth reads it; without one, no provider at all."""
        app = {
            "provider_id": "oidc",
            "name": self.oidc_name,
            "client_id": self.oidc_client_id,
            "secret": self.oidc_client_secret,
            "settings": {"server_url": self.oidc_server},
        }
        return {"APPS": [app] if self.oidc_server else [], "OAUTH_PKCE_ENABLED": True}

    def saml(self) -> dict[str, object]:
        """The SAML provider as django-allauth reads it; without one, no provider at all.

        Answers must be signed, must answer a question of ours, and their addresses count as
        confirmed: whoever set the provider trusts it with that.
        """
        if not self.saml_entity_id or self.saml_certificate is None:
            return {"APPS": []}
        idp = {
            "entity_id": self.saml_entity_id,
            "sso_url": self.saml_sso_url,
            "slo_url": self.saml_logout_url,
            "x509cert": self.saml_certificate.read_text(),
        }
        rules = {
            "want_assertion_signed": True,
            "reject_idp_initiated_sso": True,
            "allow_single_label_domains": True,  # in a network of one's own hosts are called so
        }
        known = {"idp": idp, "advanced": rules, "verified_email": True}
        app = {
            "provider_id": "saml",
            "name": self.saml_name,
            "client_id": "saml",
            "settings": known,
        }
        return {"APPS": [app]}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - named by the library
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - named by the library
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence, strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def secret(self) -> str:
        """The key that signs sessions: as set, or made once and kept in `data`."""
        if self.secret_key:
            return self.secret_key
        return kept_secret(self.data.resolve() / "secret-key", _fresh_secret)


def read_options() -> Options:
    """The options as they are set; raises MisconfiguredError where they cannot be used."""
    try:
        options = Options()
    except ValidationError as error:
        wrong = "; ".join(_said(each["loc"], each["msg"]) for each in error.errors())
        names = ", ".join(Options.model_fields)
        way_out = f"They are set in {FILE} or as INTERLOCK_…; there are {names}."
        raise MisconfiguredError(f"Settings cannot be used: {wrong}.", way_out) from None
    except (TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        reason = f"{Path(FILE).resolve()} cannot be read: {error}."
        raise MisconfiguredError(reason, "Mend it, or take it away.") from None
    if options.database and not _is_database(options.database):
        way_out = "Write postgresql://user:password@host/name, or leave it out for SQLite."
        raise MisconfiguredError("`database` names no database that Interlock uses.", way_out)
    _check_oidc(options)
    _check_saml(options)
    return options


def _check_oidc(options: Options) -> None:
    """Raises MisconfiguredError where a sign-in by OIDC would not be safe, or not work."""
    if not options.oidc_server:
        return
    server = urlsplit(options.oidc_server)
    if server.scheme != "https" and server.hostname not in {"localhost", "127.0.0.1", "::1"}:
        reason = "`oidc_server` is asked without TLS, so that others could answer in its place."
        raise MisconfiguredError(reason, "Write https://…, or leave it out.")
    if not options.oidc_client_id:
        reason = "`oidc_server` is set, but `oidc_client_id` is not."
        raise MisconfiguredError(reason, "Register Interlock there, and set what it is called.")


def _check_saml(options: Options) -> None:
    """Raises MisconfiguredError where a sign-in by SAML would not work."""
    if not options.saml_entity_id:
        return
    if find_spec("onelogin") is None:
        reason = "`saml_entity_id` is set, but python3-saml is not installed."
        raise MisconfiguredError(reason, "Install Interlock with it: `interlock[saml]`.")
    file = options.saml_certificate
    if file is None or not file.is_file() or not options.saml_sso_url:
        reason = (
            "`saml_entity_id` is set, but `saml_sso_url` or the file `saml_certificate` is not."
        )
        raise MisconfiguredError(reason, "Both stand in the metadata of the provider.")


def _is_database(url: str) -> bool:
    try:
        parsed = dj_database_url.parse(url)
    except ValueError:
        return False
    return url.partition(":")[0] in _DATABASES and bool(parsed["NAME"])


def _said(where: tuple[int | str, ...], what: str) -> str:
    return f"`{'.'.join(map(str, where))}`: {what[:1].lower()}{what[1:]}"


def made_folder(folder: Path) -> Path:
    """The data folder, made if it is not there; raises MisconfiguredError where it cannot be."""
    try:
        resolved = folder.resolve()
        resolved.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"The data folder {folder} cannot be made: {error.strerror}."
        way_out = "Name another: --store, INTERLOCK_DATA, or `data` in interlock.toml."
        raise MisconfiguredError(reason, way_out) from None
    return resolved


def _fresh_secret() -> str:
    return secrets.token_urlsafe(48)
