"""A hospital with many patients, and workers of ours that read them by night, as processes."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests import migrated
from tests.conftest import Sandbox, start_sandbox
from tests.smartapp.running import Processes, wait_for
from tests.smartapp.vendors import VENDORS

__all__ = ["GROUP", "Running", "wait_for"]

GROUP = "eG-volume"


@dataclass
class Running(Processes):
    """The processes over one data folder; ``limit`` requests a second are enforced per token."""

    personality: str = "oracle"
    patients: int = 40
    limit: float = 10

    def __post_init__(self) -> None:
        (self.folder / "hospital").mkdir()
        self.sandbox: Sandbox
        self.sandbox, self._hospital = start_sandbox(
            f"http://127.0.0.1:{self.port}",
            "--volume", str(self.patients),
            SANDBOX_DATA_DIR=str(self.folder / "hospital"),
            SANDBOX_CLIENT_SECRET="nobody-asks-for-it",
            SANDBOX_REQUESTS_PER_SECOND=str(self.limit),
        )  # fmt: skip
        migrated.lay_into(self.folder)
        self.run("-m", "tests.smartapp.night.setting_up")
        self.start_web()  # the hospital asks for our key set before it sells a token

    def environment(self) -> dict[str, str]:
        return {
            **super().environment(),
            "TEST_ISSUER": self.sandbox.issuer(self.personality),
            "TEST_VENDOR": VENDORS[self.personality],
            "COUNTERSIGN_NIGHT_SWEEP_SECONDS": "1",
            **self.extra,
        }

    def begin(self) -> None:
        """Begin a night for every generated patient."""
        self.manage("night", "begin", "hospital", "--group", GROUP)

    def stop(self) -> None:
        super().stop()
        self._hospital.terminate()
        self._hospital.wait(timeout=10)

    def count(self, state: str) -> int:
        query = "SELECT count(*) FROM smartapp_nightpatient WHERE state = ?"
        return int(self.rows(query, state)[0][0])

    def is_over(self) -> bool:
        return bool(self.rows("SELECT 1 FROM smartapp_night WHERE state != 'reading'"))

    def counters(self) -> dict[str, Any]:
        """What the hospital counted: by status, and the most of a token in a second."""
        told = dict(httpx2.get(f"{self.sandbox.base_url}/control/counters").json())
        tokens = [each for each in told["tokens"] if each["personality"] == self.personality]
        return {
            "statuses": told["statuses"].get(self.personality, {}),
            "requests": sum(each["requests"] for each in tokens),
            "peak": max((each["peak"] for each in tokens), default=0),
        }

    def forget_counters(self) -> None:
        httpx2.delete(f"{self.sandbox.base_url}/control/counters").raise_for_status()
