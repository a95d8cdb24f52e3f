"""The pages."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from interlock.web.views import signing

urlpatterns: list[URLPattern] = [
    path("sign-in", signing.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("theme", signing.theme, name="theme"),
]
