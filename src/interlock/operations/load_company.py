"""Filling a store with the made-up company, and making sign-ins for some of its people."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from interlock.operations.actor import Actor
from interlock.operations.add_user import add_user
from interlock.operations.adopt import adopt
from interlock.operations.disagree import disagree
from interlock.operations.hold_round import hold_round
from interlock.operations.live_by_it import live_by_it
from interlock.operations.permissions import Role
from interlock.operations.rebuild import rebuild
from interlock.operations.receive import receive
from interlock.practice.disputes import Kind
from interlock.simulate.company import Company, write_company
from interlock.simulate.staff import (
    DEMO_HEADS,
    DEMO_KEEPER,
    DEMO_MARKETING,
    DEMO_NEWCOMERS,
    DEMO_SALES,
)
from interlock.store.models import FACTS, Case, Confirmation, LanguageRound, Replay, User
from interlock.store.verdicts import Progress

MAKER = Actor("demo", "operations", Role.ADMIN)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike, since somebody types them from a screen."""


_ROLES = {DEMO_KEEPER: Role.ADMIN, **dict.fromkeys(DEMO_HEADS, Role.LEAD)}


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in."""

    name: str
    role: str
    email: str
    password: str


def load_company(folder: Path, *, people: int, progress: Progress) -> tuple[SignIn, ...]:
    """Writes the company's export into `folder`, imports it, and replays it under its agreement.

    The data ends now, and the replay looks from the present on, as a company's own would. What is
    there already is not done again, and a run that was killed goes on where it was: the replay
    comes last, so a store with a current one is complete. Both teams have held a language test,
    most have read the agreement, and some have disputed what it decided.
    """
    if not Replay.objects.filter(current=True).exists():
        _fill(_exported(folder / "company", people, progress), progress)
    if not LanguageRound.objects.exists():
        hold_round(by=MAKER, now=int(time.time()))
    if not Confirmation.objects.exists():
        live_by_it(int(time.time()))
    sign_ins = _sign_ins(folder / "sign-ins.json")
    if not Case.objects.exclude(kind=Kind.CONSEQUENCE).exists():
        disagree(int(time.time()))
    return sign_ins


def _exported(folder: Path, people: int, progress: Progress) -> Company:
    """The company's files, moved into place only once all of them are written."""
    if not folder.exists():
        begun = folder.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        write_company(begun, people=people, until=int(time.time()), progress=progress)
        begun.rename(folder)
    return Company(folder, {})


def _fill(company: Company, progress: Progress) -> None:
    def imported(file: str, share: float, _rows: int) -> None:
        progress(f"importing {file}", int(share * 100), 100)

    manifest = company.manifest.read_bytes()
    received = receive(manifest, company.folder, by=MAKER, progress=imported)
    adopted = adopt(company.agreement.read_text(), by=MAKER, why="the demo begins")
    wrong = [*received.problems, *(p for p in adopted.problems if adopted.version is None)]
    if wrong:
        raise RuntimeError(f"the made-up company does not load: {wrong[0]}")
    rebuild(by=MAKER, progress=progress)


def _sign_ins(file: Path) -> tuple[SignIn, ...]:
    """Some with their passwords, which are made once and kept in `file`."""
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    keys = (DEMO_MARKETING, DEMO_SALES, DEMO_KEEPER, *DEMO_HEADS, *DEMO_NEWCOMERS)
    members = {row.key: row for row in FACTS["member"].objects.filter(live=True, key__in=keys)}
    found = tuple(
        SignIn(row.name, row.role, row.email, kept.get(row.email) or _password())
        for row in (members[key] for key in keys)
    )
    _keep(file, {each.email: each.password for each in found})
    for key, each in zip(keys, found, strict=True):
        if not User.objects.filter(username=each.email).exists():
            add_user(each.email, each.password, by=MAKER, role=_ROLES.get(key, Role.MEMBER))
    return found


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _keep(file: Path, passwords: dict[str, str]) -> None:
    fresh = file.with_suffix(".fresh")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(passwords, indent=2))
    fresh.replace(file)
