"""Token requests are counted by EHR and hour, from the trail alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit import context
from audit.events.backend import BackendTokenIssued, BackendTokenUnavailable
from audit.events.base import Event, Outcome
from audit.events.launch import LaunchOpened, TokenLost, TokenRefreshed, TokenRevoked
from audit.recorder import record
from audit.tokens import TokenRequests, token_requests

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def tell(monkeypatch):
    def at(moment: datetime, ehr: str, *events: Event) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        with context.bind(ehr=ehr):
            for event in events:
                record(event)

    return at


def issued(generation: int) -> BackendTokenIssued:
    return BackendTokenIssued(
        generation=generation, lifetime_seconds=570, client_auth="private_key_jwt",
        scopes_granted=(),
    )  # fmt: skip


def test_each_hour_of_each_ehr_is_counted_apart(tell) -> None:
    refreshed = TokenRefreshed(generation=2, rotated=True, lifetime_seconds=300)
    opened = LaunchOpened(standalone=False, scopes_granted=())
    refused = BackendTokenUnavailable(outcome=Outcome.REFUSED, code="invalid_client")
    tell(NINE - timedelta(seconds=1), "north", opened)
    tell(NINE, "north", opened, refreshed, issued(1), TokenRevoked(confirmed=True))
    tell(NINE + timedelta(minutes=59), "north", issued(2), TokenLost(generation=2), refused)
    tell(NINE + timedelta(minutes=5), "south", opened)
    ten = NINE + timedelta(hours=1)
    tell(ten, "north", refused)
    assert token_requests(since=NINE) == [
        TokenRequests("north", NINE, given=4, refused=2, by_night=2),
        TokenRequests("south", NINE, given=1, refused=0, by_night=0),
        TokenRequests("north", ten, given=0, refused=1, by_night=0),
    ]
    assert token_requests(since=NINE, ehr="south") == [
        TokenRequests("south", NINE, given=1, refused=0, by_night=0)
    ]


def test_nothing_told_is_nothing_counted() -> None:
    assert token_requests(since=NINE) == []
