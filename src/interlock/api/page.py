"""The page on which people read what the API does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interlock.api.description import description


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters and answers, and every shape."""
    return render(request, "web/api.html", {"api": description()})
