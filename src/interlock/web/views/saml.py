"""Signing in by SAML, where it is set: `python3-saml` is an extra, loaded only then."""

from __future__ import annotations

from importlib import import_module

from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe


@require_safe
def login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Goes to where one may be known, to sign in: nothing else is offered there."""
    if request.GET.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
        raise Http404("one goes there to sign in only")
    return _step("login", request, organization_slug)


@csrf_exempt  # it is sent from there; the answer is signed, and belongs to a question of ours
@require_POST
def acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Takes the answer from there."""
    return _step("acs", request, organization_slug)


@require_safe
def finish_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Looks at the answer, with the cookies that only a request from here carries."""
    return _step("finish_acs", request, organization_slug)


@require_safe
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What has to be registered there."""
    return _step("metadata", request, organization_slug)


@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def sls(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Signs out whom it signs out there: only where it is set up, and by a signed message.

    The library checks a signature where there is one, and takes a message that has none.
    """
    if not settings.SAML_SIGNS_OUT:
        raise Http404("single logout is not set up")
    if not request.GET.get("Signature"):
        raise BadRequest("a message that signs somebody out has to be signed")
    return _step("sls", request, organization_slug)


def _step(name: str, request: HttpRequest, organization_slug: str) -> HttpResponse:
    if not settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"]:
        raise Http404("no SAML provider is set")
    request.META.setdefault("HTTP_HOST", request.get_host())  # which the library counts on
    views = import_module("allauth.socialaccount.providers.saml.views")
    answer: HttpResponse = getattr(views, name)(request, organization_slug=organization_slug)
    return answer
