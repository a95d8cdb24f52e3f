"""Addresses with one page more, which breaks and stands in no row of the table of pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"{request.path} breaks on purpose")


urlpatterns = [path("breaks", breaks, name="breaks"), path("", include("interlock.web.urls"))]
