"""The forms that buyers fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interlock.store.models import LeadForm

FIELDS: Mapping[str, str] = {
    "email": "E-mail address",
    "name": "Name",
    "company": "Company",
    "title": "Job title",
    "phone": "Phone",
    "country": "Country",
    "message": "What can we do for you?",
}
"""What a form can ask for, with its words; the e-mail address is always asked for."""
EMAIL = "email"


@dataclass(frozen=True)
class FormKept:
    """One form; see `interlock.store.models.doors.LeadForm`."""

    name: str
    title: str
    says: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    consent: str
    thanks: str
    source: str
    campaign: str
    returns: tuple[str, ...]
    frames: tuple[str, ...]
    is_open: bool = True


def read_forms() -> tuple[FormKept, ...]:
    """All forms by name, closed ones too."""
    return tuple(map(_kept, LeadForm.objects.order_by("name")))


def read_form(name: str) -> FormKept | None:
    """The form of that name; None where there is none."""
    row = LeadForm.objects.filter(name=name).first()
    return _kept(row) if row else None


def _kept(row: LeadForm) -> FormKept:
    return FormKept(
        name=row.name,
        title=row.title,
        says=row.says,
        fields=tuple(name for name in FIELDS if name in row.fields),
        needed=tuple(row.needed),
        consent=row.consent,
        thanks=row.thanks,
        source=row.source,
        campaign=row.campaign,
        returns=tuple(row.returns),
        frames=tuple(row.frames),
        is_open=row.closed_at is None,
    )
