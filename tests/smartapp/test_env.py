"""Secrets that a local deployment makes for itself, by processes that start together."""

from multiprocessing import get_context
from pathlib import Path

import pytest

from smartapp import env


def _made(folder: str) -> str:
    return env.secret("COUNTERSIGN_TEST_KEY", data_dir=Path(folder))


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        made = pool.map(_made, [str(tmp_path)] * 8, chunksize=1)
    assert len(set(made)) == 1
    assert len(made[0]) >= 48
    (kept,) = (tmp_path / "secrets").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_secret_is_never_seen_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secrets" / "countersign_test_key"
    seen: list[bool] = []
    made = env.secrets.token_bytes

    def slowly(size: int) -> bytes:
        seen.append(path.exists())
        return made(size)

    monkeypatch.setattr(env.secrets, "token_bytes", slowly)
    first = _made(str(tmp_path))
    assert seen == [False]
    assert _made(str(tmp_path)) == first
    assert len(seen) == 1  # it is not made a second time
