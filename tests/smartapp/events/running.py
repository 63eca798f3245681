"""A web process and workers of ours, as they run in production, and senders that speak to them."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx2

from smartapp.events.authenticity import SIGNATURE, TIMESTAMP, sign
from tests import migrated
from tests.smartapp.running import Processes, wait_for

__all__ = ["Running", "backport", "event", "r5", "wait_for"]

FHIR_SECRET = "agreed-with-the-ehr-1f"
OLD_SECRET, NEW_SECRET = "engine-old-77", "engine-new-78"
BASE = "https://ehr.example.org/fhir"


@dataclass
class Running(Processes):
    """The processes over one data folder, and two senders' ids."""

    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        migrated.lay_into(self.folder)
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self.ids = json.loads(self.run("-m", "tests.smartapp.events.setting_up"))

    def environment(self) -> dict[str, str]:
        return {
            **super().environment(),
            "DJANGO_SETTINGS_MODULE": "tests.smartapp.events.settings",
            "TEST_FHIR_SECRET": FHIR_SECRET,
            "TEST_OLD_SECRET": OLD_SECRET,
            "TEST_NEW_SECRET": NEW_SECRET,
            "COUNTERSIGN_EVENTS_MAX_BYTES": "100000",
            "COUNTERSIGN_EVENTS_MAX_ATTEMPTS": "2",
            "COUNTERSIGN_EVENTS_LEASE_SECONDS": "3",
            "COUNTERSIGN_EVENTS_SWEEP_SECONDS": "1",
            **self.extra,
        }

    def stop(self) -> None:
        self.client.close()
        super().stop()

    def forget(self) -> None:
        """Empty the tables of what was told."""
        self.change("DELETE FROM smartapp_inboundevent", "DELETE FROM smartapp_eventprogress")

    def count(self, state: str = "") -> int:
        where = "WHERE state = ?" if state else ""
        query = f"SELECT count(*) FROM smartapp_inboundevent {where}"
        return int(self.rows(query, *([state] if state else []))[0][0])

    def everything_written(self) -> bytes:
        """All that our processes wrote anywhere: database, logs, queue, cache."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files)

    def notify(self, bundle: Any, **headers: str) -> httpx2.Response:
        """Send a FHIR notification with the agreed header."""
        sent = {
            "Authorization": f"Bearer {FHIR_SECRET}",
            "Content-Type": "application/fhir+json",
            **headers,
        }
        content = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
        return self.client.post(f"/events/{self.ids['fhir']}/", content=content, headers=sent)

    def call(
        self, event: dict[str, Any], *, secret: str = OLD_SECRET, at: float | None = None
    ) -> httpx2.Response:
        """Send a signed webhook."""
        body = json.dumps(event).encode()
        timestamp = str(int(time.time() if at is None else at))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(secret, timestamp, body),
        }
        return self.client.post(f"/events/{self.ids['webhook']}/", content=body, headers=headers)


def event(number: int, patient: str = "p-1", focus: str = "") -> dict[str, Any]:
    return {
        "number": number,
        "focus": focus or f"Encounter/e{number}",
        "patient": patient,
    }


def backport(kind: str, total: int | None, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A notification of the R4 backport: Parameters first, numbers as strings."""
    parameters: list[dict[str, Any]] = [
        {"name": "subscription", "valueReference": {"reference": f"{BASE}/Subscription/s1"}},
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": kind},
    ]
    if total is not None:
        parameters.append({"name": "events-since-subscription-start", "valueString": str(total)})
    parameters += [
        {
            "name": "notification-event",
            "part": [
                {"name": "event-number", "valueString": str(each["number"])},
                {"name": "timestamp", "valueInstant": "2026-11-24T10:00:00Z"},
                {"name": "focus", "valueReference": {"reference": each["focus"]}},
            ],
        }
        for each in events
    ]
    status = {"resourceType": "Parameters", "id": "st", "parameter": parameters}
    return {
        "resourceType": "Bundle",
        "type": "history",
        "entry": [{"resource": status}, *map(_entry, events)],
        **more,
    }


def r5(
    kind: str, total: int, *events: dict[str, Any], bundle: str = "subscription-notification"
) -> dict[str, Any]:
    """A notification with a SubscriptionStatus: R5, or R4B where its Bundle is a history."""
    status = {
        "resourceType": "SubscriptionStatus",
        "status": "active",
        "type": kind,
        "subscription": {"reference": "Subscription/s1"},
        "eventsSinceSubscriptionStart": str(total),
        "notificationEvent": [
            {"eventNumber": str(each["number"]), "focus": {"reference": each["focus"]}}
            for each in events
        ],
    }
    return {
        "resourceType": "Bundle",
        "type": bundle,
        "entry": [{"resource": status}, *map(_entry, events)],
    }


def _entry(each: dict[str, Any]) -> dict[str, Any]:
    kind, _, identifier = each["focus"].partition("/")
    resource = {
        "resourceType": kind,
        "id": identifier,
        "subject": {"reference": f"Patient/{each['patient']}"},
    }
    return {"fullUrl": f"{BASE}/{each['focus']}", "resource": resource}
