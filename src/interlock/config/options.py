"""What an operator may set: `interlock.toml` < environment (`INTERLOCK_*`) < flags."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Options(BaseSettings):
    """The options of one deployment.

    `data` holds everything that the deployment writes. `database` is a URL
    (`postgresql://user:password@host/name`); empty: SQLite inside `data`.
    """

    model_config = SettingsConfigDict(
        env_prefix="INTERLOCK_", toml_file="interlock.toml", extra="forbid"
    )

    data: Path = Path("data")
    database: str = ""
    secret_key: str = ""
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    https: bool = False
    debug: bool = False

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

    @property
    def database_url(self) -> str:
        """The database as a URL, whichever way it was set."""
        return self.database or f"sqlite:///{(self.data / 'interlock.sqlite3').resolve()}"

    def secret(self) -> str:
        """The key that signs sessions: as set, or made once and kept in `data`."""
        if self.secret_key:
            return self.secret_key
        return _kept_secret(self.data.resolve() / "secret-key")


@cache
def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            # the first of several processes wins; a link, unlike a rename, never overwrites
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
