"""The desk: what one owes, a lead beside it, and what is done about it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from interlock.operations.actor import Actor
from interlock.operations.answer_question import answer_question
from interlock.operations.ask import ask
from interlock.operations.decide import decide
from interlock.operations.deeds import Deed
from interlock.operations.hand_over import hand_over
from interlock.operations.log_attempt import RESULTS, log_attempt
from interlock.operations.options import WORDS
from interlock.operations.pause import pause, resume
from interlock.operations.read_desk import read_desk
from interlock.operations.read_lead import read_lead
from interlock.operations.reading import Named, whole_number
from interlock.operations.tell_marketing import tell_marketing
from interlock.operations.undo import undo
from interlock.operations.undo_question import undo_question
from interlock.web.pages import actor, show
from interlock.web.views.people import LONGEST_SEARCH

LAST = "deed"
"""What became of the last deed, in the session until the next page shows it."""


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk, with the lead of `?lead=` beside it."""
    by, chosen = actor(request), request.GET.get("lead", "")
    page = read_desk(by=by, of=request.GET.get("of", ""))
    lead = read_lead(chosen, by=by) if chosen else None
    if chosen and lead is None and page.basis.as_of is not None:
        raise Http404(f"nobody has the key {chosen}")
    last = request.session.pop(LAST, None)
    return show(request, "desk", page.basis, page=page, lead=lead, last=last)


@require_POST
def deed(request: HttpRequest) -> HttpResponseRedirect:
    """Does what a button says about the lead, and goes back to it."""
    asked = request.POST
    what, _, which = asked.get("deed", "").partition(":")
    done = _done(asked, actor(request), what, which)
    request.session[LAST] = asdict(done) | {"done": done.done}
    return _back(request, done.person.key or asked.get("lead", ""))


@require_POST
def undo_deed(request: HttpRequest) -> HttpResponseRedirect:
    """Undoes one's last deed."""
    question = whole_number(request.POST.get("question", ""))
    number = whole_number(request.POST.get("delivery", ""))
    by = actor(request)
    if question is not None:
        done = undo_question(question, by=by)
    else:
        done = undo(-1 if number is None else number, by=by)
    request.session[LAST] = asdict(done) | {"done": done.done}
    return _back(request, request.POST.get("lead", ""))


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponseRedirect:
    """Answers a question about the lead that is open."""
    lead = request.POST.get("lead", "")
    given = answer_question(number, request.POST.get("words", ""), by=actor(request))
    done = Deed(Named(lead, ""), said=given.said, refused=given.refused)
    request.session[LAST] = asdict(done) | {"done": done.done}
    return _back(request, lead)


def _done(asked: QueryDict, by: Actor, what: str, which: str) -> Deed:
    lead, mark = asked.get("lead", ""), asked.get("mark") or None
    if what in WORDS:
        amount = _amount(asked.get("amount", ""))
        return decide(lead, what, by=by, reason=which, amount=amount, mark=mark)
    if what in RESULTS:
        return log_attempt(lead, what, by=by, result=which, mark=mark)
    if what == "hand over":
        return hand_over(lead, which or asked.get("to", ""), by=by, mark=mark)
    words = asked.get("words", "")[:LONGEST_SEARCH]
    others: dict[str, Callable[[], Deed]] = {
        "pause": lambda: pause(lead, which, by=by, mark=mark),
        "go on": lambda: resume(lead, by=by, mark=mark),
        "tell": lambda: tell_marketing(lead, words, by=by, mark=mark),
        "ask": lambda: ask(lead, which, by=by, words=words),
    }
    if what not in others:
        raise Http404(f"there is no deed {what}")
    return others[what]()


def _amount(text: str) -> float | None:
    """A number of whole units; None where there is none, or none that money can be."""
    try:
        amount = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return amount if math.isfinite(amount) and 0 <= amount < 1e15 else None  # noqa: PLR2004 - a bound


def _back(request: HttpRequest, lead: str) -> HttpResponseRedirect:
    """To the desk that the form stood on."""
    query = QueryDict(mutable=True)
    if lead:
        query["lead"] = lead
    if of := request.POST.get("of", ""):
        query["of"] = of
    return HttpResponseRedirect(f"{reverse('desk')}?{query.urlencode()}")
