"""What can go wrong with the trail."""


class LedgerUnavailable(Exception):
    """The trail could not be written, so the act it tells of must not happen either."""

    code = "ledger_unavailable"


class EventNotFound(Exception):
    """No such row, or no such decision."""

    code = "event_not_found"
