"""The rooms of the web door, and the API beside it."""

from django.urls import include, path

urlpatterns = [
    path("", include("interlock.api.urls")),
    path("", include("interlock.web.urls")),
]
