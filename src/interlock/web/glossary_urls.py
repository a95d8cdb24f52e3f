"""The addresses of words that somebody asked about."""

from django.urls import URLPattern, path

from interlock.web.views import glossary

_ONE = "agreement/words/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement/words", glossary.words, name="words"),
    path(f"{_ONE}/answer", glossary.answering, name="answer-word"),
    path(f"{_ONE}/draft", glossary.drafting, name="draft-from-word"),
]
