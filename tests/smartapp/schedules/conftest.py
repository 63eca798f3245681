"""The scripted EHR of the nights, which schedules ask too."""

from tests.smartapp.night.conftest import ehr, hospital, woken  # noqa: F401 - fixtures
