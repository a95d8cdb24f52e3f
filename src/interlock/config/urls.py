"""The rooms of the web door."""

from django.urls import include, path

urlpatterns = [path("", include("interlock.web.urls"))]
