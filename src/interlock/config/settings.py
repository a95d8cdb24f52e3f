"""Django settings; what an operator may choose comes from `interlock.config.options`."""

from logging import LogRecord

import dj_database_url
from csp.constants import NONE, SELF

from interlock.config.options import made_folder, read_options

options = read_options()
DATA_FOLDER = made_folder(options.data)

SECRET_KEY = options.secret()
DEBUG = options.debug
ALLOWED_HOSTS = list(options.allowed_hosts)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "interlock.store",
    "interlock.web",  # before allauth: its templates stand in place of those
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
]
MIDDLEWARE = [
    "interlock.api.middleware.ProblemsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "interlock.web.gate.GateMiddleware",
    "interlock.web.gate.SeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "interlock.web.pages.NoNulMiddleware",
    "interlock.web.pages.NotAllowedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "interlock.config.urls"
WSGI_APPLICATION = "interlock.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "interlock.web.rooms.frame",
            ],
            "builtins": [
                "interlock.web.templatetags.interlock",
                "interlock.web.templatetags.terms",
            ],
        },
    },
]

# a folder's name may hold what would mean something in a URL
in_the_folder = {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_FOLDER / "interlock.sqlite3"}
DATABASES: dict[str, dict[str, object]] = {
    "default": {**dj_database_url.parse(options.database)} if options.database else in_the_folder
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # writers wait for one another instead of failing with "locked"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "store.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "sign-in"

ACCOUNT_ADAPTER = "interlock.web.second_step.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}  # which holds the e-mail address
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reaches nobody else
ACCOUNT_RATE_LIMITS = False  # failures are counted in the store, for all processes together
MFA_ADAPTER = "interlock.web.second_step.SecondStepAdapter"
ACCOUNT_FORMS = {"reauthenticate": "interlock.web.views.account.PasswordAgainForm"}
MFA_FORMS = {
    "authenticate": "interlock.web.second_step.CodeForm",
    "reauthenticate": "interlock.web.second_step.CodeAgainForm",
    "activate_totp": "interlock.web.second_step.AppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code that changed while it was typed, or by a slow clock, counts
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "interlock.web.second_step.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads elsewhere is not in the policy
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": options.oidc(), "saml": options.saml()}
SAML_SIGNS_OUT = bool(options.saml_logout_url)

Q_CLUSTER = {
    "name": "interlock",
    "orm": "default",
    "workers": 1,
    "timeout": 3600,
    "retry": 4000,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "poll": 1,
}

REFRESH_SECONDS = 60 * options.refresh_minutes

ADDRESS = options.address
EMAIL_HOST, EMAIL_PORT = options.mail_host, options.mail_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = options.mail_user, options.mail_password
EMAIL_USE_TLS = options.mail_security == "starttls"
EMAIL_USE_SSL = options.mail_security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = options.mail_from

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # who asks how often is counted here; few places would let strangers push counts out
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "interlock.web.assets.HashedAddresses"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600  # addresses carry a hash, so an upgrade is seen at once

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}


def _in_a_line(record: LogRecord) -> bool:
    """Leaves out where in the code it was found: a wrong name of the server is no fault there."""
    record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"in a line": {"()": "django.utils.log.CallbackFilter", "callback": _in_a_line}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # why a page broke is told to whoever runs the server; what was asked wrongly is not
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": True},
        "django.security.DisallowedHost": {"filters": ["in a line"]},
    },
}

WEBHOOKS_INSIDE = options.webhooks_inside
WEBHOOK_PATIENCE = 10.0
"""Seconds that whoever is told by a webhook has for each step of answering."""

SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = options.https
SECURE_SSL_REDIRECT = options.https
# asked from within, past the proxy that ends TLS; it is the same for all and says one word
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
BEHIND_PROXY = options.behind_proxy
# anybody can send these headers, so they count only where a proxy is known to write them
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if options.https else 0
X_FRAME_OPTIONS = "DENY"
