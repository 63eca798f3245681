"""The same processes over a PostgreSQL database of their own, dropped when they are stopped."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from tests.smartapp.events.running import Running


@dataclass
class OnPostgres(Running):
    """``server`` is the address of any database on the server."""

    server: str = ""
    name: str = field(default_factory=lambda: f"countersign_bench_{uuid4().hex[:12]}")

    def __post_init__(self) -> None:
        self._administer(f"CREATE DATABASE {self.name}")
        self.manage("migrate", "--verbosity", "0")
        super().__post_init__()

    @property
    def address(self) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "DATABASE_URL": self.address}

    def stop(self) -> None:
        super().stop()
        self._administer(f"DROP DATABASE {self.name} WITH (FORCE)")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address) as database:
            return database.execute(query.replace("?", "%s"), values).fetchall()

    def change(self, *statements: str) -> None:
        with psycopg.connect(self.address) as database:
            for each in statements:
                database.execute(each)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as database:
            database.execute(statement)
