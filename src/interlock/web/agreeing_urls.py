"""The addresses of proposing, discussing, approving and signing an agreement."""

from django.urls import URLPattern, path

from interlock.web.views import proposals

_ONE = "agreement/proposals/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement/proposals", proposals.proposals, name="proposals"),
    path("agreement/proposals/of/<int:draft>", proposals.proposing, name="propose"),
    path(_ONE, proposals.proposal, name="proposal"),
    path(f"{_ONE}/word", proposals.word, name="approve"),
    path(f"{_ONE}/withdraw", proposals.withdraw, name="withdraw-proposal"),
    path(f"{_ONE}/sign", proposals.signing, name="sign-proposal"),
    path("agreement/discussion/<int:draft>", proposals.remarking, name="remark"),
    path("agreement/remarks/<int:number>/settle", proposals.settling, name="settle-remark"),
]
