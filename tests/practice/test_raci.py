"""The matrix of who does what, and what in it is missing or said twice."""

from __future__ import annotations

from typing import Any

from interlock.agreement.raci import RaciRow
from interlock.practice.raci import Letter, matrix

KNOWN = ("clerk", "manager", "buyer")
HELD = {"clerk": ("Cy",), "manager": ("Mo", "Bo"), "sales": ("Sam",)}


def row(**parts: Any) -> RaciRow:
    said: dict[str, Any] = {"responsible": ("clerk",), "accountable": ("manager",), **parts}
    return RaciRow("x", "Count", **said)


def faults(made: RaciRow, known: tuple[str, ...] = KNOWN) -> list[str]:
    found = matrix([made], known, HELD).faults
    assert {each.clause for each in found} <= {"raci.x"}
    return [each.says for each in found]


def test_roles_stand_in_the_agreements_order_and_only_those_that_are_named() -> None:
    rows = [row(consulted=("sales",)), row(responsible=("manager",))]
    found = matrix(rows, KNOWN, HELD)
    assert found.roles == ("clerk", "manager", "sales")
    assert found.lines[0].letters == (
        (Letter.RESPONSIBLE,),
        (Letter.ACCOUNTABLE,),
        (Letter.CONSULTED,),
    )
    assert found.lines[1].letters == ((), (Letter.RESPONSIBLE, Letter.ACCOUNTABLE), ())
    assert found.sentence == (
        "2 activities for 3 roles: each has one who answers for it, and somebody for every part."
    )


def test_a_row_that_is_whole_has_no_fault_even_where_one_does_it_and_answers_for_it() -> None:
    assert not faults(row(informed=("sales",)))
    assert not faults(row(responsible=("manager",)))


def test_what_is_missing_is_said() -> None:
    assert faults(row(accountable=())) == ["Nobody is accountable: who answers for it in the end?"]
    assert faults(row(responsible=())) == ["Nobody is responsible: who does it?"]


def test_what_is_said_twice_is_said() -> None:
    assert faults(row(accountable=("manager", "sales"))) == [
        "manager and sales are accountable: one has to answer for it."
    ]
    assert faults(row(informed=("clerk",))) == [
        "clerk is responsible and informed: the weightier part is enough."
    ]


def test_a_role_that_is_none_or_that_nobody_holds_is_named() -> None:
    assert faults(row(informed=("buyer",))) == ["Nobody among the members is buyer."]
    assert faults(row(informed=("byer",))) == [
        "byer is none of the agreement's roles.",
        "Nobody among the members is byer.",
    ]
    assert faults(row(informed=("byer",)), ()) == ["Nobody among the members is byer."]


def test_without_a_row_there_is_no_matrix() -> None:
    assert matrix([], KNOWN, HELD).sentence == "The agreement does not say who does what."


def test_what_is_wrong_with_a_role_is_said_once_of_each_row_that_names_it() -> None:
    found = matrix(
        [row(informed=("byer",)), RaciRow("y", "Ship", ("clerk",), ("manager",))], KNOWN, HELD
    )
    assert [each.clause for each in found.faults] == ["raci.x", "raci.x"]


def test_one_of_anything_is_said_as_one() -> None:
    alone = RaciRow("x", "Count", responsible=("clerk",), accountable=("clerk",))
    found = matrix([alone], KNOWN, HELD)
    assert found.sentence.startswith("1 activity for 1 role: ")
    assert matrix([row(accountable=())], KNOWN, HELD).sentence == (
        "1 activity for 1 role, with 1 thing to settle."
    )
    assert matrix([row(responsible=("a",), accountable=("b", "c"))], (), HELD).sentence == (
        "1 activity for 3 roles, with 4 things to settle."
    )
