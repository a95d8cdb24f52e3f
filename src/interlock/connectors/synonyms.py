"""What CRMs and their users call the columns of the contracts, as slugs."""

from __future__ import annotations

_PERSON_KEYS = ("lead_id", "contact_id", "person_id", "prospect_id", "record_id", "lead_number")
_OWNERS = ("owner", "owner_id", "lead_owner", "assigned_to", "rep", "sales_rep", "user", "user_id")
_WHEN = ("date", "time", "timestamp", "datetime", "created_at", "created_time", "created_date")
_ALWAYS: dict[str, tuple[str, ...]] = {
    "person": (*_PERSON_KEYS, "lead", "contact", "who", "who_id", "mql_id", "email"),
    "account": ("account_id", "account_name", "company_id", "company", "organisation"),
    "opportunity": ("opportunity_id", "deal_id", "potential_id", "deal"),
    "campaign": ("campaign_id", "campaign_name", "utm_campaign"),
    "asset": ("asset_id", "page", "landing_page", "landing_page_id", "url", "content"),
    "member": (*_OWNERS, "employee", "agent", "sales_agent"),
    "at": (*_WHEN, "activity_date", "occurred_at", "happened_at", "start_time", "sent_at"),
    "created_at": (
        *("created", "create_date", "date_created", "created_date", "created_time", "created_on"),
        *("creation_date", "first_contact_date", "first_seen", "signup_date", "date_added"),
    ),
    "updated_at": (
        *("modified_time", "last_modified", "last_modified_date", "modified_date", "updated"),
        *("last_updated", "date_modified", "last_modified_time", "system_modstamp"),
    ),
    "name": ("full_name", "title", "subject"),
    "email": ("email_address", "e_mail", "mail", "work_email", "email_1"),
    "phone": ("phone_number", "mobile", "mobile_phone", "telephone", "tel", "work_phone"),
    "country": ("country_region", "nation", "office_location", "mailing_country", "country_code"),
    "source": ("lead_source", "origin", "original_source", "utm_source", "first_touch"),
    "lead_status": ("status", "lead_stage", "lifecycle_stage"),
    "kind": ("type", "activity_type", "event_type", "event", "category", "interaction"),
    "channel": ("medium", "utm_medium", "marketing_channel"),
    "amount": ("value", "deal_value", "close_value", "deal_amount", "cost", "spend", "revenue"),
    "currency": ("currency_code", "currency_iso_code", "deal_currency"),
    "reason": ("lost_reason", "reject_reason", "rejection_reason", "closed_lost_reason"),
}
_OWN: dict[str, dict[str, tuple[str, ...]]] = {
    "person": {
        "id": (*_PERSON_KEYS, "email", "email_address", "mql_id"),
        "name": ("full_name", "lead_name", "contact_name", "last_name", "name"),
        "title": ("job_title", "position", "role", "designation", "current_occupation"),
        "seniority": ("level", "management_level", "job_level"),
        "account": ("account_id", "company_id", "company", "company_name", "account_name"),
    },
    "account": {
        "id": ("account_id", "company_id", "organisation_id", "account", "account_name"),
        "name": ("account_name", "company", "company_name", "organisation", "account"),
        "domain": ("website", "web_site", "company_domain", "url"),
        "industry": ("sector", "vertical", "business_segment"),
        "employees": ("number_of_employees", "employee_count", "headcount", "company_size"),
        "revenue": ("annual_revenue", "turnover", "yearly_revenue"),
        "tier": ("account_tier", "priority", "rating"),
        "segment": ("market", "market_segment"),
    },
    "opportunity": {
        "id": ("opportunity_id", "deal_id", "potential_id"),
        "name": ("opportunity_name", "deal_name", "potential_name"),
        "status": ("deal_status", "is_won", "outcome"),
        "stage": ("deal_stage", "sales_stage", "opportunity_stage", "pipeline_stage"),
        "closed_at": ("close_date", "closing_date", "won_date", "closed_date", "date_closed"),
        "created_at": ("engage_date", "open_date", "opened_at", "created_time", "created_date"),
    },
    "activity": {
        "id": ("activity_id", "task_id", "call_id", "event_id"),
        "direction": ("call_type", "call_direction"),
        "result": ("outcome", "disposition", "call_result", "status"),
        "at": ("call_start_time", "start_datetime", *_ALWAYS["at"]),
    },
    "touch": {"id": ("touch_id", "event_id", "interaction_id")},
    "decision": {
        "id": ("decision_id",),
        "kind": ("decision", "verdict", "status"),
        "at": ("decided_at", "decision_date", *_ALWAYS["at"]),
    },
    "assignment": {"id": ("assignment_id",), "queue": ("queue_name", "team", "group")},
    "campaign": {
        "id": ("campaign_id",),
        "name": ("campaign_name", "title"),
        "starts_at": ("start_date", "start", "begins"),
        "ends_at": ("end_date", "end", "ends"),
        "budget": ("budgeted_cost", "planned_cost"),
    },
    "campaign_cost": {"id": ("cost_id",), "amount": ("actual_cost", "cost", "spend")},
    "asset": {"id": ("asset_id", "content_id"), "url": ("link", "address")},
    "contact_role": {"id": ("role_id", "contact_role_id"), "role": ("contact_role", "buying_role")},
    "member": {
        "id": ("user_id", "member_id", "employee_id", "owner_id", "sales_agent", "email"),
        "name": ("full_name", "user_name", "last_name", "sales_agent", "employee"),
        "role": ("title", "job_title", "position", "profile"),
        "team": ("office", "regional_office", "department", "region"),
        "manager": ("manager_id", "reports_to", "supervisor"),
    },
}


def names_for(kind: str, column: str) -> tuple[str, ...]:
    """What the column may be called, the likeliest first; its own name is the first of all."""
    own = _OWN.get(kind, {}).get(column, ())
    general = () if own else _ALWAYS.get(column, ())
    return tuple(dict.fromkeys((column, f"{kind}_{column}", *own, *general)))
