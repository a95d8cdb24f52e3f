"""Words that somebody asked about: asking, answering, and making an answer a clause."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from interlock.operations import ask
from interlock.operations.answer_word import answer_word
from interlock.operations.ask_word import LONGEST, ask_word
from interlock.operations.draft_from_word import draft_from_word
from interlock.operations.read_words import read_words
from interlock.web.fields import line_field, say
from interlock.web.pages import actor, show


class WordForm(forms.Form):
    """What one does not know."""

    word = line_field("What is …?", LONGEST, help_text="One word, or a few that belong together.")
    heard = line_field("Where did you meet it?", ask.LONGEST, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Everything that was asked, and a form to ask."""
    by = actor(request)
    form = WordForm(request.POST or None, initial={"word": request.GET.get("word", "")[:LONGEST]})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        answer = ask_word(asked["word"], by=by, heard=asked["heard"])
        if not answer.refused:
            messages.success(request, answer.said)
            return redirect("words")
        say(form, [answer.refused], "word")
    page = read_words(by=by)
    return show(request, "agreed/words", page.basis, page=page, form=form)


@require_POST
def answering(request: HttpRequest, number: int) -> HttpResponse:
    """Says what a word means."""
    answer = answer_word(number, request.POST.get("words", ""), by=actor(request))
    if answer.refused:
        messages.error(request, f"Not answered. {answer.refused}")
    else:
        messages.success(request, answer.said)
    return redirect("words")


@require_POST
def drafting(request: HttpRequest, number: int) -> HttpResponse:
    """Opens a draft whose glossary has the word."""
    opened = draft_from_word(number, by=actor(request))
    if opened.draft is None:
        for problem in opened.problems:
            messages.error(request, f"No draft was opened: {problem.message}.")
        return redirect("words")
    messages.success(request, "A draft is open whose glossary has the word. Propose it from here.")
    return redirect("draft", opened.draft)
