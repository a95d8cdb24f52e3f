"""What earned the sales: by channel, of one channel sale by sale, of one sale touch by touch."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.read_credit import read_credit
from interlock.operations.read_credits import EACH, Within, read_channel, read_credits
from interlock.replay.credits import BY
from interlock.web.pages import day_in, show, there


@require_safe
def all_credits(request: HttpRequest) -> HttpResponse:
    """What each channel, campaign or asset earned."""
    by = request.GET.get("by", BY[0])
    page = read_credits(by if by in BY else BY[0])
    rows = [(row, row.amount / (page.amount or 1)) for row in page.rows]
    below = any(row.amount < 0 for row in page.rows)
    return show(
        request, "credits/all", page.basis, page=page, rows=rows, kinds=BY, is_any_below_zero=below
    )


@require_safe
def channel(request: HttpRequest, by: str, key: str) -> HttpResponse:
    """Why one of them earned what it did, and of which sales."""
    if by not in BY:
        raise Http404(f"there is no {by}")
    after, each = (request.GET.get(name, "") for name in ("after", "each"))
    on, until = (day_in(day) if day else None for day in map(request.GET.get, ("on", "until")))
    within = Within(each or EACH[0], on, until)
    found = read_channel(by, key, after, within=within)
    page = there(found, f"credit of {key} in such a period")
    return show(request, "credits/channel", page.credits.basis, page=page, kinds=EACH)


@require_safe
def credit(request: HttpRequest, key: str) -> HttpResponse:
    """How one sale is shared out among its touches."""
    page = there(read_credit(key), f"opportunity {key}")
    return show(request, "credits/sale", page.basis, page=page)
