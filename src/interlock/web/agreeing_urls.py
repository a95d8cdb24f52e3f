"""The addresses of proposing, approving, signing, confirming and proving an agreement."""

from django.urls import URLPattern, path

from interlock.web.views import agreed, campaigns, proposals

_ONE = "agreement/proposals/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement/proposals", proposals.proposals, name="proposals"),
    path("agreement/proposals/of/<int:draft>", proposals.proposing, name="propose"),
    path(_ONE, proposals.proposal, name="proposal"),
    path(f"{_ONE}/word", proposals.word, name="approve"),
    path(f"{_ONE}/withdraw", proposals.withdraw, name="withdraw-proposal"),
    path(f"{_ONE}/sign", proposals.signing, name="sign-proposal"),
    path("agreement/mine", agreed.mine, name="mine"),
    path("agreement/readers", agreed.readers, name="readers"),
    path("agreement/campaigns", campaigns.campaigns, name="campaigns"),
    path("agreement/campaigns/<int:number>/off", campaigns.calling_off, name="call-off-campaign"),
    path("agreement/raci", agreed.raci, name="raci"),
    path("agreement/confirm", agreed.confirming, name="confirm"),
    path("agreement/proof/<str:seal>", agreed.proof, name="proof"),
    path("agreement/text/<str:seal>", agreed.sealed_text, name="sealed-text"),
    path("agreement/discussion/<int:draft>", proposals.remarking, name="remark"),
    path("agreement/remarks/<int:number>/settle", proposals.settling, name="settle-remark"),
]
