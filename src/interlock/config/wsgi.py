"""The application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interlock.config.settings")
application = get_wsgi_application()

from interlock.operations.warm_up import warm_up  # noqa: E402 - models need the settings first

# the pages are loaded and the engine is ready now, not while somebody waits
get_resolver().url_patterns  # noqa: B018
warm_up()
