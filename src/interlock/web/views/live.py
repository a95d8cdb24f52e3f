"""What pages that keep themselves up to date ask again and again."""

from __future__ import annotations

import time

from django.http import HttpRequest, JsonResponse
from django.utils.timezone import override
from django.views.decorators.http import require_safe

from interlock.operations.read_desk import desk_mark
from interlock.operations.read_notices import notices_mark
from interlock.operations.reading import current
from interlock.web.pages import actor
from interlock.web.templatetags.interlock import moment

OF_NOTICES = "notices"


@require_safe
def pulse(request: HttpRequest) -> JsonResponse:
    """Whether something changed: a mark, and the time of day at which it was so.

    The time is "" where the replay that is shown was pinned: the page is of another instant then.
    `?of=notices`: the mark of one's notices; else that of the desks.
    """
    of_notices = request.GET.get("of") == OF_NOTICES
    mark = notices_mark(by=actor(request)) if of_notices else desk_mark()
    basis = current().basis
    with override(basis.zone):
        at = "" if basis.pinned else moment(int(time.time())).strftime("%H:%M")
    answer = JsonResponse({"mark": mark, "at": at})
    answer["Cache-Control"] = "private, no-store"
    return answer
