"""Settings of what is exchanged with EHRs: launches, reading, notifications, nights."""

from datetime import time
from typing import Any

from smartapp.env import env

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
