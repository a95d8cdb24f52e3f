"""The addresses of disputes."""

from django.urls import URLPattern, path

from interlock.web.views import disputes

_ONE = "agreement/disputes/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement/disputes", disputes.disputes, name="disputes"),
    path("agreement/disputes/open", disputes.opening, name="open-dispute"),
    path("agreement/disputes/draft", disputes.draft, name="draft-from-disputes"),
    path(_ONE, disputes.dispute, name="dispute"),
    path(f"{_ONE}/view", disputes.view, name="dispute-view"),
    path(f"{_ONE}/ruling", disputes.ruling, name="dispute-ruling"),
]
