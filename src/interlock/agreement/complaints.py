"""CEL's complaints, in words for people who do not program.

CEL answers a wrong text with lines such as `ERROR: <input>:1:6: undeclared reference to 'persn'`.
Each becomes a `Problem` with the nearest right name or the usual way to write what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from interlock.agreement.expression import ValueType
from interlock.agreement.problems import Problem, did_you_mean

OPERATORS = {
    "_&&_": "&&",
    "_||_": "||",
    "!_": "!",
    "_==_": "==",
    "_!=_": "!=",
    "_<_": "<",
    "_<=_": "<=",
    "_>_": ">",
    "_>=_": ">=",
    "_+_": "+",
    "_-_": "-",
    "_*_": "*",
    "_/_": "/",
    "_%_": "%",
    "-_": "neg",
    "@in": "in",
    "_?_:_": "?:",
}
"""CEL's name of each operator, and ours."""

FUNCTIONS = {
    "known": "known(person.email)",
    "contains": 'person.title.contains("sales")',
    "startsWith": 'person.title.startsWith("VP")',
    "endsWith": 'person.email.endsWith(".org")',
    "matches": 'person.title.matches("head of .*")',
    "size": "size(person.title) > 3",
    "timestamp": 'timestamp("2026-01-31T09:00:00Z")',
    "duration": 'duration("36h")',
}
"""What may be called by name, and how it is written."""

_ERROR = re.compile(
    r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?=\n \||\nERROR:| \[[A-Z_]+\]$|\Z)", re.DOTALL
)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_TYPE_WORDS = {
    "bool": "a condition",
    "int": "a whole number",
    "double": "a number",
    "string": "a text",
    "google.protobuf.Timestamp": "a moment",
    "google.protobuf.Duration": "a length of time",
    "null_type": "null",
    "uint": "an unsigned number",
}
_USUAL_SLIPS = (
    ("[\u201c\u201d\u201e\u2018\u2019]", 'use straight quotes: "…"'),  # a word processor's
    (r"\band\b", "write `&&` for and"),
    (r"\bor\b", "write `||` for or"),
    (r"\bnot\s+in\b", "write `!(x in [...])`"),
    (r"\bnot\b", "write `!` for not"),
    (r"<>", "write `!=` for is not"),
    (r"=>", "write `>=` for at least"),
    (r"=<", "write `<=` for at most"),
    (r"(?<![=!<>])=(?!=)", "write `==` for equals"),
    (r"\d[\d.]*\s*%", "write shares as decimals: 0.6 for 60 %"),
    (r"\d,\d", "write numbers without separators: 1000"),
)


def complaints(text: str, answer: str, vocabulary: Mapping[str, ValueType]) -> list[Problem]:
    """What CEL's answer means, a problem for each distinct complaint."""
    found = [(int(row), int(col), why.strip()) for row, col, why in _ERROR.findall(answer)]
    found = [each for each in found if each[0] > 0]  # CEL has no place for its second thoughts
    syntax = [row for row in found if row[2].startswith("Syntax error")]
    if syntax:
        return [_syntax(text, *syntax[0])]
    problems = [
        _complaint(text, line, column, message, vocabulary) for line, column, message in found
    ]
    return list(dict.fromkeys(problems)) or [_whole(answer)]


def _whole(answer: str) -> Problem:
    if "recursion" in answer:
        return Problem("this criterion is nested too deeply", "take brackets out, or split it")
    return Problem(f"this criterion is not understood: {answer.partition('[')[0].strip()}")


def _syntax(text: str, line: int, column: int, message: str) -> Problem:
    plain = _QUOTED.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', text)
    for pattern, hint in _USUAL_SLIPS:
        if slip := re.search(pattern, plain):
            row, start = _position(text, slip.start())
            return Problem(f"`{slip[0].strip()}` is not understood here", hint, row, start)
    if "'<EOF>'" in message and "token recognition" not in message:
        return Problem(
            "this criterion ends too early", "something is missing at its end", line, column
        )
    if message.count("'") and "token recognition error at: '\"" in message:
        return Problem("a quote is opened and not closed", 'close it with "', line, column)
    part = re.search(r"(?:input|at:|token) '(.*?)'(?: expecting|$)", message)
    word = f"`{part[1].strip()}`" if part else "this"
    return Problem(f"{word} is not expected here", "", line, column)


def _complaint(
    text: str, line: int, column: int, message: str, vocabulary: Mapping[str, ValueType]
) -> Problem:
    if named := re.match(r"undeclared reference to '(.*?)'", message):
        return _undeclared(text, line, column, named[1], vocabulary)
    if wrong := re.match(r"found no matching overload for '(.*?)' applied to '\((.*)\)'", message):
        return Problem(*_mismatch(wrong[1], wrong[2]), line, column)
    if "select operation" in message:
        return Problem(
            "there is nothing below this name", "leave out what follows it", line, column
        )
    if "int literal" in message:
        return Problem("this number is too large", "", line, column)
    return Problem(message, "", line, column)


def _undeclared(
    text: str, line: int, column: int, name: str, vocabulary: Mapping[str, ValueType]
) -> Problem:
    if name in OPERATORS:  # an operator of ours without any overload for these types
        return Problem(f"`{OPERATORS[name]}` does not work on these values", "", line, column)
    row = text.split("\n")[line - 1]
    start = row.rfind(name, 0, column - 1 + len(name)) + 1 or column
    is_function = row[start - 1 + len(name) :].lstrip().startswith("(")
    if name == "has":
        hint = "ask `known(person.email)`"
    elif is_function and name in FUNCTIONS:
        return Problem(f"`{name}` is written otherwise", f"write `{FUNCTIONS[name]}`", line, start)
    elif is_function:
        hint = did_you_mean(name, FUNCTIONS) or f"there are {', '.join(FUNCTIONS)}"
        return Problem(f"there is no function `{name}`", hint, line, start)
    else:
        fields = [path for path in vocabulary if path.startswith(name + ".")]
        hint = did_you_mean(name, vocabulary) if not fields else f"name a field: `{fields[0]}`…"
        if not hint and "." not in name:
            hint = f'put text in quotes: "{name}"'
    unknown = f"`{name}` is not known"
    return Problem(
        unknown, hint or "if it is a column of your own, name it under `attributes`", line, start
    )


def _mismatch(function: str, types: str) -> tuple[str, str]:
    operator = OPERATORS.get(function, function)
    words = [_type_words(part) for part in re.findall(r"[\w.]+(?:\([^)]*\))?", types)]
    both = " and ".join(words[:2])
    if "null_type" in types:
        return "nothing is equal to null", "ask `known(x)` or `!known(x)`"
    if operator in ("&&", "||", "!"):
        return f"`{operator}` joins conditions, and here is {both}", "compare: `touches.any >= 1`"
    if operator == "?:":
        return "`a ? b : c` needs a condition, then two values of one type", ""
    if operator == "in":
        return f"{words[0]} cannot be in {words[1]}", "write a list of the same type: `x in [1, 2]`"
    if operator in ("==", "!=", "<", "<=", ">", ">="):
        hint = "text is put in quotes, numbers are not" if "a text" in words else ""
        return f"`{operator}` cannot compare {both}", hint
    return f"`{operator}` does not work on {both}", ""


def _type_words(type_: str) -> str:
    if type_.startswith("list("):
        return "a list of " + _TYPE_WORDS.get(type_[5:-1], "values").removeprefix("a ") + "s"
    return _TYPE_WORDS.get(type_, type_)


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
