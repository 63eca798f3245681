"""FHIR JSON as FHIR XML, for the vendor that sends XML to whoever forgets to ask for JSON."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://hl7.org/fhir"
_ATTRIBUTES = {"extension": "url", "modifierExtension": "url"}


def to_xml(resource: dict[str, Any]) -> bytes:
    """Return a resource as XML; elements keep the order they have in the JSON."""
    text = _resource(resource, f' xmlns="{NAMESPACE}"')
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _resource(resource: dict[str, Any], attributes: str = "") -> str:
    kind = resource["resourceType"]
    return f"<{kind}{attributes}>{_children(resource, is_resource=True)}</{kind}>"


def _children(value: dict[str, Any], *, is_resource: bool = False) -> str:
    parts = []
    for name in value:
        if name == "resourceType" or (name == "id" and not is_resource):
            continue
        if name.startswith("_") and name[1:] in value:
            continue
        plain = name.removeprefix("_")
        parts.append(_element(plain, value.get(plain), value.get(f"_{plain}")))
    return "".join(parts)


def _element(name: str, value: Any, extra: Any) -> str:
    if isinstance(value, list) or isinstance(extra, list):
        values, extras = value or [], extra or []
        size = max(len(values), len(extras))
        padded = [*values, *[None] * (size - len(values))]
        more = [*extras, *[None] * (size - len(extras))]
        return "".join(_element(name, one, other) for one, other in zip(padded, more, strict=True))
    if isinstance(value, dict):
        return _complex(name, value)
    if name == "div" and isinstance(value, str):
        return value
    return _primitive(name, value, extra or {})


def _complex(name: str, value: dict[str, Any]) -> str:
    if "resourceType" in value:
        return f"<{name}>{_resource(value)}</{name}>"
    attributes = f" id={quoteattr(value['id'])}" if isinstance(value.get("id"), str) else ""
    inner = value
    if name in _ATTRIBUTES and "url" in value:
        attributes += f" url={quoteattr(value['url'])}"
        inner = {key: item for key, item in value.items() if key != "url"}
    return f"<{name}{attributes}>{_children(inner)}</{name}>"


def _primitive(name: str, value: Any, extra: dict[str, Any]) -> str:
    attributes = f" id={quoteattr(extra['id'])}" if "id" in extra else ""
    if value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        attributes += f" value={quoteattr(text, {chr(10): '&#10;', chr(13): '&#13;'})}"
    inner = _children({key: item for key, item in extra.items() if key != "id"})
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"


def html_page(title: str) -> bytes:
    """Return the kind of page a web server in front of FHIR sends."""
    return f"<!DOCTYPE html><html><head><title>{escape(title)}</title></head></html>".encode()
