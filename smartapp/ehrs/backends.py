"""Registering the app at an EHR for work without a clinician, checked before it is kept."""

from django.core.exceptions import ValidationError
from django.db import transaction

from smartapp.ehrs.registering import check_secret_reference
from smartapp.models import BackendClient, BackendToken, Ehr
from smartapp.scopes import parse


@transaction.atomic
def register_backend(
    ehr: Ehr,
    *,
    client_id: str,
    scopes: str,
    client_auth: str = BackendClient.ClientAuth.KEY,
    client_secret_ref: str = "",
    signing_algorithm: str = "ES384",
    names_key_set: bool = True,
) -> tuple[BackendClient, bool]:
    """Create or change the backend registration of ``ehr``; tell whether it is new.

    Raises ``ValueError`` with a sentence for the person who registers.
    """
    _check_scopes(scopes)
    if client_auth == BackendClient.ClientAuth.SECRET:
        check_secret_reference(client_secret_ref)
    found = BackendClient.objects.select_for_update().filter(ehr=ehr).first()
    client = found or BackendClient(ehr=ehr)
    client.client_id, client.scopes = client_id, " ".join(scopes.split())
    client.client_auth, client.client_secret_ref = client_auth, client_secret_ref
    client.signing_algorithm, client.names_key_set = signing_algorithm, names_key_set
    try:
        client.full_clean()
    except ValidationError as error:
        raise ValueError("; ".join(error.messages)) from None
    client.save()
    # A token bought as somebody else, or for other scopes, is not this registration's.
    BackendToken.objects.filter(client=client).delete()
    return client, found is None


def _check_scopes(scopes: str) -> None:
    if not scopes.split():
        raise ValueError("Name the system/ scopes to ask for: a backend gets none by default.")
    for scope in scopes.split():
        parsed = parse(scope)
        if parsed is None or not scope.startswith("system/"):
            raise ValueError(f"{scope!r} is not a system/ scope of SMART.")
