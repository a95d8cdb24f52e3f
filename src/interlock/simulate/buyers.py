"""The buyer's side: companies, and the people in them."""

# ruff: noqa: PLR2004 - a simulation is made of shares and means

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count

import numpy as np

from interlock.agreement.hours import DAY
from interlock.facts.columns import Column, Mask
from interlock.simulate.days import (
    AS_OF,
    DAYS,
    HOUR,
    Instants,
    Numbers,
    day_of,
    day_weights,
    instants,
    times_of_day,
)
from interlock.simulate.tables import Codes, Table, each, ids, refers, texts
from interlock.simulate.words import (
    COUNTRIES,
    FIRST_NAMES,
    INDUSTRIES,
    INSTALLED,
    LAST_NAMES,
    MARKETS,
    PERSONAS,
    SENIORITIES,
    SERVED,
    SOURCES,
    STEMS,
    TITLES,
    TRADE_SHOWS,
    plain,
)

TIERS = ("A", "B", "C")
WEBINAR, PAID_SEARCH, ORGANIC, PARTNER, TRADE_SHOW, NEWSLETTER, REFERRAL = range(len(SOURCES))

_LEADS_AN_ACCOUNT = 3.2
_MARKET_SHARE = (0.45, 0.35, 0.2)
_INDUSTRY_SHARE = (0.19, 0.1, 0.13, 0.15, 0.1, 0.13, 0.07, 0.06, 0.04, 0.03)
_SOURCE_SHARE = (0.2, 0.24, 0.19, 0.11, 0.12, 0.08, 0.06)
_LEAN = {WEBINAR: 0.1, PAID_SEARCH: 0.2}
"""What was left of a source in the lean quarter; of the others, `_LEAN_OTHERS`."""

_LEAN_OTHERS = 0.4
_SEARCHERS_INTENT = 0.5


@dataclass(frozen=True)
class Accounts:
    """The accounts' table, and per account what the rest is drawn from."""

    table: Table
    market: Codes
    employees: Codes
    served: Mask
    tier: Codes


@dataclass(frozen=True)
class People:
    """The persons' table, and per person what the rest is drawn from.

    `met` is the instant of the first touch; `intent` (0 to 1) how near somebody is to buying.
    """

    table: Table
    account: Codes
    market: Codes
    source: Codes
    created: Instants
    met: Instants
    intent: Numbers
    has_phone: Mask


def found(people: int, rng: np.random.Generator) -> Accounts:
    """The companies that so many people work for."""
    count = max(int(people / _LEADS_AN_ACCOUNT), 3)
    market = rng.choice(len(MARKETS), count, p=_MARKET_SHARE)
    industry = rng.choice(len(INDUSTRIES), count, p=_INDUSTRY_SHARE)
    employees = np.exp(rng.normal(5.0, 1.35, count)).astype(np.int64) + 4
    served = industry < len(SERVED)
    tier = _tier(served & (industry < 3), served, employees)
    country = rng.random(count) ** 1.6 * np.array([len(COUNTRIES[m]) for m in MARKETS])[market]
    name, domain = _company_names(market, country.astype(int), industry, rng)
    table = {
        "id": ids("A", count),
        "created_at": Column(instants(np.full(count, DAYS[0] - 30), 9 * HOUR)),
        "name": each(name),
        "domain": each(domain),
        "industry": texts(tuple(INDUSTRIES), industry),
        "country": each(_countries(market, country.astype(int))),
        "segment": texts(MARKETS, market),
        "tier": texts(TIERS, tier),
        "employees": Column(employees),
        "revenue": Column(np.round(employees * np.exp(rng.normal(12.2, 0.4, count)), -3)),
        "sites": Column(1 + employees // 400 + rng.poisson(0.5, count)),
        "installed_base": texts(INSTALLED, rng.choice(5, count, p=(0.4, 0.1, 0.2, 0.15, 0.15))),
    }
    return Accounts(table, market, employees, served, tier)


def _tier(best: Mask, served: Mask, employees: Codes) -> Codes:
    return np.where(best & (employees >= 1000), 0, np.where(served & (employees >= 250), 1, 2))


def _company_names(
    market: Codes, country: Codes, industry: Codes, rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Names such as `Salten Seafarms AS`, and a domain of one's own for each."""
    kinds = list(INDUSTRIES.values())
    forms = [list(countries.values()) for countries in COUNTRIES.values()]
    stems, seconds = rng.integers(0, len(STEMS), len(market)), rng.integers(0, 60, len(market))
    names, domains, seen = [], [], Counter[str]()
    for m, c, i, stem, second in zip(market, country, industry, stems, seconds, strict=True):
        name = f"{STEMS[stem]} {kinds[i][second % len(kinds[i])]}"
        host = plain(name)
        seen[host] += 1
        names.append(f"{name} {forms[m][c]}")
        domains.append(f"{host}{seen[host] if seen[host] > 1 else ''}.example")
    return names, domains


def _countries(market: Codes, country: Codes) -> list[str]:
    names = [list(countries) for countries in COUNTRIES.values()]
    return [names[m][c] for m, c in zip(market, country, strict=True)]


def meet(
    people: int, accounts: Accounts, rng: np.random.Generator, namesakes: frozenset[str]
) -> People:
    """The people of these companies, and how and when each came to know us."""
    account = rng.choice(len(accounts.market), people, p=_popularity(accounts))
    market = accounts.market[account]
    source = rng.choice(len(SOURCES), people, p=_SOURCE_SHARE)
    met, created = _arrivals(source, rng)
    persona = rng.choice(len(PERSONAS), people, p=(0.25, 0.4, 0.2, 0.15))
    seniority = rng.choice(len(SENIORITIES), people, p=(0.45, 0.33, 0.15, 0.07))
    names = _names(market, rng, namesakes)
    has_phone = rng.random(people) < 0.78
    private = rng.random(people) < 0.05
    domains = accounts.table["domain"].words
    table = {
        "id": ids("P", people),
        "created_at": Column(created),
        "name": each(names),
        "email": each(_addresses(names, account, private, domains)),
        "phone": _phones(market, has_phone, rng),
        "title": each(_titles(persona, seniority)),
        "seniority": texts(SENIORITIES, seniority),
        "persona": texts(PERSONAS, np.where(rng.random(people) < 0.85, persona, -1)),
        "country": accounts.table["country"].take(account),
        "source": texts(SOURCES, source),
        "account": refers(accounts.table["id"], account),
        "consent": Column(rng.random(people) < 0.9),
    }
    intent = np.clip(rng.beta(1.7, 3.1, people) + 0.05 * accounts.served[account], 0, 1)
    intent *= np.where(source == PAID_SEARCH, _SEARCHERS_INTENT, 1.0)
    return People(table, account, market, source, created, met, intent, has_phone)


def _popularity(accounts: Accounts) -> Numbers:
    """Large companies have more people who meet us."""
    weight: Numbers = accounts.employees.astype(float) ** 0.25
    share: Numbers = weight / weight.sum()
    return share


def _arrivals(source: Codes, rng: np.random.Generator) -> tuple[Instants, Instants]:
    """When each person met us, and when they came into the CRM.

    Both are the same instant, but for trade shows: their lists arrive in one go, days later.
    """
    day = np.empty(len(source), np.int64)
    for code in range(len(SOURCES)):
        mine = np.flatnonzero(source == code)
        weights = day_weights(_LEAN.get(code, _LEAN_OTHERS))
        day[mine] = rng.choice(DAYS, len(mine), p=weights / weights.sum())
    at_show = np.flatnonzero(source == TRADE_SHOW)
    show = rng.choice(len(TRADE_SHOWS), len(at_show))
    first = np.array([day_of(text) for _, text, _ in TRADE_SHOWS])
    listed = first + 2 + np.array([days for _, _, days in TRADE_SHOWS])
    day[at_show] = first[show] + rng.integers(0, 3, len(at_show))
    met = instants(day, times_of_day(len(day), rng))
    met[at_show] = instants(day[at_show], rng.integers(9 * HOUR, 17 * HOUR, len(at_show)))
    met -= np.where(met >= AS_OF, DAY, 0)  # the last day ends before noon
    created = met.copy()
    created[at_show] = instants(_working_day(listed), 13 * HOUR)[show]
    return met, created


def _working_day(day: Instants) -> Instants:
    """The day itself, or the Monday after a weekend."""
    weekday = (day + 3) % 7
    return day + np.where(weekday > 4, 7 - weekday, 0)


def _names(market: Codes, rng: np.random.Generator, namesakes: frozenset[str]) -> list[str]:
    """A name each, none of `namesakes`: a reader would take a lead for the salesperson."""
    firsts = [FIRST_NAMES[name] for name in MARKETS]
    lasts = [LAST_NAMES[name] for name in MARKETS]
    draws = rng.integers(0, 2**31, (len(market), 2))
    names = []
    for m, (a, b) in zip(market.tolist(), draws.tolist(), strict=True):
        first = firsts[m][a % len(firsts[m])]
        drawn = (f"{first} {lasts[m][(b + more) % len(lasts[m])]}" for more in count())
        names.append(next(name for name in drawn if name not in namesakes))
    return names


def _addresses(
    names: list[str], account: Codes, private: Mask, domains: np.ndarray | None
) -> list[str]:
    """An address each; a second person of one name and company gets a number."""
    if domains is None:
        raise ValueError("domains are texts")
    seen, made = Counter[str](), []
    for name, row, own in zip(names, account.tolist(), private.tolist(), strict=True):
        left = plain(name).replace("-", ".")
        right = "freemail.example" if own else domains[row]
        seen[f"{left}@{right}"] += 1
        number = seen[f"{left}@{right}"]
        made.append(f"{left}{number if number > 1 else ''}@{right}")
    return made


def _phones(market: Codes, has_phone: Mask, rng: np.random.Generator) -> Column:
    prefix = ("+47 22", "+49 89", "+44 20")
    numbers = rng.integers(100_000, 1_000_000, len(market))
    made = [f"{prefix[m]} {n}" for m, n in zip(market.tolist(), numbers.tolist(), strict=True)]
    column = each(made)
    return Column(column.values, has_phone, column.words)


def _titles(persona: Codes, seniority: Codes) -> list[str]:
    titles = [TITLES[name] for name in PERSONAS]
    return [titles[p][s] for p, s in zip(persona.tolist(), seniority.tolist(), strict=True)]
