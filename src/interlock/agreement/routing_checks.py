"""What the clause on routing must be to the other clauses."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.agreement.checked import Checked, known
from interlock.agreement.problems import Problem, nearest
from interlock.agreement.routing import Routing
from interlock.agreement.schema import Side


def routing(c: Checked) -> Iterator[Problem]:
    """Everything that is wrong with it."""
    clause = c.agreement.routing
    if clause is not None:
        yield from _stages(c, clause)
        yield from _rules(c, clause)
        yield from _names(c, clause)


def _stages(c: Checked, clause: Routing) -> Iterator[Problem]:
    for number, id_ in enumerate(clause.enters, 1):
        path, stage = f"routing.enters.{number}", c.agreement.stage(id_)
        yield from known(c, path, id_, [stage.id for stage in c.agreement.stages], "stage")
        if stage is not None and stage.outcome:
            message = f"nobody works a lead at `{id_}`: the matter has ended there"
            yield c.error(path, message, "name the stage at which sales takes over")


def _rules(c: Checked, clause: Routing) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    if not clause.rules and "routing.rules" in c.places:
        yield c.error("routing.rules", "there are no rules", "who takes turns? `team: Oslo`")
    for rule in clause.rules:
        path = f"routing.rules.{rule.id}"
        if rule.when is None or rule.when.text:
            tree = rule.when and rule.when.expression
            hiding = seen.get(None) or seen.get(tree)
            if hiding:
                takes = "takes every lead" if hiding == seen.get(None) else "has the same condition"
                message = f"this rule never counts: `{hiding}` before it {takes}"
                yield c.error(path, message, "the first match counts")
            seen.setdefault(tree, rule.id)
        people = [key for key in ("team", "role", "members") if getattr(rule, key)]
        if rule.queue and people:
            message = f"`queue` and `{people[0]}` do not go together"
            yield c.error(f"{path}.queue", message, "a lead goes to members in turn or to a queue")
        if not rule.queue and not people:
            hint = "write `team: Oslo`, `role: SDR`, `members: [...]` or `queue: ...`"
            yield c.error(path, "this rule gives its leads to nobody", hint)


def _names(c: Checked, clause: Routing) -> Iterator[Problem]:
    calendars = [calendar.id for calendar in c.agreement.calendars]
    yield from known(c, "routing.calendar", clause.calendar, calendars, "calendar")
    if clause.calendar and not clause.working_hours:
        message = "no calendar is asked for, as `working_hours` is false"
        yield c.warning("routing.calendar", message, "leave it out")
    if clause.out_of_hours != "turn" and not clause.working_hours:
        message = "hours are not asked for, as `working_hours` is false"
        yield c.warning("routing.out_of_hours", message, "leave one of the two out")
    yield from _owner(c, clause.fallback.owner)


def _owner(c: Checked, owner: str) -> Iterator[Problem]:
    """Somebody answers for the queue: a role, or a member, whom the agreement does not know."""
    path, roles = "routing.fallback.owner", c.agreement.roles
    if owner in [*Side]:
        hint = "name a role, or a member"
        yield c.error(path, f"all of {owner} cannot answer for a queue", hint)
    elif roles and owner not in roles and (meant := nearest(owner, roles)):
        message = f"there is no role `{owner}`, so that it is taken for a member"
        yield c.warning(path, message, f"did you mean `{meant}`?")
