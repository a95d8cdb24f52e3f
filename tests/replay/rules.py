"""What the rules made of each story, when `EDITION` was last raised: kept in `rules.json`.

Where a story's text is the same and what comes of it is not, the rules are others, and a replay of
before must not be gone on from. `python -m tests.replay.rules` keeps them anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from interlock.agreement.schema import Agreement
from interlock.insight.tally import tally
from interlock.replay.delays import delays
from interlock.replay.edition import EDITION
from interlock.replay.engine import replay_eras
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT
from interlock.replay.upcoming import first_looks
from interlock.replay.verdict_rows import fingerprint
from tests.replay import scenario
from tests.replay.scenario_numbers import ALSO

KEPT = Path(__file__).parent / "rules.json"
STORIES = sorted(scenario.FOLDER.glob("*/*.yaml"))


class Told(NamedTuple):
    """A story's text with what it is laid over, and what comes of it that is kept: hashed.

    These are the verdicts, findings, periods, tallies (of delays what is decided, by the promise's
    own clock), and when to look again at whom.
    """

    text: str
    verdicts: str


def told(path: Path) -> Told:
    """What the rules make of the story now."""
    story = scenario.read(path)
    timeline, as_of = scenario.timeline_of(story), scenario.seconds(str(story["as_of"]))
    facts = scenario.facts_of(story, timeline, ALSO)
    eras = Eras.of(build(facts, as_of), timeline)
    outcome = replay_eras(eras, as_of)
    watched = scenario.seconds(str(story["watched"])) if "watched" in story else ABSENT
    agreement: Agreement = timeline[-1].agreement
    counts = tally(outcome, agreement, went=delays(eras, outcome, watched))
    columns = {name: column.names[column.codes].tolist() for name, column in counts.columns.items()}
    said = (
        fingerprint(outcome),
        [(each.code, each.message, each.count) for each in outcome.findings],
        scenario.period_lines(outcome),
        sorted(zip(*columns.values(), counts.count.tolist(), strict=True)),
        sorted(first_looks(facts, eras, outcome).items()),
    )
    texts = path.read_text(encoding="utf-8") + scenario.BASE.read_text(encoding="utf-8")
    return Told(_hashed(texts), _hashed(repr(said)))


def kept() -> tuple[int, dict[str, Told]]:
    """The edition that was kept, and what it made of each story."""
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    return found["edition"], {name: Told(*each) for name, each in found["stories"].items()}


def others(before: dict[str, Told], now: dict[str, Told]) -> list[str]:
    """The stories whose text is the same, and of which the rules say something else."""
    same = (name for name in before if name in now and now[name].text == before[name].text)
    return [name for name in same if now[name].verdicts != before[name].verdicts]


def all_told() -> dict[str, Told]:
    """Of each story what comes of it now."""
    return {f"{path.parent.name}/{path.stem}": told(path) for path in STORIES}


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def keep() -> str:
    """Writes down what comes of each story; what keeps it from that, or ""."""
    edition, before = kept() if KEPT.exists() else (0, {})
    now = all_told()
    if edition == EDITION and (changed := others(before, now)):
        return f"the rules are others ({', '.join(changed)}): raise EDITION (replay/edition.py)"
    stories = ",\n".join(f'  "{name}": {json.dumps(each)}' for name, each in now.items())
    text = f'{{"edition": {EDITION}, "stories": {{\n{stories}\n}}}}\n'
    KEPT.write_text(text, encoding="utf-8")
    return ""


if __name__ == "__main__":
    raise SystemExit(keep() or 0)
