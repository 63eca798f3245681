"""Database triggers that let rows be added to the trail, and nothing else.

The triggers also keep the chain: a row is taken only if it follows its stream's head, and the
head moves by that row and by nothing else. What the tree over the rows is kept in is only added
to, as well. Migrations call :func:`install` and :func:`install_tree`; what they make must stay what
the migration made, so a change of rules is a new migration with new names.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS = "audit_auditevent"
HEADS = "audit_streamhead"
TREE = ("audit_leaf", "audit_tile", "audit_signedcheckpoint")

_SQLITE = {
    "audit_event_no_update": """
        BEFORE UPDATE ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    "audit_event_no_delete": """
        BEFORE DELETE ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    "audit_event_follows_head": """
        AFTER INSERT ON audit_auditevent BEGIN
            SELECT RAISE(ABORT, 'the row does not follow the head of its stream')
            WHERE NOT EXISTS (
                SELECT 1 FROM audit_streamhead WHERE stream = NEW.stream
                AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash
            );
            UPDATE audit_streamhead SET sequence = NEW.sequence, hash = NEW.hash
            WHERE stream = NEW.stream;
        END""",
    "audit_head_starts_empty": """
        BEFORE INSERT ON audit_streamhead
        WHEN NEW.sequence <> 0 OR trim(NEW.hash, '0') <> '' OR length(NEW.hash) <> 64
        BEGIN SELECT RAISE(ABORT, 'a stream starts empty'); END""",
    "audit_head_follows_rows": """
        BEFORE UPDATE ON audit_streamhead
        WHEN NEW.stream <> OLD.stream OR NEW.sequence <> OLD.sequence + 1 OR NOT EXISTS (
            SELECT 1 FROM audit_auditevent WHERE stream = NEW.stream AND sequence = NEW.sequence
            AND hash = NEW.hash AND previous_hash = OLD.hash
        )
        BEGIN SELECT RAISE(ABORT, 'a head moves only with a row, by one'); END""",
    "audit_head_no_delete": """
        BEFORE DELETE ON audit_streamhead
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
}

_SQLITE_TREE = {
    f"{table}_no_{act}": f"""
        BEFORE {act.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"""
    for table in TREE
    for act in ("update", "delete")
}

_POSTGRESQL_FUNCTIONS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$;

CREATE FUNCTION audit_follow_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE audit_streamhead SET sequence = NEW.sequence, hash = NEW.hash
    WHERE stream = NEW.stream AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the row does not follow the head of its stream';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_start_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <> 0 OR NEW.hash <> repeat('0', 64) THEN
        RAISE EXCEPTION 'a stream starts empty';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_move_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stream <> OLD.stream OR NEW.sequence <> OLD.sequence + 1 OR NOT EXISTS (
        SELECT 1 FROM audit_auditevent WHERE stream = NEW.stream AND sequence = NEW.sequence
        AND hash = NEW.hash AND previous_hash = OLD.hash
    ) THEN
        RAISE EXCEPTION 'a head moves only with a row, by one';
    END IF;
    RETURN NEW;
END $$;
"""

_POSTGRESQL = {
    "audit_event_no_change": (EVENTS, "BEFORE UPDATE OR DELETE", "ROW", "audit_refuse"),
    "audit_event_no_truncate": (EVENTS, "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
    "audit_event_follows_head": (EVENTS, "AFTER INSERT", "ROW", "audit_follow_head"),
    "audit_head_starts_empty": (HEADS, "BEFORE INSERT", "ROW", "audit_start_head"),
    "audit_head_follows_rows": (HEADS, "BEFORE UPDATE", "ROW", "audit_move_head"),
    "audit_head_no_delete": (HEADS, "BEFORE DELETE", "ROW", "audit_refuse"),
    "audit_head_no_truncate": (HEADS, "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
}
_POSTGRESQL_TREE = {
    name: trigger
    for table in TREE
    for name, trigger in {
        f"{table}_no_change": (table, "BEFORE UPDATE OR DELETE", "ROW", "audit_refuse"),
        f"{table}_no_truncate": (table, "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
    }.items()
}
_POSTGRESQL_NAMES = ("audit_refuse", "audit_follow_head", "audit_start_head", "audit_move_head")


def _on_sqlite(triggers: dict[str, str]) -> list[str]:
    return [f"CREATE TRIGGER {name} {body}" for name, body in triggers.items()]


def _on_postgresql(triggers: dict[str, tuple[str, str, str, str]]) -> list[str]:
    statements = []
    for name, (table, event, level, function) in triggers.items():
        call = f"FOR EACH {level} EXECUTE FUNCTION {function}()"
        statements.append(f"CREATE TRIGGER {name} {event} ON {table} {call}")
        # ALWAYS: not even a session that plays replica goes unguarded.
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers of rows and heads in place; PostgreSQL and SQLite only."""
    if connection.vendor not in {"sqlite", "postgresql"}:
        raise NotImplementedError("The trail needs PostgreSQL or SQLite.")
    if connection.vendor == "sqlite":
        _execute(connection, _on_sqlite(_SQLITE))
    else:
        _execute(connection, [_POSTGRESQL_FUNCTIONS, *_on_postgresql(_POSTGRESQL)])


def install_tree(connection: BaseDatabaseWrapper) -> None:
    """Put those of leaves, tiles and checkpoints in place, after :func:`install`."""
    if connection.vendor == "sqlite":
        _execute(connection, _on_sqlite(_SQLITE_TREE))
    else:
        _execute(connection, _on_postgresql(_POSTGRESQL_TREE))


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove_tree(connection: BaseDatabaseWrapper) -> None:
    """Take those of leaves, tiles and checkpoints away; otherwise as :func:`remove`."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE_TREE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, (table, *_) in _POSTGRESQL_TREE.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all triggers away. Only a migration backwards and the tests' flush do this."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in (*_SQLITE, *_SQLITE_TREE):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for function in _POSTGRESQL_NAMES:
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the triggers that should be there and are not, or do not fire always."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = {*_SQLITE, *_SQLITE_TREE}
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'")
            wanted = {*_POSTGRESQL, *_POSTGRESQL_TREE}
        return sorted(wanted - {name for (name,) in cursor.fetchall()})
