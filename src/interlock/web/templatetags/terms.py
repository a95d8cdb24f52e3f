"""Words that the agreement defines, marked where a page uses them, with their meaning in place.

A marked word is a button that opens what it means: by pointer or keyboard, without a script. The
meanings stand once on a page, at its end.
"""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from interlock.agreement.terms import Defined, Piece, pieces

register = template.Library()
_USED = "terms_used"


@register.simple_tag(takes_context=True)
def termed(context: Context, text: object) -> SafeString:
    """The text with each term that it uses marked where it first stands. Not for within links."""
    request = context.get("request")
    written = "" if text is None else str(text)
    if not isinstance(request, HttpRequest) or _is_part(request):
        return conditional_escape(written)
    used: dict[str, Defined] = request.__dict__.setdefault(_USED, {})
    found = pieces(written, tuple(context.get("glossary") or ()))
    return format_html_join("", "{}", ((_marked(each, used),) for each in found))


def _is_part(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for: the meanings would not come with it."""
    asked = getattr(request, "htmx", None)
    return asked is not None and bool(asked) and not asked.boosted


def _marked(piece: Piece, used: dict[str, Defined]) -> SafeString | str:
    if piece.term is None:
        return piece.text
    known = (id for id, term in used.items() if term == piece.term)
    id = next(known, f"means-{len(used) + 1}")
    used[id] = piece.term
    return format_html(
        '<button type="button" class="term" popovertarget="{}">{}</button>', id, piece.text
    )


@register.simple_tag(takes_context=True)
def meanings(context: Context) -> SafeString:
    """What the words mean that were marked on the page so far; to stand at its end, once."""
    request = context.get("request")
    used = getattr(request, _USED, None)
    return render_to_string("web/parts/meanings.html", {"terms": used}) if used else SafeString("")
