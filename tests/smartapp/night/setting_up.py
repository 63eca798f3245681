"""``python -m tests.smartapp.night.setting_up``: the hospital, and our backend's registration."""

import os

import django

django.setup()

from smartapp.ehrs.backends import register_backend  # noqa: E402 - after the settings
from smartapp.ehrs.keys import published_keys  # noqa: E402
from smartapp.models import Ehr  # noqa: E402
from tests.smartapp.approving import approve_all  # noqa: E402
from tests.smartapp.night.scopes import scopes_of  # noqa: E402


def main() -> None:
    ehr = Ehr.objects.create(
        slug="hospital", name="Hospital", issuer=os.environ["TEST_ISSUER"],
        vendor=os.environ["TEST_VENDOR"], client_id="us", client_auth=Ehr.ClientAuth.PUBLIC,
        scopes="launch",
    )  # fmt: skip
    register_backend(ehr, client_id="countersign-backend", scopes=scopes_of(ehr.vendor))
    approve_all(ehr)
    published_keys()


if __name__ == "__main__":
    main()
