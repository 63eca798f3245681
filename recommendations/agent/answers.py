"""What a handed-in draft must be: its schema for the model, and the checks when it arrives."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from recommendations.agent import plain_output
from recommendations.agent.errors import AnswerMalformed, AnswerUnsafe
from recommendations.agent.statements import NotStrict, strict
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.showable import unfit
from recommendations.workflows.documents import Choice, Document

SUBMIT = "submit_draft"
MOST_STATEMENTS = 80
LONGEST_CHOICE = 80  # characters


def submit_tool(document: Document) -> dict[str, Any]:
    """The tool by which the model hands in its draft.

    A tool and not an output format: its input may be streamed as it is written, every platform
    offers it, fifteen kinds of claim need no compiled grammar, and its result is the place for
    sending a statement back with a reason.
    """
    schema, kinds = _statement_schema(document)
    chosen = {choice.key: _choice(choice) for choice in document.choices}
    return {
        "name": SUBMIT,
        "description": "Hand in the whole draft, once, when everything needed has been read. "
        "Where statements are sent back, once more for those.",
        "input_schema": {
            "type": "object",
            # Choices first: what is written as it comes is held to them at the end.
            "properties": {
                **chosen,
                "statements": {"type": "array", "items": schema},
                "withdrawn": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "description": "Only when statements were sent back: numbers to strike.",
                },
            },
            "required": [*chosen, "statements"],
            "additionalProperties": False,
            "$defs": kinds,
        },
        # Without it the API holds the input back until a whole value is there.
        "eager_input_streaming": True,
    }


def _statement_schema(document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """A statement's schema, and those of the kinds of claims that it names."""
    schema = _plain(DraftedStatement.model_json_schema())
    kinds = schema.pop("$defs")
    schema["properties"]["section"] = {
        "type": "string",
        "enum": [section.key for section in document.drafted],
    }
    schema["properties"]["replaces"] = {
        "type": "integer",
        "description": "Only for statements that were sent back: the number of the one replaced.",
    }
    return schema, kinds


def _choice(choice: Choice) -> dict[str, Any]:
    options = "\n".join(f"{option.key}: {option.words}" for option in choice.options)
    return {
        "type": "string",
        "description": f"{choice.title}\n{options}",
        "enum": [option.key for option in choice.options],
    }


def _plain(schema: Any) -> Any:
    """The schema in the words every platform knows."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = {"discriminator", "default", "title"}
    named = {"properties", "$defs"}  # whose keys are names, not keywords
    found = {
        "anyOf" if key == "oneOf" else key: (
            {name: _plain(each) for name, each in value.items()} if key in named else _plain(value)
        )
        for key, value in schema.items()
        if key not in left_out
    }
    if "const" in found.get("properties", {}).get("kind", {}):
        # pydantic fills in the tag of a claim by itself; an answer has to say which kind it is.
        found["required"] = ["kind", *found.get("required", [])]
    return found


def statement(text: str, document: Document, canary: str) -> DraftedStatement | None:
    """One closed element as a statement; ``None`` where it is not one and must not be shown."""
    refuse_repeated(text, canary)
    try:
        given = strict(text)
    except NotStrict:
        return None
    return usable(given, document)


def usable(given: Any, document: Document) -> DraftedStatement | None:
    """A parsed element as a statement; ``None`` where it is not one and must not be shown."""
    try:
        found = DraftedStatement.model_validate(given)
    except ValidationError:
        return None
    known = {section.key for section in document.drafted}
    return found if found.section in known and _fit_to_show(found) else None


def refuse_repeated(text: str, canary: str) -> None:
    """Raise :class:`AnswerUnsafe` where an answer repeats the instructions' mark, in any spelling.

    Whatever made the model repeat its instructions is in charge of it. JSON is looked at as it
    stands and as it reads: an escape spells the mark otherwise.
    """
    if any(plain_output.repeats(each, canary) for each in (text, _as_read(text))):
        raise AnswerUnsafe


def _as_read(text: str) -> str:
    try:
        return "".join(_strings(strict(text)))
    except NotStrict:
        return ""


def _fit_to_show(found: DraftedStatement) -> bool:
    """Plain visible text: no links, no markup, nothing invisible or that turns the line about."""
    words = [found.text, *_strings(found.model_dump(mode="json", exclude={"text"}))]
    return not any(map(unfit, words))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return [text for each in value for text in _strings(each)] if isinstance(value, list) else []


def confirm(whole: str, told: list[str], choices: Iterable[Choice] = ()) -> dict[str, str]:
    """Hold the elements that were told on the way against the whole answer, strictly parsed.

    Returns what was chosen, by key. That it is one of the options is for whoever offered them.
    """
    keys = [choice.key for choice in choices]
    try:
        answer = strict(whole)
        chosen = {key: answer[key] for key in keys}
        same = answer == {**chosen, "statements": [strict(text) for text in told]}
    except (NotStrict, KeyError, TypeError):
        raise AnswerMalformed from None
    fit = all(isinstance(value, str) and len(value) <= LONGEST_CHOICE for value in chosen.values())
    if not same or not fit or len(told) > MOST_STATEMENTS:
        raise AnswerMalformed
    return chosen


def canonical(value: Any) -> str:
    """JSON that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
