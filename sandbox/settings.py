"""Settings of the sandbox hospital: everything from the environment, nothing secret."""

import secrets
import tempfile
from pathlib import Path

from environs import Env

env = Env()

SANDBOX_HOST = env.str("SANDBOX_HOST", "127.0.0.1")
SANDBOX_PORT = env.int("SANDBOX_PORT", 8090)
SANDBOX_BASE_URL = env.str("SANDBOX_BASE_URL", f"http://{SANDBOX_HOST}:{SANDBOX_PORT}").rstrip("/")
SANDBOX_APP_URL = env.str("SANDBOX_APP_URL", "http://localhost:8000").rstrip("/")
SANDBOX_LATENCY_MS = env.float("SANDBOX_LATENCY_MS", 0.0)
SANDBOX_REQUESTS_PER_SECOND = env.float("SANDBOX_REQUESTS_PER_SECOND", 0.0)
SANDBOX_CONTROL = env.bool("SANDBOX_CONTROL", False)
SANDBOX_BULK_SECONDS = env.float("SANDBOX_BULK_SECONDS", 2.0)
SANDBOX_BULK_RETRY_AFTER = env.int("SANDBOX_BULK_RETRY_AFTER", None)
SANDBOX_TOKEN_SECONDS = env.int("SANDBOX_TOKEN_SECONDS", None)
SANDBOX_CODE_SECONDS = env.int("SANDBOX_CODE_SECONDS", 60)
SANDBOX_CLIENT_SECRET = env.str("SANDBOX_CLIENT_SECRET", "sandbox-secret-not-for-production")
SANDBOX_DATA_DIR = Path(env.str("SANDBOX_DATA_DIR", "") or tempfile.mkdtemp(prefix="sandbox-"))

# Sessions and codes of a pretend hospital may die with its process.
SECRET_KEY = env.str("SANDBOX_SECRET_KEY", "") or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "sandbox.urls"
ASGI_APPLICATION = "sandbox.asgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# FHIR addresses have no trailing slash, and a redirect would lose the body of a POST.
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "sandbox.oauth",
    "sandbox.ehr",
]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SANDBOX_DATA_DIR / "sandbox.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}

# The app on the same host has its own "sessionid": two cookies of one name would evict each other.
SESSION_COOKIE_NAME = "sandbox_session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "sandbox_csrf"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django names the path of every 4xx, and FHIR paths name patients.
    "loggers": {"django.request": {"level": "ERROR"}},
}
