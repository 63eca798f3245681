"""The tools are all of one shape."""

import json
import re

import pytest

from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from smartapp.fhir.results import Concept


def test_every_tool_name_has_its_tool() -> None:
    assert set(TOOLS) == set(ToolName)


def test_no_two_tools_read_the_same_concept_or_share_a_prefix() -> None:
    concepts = [c for tool in TOOLS.values() for c in tool.concepts]
    prefixes = [tool.prefix for tool in TOOLS.values()]
    assert len(set(concepts)) == len(concepts)
    assert len(set(prefixes)) == len(prefixes)
    assert set(Concept) == set(concepts)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda t: t.name)
def test_a_tool_can_be_offered_to_a_model(tool) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch("[a-z]{2,5}", tool.prefix)
    assert 20 < len(tool.description) < 400
    schema = json.dumps(tool.schema)
    assert tool.schema["additionalProperties"] is False
    assert "patient" not in schema.lower().replace("the patient is bound", "")
    assert tool.schema.get("required", []) == []
