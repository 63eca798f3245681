"""Which addresses an EHR may name: an EHR elsewhere names none of this machine's."""

import pytest
from django.core.cache import cache

from smartapp.ehrs import discovery
from smartapp.ehrs.errors import EhrAnswerUnreadable
from smartapp.models import Ehr

FAR, AUTH = "https://far.example.org/fhir", "https://auth.far.example.org"
NAMED = {"authorization_endpoint": f"{AUTH}/authorize", "token_endpoint": f"{AUTH}/token"}


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What every document of the EHR says."""
    told: dict[str, object] = dict(NAMED)
    cache.clear()
    monkeypatch.setattr(discovery, "get_json", lambda *_, **__: dict(told))
    return told


@pytest.mark.parametrize("name", ["token_endpoint", "revocation_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "here", ["http://127.0.0.1:8090/control/faults", "http://localhost/x", "https://[::1]/x"]
)
def test_an_ehr_elsewhere_names_no_address_of_this_machine(
    says: dict[str, object], name: str, here: str
) -> None:
    ehr = Ehr(slug="far", issuer=FAR, client_id="us")
    assert discovery.smart_configuration(ehr).token_endpoint == NAMED["token_endpoint"]
    says[name] = here
    with pytest.raises(EhrAnswerUnreadable):
        discovery.smart_configuration(ehr, anew=True)


def test_nor_does_it_have_its_keys_there(says: dict[str, object]) -> None:
    ehr = Ehr(slug="far", issuer=FAR, client_id="us")
    smart = discovery.smart_configuration(ehr)
    says |= {"issuer": FAR, "jwks_uri": "http://127.0.0.1:8090/keys"}
    with pytest.raises(EhrAnswerUnreadable):
        discovery.openid_configuration(ehr, smart)


def test_an_ehr_on_this_machine_does(says: dict[str, object]) -> None:
    says["token_endpoint"] = "http://127.0.0.1:9000/token"
    ehr = Ehr(slug="near", issuer="http://localhost:9000/fhir", client_id="us")
    assert discovery.smart_configuration(ehr).token_endpoint == "http://127.0.0.1:9000/token"
