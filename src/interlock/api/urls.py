"""The addresses that programs use, and the page about them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from interlock.api.door import api
from interlock.api.page import page
from interlock.api.webhooks import webhook

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("in/<slug:name>", webhook, name="webhook-in"),
    path("api", page, name="api-page"),
]
