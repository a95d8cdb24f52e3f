"""Signing in by SAML: a provider whose answers are signed, as its page in a browser sends them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.test import Client
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from interlock.config.misconfigured import MisconfiguredError
from interlock.config.options import Options, read_options
from interlock.store.models import User

ENTITY, SSO = "https://id.example.com/saml", "https://id.example.com/saml/sign-in"
SLO = "https://id.example.com/saml/sign-out"
BASE = "http://testserver/sign-in/saml/saml"


@dataclass(frozen=True)
class Signer:
    """A key, and the certificate that goes with it."""

    key: str
    certificate: str


def signer() -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.example.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(1)
    now = datetime.now(UTC)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    no = serialization.NoEncryption()
    return Signer(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no).decode(),
        made.sign(key, hashes.SHA256()).public_bytes(pem).decode(),
    )


@pytest.fixture
def known(settings: LazySettings, tmp_path: Path) -> Signer:
    made = signer()
    file = tmp_path / "id.pem"
    file.write_text(made.certificate)
    options = Options(
        saml_name="Example ID",
        saml_entity_id=ENTITY,
        saml_sso_url=SSO,
        saml_logout_url=SLO,
        saml_certificate=file,
    )
    settings.SAML_SIGNS_OUT = True
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options.oidc(), "saml": options.saml()}
    return made


def asked(client: Client) -> str:
    """The number of the question that the browser takes there."""
    location = client.get("/sign-in/saml/saml/login")["Location"]
    assert location.startswith(SSO)
    (packed,) = parse_qs(urlsplit(location).query)["SAMLRequest"]
    request = ET.fromstring(zlib.decompress(base64.b64decode(packed), -15))  # noqa: S314 - our own
    return str(request.attrib["ID"])


def answered(by: Signer | None, question: str, email: str, audience: str = BASE) -> str:
    """What the provider sends, signed or not."""
    now = datetime.now(UTC)
    at, until = (f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (now, now + timedelta(minutes=5)))
    assertion: Any = f"""
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0"
    IssueInstant="{at}"><saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject><saml:NameID
    Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{email}</saml:NameID>
    <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
    <saml:SubjectConfirmationData InResponseTo="{question}" NotOnOrAfter="{until}"
    Recipient="{BASE}/answer"/></saml:SubjectConfirmation></saml:Subject>
    <saml:Conditions NotBefore="{at}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
    <saml:Audience>{audience}/metadata</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions><saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s1">
    <saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password
    </saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>{email}
    </saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>""".strip()
    if by is not None:
        assertion = OneLogin_Saml2_Utils.add_sign(assertion, by.key, by.certificate).decode()
    return base64.b64encode(
        f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1"
    Version="2.0" IssueInstant="{at}" Destination="{BASE}/answer" InResponseTo="{question}">
    <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY}</saml:Issuer>
    <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
    </samlp:Status>{assertion}</samlp:Response>""".encode()
    ).decode()


def is_in_after(client: Client, answer: str) -> bool:
    client.post("/sign-in/saml/saml/answer", {"SAMLResponse": answer}, follow=True)
    return client.get("/people").status_code == 200


def test_who_is_known_there_comes_in_once(known: Signer, reader: User) -> None:
    client = Client()
    assert "Sign in with Example ID" in client.get("/sign-in").content.decode()
    answer = answered(known, asked(client), "Sam@example.com")
    assert is_in_after(client, answer)
    assert int(client.session["_auth_user_id"]) == reader.pk
    assert not is_in_after(Client(), answer)


@pytest.mark.parametrize("how", ["unsigned", "by another", "for another", "unasked"])
def test_an_answer_that_is_not_the_providers_to_us_is_refused(
    known: Signer, reader: User, how: str
) -> None:
    client = Client()
    by = {"unsigned": None, "by another": signer()}.get(how, known)
    question = "_nothing" if how == "unasked" else asked(client)
    audience = "https://other.example.com" if how == "for another" else BASE
    assert not is_in_after(client, answered(by, question, reader.username, audience))


@pytest.mark.django_db
def test_being_known_there_lets_nobody_in_by_itself(known: Signer) -> None:
    client = Client()
    assert not is_in_after(client, answered(known, asked(client), "stranger@example.com"))
    assert not User.objects.exists()


def signing_out(by: Signer | None, email: str, how: str = "Request") -> str:
    """The address to which the provider sends a browser to sign somebody out here."""
    now = datetime.now(UTC)
    at, until = (f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (now, now + timedelta(minutes=5)))
    inside = {
        "Request": f"<saml:NameID>{email}</saml:NameID>",
        "Response": """<samlp:Status><samlp:StatusCode
            Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>""",
    }[how]
    also = f'NotOnOrAfter="{until}"' if how == "Request" else 'InResponseTo="_q1"'
    message = f"""<samlp:Logout{how} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_o1" Version="2.0" IssueInstant="{at}"
    Destination="{BASE}/sign-out" {also}><saml:Issuer>{ENTITY}</saml:Issuer>{inside}
    </samlp:Logout{how}>"""
    told = {f"SAML{how}": OneLogin_Saml2_Utils.deflate_and_base64_encode(message)}
    if by is not None:
        told["SigAlg"] = OneLogin_Saml2_Constants.RSA_SHA256
        key = serialization.load_pem_private_key(by.key.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signed = key.sign(urlencode(told).encode(), padding.PKCS1v15(), hashes.SHA256())
        told["Signature"] = base64.b64encode(signed).decode()
    return f"/sign-in/saml/saml/sign-out?{urlencode(told)}"


def test_who_signs_out_there_is_signed_out_here(
    known: Signer, as_reader: Client, reader: User
) -> None:
    answer = as_reader.get(signing_out(known, reader.username))
    assert answer["Location"].startswith(f"{SLO}?SAMLResponse=")
    assert as_reader.get("/people").status_code == 302


@pytest.mark.parametrize("how", ["Request", "Response"])
@pytest.mark.parametrize("wrong", ["unsigned", "empty", "by another", "posted"])
def test_nobody_else_signs_anybody_out(
    known: Signer, as_reader: Client, reader: User, how: str, wrong: str
) -> None:
    by = {"by another": signer(), "posted": known}.get(wrong)
    address = signing_out(by, reader.username, how)
    if wrong == "posted":
        path, _, query = address.partition("?")
        answer = as_reader.post(path, dict(parse_qsl(query)))
    else:
        answer = as_reader.get(f"{address}&Signature=" if wrong == "empty" else address)
    assert answer.status_code == 400
    assert as_reader.get("/people").status_code == 200


def test_where_single_logout_is_not_set_up_there_is_no_such_page(
    known: Signer, as_reader: Client, reader: User, settings: LazySettings
) -> None:
    settings.SAML_SIGNS_OUT = False
    assert as_reader.get(signing_out(known, reader.username)).status_code == 404
    assert as_reader.get("/people").status_code == 200


def test_one_goes_there_to_sign_in_and_for_nothing_else(known: Signer, as_reader: Client) -> None:
    assert known.certificate
    answer = as_reader.get("/sign-in/saml/saml/login?process=connect")
    assert answer.status_code == 404


@pytest.mark.django_db
def test_it_says_what_has_to_be_registered(known: Signer) -> None:
    assert known.certificate
    page = Client().get("/sign-in/saml/saml/metadata")
    assert f'entityID="{BASE}/metadata"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["login", "finish", "metadata"])
def test_without_a_provider_there_are_no_such_pages(step: str) -> None:
    assert Client().get(f"/sign-in/saml/saml/{step}").status_code == 404


def test_without_its_package_it_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INTERLOCK_SAML_ENTITY_ID", ENTITY)
    monkeypatch.setattr("interlock.config.options.find_spec", lambda _: None)
    with pytest.raises(MisconfiguredError, match=r"interlock\[saml\]"):
        read_options()


def test_half_a_provider_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCK_SAML_ENTITY_ID", ENTITY)
    monkeypatch.setattr("interlock.config.options.find_spec", lambda _: True)
    with pytest.raises(MisconfiguredError, match="stand in the metadata"):
        read_options()
