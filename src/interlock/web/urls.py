"""The pages."""

from django.urls import URLPattern, path

from interlock.web import signing_urls
from interlock.web.views import (
    agreement,
    data,
    desks,
    members,
    people,
    promises,
    scoreboard,
    settings,
    signing,
    tokens,
    trail,
    webhooks,
    webhooks_out,
)

urlpatterns: list[URLPattern] = [
    path("", scoreboard.scoreboard, name="scoreboard"),
    path("desk/marketing", desks.marketing, name="marketing-desk"),
    path("desk/marketing/question/<int:number>", desks.question, name="answer-question"),
    path("desk/marketing/challenge/<int:number>", desks.challenge, name="answer-challenge"),
    path("desk/team", desks.team, name="team-desk"),
    path("promises", promises.promises, name="promises"),
    path("promises/<slug:id>", promises.promise, name="promise"),
    path("promises/<slug:id>/<str:day>", promises.period, name="period"),
    path("obligations", promises.obligations, name="obligations"),
    path("people", people.people, name="people"),
    path("people/<path:key>", people.person, name="person"),
    path("agreement", agreement.agreement, name="agreement"),
    path("agreement/<str:path>", agreement.clause, name="clause"),
    path("theme", signing.theme, name="theme"),
    path("data", data.data, name="data"),
    path("data/facts", data.facts, name="facts"),
    path("data/trail", trail.trail, name="trail"),
    path("data/replay", data.replay, name="replay"),
    path("data/replay/progress", data.replay_progress, name="replay-progress"),
    path("data/<int:number>", data.imported, name="import"),
    path("data/<int:number>/take-back", data.taking_back, name="take-back"),
    path("data/<int:number>/refused/<str:name>", data.refused, name="refused"),
    *signing_urls.urlpatterns,
    path("settings", settings.settings, name="settings"),
    path("settings/members", members.members, name="members"),
    path("settings/members/<int:number>", members.change, name="change-sign-in"),
    path(
        "settings/members/<int:number>/second-step/drop",
        members.without_second_step,
        name="drop-second-step",
    ),
    path("settings/members/invited/<int:number>/revoke", members.revoke, name="revoke-invitation"),
    path("data/webhooks/<slug:name>", webhooks.messages, name="messages"),
    path("data/messages/<int:number>", webhooks.message, name="message"),
    path("settings/webhooks-out", webhooks_out.webhooks_out, name="webhooks-out"),
    path("settings/webhooks-out/<slug:name>", webhooks_out.log, name="webhook-out"),
    path(
        "settings/webhooks-out/<slug:name>/switch", webhooks_out.switch, name="switch-webhook-out"
    ),
    path("settings/webhooks-out/messages/<int:number>", webhooks_out.again, name="send-again"),
    path("settings/webhooks-in", webhooks.webhooks, name="webhooks-in"),
    path("settings/webhooks-in/<slug:name>", webhooks.kept, name="webhook-in-kept"),
    path("settings/webhooks-in/<slug:name>/close", webhooks.close, name="close-webhook-in"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:number>/revoke", tokens.revoke, name="revoke-token"),
]
