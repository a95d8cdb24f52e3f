"""The addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from interlock.api.door import api
from interlock.api.page import page

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("api", page, name="api-page"),
]
