"""The application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interlock.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - the pages are loaded now, not while somebody waits
