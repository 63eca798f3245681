"""Settings. Everything that differs between deployments comes from the environment."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from smartapp.drafting_settings import *  # noqa: F403 - settings of a part of the whole
from smartapp.ehr_settings import *  # noqa: F403 - likewise
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

# --- Figures --------------------------------------------------------------------------------
# Whoever brings this token may read figures at /metrics; empty: there is no such address.
METRICS_TOKEN = env.str("COUNTERSIGN_METRICS_TOKEN", "")
METRICS_DIR = Path(env.str("COUNTERSIGN_METRICS_DIR", str(DATA_DIR / "metrics")))
if METRICS_TOKEN:
    METRICS_DIR.mkdir(parents=True, exist_ok=True)
    # prometheus-client looks for it when it is first imported, in each process.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

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
