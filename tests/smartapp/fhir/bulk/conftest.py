"""Fixtures of the bulk client's tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from smartapp.models import Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import ExportingEhr, register, serving


@pytest.fixture
def exporting() -> Iterator[ExportingEhr]:
    """An EHR that exports, on a port of its own."""
    with serving() as ehr:
        yield ehr


@pytest.fixture
def files_elsewhere() -> Iterator[ExportingEhr]:
    """A file server on another port: another origin."""
    with serving() as ehr:
        yield ehr


@pytest.fixture
def ehr(transactional_db: None, exporting: ExportingEhr, settings: Any, tmp_path: Path) -> Ehr:
    """Its registration; files are stored in a folder of the test's own."""
    settings.DATA_DIR = tmp_path
    cache.clear()
    return register(exporting.issuer)
