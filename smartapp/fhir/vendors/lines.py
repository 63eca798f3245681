"""Where in a YAML file a key stands, and keys that stand there twice."""

from collections.abc import Iterator, Sequence

import yaml

Where = Sequence[str | int]
SHAPES = ("asked", "none")  # which a validator puts into the way to a key


def line_of(node: yaml.Node | None, where: Where) -> int:
    """Return the line of a key, or of the nearest one around it; 0 without a file.

    Parts of ``where`` that no key answers to are passed over: a validator puts its own between.
    """
    line = node.start_mark.line + 1 if node is not None else 0
    for part in where:
        found = _below(node, part)
        if found is not None:
            line, node = found
    return line


def keys(node: yaml.Node | None, where: Where) -> tuple[str, ...]:
    """Return the parts of ``where`` that are keys of the file, and the last, which may be absent.

    Without a file all are returned but the names of a concept's two shapes.
    """
    if node is None:
        return tuple(str(part) for part in where if part not in SHAPES)
    held = []
    for place, part in enumerate(where):
        found = _below(node, part)
        if found is not None:
            node = found[1]
        if found is not None or place == len(where) - 1:
            held.append(str(part))
    return tuple(held)


def twice(node: yaml.Node, above: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Yield line and name of each key that its mapping has already: YAML would keep the last."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from twice(item, above)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            yield key.start_mark.line + 1, ".".join((*above, name))
        seen.add(name)
        yield from twice(value, (*above, name))


def _below(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None
