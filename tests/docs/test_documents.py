"""What the documents tell people to type works, and prints what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dev
from interlock.simulate.company import write_company
from tests.support.documents import ROOT, Step, missing, run, steps

VERB = re.compile(r"\./dev ([a-z]+)")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    walked = list(steps(ROOT / "docs" / "tutorial.md"))

    promised = [step for step in walked if step.promised]
    for step in walked:
        printed = run(step, tmp_path)
        assert missing(step, printed) == [], printed

    assert len(walked) >= 6
    assert len(promised) >= 4


def test_the_commands_of_a_trial_work(tmp_path: Path) -> None:
    write_company(tmp_path, people=200)
    commands = [step.commands for step in steps(ROOT / "docs" / "how-to" / "try-a-change.md")]
    first = "interlock import manifest.yaml\ninterlock replay agreement.yaml\n"

    printed = run(Step(first + "".join(commands), ""), tmp_path)

    assert (printed.count("Leads that enter"), printed.count("Value by value")) == (1, 2)
    assert "8 working hours" in printed
    assert "engagement >= 80.0" in printed


def test_the_python_of_the_documents_runs() -> None:
    text = (ROOT / "docs" / "explanation" / "attribution.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    *before, last = block.strip().splitlines()
    names: dict[str, object] = {}

    exec("\n".join(before), names)  # noqa: S102 - the document's own lines

    assert sum(eval(last, names).values()) == pytest.approx(900)  # noqa: S307 - as above


def test_every_verb_that_is_named_is_there() -> None:
    documents = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    named = {verb for each in documents for verb in VERB.findall(each.read_text())}

    assert {"demo", "install", "test"} <= named
    assert named <= {verb.__name__ for verb in dev.VERBS}


def test_whoever_only_wants_the_environment_gets_it_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []
    monkeypatch.setattr("environment.make", lambda: made.append("the environment"))

    assert dev.main(["install"]) == 0

    assert made == ["the environment"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "document",
    [
        ROOT / "README.md",
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "examples").rglob("*.md")),
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []
