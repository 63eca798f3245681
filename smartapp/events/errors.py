"""Why a notification is refused: a stable code, the HTTP status, and what to do about it."""

_REASONS = {
    "unknown_subscription": (404, "No such subscription. Check the address."),
    "https_required": (403, "Send over https; then change the secret, which was seen in the open."),
    "method_not_allowed": (405, "Notifications are sent by POST."),
    "not_json": (415, "Send JSON, as application/fhir+json or application/json, uncompressed."),
    "too_large": (413, "The body is larger than this address takes. Send fewer resources."),
    "too_slow": (408, "The body did not arrive in time."),
    "not_authentic": (401, "The secret or signature is missing or wrong."),
    "stale_timestamp": (401, "The signed time is too far from ours. Check the clock; sign anew."),
    "unreadable": (400, "The body is no JSON object that can be read."),
    "too_deep": (400, "The body is nested more deeply than this address takes."),
    "not_a_notification": (422, "The body is no notification in this subscription's form."),
    "unknown_notification_type": (422, "The notification is of a type that cannot be sent here."),
    "other_subscription": (422, "The notification names another subscription than this address."),
    "too_many_events": (422, "The notification holds more events than this address takes."),
    "number_reused": (409, "The number was told of something else. Have the sender restarted."),
    "cannot_ask": (503, "Name the Subscription at the EHR, and register a backend there."),
    "secret_unavailable": (503, "The secret cannot be looked up now. Send it again later."),
    "too_busy": (503, "Too much is waiting. Send it again later."),
    "not_stored": (503, "It could not be stored. Send it again later."),
}  # fmt: skip


class NotificationRefused(Exception):
    """Nothing of the notification was kept; ``code`` is stable and safe to log."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.status, self.sentence = _REASONS[code]
        super().__init__(code)


class LaneLost(Exception):
    """Another worker holds the lane now: whoever lost it must write nothing more."""

    code = "lane_lost"
