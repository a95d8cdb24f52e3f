"""Addresses with one page more, which breaks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"{request.path} breaks on purpose")


urlpatterns = [path("breaks", breaks), path("", include("interlock.web.urls"))]
