"""The words of a criterion's sentence: what each name, count and value is called in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from interlock.agreement.expression import Constant, Name, ValueType
from interlock.agreement.vocabulary import COUNTS

_FIELDS = {
    "employees": "number of employees",
    "email": "e-mail address",
    "created_at": "creation",
    "updated_at": "last change",
    "closed_at": "closing",
    "at": "time",
}
_ACTIVITY_NOUNS = {"email": ("e-mail", "e-mails"), "any": ("activity", "activities")}
_COUNTED = {
    "attempts": ("attempt to reach the buyer", "attempts to reach the buyer"),
    "accept": ("acceptance", "acceptances"),
    "reject": ("rejection", "rejections"),
    "recycle": ("return to nurture", "returns to nurture"),
    "qualify": ("qualification", "qualifications"),
    "disqualify": ("disqualification", "disqualifications"),
    "convert": ("conversion", "conversions"),
    "win": ("win", "wins"),
    "lose": ("loss", "losses"),
    "created": ("opportunity", "opportunities"),
}
_ANY = {
    "touches": ("touch", "touches"),
    "activities": ("activity", "activities"),
    "decisions": ("decision", "decisions"),
    "assignments": ("assignment", "assignments"),
}
DECIDED = {
    "accept": "accepted",
    "reject": "rejected",
    "recycle": "sent back to nurture",
    "qualify": "qualified",
    "disqualify": "disqualified",
    "convert": "converted",
    "win": "won",
    "lose": "lost",
}
"""What a lead is after a decision of each kind."""

DONE = {
    "call": "calls",
    "email": "writes an e-mail",
    "meeting": "meets the buyer",
    "message": "sends a message",
    "visit": "visits the buyer",
    "task": "plans a task",
    "note": "writes a note",
}
"""What somebody does in an activity of each kind."""


_SPOKEN_AS_VOWEL = re.compile(
    r"(?!(?:uni(?!n|m)|us[aeu]|eu|one\b|once))[aeiou]|hour|hono|honest|heir", re.IGNORECASE
)
"""How a word begins that takes `an`: by its sound, as in "an hour" and "a user"."""
_SPELLED_OUT = re.compile(r"[A-Z]+\b")
"""A word that is read letter by letter, as in "an HR lead"."""
_LETTERS_LIKE_AN = "AEFHILMNORSX"


def words(identifier: str) -> str:
    """`demo_request` as people say it."""
    return identifier.replace("_", " ").replace("-", " ").strip()


def is_count(name: Name) -> bool:
    """Whether the name counts facts so far."""
    return name.scope in COUNTS


def counted(name: Name) -> tuple[str, str]:
    """One, and many, of what a count counts."""
    if name.field == "any":
        return _ANY.get(name.scope, ("one", "all"))
    if name.field in _COUNTED and name.scope != "touches":
        return _COUNTED[name.field]
    if name.scope == "activities" and name.field in _ACTIVITY_NOUNS:
        return _ACTIVITY_NOUNS[name.field]
    if name.scope == "touches":
        return f"{words(name.field)} touch", f"{words(name.field)} touches"
    if name.scope == "opportunities":
        return f"{name.field} opportunity", f"{name.field} opportunities"
    return words(name.field), f"{words(name.field)}s"


def called(name: Name) -> str:
    """What a name is called as the subject of a sentence."""
    if is_count(name):
        return f"the number of {counted(name)[1]}"
    if not name.scope:
        return f"the {words(name.field)} score" if name.field else "it"
    return f"the {words(name.scope)}'s {field_words(name)}"


def field_words(name: Name) -> str:
    """What a name's field is called beside its scope."""
    return _FIELDS.get(name.field, words(name.field))


def value_words(constant: Constant) -> str:
    """A literal: texts in quotes, large numbers in groups, moments as date and time."""
    value = constant.value
    if constant.type is ValueType.INSTANT and isinstance(value, int):
        return moment(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f'"{value}"'


def moment(seconds: int) -> str:
    """An instant, in UTC; as written where it lies outside the calendar."""
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        return f"second {seconds}"
    return f"{at.day} {at:%B} {at.year}" + (f" {at:%H:%M} UTC" if seconds % 86_400 else "")


def length(seconds: int) -> str:
    """A length of time in its largest whole unit."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return several(seconds // size, unit, unit + "s")
    return several(seconds, "second", "seconds")


def several(number: int, one: str, many: str) -> str:
    """`one call`, `3 calls`, `no call`."""
    if number in (0, 1):
        return f"{'one' if number else 'no'} {one}"
    return f"{number:,} {many}"


def article(word: str) -> str:
    """`a` or `an`, as the word (its first, of several) is spoken."""
    if _SPELLED_OUT.match(word):
        return "an" if word[0] in _LETTERS_LIKE_AN else "a"
    return "an" if _SPOKEN_AS_VOWEL.match(word) else "a"


def joined(parts: Sequence[str], word: str) -> str:
    """`a, b and c`."""
    if len(parts) < len(("a", "b")):
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
