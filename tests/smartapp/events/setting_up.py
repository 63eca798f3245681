"""``python -m tests.smartapp.events.setting_up``: two senders, in a migrated database; prints their ids."""

import json
import os
import sys

import django

django.setup()

from smartapp.ehrs.backends import register_backend  # noqa: E402 - after the settings
from smartapp.events.registering import register_sender  # noqa: E402
from smartapp.models import Ehr  # noqa: E402
from tests.smartapp.approving import approve_all  # noqa: E402

ISSUER = os.environ.get("TEST_ISSUER", "https://ehr.example.org/fhir")


def main() -> None:
    ehr = Ehr.objects.create(
        slug="far", name="Far General", issuer=ISSUER, vendor="generic", client_id="us",
        client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    if "TEST_ISSUER" in os.environ:
        register_backend(ehr, client_id="countersign-backend", scopes="system/Subscription.rs")
        approve_all(ehr)
    fhir, _ = register_sender(
        ehr, name="encounters", form="fhir", secret_ref="env:TEST_FHIR_SECRET",
        reference="Subscription/s1",
    )  # fmt: skip
    webhook, _ = register_sender(
        ehr, name="engine", form="webhook", secret_ref="env:TEST_OLD_SECRET",
        second_secret_ref="env:TEST_NEW_SECRET",
    )  # fmt: skip
    sys.stdout.write(json.dumps({"fhir": str(fhir.pk), "webhook": str(webhook.pk)}))


if __name__ == "__main__":
    main()
