"""The product's settings, in a data folder of the test run's own."""

import os
import tempfile

from tests.workers import own_place

os.environ.setdefault("COUNTERSIGN_DATA_DIR", tempfile.mkdtemp(prefix="countersign-tests-"))
own_place(os.environ)
for _name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
    del os.environ[_name]

from smartapp.settings import *  # noqa: E402, F403 - the same settings, by design

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Its `flush` sets the trail's triggers aside; the product's refuses.
INSTALLED_APPS = ["tests.append_only", *INSTALLED_APPS]  # noqa: F405
# Their threads would write beside the test's own transaction.
FHIR_READ_AHEAD = False
LAUNCH_LEARNS_NAMES = False
EHR_SECRETS_WATCH = False
# The failures that one test provokes are no reason to leave the next test's EHR alone.
FHIR_PAUSE_AFTER = 100_000
MODEL_REST_AFTER = 100_000

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In a file: threads that share SQLite's memory do not wait for each other, as the product's do.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / f"test-{os.getpid()}.sqlite3"}  # noqa: F405
