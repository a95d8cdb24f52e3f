"""Drafts of the next agreement: what each changes, its clauses to edit, its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from math import isfinite, nan
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interlock.agreement.document import MAX_SIZE
from interlock.agreement.fields import changes_of, clause_text
from interlock.agreement.sentences import SECTION_TITLES
from interlock.agreement.shape import ID_PATTERN
from interlock.agreement.wording import joined
from interlock.operations.catch import WINDOW, catch
from interlock.operations.change_draft import (
    AsDrafted,
    AsInForce,
    Changed,
    ClauseText,
    Edit,
    Keys,
    TakenOut,
    WholeText,
    change_draft,
)
from interlock.operations.draft_head import put_head
from interlock.operations.keep_trial import keep_trial
from interlock.operations.open_draft import LONGEST_TITLE, open_draft
from interlock.operations.put_numbers import put_numbers
from interlock.operations.read_curve import read_curve
from interlock.operations.read_draft import read_draft
from interlock.operations.read_draft_clause import DraftClause, read_draft_clause
from interlock.operations.read_drafts import read_drafts
from interlock.operations.read_trial import read_trial
from interlock.operations.read_weak_points import read_weak_points
from interlock.operations.rebase_draft import rebase_draft
from interlock.operations.try_draft import try_draft
from interlock.operations.withdraw_draft import withdraw_draft
from interlock.web.clause_form import changed_in, facts, filled, no_numbers, typed_in
from interlock.web.fields import line_field, say
from interlock.web.hands import by_hand
from interlock.web.pages import actor, show

MEMBERS = 25
"""The load of so many members is shown while somebody drags: a row for each of hundreds would take
the browser as long as all the rest."""
NUMBER = "number"
"""The kind of a new promise that is one of a number each period."""


class OpenForm(forms.Form):
    """What a draft is for, and the file that it begins with, if any."""

    title = line_field("What it is for", LONGEST_TITLE, required=False)
    file = forms.FileField(
        label="Begin with a file",
        required=False,
        help_text="Left out, the draft begins as the version in force.",
        widget=forms.FileInput(attrs={"class": "file-input", "accept": ".yaml,.yml"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts, and a form to open one."""
    form = OpenForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        text, problem = _text_of(form)
        opened = open_draft(form.cleaned_data["title"], by=actor(request), text=text)
        if not problem and opened.draft is not None:
            return redirect("draft", opened.draft)
        say(form, [problem] if problem else [str(each) for each in opened.problems])
    page = read_drafts()
    return show(request, "drafts/drafts", page.basis, page=page, form=form)


def _text_of(form: OpenForm) -> tuple[str | None, str]:
    """The text of the file that was sent, or why it is none."""
    file = form.cleaned_data["file"]
    if file is None:
        return None, ""
    raw = file.read(MAX_SIZE + 1)
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "the file is not UTF-8 text: save it as UTF-8"


@require_GET
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """What a draft changes, and its clauses."""
    page = read_draft(number, by=actor(request))
    if page is None:
        raise Http404(f"there is no draft {number}")
    sections = [
        (section, SECTION_TITLES.get(section, "The head"), tuple(parts))
        for section, parts in groupby(page.parts, key=lambda part: part.section)
    ]
    return show(request, "drafts/draft", page.basis, page=page, sections=sections)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, number: int) -> HttpResponse:
    """The whole text of a draft, to change or to take away as a file."""
    page = read_draft(number)
    if page is None:
        raise Http404(f"there is no draft {number}")
    if "file" in request.GET:
        answer = HttpResponse(page.text, content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="draft-{number}.yaml"'
        return answer
    done, typed = None, page.text
    if request.method == "POST":
        typed = request.POST.get("text", "").replace("\r\n", "\n")
        done = _change(request, number, WholeText(typed))
        if done.revision is not None:
            return _kept(request, number, done)
    return show(request, "drafts/text", page.basis, page=page, done=done, typed=typed)


@require_http_methods(["GET", "HEAD", "POST"])
def clause(request: HttpRequest, number: int, path: str) -> HttpResponse:
    """One clause of a draft as fields, with its YAML beside it."""
    of_a_number = request.GET.get("kind") == NUMBER
    page = read_draft_clause(number, path, of_a_number=of_a_number)
    if page is None:
        raise Http404(f"draft {number} has no place for {path}")
    done, typed, yaml = None, {}, page.written or f"{path.rpartition('.')[2]}:\n"
    sent = request.POST.dict()
    if request.method == "POST":
        revision = _revision(request.POST)
        seen = read_draft_clause(number, path, revision, of_a_number=of_a_number) or page
        said = typed_in(seen, sent)
        typed = {} if "yaml" in sent else changed_in(seen, said)
        yaml = sent.get("yaml", yaml).replace("\r\n", "\n")
        edit = _edit(seen, sent.get("do", ""), said, yaml)
        if wrong := no_numbers(seen, sent):
            done = Changed(None, wrong)
        else:
            done = _change(request, number, edit) if edit else Changed(page.revision)
        if done.revision is not None:
            return _kept(request, number, done)
    fields = filled(page, typed, sent)
    return show(
        request,
        "drafts/clause",
        page.basis,
        page=page,
        fields=fields,
        facts=facts(page.vocabulary),
        done=done,
        yaml=yaml,
    )


def _edit(clause: DraftClause, do: str, typed: dict[str, str], yaml: str) -> Edit | None:
    """What the button that was pressed asks for; None: nothing is another."""
    plain: dict[str, Edit] = {
        "yaml": ClauseText(clause.path, yaml),
        "take-out": TakenOut(clause.path),
        "as-in-force": AsInForce(clause.path),
        "as-drafted": AsDrafted(clause.path),
    }
    if do in plain:
        return plain[do]
    if not clause.written and clause.fields[0].key:
        name = clause.path.rpartition(".")[2]
        return ClauseText(clause.path, clause_text(name, clause.fields, typed))
    changes = changes_of(clause.path, clause.fields, typed)
    return Keys(changes) if changes else None


LONGEST_NAME = 100
"""Characters of a new clause's name, which its address holds."""


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Leads to the form of a new clause of that name."""
    section, name = request.POST.get("section", ""), request.POST.get("name", "").strip()
    path = f"{section}.{name}"
    if (
        len(name) > LONGEST_NAME
        or not re.fullmatch(ID_PATTERN, name)
        or read_draft_clause(number, path) is None
    ):
        messages.error(
            request, f"“{name}” cannot be the name of a clause: use letters, digits and hyphens."
        )
        return redirect("draft", number)
    kind = f"?kind={NUMBER}" if request.POST.get("kind") == NUMBER else ""
    return redirect(reverse("draft-clause", args=[number, path]) + kind)


@require_POST
def heading(request: HttpRequest, number: int) -> HttpResponse:
    """Gives the draft its version and its first day."""
    sent = request.POST
    version, day = sent.get("version", ""), sent.get("first_day", "")
    done = put_head(number, version, day, revision=_revision(request.POST), by=actor(request))
    if done.revision is not None:
        return _kept(request, number, done)
    # what was typed is in the refusal, since the form has what the draft says now
    typed = f"Version {version[:_SHOWN]} from {day[:_SHOWN]} was not kept"
    if done.clash:
        messages.error(request, f"{typed}: {done.clash.by} has set them meanwhile.")
    else:
        messages.error(request, f"{typed}: {done.problems[0].message}.")
    return redirect("draft", number)


_SHOWN = 40
"""So many letters of what was typed are said back; the form takes no more."""


@require_POST
def rebase(request: HttpRequest, number: int) -> HttpResponse:
    """Brings the draft up to the version in force."""
    done = rebase_draft(number, by=actor(request))
    if done.revision is None:
        messages.error(request, str(done.problems[0].message).capitalize())
    else:
        messages.success(request, "The draft is up to date with the version in force.")
    return redirect("draft", number)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Closes the draft."""
    if not withdraw_draft(number, by=actor(request)):
        raise Http404(f"there is no open draft {number}")
    messages.success(request, "The draft is closed. It stays readable.")
    return redirect("drafts")


TOO_OFTEN = (
    "Too many changes in one minute, so this was not counted. If you have typed since, what stands"
    " above is from before. Change it again in a minute."
)


@require_POST
def condition(request: HttpRequest, number: int, path: str) -> HttpResponse:
    """What a condition that is being edited means, and whom it would catch."""
    page = read_draft_clause(number, path)
    field = (
        next((f for f in page.fields if f.key == request.GET.get("key")), None) if page else None
    )
    if page is None or field is None:
        raise Http404(f"draft {number} has no such condition")
    text = typed_in(page, request.POST.dict())[field.key]
    found = catch(text, page.text, by=actor(request)) if text else None
    if found and found.too_often:
        status, headers = HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(WINDOW)}
        return HttpResponse(TOO_OFTEN, "text/plain; charset=utf-8", status, headers=headers)
    return show(request, "drafts/condition", page.basis, found=found, text=text)


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, number: int) -> HttpResponse:
    """A draft tried on the history that there is.

    Sent, what it shows is kept as evidence, or its numbers become those of the draft; where they
    cannot, they are shown again as they were turned.
    """
    if "put" not in request.POST:
        return _trial(request, number)
    turns, seen = _turns(request.POST), _revision(request.POST)
    done = put_numbers(number, turns, by=actor(request), seen=seen)
    if done.revision is not None:
        return _kept(request, number, done)
    if done.clash:
        why = (
            f"{done.clash.by} has changed {joined(done.clash.titles, 'and')} meanwhile. What you"
            " turned is still turned below, beside the draft as it is now: put the numbers in"
            " again, if they are still right."
        )
    else:
        problem = done.problems[0]
        why = f"{problem.message}{problem.hint and f'; {problem.hint}'}."
    messages.error(request, f"Nothing was kept: {why}")
    as_turned = urlencode({"revision": seen, **turns})
    return redirect(f"{reverse('try-draft', args=[number])}?{as_turned}")


@by_hand
def _trial(request: HttpRequest, number: int) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    turns, seen = _turns(sent), _revision(sent)
    if request.method == "POST":
        kept = keep_trial(number, turns, by=actor(request), seen=seen)
        if kept is None:
            messages.error(request, "Nothing was kept: there is nothing to try this draft on.")
            return redirect("try-draft", number)
        messages.success(request, "Kept as evidence: it opens as it is now, whatever comes.")
        return redirect("trial", kept)
    page = try_draft(number, turns, seen=seen)
    if page is None:
        raise Http404(f"there is no draft {number}")
    everybody = sent.get("everybody") == "yes"
    load = page.shown.load if page.shown else ()
    seen_of_it = {
        "page": page,
        "shown": page.shown,
        "members": load if everybody else load[:MEMBERS],
        "everybody": everybody,
    }
    if request.headers.get("HX-Request"):  # while somebody drags, the picture is all that is seen
        return show(request, "drafts/turned", page.basis, **seen_of_it)
    dials = [
        (clause, [(each, page.turns.get(each.key, each.value)) for each in dials])
        for clause, dials in groupby(page.dials, key=lambda dial: dial.clause)
    ]
    weak = read_weak_points()
    return show(request, "drafts/trial", page.basis, **seen_of_it, dials=dials, weak=weak)


@require_GET
@by_hand
def curve(request: HttpRequest, number: int) -> HttpResponse:
    """Every value of one threshold of a draft: how many leads, and what became of them."""
    page = read_curve(number, request.GET.get("dial", ""))
    if page is None:
        raise Http404(f"draft {number} has no such threshold")
    return show(request, "drafts/curve", page.basis, page=page)


@require_GET
def kept_trial(request: HttpRequest, number: int) -> HttpResponse:
    """A trial as it was kept."""
    page = read_trial(number)
    if page is None:
        raise Http404(f"there is no trial {number}")
    shown = page.shown
    return show(
        request, "drafts/kept_trial", page.basis, page=page, shown=shown, members=shown["load"]
    )


def _turns(sent: Mapping[str, str]) -> dict[str, float]:
    """Where the dials stand; what is no number is left alone."""
    found = {}
    for key, text in sent.items():
        try:
            value = float(text) if "@" in key else nan
        except ValueError:
            continue
        if isfinite(value):
            found[key] = value
    return found


def _revision(sent: Mapping[str, str]) -> int:
    said = sent.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < len("1000000") else 0


def _change(request: HttpRequest, number: int, edit: Edit) -> Changed:
    return change_draft(number, edit, revision=_revision(request.POST), by=actor(request))


def _kept(request: HttpRequest, number: int, done: Changed) -> HttpResponse:
    """Back to the draft, with what is wrong with it now."""
    wrong = len([each for each in done.problems if each.severity == "error"])
    if wrong:
        messages.warning(request, f"Kept. The text has {wrong} error{'s'[: wrong > 1]} now.")
    else:
        messages.success(request, "Kept.")
    return redirect(reverse("draft", args=[number]))
