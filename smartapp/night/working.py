"""What a worker does for a night: patient after patient, several at once."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection

from audit import context
from smartapp.fhir.errors import BackendRefused, FhirError
from smartapp.models import Night, NightPatient
from smartapp.night import claims
from smartapp.night.errors import PatientLost
from smartapp.night.reading import NightReader

logger = logging.getLogger(__name__)


class Working:
    """One worker's share of a night."""

    def __init__(self, night: Night, *, seconds: float) -> None:
        self._night = night
        self._reader = NightReader(night)
        self._until = time.monotonic() + seconds
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._count = 0

    @property
    def stopped(self) -> bool:
        """Whether nobody can be read now: the EHR gives our backend no access."""
        return self._stopped.is_set()

    def run(self) -> int:
        """Read until nobody is due or the time is over; return how many patients were taken up."""
        with ThreadPoolExecutor(settings.NIGHT_AT_ONCE, thread_name_prefix="night") as pool:
            for _ in range(settings.NIGHT_AT_ONCE):
                pool.submit(self._one_after_another)
        return self._count

    def _one_after_another(self) -> None:
        try:
            while time.monotonic() < self._until and not self.stopped:
                row = claims.claim(self._night)
                if row is None:
                    return
                with self._lock:
                    self._count += 1
                self.take_up(row)
        except Exception as error:  # a pool thread's last word: its patient is taken up again
            logger.warning("night_thread_ended", extra={"error": type(error).__name__})
        finally:
            connection.close()  # the thread's own

    def take_up(self, row: NightPatient) -> None:
        """Read one patient that was claimed, and write what came of it."""
        try:
            self._read(row)
        except PatientLost:
            logger.warning("night_patient_lost")

    def _read(self, row: NightPatient) -> None:
        if row.attempts > settings.NIGHT_MAX_ATTEMPTS:
            claims.fail(row, row.code or "worker_lost")
            return
        try:
            with context.bind(ehr=row.night.ehr.slug, patient_index=row.key):
                chart = self._reader.read(row.patient)
        except BackendRefused as error:
            self._stand_still(row, error.reason)
        except FhirError as error:
            claims.later(row, error.code)
        else:
            last = row.attempts >= settings.NIGHT_MAX_ATTEMPTS
            if chart.refused:
                self._not_there(row, chart.refused, chart.passing, chart.requests)
            elif chart.passing and not last:
                claims.later(row, chart.passing, requests=chart.requests)
            else:
                claims.read(row, chart)

    def _not_there(self, row: NightPatient, code: str, passing: str, requests: int) -> None:
        if passing:
            claims.later(row, passing, requests=requests)
        else:
            claims.fail(row, code, requests=requests)

    def _stand_still(self, row: NightPatient, reason: str) -> None:
        """No patient mends what the EHR has against our backend: the night waits for a person."""
        self._stopped.set()
        Night.objects.filter(pk=self._night.pk).update(code=reason[:60])
        claims.put_back(row, reason[:60])
