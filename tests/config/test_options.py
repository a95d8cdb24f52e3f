from __future__ import annotations

from pathlib import Path

import pytest

from interlock.config.misconfigured import MisconfiguredError
from interlock.config.options import made_folder, read_options


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTERLOCK_DATABASE", raising=False)
    monkeypatch.delenv("INTERLOCK_DATA", raising=False)


def test_the_environment_is_stronger_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("interlock.toml").write_text('data = "here"\nhttps = true\n')
    monkeypatch.setenv("INTERLOCK_DATA", "there")
    options = read_options()
    assert (options.data, options.https) == (Path("there"), True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'datta = "x"', "Settings cannot be used: `datta`: extra inputs are not permitted."),
        (b"data = 5", "Settings cannot be used: `data`: input is not a valid path"),
        (b"data = [1", "interlock.toml cannot be read: Unclosed array"),
        (b"\xff\xfe", "interlock.toml cannot be read: 'utf-8' codec"),
        (b'database = "mysql://a/b"', "`database` names no database that Interlock uses."),
        (b'database = "postgresql://a:port/b"', "`database` names no database"),
        (b'database = "postgresql://a"', "`database` names no database"),
        (b'database = "sqlite"', "`database` names no database"),
    ],
)
def test_a_wrong_file_is_said_with_reason_and_way_out(text: bytes, reason: str) -> None:
    Path("interlock.toml").write_bytes(text)
    with pytest.raises(MisconfiguredError) as raised:
        read_options()
    assert reason in raised.value.reason
    assert raised.value.way_out


def test_a_wrong_variable_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCK_HTTPS", "maybe")
    with pytest.raises(MisconfiguredError, match="`https`: input should be a valid boolean"):
        read_options()


def test_a_database_with_its_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCK_DATABASE", "mysql://ann:secret@host/name")
    with pytest.raises(MisconfiguredError) as raised:
        read_options()
    assert "secret" not in str(raised.value)


def test_a_folder_is_made(tmp_path: Path) -> None:
    assert made_folder(Path("a/b")) == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MisconfiguredError, match=r"The data folder file/x cannot be made: Not a"):
        made_folder(Path("file/x"))


@pytest.mark.parametrize(
    ("server", "client", "said"),
    [
        ("http://id.example.com", "interlock", "without TLS"),
        ("https://id.example.com", "", "`oidc_client_id` is not"),
    ],
)
def test_a_sign_in_by_oidc_that_would_not_be_safe_is_refused(
    monkeypatch: pytest.MonkeyPatch, server: str, client: str, said: str
) -> None:
    monkeypatch.setenv("INTERLOCK_OIDC_SERVER", server)
    monkeypatch.setenv("INTERLOCK_OIDC_CLIENT_ID", client)
    with pytest.raises(MisconfiguredError, match=said):
        read_options()


def test_a_sign_in_by_oidc_over_tls_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCK_OIDC_SERVER", "https://id.example.com")
    monkeypatch.setenv("INTERLOCK_OIDC_CLIENT_ID", "interlock")
    assert read_options().oidc()["APPS"]
