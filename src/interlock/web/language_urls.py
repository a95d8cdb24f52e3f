"""The addresses of the language test."""

from django.urls import URLPattern, path

from interlock.web.views import language

_ONE = "agreement/language/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement/language", language.language, name="language"),
    path(_ONE, language.round_, name="language-round"),
    path(f"{_ONE}/terms/<int:place>", language.term, name="language-term"),
    path(f"{_ONE}/leads/<int:place>", language.lead, name="language-lead"),
    path(f"{_ONE}/draft", language.draft, name="draft-from-round"),
    path(f"{_ONE}/close", language.close, name="close-language-round"),
]
