"""Files at another server than the EHR's: which get the token, which are fetched at all."""

from smartapp.models import Ehr
from tests.smartapp.fhir.bulk.exporting_ehr import TOKEN, ExportingEhr, observations
from tests.smartapp.fhir.bulk.running import events, imported, lacks, run


def test_files_at_another_server_come_without_the_token(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    """Oracle's way: the EHR's own address takes the token and answers 307 to a file server."""
    files_elsewhere.put("a", "Observation", observations(4))
    exporting.put("a", "Observation", b"", redirect=f"{files_elsewhere.origin}/files/a?sig=1")
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0", "o1", "o2", "o3"]
    assert exporting.tokens("/files/a") == [f"Bearer {TOKEN}"]
    assert files_elsewhere.tokens("/files/a?sig=1") == [""]
    told = [each for each in events("fhir.bulk_requested") if each["step"] == "file"]
    assert [(each["own_server"], each["with_token"]) for each in told] == [
        (True, True),
        (False, False),
    ]


def test_a_redirect_takes_no_token_even_to_the_same_server(
    ehr: Ehr, exporting: ExportingEhr
) -> None:
    exporting.put("a", "Observation", b"", redirect="/files/b")
    exporting.files["b"] = type(exporting.files["a"])(observations(1))
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0"]
    assert exporting.tokens("/files/b") == [""]


def test_redirects_are_not_followed_in_circles(ehr: Ehr, exporting: ExportingEhr) -> None:
    exporting.put("a", "Observation", b"", redirect="/files/a")
    export, _ = run(ehr)
    assert lacks(export) == [("Observation", "failed", "foreign_address")]
    assert len(exporting.tokens("/files/a")) == 4


def test_a_file_elsewhere_that_wants_the_token_is_not_fetched(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    files_elsewhere.put("a", "Observation", observations(4))
    exporting.put("a", "Observation", b"", url=f"{files_elsewhere.origin}/files/a")
    exporting.put("b", "Observation", observations(1))
    export, _ = run(ehr)
    assert lacks(export) == [("Observation", "failed", "foreign_address")]
    assert imported(export)[0] == ["o0"]
    assert files_elsewhere.asked == []
    refused = events("fhir.foreign_address")
    assert [(each["place"], each["outcome"]) for each in refused] == [("bulk file", "refused")]


def test_a_file_elsewhere_that_needs_no_token_is_fetched_without(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    exporting.manifest["requiresAccessToken"] = False
    files_elsewhere.put("a", "Observation", observations(2))
    exporting.put("a", "Observation", b"", url=f"{files_elsewhere.origin}/files/a")
    exporting.put("b", "Observation", observations(1, start=2))
    export, _ = run(ehr)
    assert imported(export)[0] == ["o0", "o1", "o2"]
    assert files_elsewhere.tokens("/files/a") == [""]
    assert exporting.tokens("/files/b") == [""]


def test_a_status_address_elsewhere_is_refused(
    ehr: Ehr, exporting: ExportingEhr, files_elsewhere: ExportingEhr
) -> None:
    exporting.location = f"{files_elsewhere.origin}/api/FHIR/BulkRequest/1"
    export, _ = run(ehr)
    assert (export.state, export.code) == ("failed", "foreign_address")
    assert files_elsewhere.asked == []
