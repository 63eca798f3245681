"""Settings. Everything that differs between deployments comes from the environment."""

import os
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from smartapp.env import (
    Environment,
    encryption_keys,
    env,
    environment,
    ledger_key,
    ledger_places,
    secret,
)

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = environment()
PRODUCTION = ENVIRONMENT == Environment.PRODUCTION
DATA_DIR = Path(env.str("COUNTERSIGN_DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Where people reach us. EHRs register `${BASE_URL}/launch/` and, each with its
# own slug, `${BASE_URL}/launch/callback/SLUG/`.
BASE_URL = env.str("COUNTERSIGN_BASE_URL", "http://localhost:8000").rstrip("/")
DEBUG = False
SECRET_KEY = secret("COUNTERSIGN_SECRET_KEY", data_dir=DATA_DIR)
ALLOWED_HOSTS = env.list("COUNTERSIGN_ALLOWED_HOSTS", [urlsplit(BASE_URL).hostname])
ENCRYPTION_KEYS = encryption_keys(data_dir=DATA_DIR)
BLIND_INDEX_KEY = secret("COUNTERSIGN_BLIND_INDEX_KEY", data_dir=DATA_DIR)
# Who signs the trail's checkpoints: a name for good, without spaces, and 32 bytes in base64.
LEDGER_NAME = env.str("COUNTERSIGN_LEDGER_NAME", f"{urlsplit(BASE_URL).netloc}/trail")
LEDGER_KEY = ledger_key(data_dir=DATA_DIR)
# How often rows are sealed into the tree (0: by no worker of ours), and how often it is signed.
LEDGER_SEAL_SECONDS = env.float("COUNTERSIGN_LEDGER_SEAL_SECONDS", 2.0)
LEDGER_CHECKPOINT_SECONDS = env.float("COUNTERSIGN_LEDGER_CHECKPOINT_SECONDS", 60.0)
LEDGER_PLACE_KINDS = {"file": "audit.tree.folder.FolderPlace"}
LEDGER_PLACES = ledger_places(LEDGER_PLACE_KINDS, data_dir=DATA_DIR)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "audit",  # before auditlog: its refusal of `auditlogflush` must be the one found
    "auditlog",
    "csp",
    "django_htmx",
    "smartapp",
    "recommendations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "smartapp.launch.middleware.LaunchSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "smartapp.wrong_method.WrongMethodMiddleware",
    "audit.middleware.AuditContextMiddleware",
]

ROOT_URLCONF = "smartapp.urls"
ASGI_APPLICATION = "smartapp.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# How many requests each web process answers at once; on PostgreSQL, so many connections, too.
WEB_THREADS = env.int("COUNTERSIGN_WEB_THREADS", 32)

# --- Stores -----------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'countersign.sqlite3'}")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # DEFERRED transactions fail at once with "database is locked" when they turn to writing.
        "transaction_mode": "IMMEDIATE",
        # recursive_triggers: without it INSERT OR REPLACE slips past the ledger's delete trigger.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;"
        ),
    }
# Each of the web process's threads holds a connection of its own open for so long.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            # Shared by the web and worker processes of one machine; values are sealed by us.
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    )
}

# --- Work -------------------------------------------------------------------------------------
_QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL or "files://")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
# There is no result store to share; without this each request's thread looks for one anew.
CELERY_RESULT_BACKEND_THREAD_SAFE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("files:"):
    for _name in ("messages", "control", "processed"):
        (_QUEUE_DIR / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE_DIR / "messages"),
        "data_folder_out": str(_QUEUE_DIR / "messages"),
        "control_folder": str(_QUEUE_DIR / "control"),
        "processed_folder": str(_QUEUE_DIR / "processed"),
        "store_processed": True,
        "polling_interval": 0.1,
    }
else:
    # A message unacknowledged for longer than any draft may take is given to another worker.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}

# --- Drafting ---------------------------------------------------------------------------------
# A draft's worker renews its lease; one that stops is taken up by another worker's sweep.
DRAFT_LEASE_SECONDS = env.int("COUNTERSIGN_DRAFT_LEASE_SECONDS", 12)
DRAFT_SWEEP_SECONDS = env.int("COUNTERSIGN_DRAFT_SWEEP_SECONDS", 4)
DRAFT_MAX_ATTEMPTS = env.int("COUNTERSIGN_DRAFT_MAX_ATTEMPTS", 3)
MODEL_API_KEY = env.str("ANTHROPIC_API_KEY", "")
# Another address than the provider's own, such as a gateway of the hospital; empty: its own.
MODEL_BASE_URL = env.str("COUNTERSIGN_MODEL_BASE_URL", "")
MODEL_ID = env.str("COUNTERSIGN_MODEL_ID", "claude-sonnet-5-5")
# Asked in this order where the model before could not draft: ids, separated by commas.
MODEL_FALLBACKS: list[str] = env.list("COUNTERSIGN_MODEL_FALLBACKS", [])
# After how many drafts in a row that it could not make, a model is left alone, and how long.
MODEL_REST_AFTER = env.int("COUNTERSIGN_MODEL_REST_AFTER", 3)
MODEL_REST_SECONDS = env.int("COUNTERSIGN_MODEL_REST_SECONDS", 60)
# "anthropic", "bedrock" or "vertex": docs/providers.md.
MODEL_PROVIDER = env.str("COUNTERSIGN_MODEL_PROVIDER", "anthropic")
MODEL_REGION = env.str("COUNTERSIGN_MODEL_REGION", "")
MODEL_PROJECT = env.str("COUNTERSIGN_MODEL_PROJECT", "")  # of Google Cloud
# Whether requests may be answered from any country.
MODEL_ANYWHERE = env.bool("COUNTERSIGN_MODEL_ANYWHERE", False)
MODEL_EFFORT = env.str("COUNTERSIGN_MODEL_EFFORT", "medium")
MODEL_MAX_TOKENS = env.int("COUNTERSIGN_MODEL_MAX_TOKENS", 8000)
MODEL_MAX_TURNS = env.int("COUNTERSIGN_MODEL_MAX_TURNS", 6)
MODEL_MAX_TOOL_CALLS = env.int("COUNTERSIGN_MODEL_MAX_TOOL_CALLS", 24)
MODEL_DEADLINE_SECONDS = env.int("COUNTERSIGN_MODEL_DEADLINE_SECONDS", 120)
# How many drafts are with the model at once, over all workers, and how long one waits for its turn
# before it is put together by rules.
MODEL_PLACES = env.int("COUNTERSIGN_MODEL_PLACES", 16)
MODEL_QUEUE_SECONDS = env.int("COUNTERSIGN_MODEL_QUEUE_SECONDS", 180)
# What drafting may cost where administrators set nothing: for one draft, and a day for one
# clinician, one unit, all together, and for drafts made again beside a unit's old ones. 0: no
# limit. US dollars may have cents.
MODEL_LIMITS: dict[str, int] = {
    "draft_tokens": env.int("COUNTERSIGN_BUDGET_DRAFT_TOKENS", 400_000),
    "user_tokens": env.int("COUNTERSIGN_BUDGET_USER_TOKENS", 0),
    "unit_tokens": env.int("COUNTERSIGN_BUDGET_UNIT_TOKENS", 0),
    "day_tokens": env.int("COUNTERSIGN_BUDGET_DAY_TOKENS", 0),
    "shadow_tokens": env.int("COUNTERSIGN_BUDGET_SHADOW_TOKENS", 2_000_000),
    "draft_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_DRAFT_USD", 0)),
    "user_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_USER_USD", 0)),
    "unit_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_UNIT_USD", 0)),
    "day_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_DAY_USD", 0)),
    "shadow_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_SHADOW_USD", 0)),
}
# "adaptive", "between_tools" or "disabled" where the model offers a choice; empty: its default.
MODEL_THINKING = env.str("COUNTERSIGN_MODEL_THINKING", "")
# Models that take neither of the two, by id: asked without them.
MODEL_PLAIN: list[str] = env.list("COUNTERSIGN_MODEL_PLAIN", [])
# Where requests to the model go out: the dotted path of a callable that returns a transport.
MODEL_TRANSPORT_FACTORY: Any = ""

# Who answers for this software, as its model card says (docs/transparency.md).
DEVELOPER_NAME = env.str("COUNTERSIGN_DEVELOPER_NAME", "The developers of Countersign")
DEVELOPER_CONTACT = env.str("COUNTERSIGN_DEVELOPER_CONTACT", "")
DEVELOPER_FUNDING = env.str("COUNTERSIGN_DEVELOPER_FUNDING", "")

# --- EHR --------------------------------------------------------------------------------------
FHIR_TIMEOUT_SECONDS = env.float("COUNTERSIGN_FHIR_TIMEOUT_SECONDS", 10.0)
# Whether each process fetches the secrets of our registrations at its start and ahead of their end.
EHR_SECRETS_WATCH = env.bool("COUNTERSIGN_SECRETS_WATCH", True)
# However long the EHR goes on renewing its tokens: after a shift, open the app again.
LAUNCH_SECONDS = env.int("COUNTERSIGN_LAUNCH_SECONDS", 8 * 60 * 60)
# How often the app may be opened from one network address (an IPv6 network of 64 bits): launches,
# and as many callbacks. A whole hospital may share one; empty: no limit.
LAUNCH_RATE = env.str("COUNTERSIGN_LAUNCH_RATE", "1200/m")
RATELIMIT_IP_META_KEY = "smartapp.launch.limits.whence"
RATELIMIT_FAIL_OPEN = True  # a count that was lost keeps nobody out
# A folder of own vendor profiles, beside the shipped ones: docs/adding-a-vendor.md.
VENDOR_PROFILES = env.str("COUNTERSIGN_VENDOR_PROFILES", "")
FHIR_MAX_WORKERS = env.int("COUNTERSIGN_FHIR_MAX_WORKERS", 16)
# How long a document of the EHR is served again to the same launch. Answers to searches have
# their minutes in the vendor's profile. 0 keeps nothing of either.
FHIR_CACHE_SECONDS = env.int("COUNTERSIGN_FHIR_CACHE_SECONDS", 300)
# After how many failures in a row, as one process sees them, an EHR is left alone for a moment.
FHIR_PAUSE_AFTER = env.int("COUNTERSIGN_FHIR_PAUSE_AFTER", 10)
# Whom an EHR's failures that do not mend themselves are told to, beside the log; at most one alert
# for each EHR in this time.
ALERT_EVERY_SECONDS = env.int("COUNTERSIGN_ALERT_EVERY_SECONDS", 900)
ALERT_WEBHOOK_URL = env.str("COUNTERSIGN_ALERT_WEBHOOK_URL", "")
ALERT_MAIL_TO: list[str] = env.list("COUNTERSIGN_ALERT_MAIL_TO", [])
ALERT_MAIL_FROM = env.str("COUNTERSIGN_ALERT_MAIL_FROM", "countersign@localhost")
ALERT_MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
ALERT_MAIL_SERVER: dict[str, Any] = {
    "host": env.str("COUNTERSIGN_ALERT_MAIL_HOST", "localhost"),
    "port": env.int("COUNTERSIGN_ALERT_MAIL_PORT", 25),
    "username": env.str("COUNTERSIGN_ALERT_MAIL_USER", ""),
    "password": env.str("COUNTERSIGN_ALERT_MAIL_PASSWORD", ""),
    "use_tls": env.bool("COUNTERSIGN_ALERT_MAIL_TLS", False),
    "timeout": 10,
}
# Whoever brings this token may read figures at /metrics; empty: there is no such address.
METRICS_TOKEN = env.str("COUNTERSIGN_METRICS_TOKEN", "")
METRICS_DIR = Path(env.str("COUNTERSIGN_METRICS_DIR", str(DATA_DIR / "metrics")))
if METRICS_TOKEN:
    METRICS_DIR.mkdir(parents=True, exist_ok=True)
    # prometheus-client looks for it when it is first imported, in each process.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)
# Whether reading begins while the clinician's browser is still being sent to the panel.
FHIR_READ_AHEAD = env.bool("COUNTERSIGN_FHIR_READ_AHEAD", True)
# Whether a clinician's name is asked of the EHR where its id_token gave none.
LAUNCH_LEARNS_NAMES = env.bool("COUNTERSIGN_LAUNCH_LEARNS_NAMES", True)

# --- Notifications ----------------------------------------------------------------------------
EVENTS_MAX_BYTES = env.int("COUNTERSIGN_EVENTS_MAX_BYTES", 1024 * 1024)
EVENTS_MAX_DEPTH = env.int("COUNTERSIGN_EVENTS_MAX_DEPTH", 40)
EVENTS_MAX_PER_NOTIFICATION = env.int("COUNTERSIGN_EVENTS_MAX_PER_NOTIFICATION", 200)
# How far a signed webhook's time may be from ours; how long a processed event is remembered.
EVENTS_TOLERANCE_SECONDS = env.int("COUNTERSIGN_EVENTS_TOLERANCE_SECONDS", 300)
EVENTS_REMEMBERED_DAYS = env.int("COUNTERSIGN_EVENTS_REMEMBERED_DAYS", 7)
EVENTS_MAX_ATTEMPTS = env.int("COUNTERSIGN_EVENTS_MAX_ATTEMPTS", 6)
EVENTS_LEASE_SECONDS = env.int("COUNTERSIGN_EVENTS_LEASE_SECONDS", 30)
EVENTS_SWEEP_SECONDS = env.int("COUNTERSIGN_EVENTS_SWEEP_SECONDS", 4)
# How often an EHR is asked for notifications that never came, before they are given up.
EVENTS_GAP_ATTEMPTS = env.int("COUNTERSIGN_EVENTS_GAP_ATTEMPTS", 6)

# --- Night ------------------------------------------------------------------------------------
# When the charts of the next day's patients are read, in the zone of the trail ("02:00"), and whose
# ("ehr=group,other=group"). Without both, nights begin by hand: manage.py night.
NIGHT_AT: time | None = env.time("COUNTERSIGN_NIGHT_AT", None)
NIGHT_GROUPS: dict[str, str] = env.dict("COUNTERSIGN_NIGHT_GROUPS", {})
# When what is left is given up: mornings belong to the clinic. And how long charts are kept.
NIGHT_HOURS = env.float("COUNTERSIGN_NIGHT_HOURS", 6.0)
NIGHT_KEEP_HOURS = env.float("COUNTERSIGN_NIGHT_KEEP_HOURS", 20.0)
# How many workers' slots a night takes at most, and how many charts each of them reads at once.
NIGHT_SLOTS = env.int("COUNTERSIGN_NIGHT_SLOTS", 2)
NIGHT_AT_ONCE = env.int("COUNTERSIGN_NIGHT_AT_ONCE", 4)
# A patient whose worker falls silent for so long is taken up by another.
NIGHT_LEASE_SECONDS = env.int("COUNTERSIGN_NIGHT_LEASE_SECONDS", 180)
NIGHT_SWEEP_SECONDS = env.int("COUNTERSIGN_NIGHT_SWEEP_SECONDS", 10)
NIGHT_MAX_ATTEMPTS = env.int("COUNTERSIGN_NIGHT_MAX_ATTEMPTS", 4)

# How often is looked for scheduled work (/administration/nights/) that is due.
SCHEDULES_SWEEP_SECONDS = env.int("COUNTERSIGN_SCHEDULES_SWEEP_SECONDS", 20)
# A scheduled run whose worker falls silent for so long is taken up by another. A beat comes every
# third of it, and SQLite may keep one waiting for 20 seconds.
SCHEDULES_LEASE_SECONDS = env.int("COUNTERSIGN_SCHEDULES_LEASE_SECONDS", 45)

# --- Pages ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns where it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

# --- Security ---------------------------------------------------------------------------------
_SECURE_ORIGIN = BASE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = _SECURE_ORIGIN
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("COUNTERSIGN_BEHIND_TLS_PROXY", False) else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not no-referrer: browsers then send plain forms with `Origin: null`, and CSRF would refuse them.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers take Secure and __Host- cookies from localhost over plain HTTP, and from nowhere else.
SESSION_COOKIE_NAME = "__Host-staff"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_USE_SESSIONS = True
# A cookie of messages would be shared by every launch of a browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "smartapp.views.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
    }
}

# --- Staff ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "smartapp.StaffUser"
LOGIN_URL = "account_login"
# Where a role's own pages begin: who signs in without asking for a page is led there.
STAFF_HOME = {"compliance": "/trail/", "administrator": "/administration/"}
LOGIN_REDIRECT_URL = "/trail/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "smartapp.staff.adapters.AccountAdapter"
MFA_ADAPTER = "smartapp.staff.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Countersign"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Whether pages of staff are shown to nobody without a second factor.
STAFF_SECOND_FACTOR = env.bool("COUNTERSIGN_STAFF_SECOND_FACTOR", PRODUCTION)
SOCIALACCOUNT_ADAPTER = "smartapp.staff.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# A name is locked for five minutes after five failures, an address after ten in a minute.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
# Nothing is sent by mail: a lost password is renewed by an administrator.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- Trail ------------------------------------------------------------------------------------
# How many proxies of ours stand in front: so many entries of X-Forwarded-For, from the right,
# are believed. With 0 the header is ignored.
AUDIT_TRUSTED_PROXIES = env.int("COUNTERSIGN_TRUSTED_PROXIES", 0)
# The zone in which the trail's pages show and ask for times. Rows are kept in UTC.
AUDIT_TIME_ZONE = env.str("COUNTERSIGN_TIME_ZONE", "UTC")
# How the trail, which imports no other room, finds the door to its pages and the names of EHRs.
AUDIT_DOOR = "smartapp.staff.doors.role_required"
AUDIT_EHR_DIRECTORY = "smartapp.ehrs.directory.directory"
# Configuration models, field by field. Entries are rows of ours and never flushed.
AUDITLOG_LOGENTRY_MODEL = "audit.ConfigurationChange"
MIGRATION_MODULES = {"auditlog": None}  # its own table would stand empty beside ours
AUDITLOG_CID_HEADER = None
AUDITLOG_CID_GETTER = "audit.context.request_id"
AUDITLOG_MASK_CALLABLE = "audit.configuration.mask"
AUDITLOG_INCLUDE_TRACKING_MODELS = (
    {
        "model": "smartapp.Ehr",
        "exclude_fields": ["changed_at"],
        "mask_fields": ["client_secret_ref"],
    },
    {
        "model": "smartapp.BackendClient",
        "exclude_fields": ["changed_at"],
        "mask_fields": ["client_secret_ref"],
    },
    {
        "model": "smartapp.EventSubscription",
        "exclude_fields": ["changed_at"],
        "mask_fields": ["secret_ref", "second_secret_ref"],
    },
    {"model": "smartapp.SigningKey", "exclude_fields": ["private_key_sealed"]},
    {"model": "smartapp.ScopeJustification"},
    {"model": "recommendations.ReleaseChange"},
    {"model": "smartapp.Destination"},
    {"model": "recommendations.ModelLimit"},
    {"model": "recommendations.ModelPrice"},
    {
        "model": "smartapp.StaffUser",
        "exclude_fields": ["last_login"],
        "mask_fields": ["password"],
        "m2m_fields": ["groups", "user_permissions"],
    },
)

LOGGING_CONFIG = "smartapp.logs.configure"
LOGGING = {"LEVEL": env.str("COUNTERSIGN_LOG_LEVEL", "INFO")}
