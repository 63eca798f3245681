"""Configuration models: each change field by field, and in the ledger, or not at all."""

import json

import pytest
from django.db import transaction

from audit import context, selectors
from audit.errors import LedgerUnavailable
from audit.ledger import verify
from audit.models import AuditEvent, ConfigurationChange
from smartapp.models import Ehr, SigningKey, StaffUser


def ehr(**changes):
    values = {
        "slug": "northfield", "name": "Northfield", "issuer": "https://ehr.test/fhir",
        "vendor": "epic", "client_id": "abc", "client_auth": "public", "scopes": "launch",
    }  # fmt: skip
    return Ehr.objects.create(**values | changes)


def last():
    row = AuditEvent.objects.filter(type="config.changed").order_by("-id").first()
    return row, selectors.sealed_fields(row).get("changes")


@pytest.mark.django_db
def test_a_change_is_kept_field_by_field_with_who_and_from_where():
    northfield = ehr()
    lena = StaffUser.objects.create_user("lena")
    with context.bind(actor=f"staff|{lena.pk}", address="192.0.2.4", request_id="r" * 32):
        northfield.name = "Northfield General"
        northfield.save()
    entry = ConfigurationChange.objects.latest("id")
    assert entry.changes == {"name": ["Northfield", "Northfield General"]}
    assert (entry.actor_ref, entry.actor_id) == (f"staff|{lena.pk}", lena.pk)
    assert (entry.remote_addr, entry.cid) == ("192.0.2.4", "r" * 32)
    row, changes = last()
    assert row.detail["model"] == "smartapp.ehr"
    assert row.detail["action"] == "changed"
    assert row.detail["change_id"] == entry.pk
    assert changes == {"name": ["Northfield", "Northfield General"]}
    assert row.stream == f"staff:{lena.pk}"
    assert verify().whole


@pytest.mark.django_db
def test_creation_and_deletion_are_kept():
    northfield = ehr()
    assert last()[0].detail["action"] == "created"
    northfield.delete()
    assert last()[0].detail["action"] == "deleted"


@pytest.mark.django_db
def test_saving_without_a_change_leaves_no_entry():
    northfield = ehr()
    before = AuditEvent.objects.count()
    northfield.save()
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
def test_references_to_secrets_and_passwords_are_masked():
    northfield = ehr(client_auth="client_secret_basic", client_secret_ref="env:NORTHFIELD_SECRET")
    northfield.client_secret_ref = "file:/run/secrets/northfield"
    northfield.save()
    assert last()[1] == {"client_secret_ref": ["(hidden)", "(hidden)"]}
    lena = StaffUser.objects.create_user("lena", password="a long enough password")
    assert last()[1]["password"] == ["", "(hidden)"]
    assert lena.password not in json.dumps([c.changes for c in ConfigurationChange.objects.all()])


@pytest.mark.django_db
def test_a_private_key_is_not_in_the_entry():
    key = SigningKey(kid="k-1", algorithm="ES384")
    key.private_key = "-----BEGIN PRIVATE KEY-----"
    key.save()
    entry = ConfigurationChange.objects.latest("id")
    assert "private_key_sealed" not in entry.changes
    assert "PRIVATE" not in json.dumps(entry.changes)
    assert entry.changes["kid"][1] == "k-1"


@pytest.mark.django_db
def test_a_role_given_to_someone_is_kept():
    lena = StaffUser.objects.create_user("lena")
    lena.role = StaffUser.Role.COMPLIANCE
    lena.save()
    assert last()[1] == {"role": ["", "compliance"]}


@pytest.mark.django_db
def test_signing_in_does_not_count_as_a_change_of_the_person(client):
    lena = StaffUser.objects.create_user("lena")
    before = ConfigurationChange.objects.count()
    client.force_login(lena)
    assert ConfigurationChange.objects.count() == before
    assert AuditEvent.objects.latest("id").type == "staff.signed_in"


@pytest.mark.django_db
def test_signing_out_and_a_refused_sign_in_are_recorded(client):
    lena = StaffUser.objects.create_user("lena", password="a long enough password")
    client.force_login(lena)
    client.logout()
    row = AuditEvent.objects.latest("id")
    assert (row.type, row.actor) == ("staff.signed_out", f"staff|{lena.pk}")
    assert not client.login(username="lena", password="wrong")
    row = AuditEvent.objects.latest("id")
    assert (row.type, row.outcome, row.code) == (
        "staff.sign_in_refused", "refused", "bad_credentials",
    )  # fmt: skip
    assert "lena" not in row.detail_json
    assert selectors.sealed_fields(row) == {"name_given": "lena"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["create", "change", "delete"])
def test_a_change_whose_event_cannot_be_written_does_not_happen(act):
    northfield = ehr()
    entries = ConfigurationChange.objects.count()
    # A circumstance that the ledger cannot hold stands for any failure of its.
    northfield.name = "Other"
    acts = {
        "create": SigningKey(kid="k", algorithm="ES384", private_key_sealed=b"").save,
        "change": northfield.save,
        "delete": northfield.delete,
    }
    with context.bind(ehr="x" * 51), pytest.raises(LedgerUnavailable):
        acts[act]()
    assert Ehr.objects.get().name == "Northfield"
    assert not SigningKey.objects.exists()
    assert ConfigurationChange.objects.count() == entries


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_leaves_neither_entry_nor_event():
    northfield = ehr()
    entries, events = ConfigurationChange.objects.count(), AuditEvent.objects.count()
    with transaction.atomic():
        northfield.name = "Other"
        northfield.save()
        transaction.set_rollback(True)
    assert (ConfigurationChange.objects.count(), AuditEvent.objects.count()) == (entries, events)


@pytest.mark.django_db
def test_headers_of_the_client_do_not_reach_an_entry(client, settings):
    StaffUser.objects.create_user("lena", password="a long enough password")
    client.post(
        "/accounts/login/",
        {"login": "lena", "password": "a long enough password"},
        headers={"X-Forwarded-For": "203.0.113.66", "X-Correlation-Id": "mine"},
    )
    rows = AuditEvent.objects.filter(type="staff.signed_in")
    assert [row.address for row in rows] in ([], ["127.0.0.1"])
