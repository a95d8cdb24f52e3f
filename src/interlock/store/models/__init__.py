"""The tables."""

from interlock.store.models.campaigns import CampaignNotice
from interlock.store.models.cases import Case, SideView
from interlock.store.models.clocks import Clock, Happening
from interlock.store.models.doors import KeptAnswer, LeadForm, Message, WebhookIn
from interlock.store.models.drafts import Draft, DraftText, SavedTrial
from interlock.store.models.facts import FACTS, Attribute, Fact
from interlock.store.models.imports import Import, ImportPart, Refusal
from interlock.store.models.jobs import Job
from interlock.store.models.language import (
    AskedWord,
    LanguageLead,
    LanguageRound,
    LanguageTerm,
    Meaning,
    Placing,
)
from interlock.store.models.notices import Channel, Delivery, Notice, NoticeChoice, Outbox
from interlock.store.models.outgoing import Attempt, Outgoing, WebhookOut
from interlock.store.models.people import Invitation, PasswordLink, Token, User
from interlock.store.models.proposals import (
    Approval,
    Confirmation,
    Proposal,
    Remark,
    Signature,
)
from interlock.store.models.routing import Route, Turn
from interlock.store.models.trail import Event
from interlock.store.models.verdicts import (
    AgreementVersion,
    Book,
    Lead,
    Obligation,
    Period,
    Replay,
    Tally,
    Visit,
)
from interlock.store.models.voices import Challenge, Question

__all__ = [
    "FACTS",
    "AgreementVersion",
    "Approval",
    "AskedWord",
    "Attempt",
    "Attribute",
    "Book",
    "CampaignNotice",
    "Case",
    "Challenge",
    "Channel",
    "Clock",
    "Confirmation",
    "Delivery",
    "Draft",
    "DraftText",
    "Event",
    "Fact",
    "Happening",
    "Import",
    "ImportPart",
    "Invitation",
    "Job",
    "KeptAnswer",
    "LanguageLead",
    "LanguageRound",
    "LanguageTerm",
    "Lead",
    "LeadForm",
    "Meaning",
    "Message",
    "Notice",
    "NoticeChoice",
    "Obligation",
    "Outbox",
    "Outgoing",
    "PasswordLink",
    "Period",
    "Placing",
    "Proposal",
    "Question",
    "Refusal",
    "Remark",
    "Replay",
    "Route",
    "SavedTrial",
    "SideView",
    "Signature",
    "Tally",
    "Token",
    "Turn",
    "User",
    "Visit",
    "WebhookIn",
    "WebhookOut",
]
