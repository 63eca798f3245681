"""The control address of a sandbox, for tests: faults on, off, limits, counts, notifications."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.sandbox.hospital import HTTP


@dataclass(frozen=True)
class Control:
    """The control of the sandbox at ``base_url``."""

    base_url: str

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Any request below the control address."""
        return HTTP.request(method, f"{self.base_url}/control/{path}", **options)

    @contextmanager
    def fault(self, name: str, **rule: Any) -> Iterator[dict[str, Any]]:
        """Switch a fault on while the block runs; gives the rule as the sandbox took it.

        Words that are no fields of a rule are parameters of the fault.
        """
        fields = {"personality", "kinds", "types", "path", "count", "share", "after", "seed"}
        wish: dict[str, Any] = {key: value for key, value in rule.items() if key in fields}
        wish["parameters"] = {key: value for key, value in rule.items() if key not in fields}
        answer = self.request("POST", "faults", json={"fault": name, **wish})
        assert answer.status_code == 201, answer.text
        (taken,) = answer.json()["active"]
        try:
            yield taken
        finally:
            self.request("DELETE", f"faults/{taken['id']}")

    def known(self) -> list[dict[str, Any]]:
        """Every fault there is, with its kinds and parameters."""
        return list(self.request("GET", "faults").raise_for_status().json()["known"])

    def touched(self, rule: dict[str, Any]) -> int:
        """How many calls a rule has touched so far."""
        active = self.request("GET", "faults").raise_for_status().json()["active"]
        return int(next(one["touched"] for one in active if one["id"] == rule["id"]))

    def limit(self, per_second: float, personality: str | None = None) -> None:
        """Allow each token so many requests a second; 0 any number."""
        wish = {"per_second": per_second, "personality": personality}
        self.request("POST", "limits", json=wish).raise_for_status()

    def counts(self) -> dict[str, Any]:
        """What was asked since the counters were cleared."""
        return dict(self.request("GET", "counters").raise_for_status().json())

    def clear(self) -> None:
        """Faults off, limits off, counters at zero."""
        self.request("DELETE", "faults").raise_for_status()
        self.request("DELETE", "counters").raise_for_status()
        self.limit(0)
