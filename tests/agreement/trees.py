"""Random criteria as trees, and the CEL text of a tree. For property tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from interlock.agreement.criteria import Value
from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, ValueType
from interlock.agreement.vocabulary import vocabulary
from interlock.facts.kinds import ColumnType

TEXT, INTEGER, NUMBER, FLAG, INSTANT, LIST = ValueType

VOCABULARY = vocabulary(
    {"person": {"newsletter": ColumnType.FLAG}, "account": {"score": ColumnType.NUMBER}},
    ["webinar", "demo_request"],
)
NAMES = {
    TEXT: ["person.country", "account.industry", "activity.kind", "decision.kind", "touch.kind"],
    INTEGER: ["account.employees", "touches.webinar", "activities.attempts", "opportunities.open"],
    NUMBER: ["fit", "engagement", "account.score", "opportunity.amount"],
    FLAG: ["person.newsletter", "activity.human"],
    INSTANT: ["person.created_at", "touch.at"],
}
WORDS = ["DE", "call", "accept", "webinar", 'it\'s "so"', "ü\n"]


def name(type_: ValueType) -> st.SearchStrategy[Expression]:
    return st.sampled_from(NAMES[type_]).map(lambda path: _name(path, type_))


def _name(path: str, type_: ValueType) -> Expression:
    scope, _, field = path.rpartition(".")
    return Name(scope, field, type_)


def constant(type_: ValueType) -> st.SearchStrategy[Expression]:
    return _VALUES[type_].map(lambda value: Constant(value, type_))


_VALUES: dict[ValueType, st.SearchStrategy[Value]] = {
    TEXT: st.sampled_from(WORDS),
    INTEGER: st.integers(-50, 5_000),
    NUMBER: st.integers(-400, 400).map(lambda quarters: quarters / 4),
    FLAG: st.booleans(),
    INSTANT: st.integers(0, 2_000_000_000),
}


def _call(
    op: str, type_: ValueType, *arguments: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    return st.tuples(*arguments).map(lambda found: Call(op, found, type_))


def _leaf(type_: ValueType) -> st.SearchStrategy[Expression]:
    return name(type_) | constant(type_)


def _numeric() -> st.SearchStrategy[Expression]:
    """A number or a whole number; arithmetic of one level, without division by what may be 0."""
    plain = _leaf(INTEGER) | _leaf(NUMBER)
    sums = st.tuples(st.sampled_from("+-*"), plain, plain).map(_arithmetic)
    return plain | sums


def _arithmetic(found: tuple[str, Expression, Expression]) -> Expression:
    op, left, right = found
    both_whole = left.type is INTEGER and right.type is INTEGER
    return Call(op, (left, right), INTEGER if both_whole else NUMBER)


def _condition() -> st.SearchStrategy[Expression]:
    ordering = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
    equality = st.sampled_from(("==", "!="))
    texts = st.lists(constant(TEXT), min_size=1, max_size=3).map(_list)
    tests = st.sampled_from(("contains", "startsWith", "endsWith"))
    return st.one_of(
        name(FLAG),
        constant(FLAG),
        ordering.flatmap(lambda op: _call(op, FLAG, _numeric(), _numeric())),
        ordering.flatmap(lambda op: _call(op, FLAG, name(INSTANT), _leaf(INSTANT))),
        equality.flatmap(lambda op: _call(op, FLAG, _leaf(TEXT), _leaf(TEXT))),
        equality.flatmap(lambda op: _call(op, FLAG, name(FLAG), constant(FLAG))),
        tests.flatmap(lambda op: _call(op, FLAG, name(TEXT), constant(TEXT))),
        _call("in", FLAG, name(TEXT), texts),
        st.sampled_from(tuple(NAMES)).flatmap(lambda type_: _call("known", FLAG, name(type_))),
    )


def _list(items: list[Expression]) -> Expression:
    return ListOf(tuple(item for item in items if isinstance(item, Constant)))


conditions: st.SearchStrategy[Expression] = st.recursive(
    _condition(),
    lambda inner: st.one_of(
        _call("&&", FLAG, inner, inner),
        _call("||", FLAG, inner, inner),
        _call("!", FLAG, inner),
        _call("?:", FLAG, inner, inner, inner),
    ),
    max_leaves=8,
)
"""Well-typed conditions over `VOCABULARY`."""


def _without(found: tuple[dict[str, Value], set[str]]) -> dict[str, Value]:
    known, missing = found
    return {path: value for path, value in known.items() if path not in missing}


_paths = [path for paths in NAMES.values() for path in paths]
values: st.SearchStrategy[dict[str, Value]] = st.tuples(
    st.fixed_dictionaries(
        {path: _VALUES[type_] for type_, paths in NAMES.items() for path in paths}
    ),
    st.sets(st.sampled_from(_paths), max_size=4),
).map(_without)
"""Values for most of the names; the others are unknown."""


def written(tree: Expression) -> str:
    """The tree as CEL text, every operation in brackets."""
    if isinstance(tree, Constant):
        return _literal(tree)
    if isinstance(tree, Name):
        return tree.path
    if isinstance(tree, ListOf):
        return f"[{', '.join(map(written, tree.items))}]"
    parts = [written(argument) for argument in tree.arguments]
    return _FORMS.get(tree.op, "({} " + tree.op + " {})").format(*parts)


_FORMS = {
    "?:": "({} ? {} : {})",
    "!": "!({})",
    "known": "known({})",
    "contains": "{}.contains({})",
    "startsWith": "{}.startsWith({})",
    "endsWith": "{}.endsWith({})",
}


def _literal(constant_: Constant) -> str:
    value = constant_.value
    if constant_.type is INSTANT:
        assert isinstance(value, int)
        days, seconds = divmod(value, 86_400)
        clock = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f'timestamp("{_day(days)}T{clock}Z")'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return repr(value)


def _day(days_since_1970: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=days_since_1970))
