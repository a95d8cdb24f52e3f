"""Commands around the verdicts: replay, promises, funnel, person.

Operations are imported inside the commands: tables can be loaded only once the folder is known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar

import click

from interlock.agreement.attribution import ATTRIBUTION_MODELS
from interlock.cli.delay_tables import delay_tables
from interlock.cli.instants import instant
from interlock.cli.output import (
    emit,
    errors,
    json_option,
    progress,
    refuse,
    store_option,
    with_store,
)
from interlock.cli.verdict_tables import (
    attribution_tables,
    funnel_tables,
    person_tables,
    promise_tables,
    rebuilt_tables,
    record_tables,
)
from interlock.config import setup

if TYPE_CHECKING:
    from interlock.operations.read_delays import DelaysPage
    from interlock.operations.reading import Basis

ENGINES = ("local", "spark")
BY = ("owner", "week", "month", "tier", "source")

by_option = click.option("--by", type=click.Choice(BY), help="Divide the numbers by this.")


def _text(_context: click.Context, _argument: click.Parameter, word: str) -> str:
    """The word with a sign for each byte that is none of UTF-8: no key has one."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@click.command()
@click.argument(
    "agreement", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option(
    "--as-of",
    callback=instant,
    metavar="INSTANT",
    help="Look from this instant, such as 2026-03-20T17:00+01:00. Else from now.",
)
@click.option(
    "--known-then",
    is_flag=True,
    help="With --as-of: go by the facts and agreements that were known at that instant.",
)
@click.option(
    "--facts",
    metavar="DIR",
    help="Replay this folder of facts in Parquet (see `interlock facts --out`) instead of a store.",
)
@click.option("--out", metavar="DIR", help="With --facts: the new folder for the verdicts.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="local",
    show_default=True,
    help="With --facts: what does the work, this machine or Spark.",
)
@json_option
@store_option
def replay(  # noqa: PLR0913, PLR0917 - options come by name
    agreement: Path | None,
    as_of: int | None,
    facts: str | None,
    out: str | None,
    engine: str,
    store: Path | None,
    *,
    known_then: bool,
    as_json: bool,
) -> None:
    r"""Replays all facts: where every lead stands, and what became of every promise.

    AGREEMENT is a file to put in force first; without it the one in force stays.

    What is shown with --known-then is what was shown at that instant: facts that came later,
    corrections and agreements that were made later do not count (see `interlock audit`).

    With --facts, facts come from a folder of Parquet files and verdicts go to another, under
    AGREEMENT or the `agreement.yaml` beside the facts; no store is needed or touched. With Spark,
    the folders are whatever it can read and write.

    \b
    Exit codes:
      0  replayed
      1  the agreement has errors, or there is none; the facts cannot be read
      2  wrong usage
    """
    if facts is not None or out is not None or engine != ENGINES[0]:
        if facts is None or out is None or store is not None or known_then:
            message = "--facts DIR and --out DIR go together, without --store and --known-then."
            raise click.UsageError(message)
        _replay_files(facts, out, engine, agreement, as_of, as_json=as_json)
        return
    if known_then and as_of is None:
        raise click.UsageError("--known-then needs --as-of INSTANT.")
    setup(store)
    from interlock.cli.adoption import adopt_file  # noqa: PLC0415 - only here
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.rebuild import rebuild  # noqa: PLC0415 - see the module

    if agreement is not None:
        adopt_file(agreement)
    with progress() as told:
        rebuilt = rebuild(by=COMMAND_LINE, as_of=as_of, known_then=known_then, progress=told)
    if rebuilt.trouble:
        _say(rebuilt.trouble)
    how = ", by what was known then" if known_then else ""
    emit(rebuilt, as_json=as_json, table=lambda: rebuilt_tables(rebuilt, how))


def _replay_files(  # noqa: PLR0913 - the options of the command
    facts: str, out: str, engine: str, agreement: Path | None, as_of: int | None, *, as_json: bool
) -> None:
    from interlock.operations.replay_files import (  # noqa: PLC0415 - see the module
        Engine,
        replay_files,
    )

    written = replay_files(facts, out, engine=Engine(engine), agreement=agreement, as_of=as_of)
    if written.trouble:
        refuse("\n".join(written.trouble), "Nothing was written.")
    emit(written, as_json=as_json, table=lambda: rebuilt_tables(written))


@click.command()
@by_option
@click.option(
    "--records",
    metavar="PROMISE",
    help="List what the number of this promise counts, in its latest period.",
)
@click.option(
    "--period",
    type=click.DateTime(formats=("%Y-%m-%d",)),
    metavar="DAY",
    help="With --records: in the period that holds this day, such as 2026-03-20.",
)
@click.option("--member", default="", metavar="ID", help="With --records: of this member's number.")
@click.option(
    "--delays",
    "only_delays",
    is_flag=True,
    help="Where the time went: until it was known, owned, accepted and kept; who answers for it.",
)
@json_option
@with_store
def promises(  # noqa: PLR0913 - options come by name
    by: str | None,
    records: str | None,
    period: datetime | None,
    member: str,
    *,
    only_delays: bool,
    as_json: bool,
) -> None:
    r"""What each side owes, and what was kept, kept late or broken.

    Attainment is kept / (kept + kept late + broken); what is open or void is left out. Where it is
    of fewer than a hundred, its 95 % interval (Wilson) follows. If facts came in since the last
    replay, they are replayed first.

    With --delays, the time of what is decided is split into detection, assignment, acceptance and
    reaction, each on the wall and on the promise's own clock. Medians do not add up, totals do.

    \b
    Exit codes:
      0  printed
      1  there is no agreement, or no such promise or period
      2  wrong usage
    """
    from interlock.operations.counting import By  # noqa: PLC0415 - see the module
    from interlock.operations.read_promises import read_promises  # noqa: PLC0415 - see the module

    if only_delays:
        if by is not None or records is not None or period is not None or member:
            raise click.UsageError("--delays goes with none of --by and --records.")
        _delays(as_json=as_json)
        return
    if records is not None:
        if by is not None:
            raise click.UsageError("--records and --by do not go together.")
        _records(records, period.date() if period else None, member, as_json=as_json)
        return
    if period is not None or member:
        raise click.UsageError("Say of which promise: --records PROMISE.")
    found = fresh(lambda: read_promises(By(by) if by else None))
    emit(found, as_json=as_json, table=lambda: promise_tables(found))


def _delays(*, as_json: bool) -> None:
    from interlock.operations.read_delays import read_delays  # noqa: PLC0415 - see the module

    def read() -> DelaysPage:
        with progress() as told:
            return read_delays(told)

    found = fresh(read)
    emit(found, as_json=as_json, table=lambda: delay_tables(found))


def _records(promise: str, day: date | None, member: str, *, as_json: bool) -> None:
    from interlock.operations.read_period import read_period  # noqa: PLC0415 - see the module

    found = fresh(lambda: read_period(promise, day, member, size=None))
    if found.promise is None:
        refuse(
            f"No promise of a number per period is called {promise}.",
            f"There are {', '.join(found.others)}." if found.others else "There is none.",
        )
    if found.period is None:
        refuse(f"{promise} has no such period.", "See its periods: interlock promises --json")
    emit(found, as_json=as_json, table=lambda: record_tables(found))


@click.command()
@by_option
@json_option
@with_store
def funnel(by: str | None, *, as_json: bool) -> None:
    r"""How many leads entered each stage, and which share went on.

    "of previous" and "of first" follow a cohort: of the leads that entered the stage before (or the
    first stage), how many entered this one then or later, to this day. "there now" is a snapshot:
    who stands at the stage. By week and by month a lead counts where it first entered the stage. If
    facts came in since the last replay, they are replayed first.

    \b
    Exit codes:
      0  printed
      1  there is no agreement
      2  wrong usage
    """
    from interlock.operations.counting import By  # noqa: PLC0415 - see the module
    from interlock.operations.read_funnel import read_funnel  # noqa: PLC0415 - see the module

    found = fresh(lambda: read_funnel(By(by) if by else None))
    emit(found, as_json=as_json, table=lambda: funnel_tables(found))


@click.command()
@click.argument("id", callback=_text)
@click.option("--clock", is_flag=True, help="The working time of each promise day by day.")
@json_option
@with_store
def person(id: str, *, clock: bool, as_json: bool) -> None:
    r"""What happened to one person, in order of time, and why each verdict is what it is.

    ID is the person's key, as in the export.

    \b
    Exit codes:
      0  printed
      1  nobody is known by that key
      2  wrong usage
    """
    from interlock.operations.read_person import read_person  # noqa: PLC0415 - see the module

    found = read_person(id)
    if found.basis.stale:
        found = fresh(lambda: read_person(id))
    if not found.name:
        refuse(f"Nobody is known by the key {id}.", _similar(id))
    emit(found, as_json=as_json, table=lambda: person_tables(found, clock_days=clock))


@click.command()
@click.option(
    "--model",
    "models",
    multiple=True,
    type=click.Choice(ATTRIBUTION_MODELS),
    help="Share out by this model instead of the agreement's; again for one beside it.",
)
@click.option(
    "--by",
    type=click.Choice(("channel", "campaign", "asset")),
    default="channel",
    show_default=True,
    help="What tells touches apart.",
)
@click.option("--sale", metavar="ID", help="Show why this opportunity was shared out so, too.")
@click.option(
    "--of", metavar="KEY", help="Show why this channel (campaign, asset) earned what it did, too."
)
@json_option
@with_store
def attribution(
    models: tuple[str, ...], by: str, sale: str | None, of: str | None, *, as_json: bool
) -> None:
    r"""What each channel earned of the sales that were won.

    The agreement's `attribution` says by which model, whose touches and how far back. Amounts sum
    exactly to what the sales brought; a sale without a touch is credited to "(none)".

    \b
    Exit codes:
      0  printed
      1  there is no agreement, no such sale or channel, or a model that cannot be computed
      2  wrong usage
    """
    from interlock.operations.read_attribution import (  # noqa: PLC0415 - see the module
        read_attribution,
    )

    found = fresh(lambda: read_attribution(models, by, sale, of))
    if found.trouble:
        _say(found.trouble)
    emit(found, as_json=as_json, table=lambda: attribution_tables(found))


commands: list[click.Command] = [replay, promises, funnel, person, attribution]


# --- before and instead of an answer ----------------------------------------------------------


class _Answer(Protocol):
    @property
    def basis(self) -> Basis: ...


A = TypeVar("A", bound=_Answer)


def fresh(read: Callable[[], A]) -> A:
    """The answer, from a replay of all facts that are there now; refused without an agreement."""
    from interlock.operations.reading import Ground  # noqa: PLC0415 - see the module

    found = read()
    if found.basis.ground is Ground.NOT_REPLAYED or found.basis.stale:
        errors.print("Something changed since the last replay: replaying.")
        _refresh()
        found = read()
    if found.basis.ground is Ground.NO_AGREEMENT:
        refuse(
            "There is no agreement yet.",
            "Write one with `interlock init`, then: interlock replay agreement.yaml",
        )
    if found.basis.ground is Ground.UNREADABLE:
        refuse("The agreement in force no longer fits the facts.", "See: interlock check FILE")
    return found


def _refresh() -> None:
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - see the module
    from interlock.operations.refresh import refresh  # noqa: PLC0415 - only now the compiler

    with progress() as told:
        rebuilt = refresh(by=COMMAND_LINE, progress=told)
    if rebuilt.trouble:
        _say(rebuilt.trouble)


def _say(trouble: str) -> NoReturn:
    refuse(f"{trouble[:1].upper()}{trouble[1:]}.")


def _similar(key: str) -> str:
    from interlock.operations.read_people import (  # noqa: PLC0415 - see the module
        PeopleFilters,
        read_people,
    )

    found = read_people(PeopleFilters(search=key), size=5).rows
    if not found:
        return "Search for people on the pages: interlock serve"
    people = ", ".join(f"{row.person.key} ({row.person.name})" for row in found)
    return f"Perhaps: {people}"
