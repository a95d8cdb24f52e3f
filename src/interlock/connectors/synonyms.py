"""What CRMs and their users call the columns of the contracts, as slugs, in several languages."""

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
        "id": (*_PERSON_KEYS, "mql_id"),
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
    "merge": {
        "id": ("merge_id",),
        "person": ("duplicate", "duplicate_id", "losing_record", "merged_record", "from_id"),
        "into": ("master", "master_id", "master_record", "winning_record", "surviving_record"),
        "at": ("merged_at", "merge_date", *_ALWAYS["at"]),
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
        "id": ("user_id", "member_id", "employee_id", "owner_id", "sales_agent"),
        "name": ("full_name", "user_name", "last_name", "sales_agent", "employee"),
        "role": ("title", "job_title", "position", "profile"),
        "team": ("office", "regional_office", "department", "region"),
        "manager": ("manager_id", "reports_to", "supervisor"),
        "capacity": ("weekly_capacity", "leads_per_week", "max_leads"),
    },
    "absence": {
        "id": ("absence_id", "leave_id"),
        "starts_at": ("start_date", "start", "from", "first_day", "begins"),
        "ends_at": ("end_date", "end", "until", "to", "last_day", "ends"),
        "reason": ("absence_type", "leave_type", "type", "kind"),
    },
}


_NUMBER = ("id", "nr", "no", "number", "nummer", "numero", "num", "key")
_NUMBERED: dict[str, tuple[str, ...]] = {
    "person": (
        *("customer", "client", "lead", "contact", "prospect", "person", "kunde", "kunden", "kund"),
        *("kontakt", "kontakte", "interessent", "interessenten", "cliente", "contacto", "contatto"),
    ),
    "account": ("company", "firma", "firmen", "unternehmens", "societe", "empresa", "foretags"),
    "opportunity": ("deal", "auftrags", "verkaufschance", "chance", "affaire", "oportunidad"),
    "activity": ("aktivitats", "aktivitaets", "anruf", "activite", "actividad"),
    "member": ("mitarbeiter", "benutzer", "employe", "empleado", "anstallnings", "medarbejder"),
}
"""Words that make the id of a kind together with a word for number."""

FIRST_NAMES = (
    *("first_name", "given_name", "forename", "vorname", "prenom", "nombre", "nombre_de_pila"),
    *("fornamn", "fornavn", "firstname"),
)
LAST_NAMES = (
    *("last_name", "family_name", "surname", "lastname", "nachname", "familienname", "nom"),
    *("nom_de_famille", "apellido", "apellidos", "efternamn", "efternavn", "etternavn"),
)
_FULL_NAMES = (
    *("vollstandiger_name", "vor_und_nachname", "ansprechpartner", "nom_complet", "nombre"),
    *("nombre_completo", "fullstandigt_namn", "fuldt_navn", "namn", "navn"),
)
_FIRMS = (
    *("firma", "firmenname", "unternehmen", "unternehmensname", "gesellschaft", "entreprise"),
    *("societe", "nom_de_l_entreprise", "empresa", "foretag", "foretagsnamn", "virksomhed"),
    *("firmanavn", "bedrift", "selskap"),
)
_ABROAD: dict[str, tuple[str, ...]] = {
    "person.name": (*LAST_NAMES, *_FULL_NAMES),
    "member.name": (*LAST_NAMES, *_FULL_NAMES),
    "account.name": _FIRMS,
    "account": _FIRMS,
    "created_at": (
        *("angelegt_am", "angelegt", "erstellt_am", "erstellt", "erstelldatum", "anlagedatum"),
        *("erfasst_am", "eingangsdatum", "cree_le", "date_de_creation", "date_creation"),
        *("creado", "creado_el", "fecha_de_creacion", "fecha_creacion", "fecha_de_alta"),
        *("skapad", "skapad_den", "oprettet", "oprettet_den", "opprettet", "opprettet_dato"),
    ),
    "updated_at": (
        *("geandert_am", "geaendert_am", "zuletzt_geandert", "letzte_anderung", "modifie_le"),
        *("date_de_modification", "modificado", "fecha_de_modificacion", "andrad", "endret"),
        *("senest_aendret", "sist_endret"),
    ),
    "at": ("datum", "zeitpunkt", "uhrzeit", "am", "fecha", "dato", "tidspunkt", "tidpunkt"),
    "email": (
        *("e_mail_adresse", "mailadresse", "courriel", "adresse_e_mail", "correo", "e_post"),
        *("correo_electronico", "e_postadress", "e_postadresse", "mejl"),
    ),
    "phone": (
        *("telefon", "telefonnummer", "rufnummer", "mobil", "mobilnummer", "handy", "telephone"),
        *("numero_de_telephone", "portable", "telefono", "movil", "mobiltelefon", "tlf"),
    ),
    "country": ("land", "pays", "pais"),
    "source": (
        *("quelle", "herkunft", "lead_quelle", "origine", "provenance", "origen", "fuente"),
        *("kalla", "kilde"),
    ),
    "person.title": (
        *("funktion", "berufsbezeichnung", "jobtitel", "stellung", "poste", "fonction", "cargo"),
        *("puesto", "titel", "stilling", "befattning", "rolle"),
    ),
    "lead_status": ("statut", "estado"),
    "member": (
        *("zustandig", "zustaendig", "betreuer", "bearbeiter", "verantwortlich", "mitarbeiter"),
        *("responsable", "commercial", "proprietaire", "propietario", "ansvarlig", "ansvarig"),
        *("saljare", "selger"),
    ),
    "person": ("kunde", "kontakt", "client", "cliente", "contacto", "kund"),
    "kind": ("typ", "art", "tipo", "aktivitatstyp", "type_d_activite"),
    "channel": ("kanal", "canal"),
    "campaign": ("kampagne", "campagne", "campana", "kampanj", "kampanje"),
    "amount": (
        *("betrag", "wert", "auftragswert", "umsatz", "summe", "montant", "valeur", "importe"),
        *("valor", "belopp", "belob", "belop"),
    ),
    "revenue": (
        *("umsatz", "jahresumsatz", "chiffre_d_affaires", "facturacion", "omsattning"),
        *("omsaetning", "omsetning"),
    ),
    "currency": ("wahrung", "waehrung", "devise", "moneda", "valuta"),
    "reason": ("grund", "verlustgrund", "ablehnungsgrund", "motif", "motivo", "orsak", "arsak"),
    "industry": ("branche", "secteur", "bransch", "bransje"),
    "domain": ("webseite", "homepage", "site_web", "sitio_web", "webbplats", "hjemmeside"),
    "employees": ("mitarbeiter", "mitarbeiterzahl", "effectif", "empleados", "ansatte"),
    "stage": ("phase", "vertriebsphase", "etape", "etapa", "fase"),
    "closed_at": ("abschlussdatum", "abgeschlossen_am", "date_de_cloture", "fecha_de_cierre"),
    "opportunity.name": ("bezeichnung", "verkaufschance", "affaire", "oportunidad"),
    "result": ("ergebnis", "resultat", "resultado"),
}
"""German, French, Spanish and Scandinavian. `kind.column` goes before `column`."""


def names_for(kind: str, column: str) -> tuple[str, ...]:
    """What the column may be called, the likeliest first; its own name is the first of all."""
    own = _OWN.get(kind, {}).get(column, ())
    general = () if own else _ALWAYS.get(column, ())
    abroad = _ABROAD.get(f"{kind}.{column}") or _ABROAD.get(column, ())
    numbered = _numbered(kind) if column == "id" else ()
    return tuple(dict.fromkeys((column, f"{kind}_{column}", *own, *general, *abroad, *numbered)))


def _numbered(kind: str) -> tuple[str, ...]:
    words = _NUMBERED.get(kind, ())
    return (*(f"{word}_{number}" for word in words for number in _NUMBER), *_NUMBER)
