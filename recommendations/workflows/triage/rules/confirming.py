"""What of a rule was found in the wording of its source, out of ``confirmed.yaml``."""

from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from recommendations.workflows.triage.flags import Confirmed, Rule

_FILE = Path(__file__).with_name("confirmed.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Found(_Strict):
    """Where in the source; ``left`` is what of the rule is still to be confirmed."""

    section: str
    left: str = ""


class Read(_Strict):
    """One source that was read, and the rules that were found in it."""

    title: str
    version: str
    read: str
    rules: dict[str, Found]


def with_confirmed(rules: dict[str, Rule]) -> dict[str, Rule]:
    """The rules with what was confirmed of each; ``KeyError`` for a record of no rule."""
    told = dict(rules)
    for source in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        each = Read.model_validate(source)
        for rule, found in each.rules.items():
            said = Confirmed(each.title, each.version, found.section, each.read, found.left)
            told[rule] = replace(told[rule], confirmed=said)
    return told
