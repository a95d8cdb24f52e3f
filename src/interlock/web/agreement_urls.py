"""The addresses of the agreement's room: all that begin with `agreement`.

A clause stands last, since its path may be any word.
"""

from django.urls import URLPattern, path

from interlock.web.views import (
    agreed,
    agreement,
    campaigns,
    disputes,
    drafts,
    glossary,
    language,
    proposals,
)

_DRAFT = "agreement/drafts/<int:number>"
_PROPOSAL = "agreement/proposals/<int:number>"
_DISPUTE = "agreement/disputes/<int:number>"
_ROUND = "agreement/language/<int:number>"
_WORD = "agreement/words/<int:number>"

urlpatterns: list[URLPattern] = [
    path("agreement", agreement.agreement, name="agreement"),
    path("agreement/drafts", drafts.drafts, name="drafts"),
    path(_DRAFT, drafts.draft, name="draft"),
    path(f"{_DRAFT}/text", drafts.text, name="draft-text"),
    path(f"{_DRAFT}/try", drafts.trial, name="try-draft"),
    path(f"{_DRAFT}/curve", drafts.curve, name="draft-curve"),
    path("agreement/trials/<int:number>", drafts.kept_trial, name="trial"),
    path(f"{_DRAFT}/add", drafts.add, name="add-clause"),
    path(f"{_DRAFT}/head", drafts.heading, name="draft-head"),
    path(f"{_DRAFT}/rebase", drafts.rebase, name="rebase-draft"),
    path(f"{_DRAFT}/close", drafts.withdraw, name="close-draft"),
    path(f"{_DRAFT}/<path:path>/condition", drafts.condition, name="draft-condition"),
    path(f"{_DRAFT}/<path:path>", drafts.clause, name="draft-clause"),
    path("agreement/proposals", proposals.proposals, name="proposals"),
    path("agreement/proposals/of/<int:draft>", proposals.proposing, name="propose"),
    path(_PROPOSAL, proposals.proposal, name="proposal"),
    path(f"{_PROPOSAL}/word", proposals.word, name="approve"),
    path(f"{_PROPOSAL}/withdraw", proposals.withdraw, name="withdraw-proposal"),
    path(f"{_PROPOSAL}/sign", proposals.signing, name="sign-proposal"),
    path("agreement/discussion/<int:draft>", proposals.remarking, name="remark"),
    path("agreement/remarks/on/<str:path>", proposals.remarking_on_clause, name="remark-on-clause"),
    path("agreement/remarks/<int:number>/answer", proposals.answering, name="answer-remark"),
    path("agreement/remarks/<int:number>/settle", proposals.settling, name="settle-remark"),
    path("agreement/mine", agreed.mine, name="mine"),
    path("agreement/readers", agreed.readers, name="readers"),
    path("agreement/raci", agreed.raci, name="raci"),
    path("agreement/confirm", agreed.confirming, name="confirm"),
    path("agreement/proof/<str:seal>", agreed.proof, name="proof"),
    path("agreement/text/<str:seal>", agreed.sealed_text, name="sealed-text"),
    path("agreement/campaigns", campaigns.campaigns, name="campaigns"),
    path("agreement/campaigns/<int:number>/off", campaigns.calling_off, name="call-off-campaign"),
    path("agreement/disputes", disputes.disputes, name="disputes"),
    path("agreement/disputes/open", disputes.opening, name="open-dispute"),
    path("agreement/disputes/draft", disputes.draft, name="draft-from-disputes"),
    path(_DISPUTE, disputes.dispute, name="dispute"),
    path(f"{_DISPUTE}/view", disputes.view, name="dispute-view"),
    path(f"{_DISPUTE}/ruling", disputes.ruling, name="dispute-ruling"),
    path("agreement/language", language.language, name="language"),
    path(_ROUND, language.round_, name="language-round"),
    path(f"{_ROUND}/terms/<int:place>", language.term, name="language-term"),
    path(f"{_ROUND}/leads/<int:place>", language.lead, name="language-lead"),
    path(f"{_ROUND}/draft", language.draft, name="draft-from-round"),
    path(f"{_ROUND}/close", language.close, name="close-language-round"),
    path("agreement/words", glossary.words, name="words"),
    path(f"{_WORD}/answer", glossary.answering, name="answer-word"),
    path(f"{_WORD}/draft", glossary.drafting, name="draft-from-word"),
    path("agreement/<str:path>", agreement.clause, name="clause"),
]
