"""What a scripted model says: it reads, talks, calls tools and hands in drafts."""

from typing import Any

from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.stand_in import Answer, tool_use


def read_all(request: dict[str, Any]) -> Answer:
    return Answer(
        [tool_use(t["name"], {}) for t in request["tools"] if t["name"] != "submit_draft"]
    )


def say(text: str, stop: str) -> Any:
    return lambda request: Answer([{"type": "text", "text": text}], stop_reason=stop)


def call(name: str, arguments: dict[str, Any] | str, stop: str = "tool_use") -> Any:
    return lambda request: Answer([tool_use(name, arguments)], stop_reason=stop)


GOOD = {
    "section": "objective",
    "text": "Potassium 5.9 mmol/L on 17 Nov 2026.",
    "claims": [
        {
            "kind": "observation",
            "ref": "lab1",
            "name": "Potassium",
            "value": 5.9,
            "unit": "mmol/L",
            "when": "2026-11-17",
        }
    ],
}


def submit(*statements: dict[str, Any]) -> Any:
    return call("submit_draft", {"statements": list(statements)})


def last_results(desk: Desk) -> list[dict[str, Any]]:
    return [b for b in desk.stand_in.requests[-1]["messages"][-1]["content"] if "content" in b]
