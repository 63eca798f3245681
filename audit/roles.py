"""The database role that the app runs as on PostgreSQL: it adds to the trail, and can no more.

Migrations run as the owner, the app as another role. The triggers stop whoever comes through the
app; the rights stop whoever has the app's password, for only an owner can take triggers away.
"""

from django.db import connection
from psycopg import sql

# What is only added to, and what the app must move: heads by a trigger's rules, the sealer's turn,
# how far places have been given the tree.
ADDED_TO = (
    "audit_auditevent",
    "audit_configurationchange",
    "audit_leaf",
    "audit_tile",
    "audit_signedcheckpoint",
)
MOVED = ("audit_streamhead", "audit_sealerturn", "audit_publication")


def statements(role: str, schema: str = "public") -> list[sql.Composed]:
    """Return what an owner runs so that ``role`` may run the app."""
    name, within = sql.Identifier(role), sql.Identifier(schema)
    every = [
        "GRANT USAGE ON SCHEMA {within} TO {name}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {within} TO {name}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {within} TO {name}",
    ]
    texts = [sql.SQL(each).format(name=name, within=within) for each in every]
    for table in (*ADDED_TO, *MOVED):
        kept = "DELETE, TRUNCATE" if table in MOVED else "UPDATE, DELETE, TRUNCATE"
        take = sql.SQL("REVOKE " + kept + " ON {within}.{table} FROM {name}")
        texts.append(take.format(within=within, table=sql.Identifier(table), name=name))
    return texts


def owns_the_trail() -> bool:
    """Whether the role of this connection could take the triggers away; False on SQLite."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class"
            " WHERE oid = to_regclass('audit_auditevent')"
        )
        found = cursor.fetchone()
    return bool(found and found[0])
