"""The project's verbs: `./dev` lists them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

import checks
import environment
import ran
from environment import ROOT, SetUpError, program, say


def demo(arguments: list[str]) -> int:
    """The product with a made-up company in it: --port N, --reset, --data DIR."""
    return _become("interlock", "demo", *arguments)


def install(_arguments: list[str]) -> int:
    """The environment alone, which every other verb makes first: the commands lie in .venv/bin."""
    return 0


def test(arguments: list[str]) -> int:
    """Everything that is checked; arguments such as `-k promises` go to every pytest run."""
    return checks.everything(arguments)


def lint(_arguments: list[str]) -> int:
    """Style, types and import contracts only."""
    return checks.report(checks.LINT)


def serve(arguments: list[str]) -> int:
    """The web server alone, on your own data folder: --port N, --data DIR."""
    return _become("interlock", "serve", *arguments)


def bench(arguments: list[str]) -> int:
    """Measures against yardsticks on the same machine, prints ratios: --write, --only, --people."""
    return checks.report(
        [
            checks.Leg("benches", [program("python"), "-m", "benches.run", *arguments]),
            *([] if arguments else [checks.Leg("import", [program("python"), str(IMPORT)])]),
        ]
    )


def fuzz(arguments: list[str]) -> int:
    """The engine against the slow replay on 2,000 random companies; INTERLOCK_TEST_EXAMPLES=N."""
    names = ("oracle", "delays", "escalations", "moments", "recalled")
    against = (f"tests/replay/test_{name}.py" for name in names)
    legs = [checks.Leg("fuzz", _pytest(*against, *arguments))]
    return _in_full("fuzz", {"INTERLOCK_TEST_EXAMPLES": "2000"}, arguments, legs)


def kills(arguments: list[str]) -> int:
    """Receiving, routing and sweeping, killed at 100 places each; INTERLOCK_TEST_KILLS=N."""
    operations = (f"tests/operations/test_{name}.py" for name in ("route_killed", "sweep"))
    words = ("-k", "killed or at_once", "tests/api/test_killed.py", *operations, *arguments)
    return _in_full("kills", {"INTERLOCK_TEST_KILLS": "100"}, arguments, _on_both(*words))


def crowd(arguments: list[str]) -> int:
    """5,000 leads at once and 10,000 messages shuffled, on both databases: an hour or more."""
    sizes = {"INTERLOCK_TEST_LEADS": "5000", "INTERLOCK_TEST_MESSAGES": "10000"}
    operations = (f"tests/operations/test_{name}_at_once.py" for name in ("route", "decide"))
    legs = _on_both("tests/api/test_at_once.py", *operations, *arguments)
    return _in_full("crowd", sizes, arguments, legs)


def _pytest(*words: str) -> tuple[str, ...]:
    return (program("python"), "-m", "pytest", "-q", *words)


def _on_both(*words: str) -> list[checks.Leg]:
    """A leg of tests for each database."""
    pytest = _pytest(*words)
    on_postgres = (program("python"), str(ROOT / "tools" / "postgres.py"), "--for-tests")
    return [
        checks.Leg("sqlite", pytest),
        checks.Leg("postgresql", (*on_postgres, *pytest, "-m", "not sqlite")),
    ]


def _in_full(
    verb: str, sizes: Mapping[str, str], arguments: Sequence[str], legs: Sequence[checks.Leg]
) -> int:
    """Runs the legs; where nothing was left out, a pass is noted."""
    os.environ.update({name: size for name, size in sizes.items() if name not in os.environ})
    whole = not arguments and all(os.environ[name] == size for name, size in sizes.items())
    return ran.in_full(verb, lambda: checks.report(legs)) if whole else checks.report(legs)


def docs(_arguments: list[str]) -> int:
    """Writes the reference pages that are made from the code."""
    return _become("python", str(ROOT / "tools" / "reference.py"))


IMPORT = ROOT / "benches" / "import_touches.py"

VERBS: tuple[Callable[[list[str]], int], ...] = (
    *(demo, install, test, lint, serve, bench, fuzz, kills, crowd, docs),
)


def main(words: list[str]) -> int:
    """Runs one verb after the set-up; 2 where there is no such verb."""
    verb = next((verb for verb in VERBS if words[:1] == [verb.__name__]), None)
    if verb is None:
        for known in VERBS:
            say(f"  ./dev {known.__name__:7} {known.__doc__}")
        return 2 if words and words[0] not in ("help", "--help", "-h") else 0
    try:
        environment.make()
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 1
    return verb(words[1:])


def _become(name: str, *arguments: str) -> int:
    """Replaces this process, so that signals and exit code are the program's own."""
    os.environ["PATH"] = f"{environment.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(program(name), [name, *arguments])  # noqa: S606 - our own program, no shell wanted


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
