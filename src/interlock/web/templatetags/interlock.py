"""How pages write numbers, instants, states and sides: the same everywhere.

Loaded in every template (see `TEMPLATES` in the settings). Absent values are written as a dash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from interlock.agreement.wording import article, words
from interlock.insight import sentences
from interlock.operations.counting import day_label
from interlock.operations.options import Option
from interlock.replay.formulas import Money

register = template.Library()
register.filter("worded", words)
register.filter("article", article)

DASH = "\N{EN DASH}"
STATES = {
    "kept": ("kept", "circle-check"),
    "kept late": ("late", "clock-alert"),
    "broken": ("broken", "circle-x"),
    "warned": ("warned", "circle-alert"),
    "open": ("open", "circle"),
    "void": ("void", "ban"),
    "on pace": ("open", "circle"),
    "behind": ("warned", "circle-alert"),
}
"""Of each state of an obligation or a period: its colour's name and its icon."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite, for decoration: the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("web/icons.svg"),
        name,
    )


@register.simple_tag
def tab(page: str, word: str, which: str, within: str = "") -> SafeString:
    """A link to one of the pages that stand beside each other; `within` a menu it is a line."""
    here = format_html(' aria-current="{}"', "page") if page == which else ""
    if within:
        return format_html('<li><a href="{}"{}>{}</a></li>', reverse(page), here, word)
    return format_html('<a class="btn btn-sm" href="{}"{}>{}</a>', reverse(page), here, word)


@register.simple_tag
def state(word: str) -> SafeString:
    """A state of an obligation: icon, word and colour."""
    colour, sign = STATES.get(word, ("open", "circle"))
    return format_html('<span class="state state-{}">{}{}</span>', colour, icon(sign), word)


@register.simple_tag
def side(word: str) -> SafeString:
    """A side's name in its accent."""
    return format_html(
        '<span class="state side-{}"><span class="swatch" aria-hidden="true"></span>{}</span>',
        word,
        word.capitalize(),
    )


@register.simple_tag
def meter(share: float | None, side: str = "") -> SafeString:
    """A bar of a share of one, for the eye; the number stands beside it."""
    width = f"{100 * min(max(share or 0.0, 0.0), 1.0):.1f}"
    return format_html(
        '<svg class="meter side-{}" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="track" width="100" height="8" rx="2"/>'
        '<rect class="fill" width="{}" height="8" rx="2"/></svg>',
        side,
        width,
    )


@register.simple_tag
def split(kept: int, late: int, broken: int) -> SafeString:
    """A bar of what was kept, kept late and broken, for the eye; the numbers stand below it."""
    total = kept + late + broken or 1
    parts, left = [], 0.0
    for colour, count in (("kept", kept), ("late", late), ("broken", broken)):
        width = 100 * count / total
        parts.append((colour, f"{left:.1f}", f"{width:.1f}"))
        left += width
    return format_html(
        '<svg class="meter split" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="track" width="100" height="8"/>{}</svg>',
        format_html_join("", '<rect class="mark-{}" x="{}" width="{}" height="8"/>', parts),
    )


@register.filter
def percent(share: float | None) -> str:
    """0.714 as "71 %"; never 0 or 100 unless it is exactly that."""
    return DASH if share is None else sentences.percent(share)


@register.filter
def plotted(share: float) -> float:
    """0.714 as 71.4, for a chart."""
    return round(100 * share, 1)


@register.filter
def in_figures(value: float, is_share: bool) -> str:  # noqa: FBT001 - filters know no keywords
    """A number as it is typed, as short as it is exact; a share in percent."""
    return f"{100 * value if is_share else value:.10g}"


_CODED = re.compile(r"`([^`\n]+)`")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)")


@register.filter
def coded(text: object) -> SafeString:
    """What is written between backticks in a message, set as code."""
    parts = _CODED.split(str(text))
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in enumerate(parts)),
    )


@register.filter
def timed(text: str) -> str:
    """Instants that stand in a text as they are kept, as people read them."""

    def read(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found.group())
        return f"{localtime(at):%-d %b %Y, %H:%M}"

    return _INSTANT.sub(read, text)


@register.filter
def of_key(names: Mapping[str, str], key: str) -> str:
    """The name that a key has among these; the key where none is known."""
    return names.get(key) or key


@register.filter
def date_words(day: date) -> str:
    """A date as "2 Mar 2026"."""
    return day_label(day)


@register.filter
def number(value: float | None) -> str:
    """12345 as "12,345"; parts of one to one decimal."""
    if value is None:
        return DASH
    return f"{value:,.1f}".removesuffix(".0")


@register.filter
def whole(value: float | None) -> str:
    """12345.6 as "12,346", for amounts that nobody reads to the hundredth."""
    return DASH if value is None else f"{value:,.0f}"


@register.filter
def month_words(month: str) -> str:
    """The month "2026-03" as "Mar 2026"."""
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


@register.filter
def money(amount: int, digits: int) -> str:
    """An amount of the smallest units of a currency that has so many digits: "12,345.00"."""
    return Money(digits)(amount)


@register.filter
def beside(cells: Sequence[object], others: Sequence[object]) -> list[tuple[object, object]]:
    """Each with the one that stands at its place among the others."""
    return list(zip(cells, others, strict=True))


@register.filter
def counting(count: int, words: str) -> str:
    """What is counted, as its number asks: of 1, "people entered" is "person entered"."""
    many, _, rest = words.partition(" ")
    one = {"people": "person", "entries": "entry", "opportunities": "opportunity"}.get(
        many, many.removesuffix("s")
    )
    return f"{one} {rest}".rstrip() if count == 1 else words


_SHORT = 12
"""So many rows are shown at once; more are folded under their number."""


@register.filter
def is_short(rows: Sequence[object]) -> bool:
    """Whether so few rows are shown without being asked for."""
    return len(rows) <= _SHORT


@register.filter
def valued(value: str | float | bool | None) -> str:  # noqa: FBT001 - a value of a criterion
    """A value of a criterion in words; a number with two decimals, or as many as tell it apart.

    39.996 is not 40 and 39.496 not 39.5, with which it may be compared: the replay compares six.
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    written = [f"{value:,.{digits}f}" for digits in range(2, 7)]
    exact = written[-1].rstrip("0")
    apart = (each for each in written if each.rstrip("0") == exact or not each.endswith("0"))
    return next(apart).rstrip("0").rstrip(".")


def moment(seconds: int) -> datetime:
    """UTC seconds as a time in the zone of the page."""
    return localtime(datetime.fromtimestamp(seconds, UTC))


def _time(seconds: int | None, form: str) -> SafeString | str:
    if seconds is None:
        return DASH
    at = moment(seconds)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), at.strftime(form))


@register.filter
def instant(seconds: int | None) -> SafeString | str:
    """UTC seconds as "3 May 2026, 14:05"."""
    return _time(seconds, "%-d %b %Y, %H:%M")


@register.filter
def day(seconds: int | None) -> SafeString | str:
    """UTC seconds as "3 May 2026"."""
    return _time(seconds, "%-d %b %Y")


@register.filter
def clock(seconds: int | None) -> SafeString | str:
    """UTC seconds as "09:05"."""
    return _time(seconds, "%H:%M")


@register.filter
def wall_clock(at: datetime) -> str:
    """A time as the clock on its own wall shows it, whatever the zone of the page."""
    return at.strftime("%H:%M")


@register.filter
def as_json(value: object) -> str:
    """A value as JSON, for an attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def duration(seconds: int | None) -> str:
    """12000 as "3 h 20 min"."""
    return DASH if seconds is None else sentences.duration(seconds)


DEED_KEYS = {
    "accept": "a",
    "reject": "r",
    "recycle": "n",
    "qualify": "q",
    "disqualify": "d",
    "convert": "o",
    "win": "w",
    "lose": "l",
}
"""The key of each decision at the desk; `parts/desk_keys.html` lists them."""


@register.filter
def deed_key(option: Option) -> str:
    """The key that does it."""
    return DEED_KEYS[option.kind]


@register.filter
def left(seconds: int) -> str:
    """What a clock has left: "2 h 5 min left", "late by 40 min"; seconds only towards the end.

    What is late by a day's hours and more is late: its date says the rest. What is due as the
    office opens has no time left.
    """
    if not seconds:
        return "no time left"
    rest = abs(seconds)
    if seconds <= -_LONG_LATE:
        return "late"
    words = sentences.duration(rest if rest < _SOON else rest // _MINUTE * _MINUTE)
    return f"late by {words}" if seconds < 0 else f"{words} left"


_SOON, _MINUTE, _LONG_LATE = 600, 60, 24 * 3_600


@register.filter
def soon(seconds: int | None, now: int) -> SafeString | str:
    """An instant as near as it is: "10:30", "Mon 10:30", "3 May, 10:30", "3 May 2025"."""
    if seconds is None:
        return DASH
    at, today = moment(seconds), moment(now)
    days = (at.date() - today.date()).days
    if days == 0:
        return _time(seconds, "%H:%M")
    if abs(days) < 7:  # noqa: PLR2004 - days of a week
        return _time(seconds, "%a %H:%M")
    return _time(seconds, "%-d %b, %H:%M" if at.year == today.year else "%-d %b %Y")


@register.simple_tag(takes_context=True)
def here(context: template.Context, **changes: object) -> str:
    """The query of this page with some of it changed; None leaves a name out.

    Whatever changes, a list begins at its first page again.
    """
    request: HttpRequest = context["request"]
    query = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in changes and name != "after":
            query.setlist(name, values)
    query.update({name: str(value) for name, value in changes.items() if value is not None})
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def filtered(
    context: template.Context, name: str, value: str | None = None, **changes: object
) -> str:
    """As `here`, with one name that changes in a variable."""
    return here(context, **{name: value}, **changes)
