"""Whoever runs this finds every setting on one page, and nothing there that is none."""

import re

from tests.conftest import ROOT

_READ = re.compile(r"(?:env\.\w+|secret|[\w.]*_keys?)\(\s*\"([A-Z_]+)\"")
_NAMED = re.compile(r"`([A-Z]+_[A-Z_]+)`")


def read_by_the_code() -> set[str]:
    texts = [*(ROOT / "smartapp").glob("*settings.py"), ROOT / "smartapp" / "env.py"]
    return {name for text in texts for name in _READ.findall(text.read_text())}


def test_the_page_of_settings_names_every_one_and_no_other() -> None:
    page = set(_NAMED.findall((ROOT / "docs" / "settings.md").read_text()))
    read = read_by_the_code()
    assert len(read) > 60
    assert read - page == set()
    assert page - read == {"NAME_FILE", "WEB_CONCURRENCY"}  # the latter is read by uvicorn
