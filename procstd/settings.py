"""Settings, from the environment alone (procstd/environment.py names every variable).

Two ways to run, one set of settings: *embedded* needs no server and no variable, *served*
needs PostgreSQL, Redis and HTTPS and refuses to start without what it needs.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from procstd.environment import read
from procstd.secret import embedded_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = read("PROCSTD_MODE")
if MODE not in ("embedded", "served"):
    raise ImproperlyConfigured(f"PROCSTD_MODE is 'embedded' or 'served', not {MODE!r}.")
SERVED = MODE == "served"
VAR_DIR = BASE_DIR / read("PROCSTD_VAR_DIR")

DEBUG = read("PROCSTD_DEBUG")
SECRET_KEY = read("SECRET_KEY") or embedded_secret_key(VAR_DIR)

# --- where people reach us -------------------------------------------------------------------
PUBLIC_URL = read("PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if not _public.scheme or not _public.hostname:
    raise ImproperlyConfigured(f"PUBLIC_URL must look like https://procstd.example.com, not {PUBLIC_URL!r}.")
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname, *read("ALLOWED_HOSTS")]
if not SERVED:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
TRUSTED_PROXIES = read("TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- the house -------------------------------------------------------------------------------
# Rooms from the top floor down. A room is found by its app: its navigation, panels and sweeps
# are read from its AppConfig, so nothing below has to import it.
ROOMS = ["improvements", "audits", "pilots", "rollouts", "cases", "projects", "surveys", "processes"]
INSTALLED_APPS = [
    # First: rooms take back what these connect and register.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    # For its engine; our cases have tables of their own (docs/decisions/0008).
    "viewflow.workflow",
    *ROOMS,
    "procstd.notices",
    "procstd.calendars",
    "procstd.organisation",
    "procstd.jobs",
    "procstd.files",
    "procstd.health",
    "procstd.look",
    "procstd.admin_config.AdminConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "simple_history",
    "tree_queries",
    "axes",
    "csp",
    "rest_framework",
]
_partials = []
if django.VERSION < (6, 0):  # from 6.0 on, partials are Django's own
    INSTALLED_APPS.append("template_partials")
    _partials.append("template_partials.templatetags.partials")

MIDDLEWARE = [
    "procstd.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "procstd.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "procstd.intake.IntakeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "procstd.organisation.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "procstd.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
    "processes.middleware.AlteredMiddleware",
]

ROOT_URLCONF = "procstd.urls"
WSGI_APPLICATION = "procstd.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "procstd.look.navigation.navigation",
            ],
            "builtins": [
                "procstd.look.templatetags.look",
                "django.templatetags.i18n",
                "django.templatetags.static",
                *_partials,
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- truth: the database ---------------------------------------------------------------------
_database_url = read("DATABASE_URL")
if _database_url:
    DATABASES = {"default": environ.Env.db_url_config(_database_url)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "procstd.sqlite3"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if SERVED:
        raise ImproperlyConfigured("PROCSTD_MODE=served needs PostgreSQL: DATABASE_URL names a SQLite file.")
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its place at BEGIN and waits for it, instead of failing at the first write.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    # A process that is stopped inside a transaction must not keep its clocks from the others (T6).
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c idle_in_transaction_session_timeout=60000"

# --- wake-ups: the broker --------------------------------------------------------------------
REDIS_URL = read("REDIS_URL")
# The cache counts for the rate limits of public pages; nothing in it is needed.
_cache = "redis.RedisCache" if REDIS_URL else "locmem.LocMemCache"
CACHES = {
    "default": {
        "BACKEND": f"django.core.cache.backends.{_cache}",
        "LOCATION": REDIS_URL or "procstd",
        "KEY_PREFIX": "procstd",
    }
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "visibility_timeout": 3600,
        # With Redis down an act must not wait: without these kombu reconnects for six seconds.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }
else:
    _queue = str(VAR_DIR / "queue")
    CELERY_BROKER_URL = "folder://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": _queue,
        "data_folder_out": _queue,
        "control_folder": str(VAR_DIR / "queue-control"),
        # A worker takes one message at a time and then sleeps so long, in seconds: by kombu's second, whoever starts
        # a job behind a hundred wake-ups would wait two minutes for it.
        "polling_interval": 0.05,
    }
SWEEP_SECONDS = read("PROCSTD_SWEEP_SECONDS")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Sweeps have a queue of their own: workers take from both in turn, so that clocks do not wait behind a pile of jobs.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "sweeps")]
# Each sweep may run twice or late: it claims by update what is due. Expired messages are dropped,
# so that a worker that was away does not work through a pile of stale wake-ups.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10.0), "queue": "sweeps"}}
    for name, task, seconds in (
        ("jobs", "procstd.jobs.sweeps.take_up_waiting_jobs", float(SWEEP_SECONDS)),
        ("deliveries", "procstd.notices.sweeps.deliver_what_is_due", float(SWEEP_SECONDS)),
        ("sessions", "procstd.organisation.sweeps.clear_ended_sessions", 3600.0),
        ("clocks", "cases.sweeps.fire_clocks", float(SWEEP_SECONDS)),
        ("holds", "cases.sweeps.end_holds", 60.0),
        ("satisfaction", "cases.sweeps.mail_waiting_requests", 60.0),
        ("clock-audit", "cases.sweeps.watch_clocks", 60.0),
        ("clock-repair", "cases.sweeps.repair_clocks", 300.0),
        ("files", "procstd.files.sweeps.remove_unused_files", 3600.0),
        ("old notices", "procstd.notices.sweeps.clear_old_notices", 3600.0),
        ("reviews", "processes.sweeps.remind_reviewers", 60.0),
        ("effective versions", "processes.sweeps.announce_effective_versions", 60.0),
        ("manuals", "processes.sweeps.make_missing_manuals", 600.0),
        ("index of standards", "processes.sweeps.repair_standards_index", 300.0),
        ("copies of manuals", "processes.sweeps.recall_copies_of_manuals", 300.0),
        ("seals", "cases.sweeps.seal_cases", 3600.0),
        ("exception reports", "cases.sweeps.make_exception_reports", 3600.0),
        ("project statuses", "projects.sweeps.make_project_statuses", 3600.0),
        ("evaluations", "improvements.sweeps.plan_evaluations", 3600.0),
        ("weeks of processes", "improvements.sweeps.watch_processes", 3600.0),
        ("suggestions", "improvements.sweeps.settle_suggestions", 600.0),
        ("effects of versions", "improvements.sweeps.measure_effects", 3600.0),
        ("exports of projects", "projects.sweeps.remove_old_exports", 3600.0),
        ("late actions of pilots", "pilots.sweeps.remind_late_actions", 3600.0),
        ("confirmations", "rollouts.sweeps.ask_who_has_not_confirmed", 3600.0),
        ("trainings", "rollouts.sweeps.remind_of_coming_trainings", 3600.0),
        ("waves", "rollouts.sweeps.release_waves", 300.0),
        ("corrective actions", "audits.sweeps.remind_of_corrective_actions", 3600.0),
    )
}
KEEP_NOTICES = timedelta(days=max(read("PROCSTD_KEEP_NOTICES_DAYS"), 0))
JOB_STALE_AFTER = timedelta(seconds=read("PROCSTD_JOB_STALE_SECONDS"))

# --- standards ---------------------------------------------------------------------------------
COMPLIANCE_POSTS = read("PROCSTD_COMPLIANCE_POSTS")
#: Printed on manuals.
ORGANISATION = read("PROCSTD_ORGANISATION")
#: Another disk than that of the database, if there is one.
SEAL_DIR = Path(read("PROCSTD_SEAL_DIR") or VAR_DIR / "seals")
PACK_DAYS = max(read("PROCSTD_PACK_DAYS"), 1)
PDF_PAGES, PDF_SECONDS = max(read("PROCSTD_PDF_PAGES"), 1), max(read("PROCSTD_PDF_SECONDS"), 1)
SIGNING_FILE, SIGNING_PASSPHRASE = read("PROCSTD_SIGNING_FILE"), read("PROCSTD_SIGNING_PASSPHRASE")

# --- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "procstd.organisation.backends.PersonBackend",
    "procstd.organisation.backends.PostBackend",
]
_validators: list[tuple[str, dict[str, Any]]] = [
    ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name_en", "email")}),
    ("MinimumLengthValidator", {"min_length": 10}),
    ("CommonPasswordValidator", {}),
    ("NumericPasswordValidator", {}),
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options} for name, options in _validators
]
LOGIN_URL = "organisation:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "organisation:sign-in"
PASSWORD_RESET_TIMEOUT = 24 * 3600
SESSION_ENGINE = "procstd.organisation.session_store"
SESSION_COOKIE_AGE = 12 * 3600
REAUTHENTICATION_LASTS = timedelta(minutes=15)

AXES_HANDLER = "procstd.organisation.throttling.AccountAndAddressHandler"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = read("PROCSTD_LOGIN_ATTEMPTS")
LOGIN_ATTEMPTS_PER_IP = read("PROCSTD_LOGIN_ATTEMPTS_PER_IP")
AXES_COOLOFF_TIME = timedelta(seconds=read("PROCSTD_LOGIN_WAIT_SECONDS"))
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "procstd.organisation.throttling.locked_out"
AXES_CLIENT_IP_CALLABLE = "procstd.headers.client_ip"
# W006 misses the address in the parameters: our handler counts addresses by a limit of their own.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# --- languages and time ----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["procstd.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- safety ----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_host = "__Host-" if HTTPS else ""
MESSAGE_STORAGE = "procstd.toasts.ToastStorage"
MESSAGES_COOKIE_NAME = f"{_host}messages"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host}session", f"{_host}csrf"
LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = f"{_host}language", f"{_host}theme"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "procstd.views.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Tabler draws its check marks and arrows as data: pictures.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
REST_FRAMEWORK = {
    # Tokens only: no cookie ever changes anything through the API (S7).
    "DEFAULT_AUTHENTICATION_CLASSES": ["procstd.organisation.api_guard.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["procstd.organisation.api_guard.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}

# --- public pages ----------------------------------------------------------------------------
#: What one address may file, or add, on the public pages in an hour. An office shares one address.
PUBLIC_FILINGS_PER_HOUR = read("PROCSTD_PUBLIC_FILINGS_PER_HOUR")

# --- files -----------------------------------------------------------------------------------
MEDIA_ROOT = VAR_DIR / "files"
UPLOAD_LIMIT_BYTES = read("PROCSTD_UPLOAD_MB") * 1024 * 1024
UPLOAD_QUOTA_BYTES = read("PROCSTD_QUOTA_MB") * 1024 * 1024
UPLOAD_SCAN_COMMAND = read("PROCSTD_SCAN_COMMAND")
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("look", VAR_DIR / "built")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "procstd.look.npm.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "procstd.look.npm.ManifestStorage"},
}
NPM_ROOT = BASE_DIR / "node_modules"
NPM_ASSETS = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/js/tabler.min.js"],
    "bpmn-js": [
        "dist/bpmn-modeler.production.min.js",
        "dist/assets/bpmn-js.css",
        "dist/assets/diagram-js.css",
        # Its font as files: the style sheet with the font inside would need data: fonts in the policy.
        "dist/assets/bpmn-font/css/bpmn.css",
        "dist/assets/bpmn-font/font/bpmn.*",  # named in the style sheet, which is refused without them
    ],
    "sortablejs": ["Sortable.min.js"],
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- mail and logs ---------------------------------------------------------------------------
_email_url = read("EMAIL_URL")
if _email_url:
    _email = environ.Env.email_url_config(_email_url)
    globals().update({key: value for key, value in _email.items() if key.startswith("EMAIL_")})
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mails"
EMAIL_TIMEOUT = 20
#: Where robots and webhooks may call although it is no public address (procstd/notices/domain/outside.py).
WEBHOOK_HOSTS = read("PROCSTD_WEBHOOK_HOSTS")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("EMAIL_FROM")

LOGGING_CONFIG = "procstd.logs.configure"
LOGGING = {"level": read("PROCSTD_LOG_LEVEL"), "json": SERVED}
