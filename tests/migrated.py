"""A database as the migrations leave it: made once in a process, copied to where others begin."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

_NAME = "countersign.sqlite3"


def lay_into(folder: Path) -> None:
    """Put the embedded database, migrated and empty, into a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _NAME).write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="countersign-migrated-") as folder:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT, check=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "smartapp.settings",
                "COUNTERSIGN_DATA_DIR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/{_NAME}",
            },
        )  # fmt: skip
        return Path(folder, _NAME).read_bytes()
