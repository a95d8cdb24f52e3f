"""Lists by page: what is asked of each, and the page that answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from interlock.agreement.problems import did_you_mean
from interlock.api.auth import actor
from interlock.api.cursors import cursor_of, mark_of
from interlock.api.problems import Fault, ProblemError
from interlock.api.schemas import Answer
from interlock.operations.listing import MOST_LISTED, Listed, Mark
from interlock.operations.reading import PAGE

Text = Annotated[str | None, Field(max_length=500)]


class Paged(Schema):
    """Where a page begins, and how many rows it has."""

    cursor: Annotated[str | None, Field(max_length=4000)] = Field(
        None, description="`next` of the page before"
    )
    limit: int = Field(PAGE, ge=1, le=MOST_LISTED, description="rows of the page")

    @property
    def filters(self) -> dict[str, Any]:
        """What the list is cut down to, each by its name."""
        return self.model_dump(exclude=set(Paged.model_fields))


def listed(
    request: HttpRequest,
    which: Paged,
    listing: Callable[..., Listed[Any]],
    shape: Sequence[type],
    **filters: Any,
) -> Answer:
    """A page of what the operation lists: its marks have the shape, its filters their names."""
    mark = _place(request, which, shape)
    found = listing(after=mark, size=which.limit, by=actor(request), **filters)
    return {"basis": found.basis, "items": found.rows, "next": cursor_of(found.after)}


def _place(request: HttpRequest, which: Paged, shape: Sequence[type]) -> Mark:
    """Where the page begins. A parameter that there is not would silently filter nothing."""
    known = type(which).model_fields
    faults = [
        Fault(
            place=f"query.{name}",
            reason="there is no such parameter",
            way_out=did_you_mean(name, known) or f"there are {', '.join(known)}",
        )
        for name in request.GET
        if name not in known
    ]
    if faults:
        status, detail = HTTPStatus.UNPROCESSABLE_ENTITY, "There is no such parameter."
        raise ProblemError(status, "invalid", detail, "Nothing was looked for.", faults)
    return mark_of(which.cursor, *shape)
