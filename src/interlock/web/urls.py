"""The pages."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from interlock.web.views import (
    agreement,
    data,
    people,
    promises,
    scoreboard,
    settings,
    signing,
    tokens,
)

urlpatterns: list[URLPattern] = [
    path("", scoreboard.scoreboard, name="scoreboard"),
    path("promises", promises.promises, name="promises"),
    path("promises/<slug:id>", promises.promise, name="promise"),
    path("promises/<slug:id>/<str:day>", promises.period, name="period"),
    path("obligations", promises.obligations, name="obligations"),
    path("people", people.people, name="people"),
    path("people/<path:key>", people.person, name="person"),
    path("agreement", agreement.agreement, name="agreement"),
    path("agreement/<str:path>", agreement.clause, name="clause"),
    path("sign-in", signing.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("theme", signing.theme, name="theme"),
    path("data", data.data, name="data"),
    path("data/facts", data.facts, name="facts"),
    path("data/replay", data.replay, name="replay"),
    path("data/replay/progress", data.replay_progress, name="replay-progress"),
    path("data/<int:number>", data.imported, name="import"),
    path("data/<int:number>/take-back", data.taking_back, name="take-back"),
    path("data/<int:number>/refused/<str:name>", data.refused, name="refused"),
    path("settings", settings.settings, name="settings"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:number>/revoke", tokens.revoke, name="revoke-token"),
]
