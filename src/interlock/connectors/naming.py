"""Names that criteria can use, made from the headers of a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

RESERVED_WORDS = ("true", "false", "null", "in")
"""Words that no field of a criterion can be named by."""

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(header: str) -> str:
    """The header in small letters, digits and `_`: `Lead Source` and `LeadSource` → `lead_source`.

    Empty where nothing of it can be written so.
    """
    plain = unicodedata.normalize("NFKD", header.translate(_LETTERS))
    plain = plain.encode("ascii", "ignore").decode()
    name = _OTHER.sub("_", _HUMP.sub("_", plain).lower()).strip("_")
    return f"_{name}" if name[:1].isdigit() else f"{name}_" if name in RESERVED_WORDS else name


def slugs(headers: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """A name for each header, all different and none of `taken`: a second `name` is `name_2`."""
    used = set(taken)
    names = []
    for position, header in enumerate(headers, 1):
        stem = name = slug(header) or f"column_{position}"
        number = 2
        while name in used:
            name, number = f"{stem}_{number}", number + 1
        used.add(name)
        names.append(name)
    return names


def left_over(
    headers: Iterable[str], mentioned: Collection[str], taken: Collection[str]
) -> list[tuple[str, str]]:
    """The headers that are not mentioned, each behind its name as an attribute."""
    others = [header for header in headers if header not in mentioned]
    return list(zip(slugs(others, taken), others, strict=True))
