"""Secrets kept in AWS Secrets Manager, over its real protocol as moto's server speaks it."""

import builtins
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import httpx2
import pytest
from django.utils import timezone
from moto.secretsmanager.models import secretsmanager_backends
from moto.server import ThreadedMotoServer

from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.secrets import aws, keeper, resolve_secret, secret_figures
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
SECRET = "hunter2-of-the-cloud"
NAME = "countersign/oracle"
REFERENCE = f"aws-sm:{NAME}#client_secret"
REGION = "eu-central-1"
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "aws-credential-of-the-test",
}


@pytest.fixture(scope="module")
def moto_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloud(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the same cloud, for the test to write with."""
    httpx2.post(f"{moto_server}/moto-api/reset")
    for name, value in _CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    keeper.forget_all()
    client = boto3.client("secretsmanager")
    text = json.dumps({"client_secret": SECRET, "number": 7, "empty": ""})
    client.create_secret(Name=NAME, SecretString=text)
    yield client
    keeper.forget_all()


def refusal(reference: str = REFERENCE) -> str:
    """The code of a refusal, after a look that its words hold no secret."""
    with pytest.raises(SecretUnavailable) as caught:
        resolve_secret(reference)
    assert SECRET not in str(caught.value)
    assert _CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code


def test_a_field_of_a_secret_is_read(cloud: Any) -> None:
    assert resolve_secret(REFERENCE) == SECRET


def test_a_secret_that_is_a_plain_text_is_read_whole(cloud: Any) -> None:
    cloud.create_secret(Name="plain", SecretString=SECRET)
    assert resolve_secret("aws-sm:plain") == SECRET


def test_an_arn_names_its_region(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = cloud.describe_secret(SecretId=NAME)["ARN"]
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert refusal() == "secret_missing", "it is in another region"
    assert resolve_secret(f"aws-sm:{arn}#client_secret") == SECRET


def test_a_renewed_secret_is_taken_up_ahead_of_the_old_ones_end(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "LIFETIME_SECONDS", 2.0)
    cloud.create_secret(Name="plain", SecretString="first")
    assert resolve_secret("aws-sm:plain") == "first"
    cloud.put_secret_value(SecretId="plain", SecretString="second")
    assert resolve_secret("aws-sm:plain") == "first", "still good, and not asked for"
    time.sleep(1.7)
    assert resolve_secret("aws-sm:plain") == "second"


def test_its_age_is_that_of_its_current_version(cloud: Any) -> None:
    stored = secretsmanager_backends["123456789012"][REGION].secrets[NAME]
    (version,) = stored.versions.values()
    version["createdate"] = (timezone.now() - timedelta(days=85)).timestamp()
    resolve_secret(REFERENCE)
    (figure,) = secret_figures()
    assert (figure.days, figure.level) == (85, "warning")
    text = json.dumps({"client_secret": "renewed"})
    cloud.put_secret_value(SecretId=NAME, SecretString=text)
    keeper.forget_all()
    assert resolve_secret(REFERENCE) == "renewed"
    (figure,) = secret_figures()
    assert (figure.days, figure.level) == (0, "")


# --- refusals ---


def test_access_denied(cloud: Any, moto_server: str) -> None:
    # From the next call on, moto holds everybody to the policies of IAM; ours has none.
    user = boto3.client("iam", region_name=REGION)
    user.create_user(UserName="countersign")
    key = user.create_access_key(UserName="countersign")["AccessKey"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        patched.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        httpx2.post(f"{moto_server}/moto-api/reset-auth", content=b"0")
        try:
            assert refusal() == "secret_denied"
            patched.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
            assert refusal() == "secret_denied"
        finally:
            httpx2.post(f"{moto_server}/moto-api/reset-auth", content=b"inf")


def test_no_credentials(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _CREDENTIALS:
        monkeypatch.delenv(name)
    assert refusal() == "secret_denied"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("aws-sm:nothing", "secret_missing"),
        (f"aws-sm:{NAME}#no_such_field", "secret_missing"),
        (f"aws-sm:{NAME}#empty", "secret_missing"),
        (f"aws-sm:{NAME}#number", "secret_unreadable"),
    ],
)
def test_what_is_not_there_or_no_text(cloud: Any, reference: str, code: str) -> None:
    assert refusal(reference) == code


def test_a_secret_marked_for_deletion(cloud: Any) -> None:
    cloud.delete_secret(SecretId=NAME)
    assert refusal() == "secret_missing"


@pytest.mark.parametrize("text", ["{", "[1]", '"text"', "plain"])
def test_a_field_of_what_is_no_json_object(cloud: Any, text: str) -> None:
    cloud.put_secret_value(SecretId=NAME, SecretString=text)
    assert refusal() in {"secret_unreadable", "secret_missing"}


def test_bytes_are_no_text(cloud: Any) -> None:
    cloud.create_secret(Name="bytes", SecretBinary=b"\x00\x01")
    assert refusal("aws-sm:bytes") == "secret_unreadable"


def test_no_region(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert refusal() == "secret_store_unreachable"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "not an address"])
def test_nobody_there(cloud: Any, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert refusal() == "secret_store_unreachable"


@pytest.fixture
def garbled(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """In place of AWS, a server that answers what the test says."""
    said: dict[str, Any] = {"status": 200, "body": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(said["status"])
            self.send_header("Content-Length", str(len(said["body"])))
            self.end_headers()
            self.wfile.write(said["body"])

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield said
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>sign in</html>", "secret_unreadable"),
        (200, b'{"SecretString":', "secret_unreadable"),
        (200, b"{}", "secret_unreadable"),
        (200, b"[]", "secret_unreadable"),
        (200, b'{"SecretString":7}', "secret_unreadable"),
        (500, b"{}", "secret_store_unreachable"),
        (503, b"", "secret_store_unreachable"),
        (400, b'{"__type":"AccessDeniedException","Message":"x"}', "secret_denied"),
        (400, b'{"__type":"DecryptionFailure"}', "secret_denied"),
        (400, b'{"__type":"ExpiredTokenException"}', "secret_denied"),
        (400, b'{"__type":"ThrottlingException"}', "secret_store_unreachable"),
        (400, b'{"__type":"InternalServiceError"}', "secret_store_unreachable"),
    ],
)
def test_an_answer_that_is_malformed_or_a_fault(
    garbled: dict[str, Any], status: int, body: bytes, code: str
) -> None:
    garbled |= {"status": status, "body": body}
    assert refusal() == code


def test_without_the_extra_it_says_what_to_install(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("boto"):
            raise ImportError(name)
        return found(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SecretUnavailable, match=r"-r requirements-aws\.lock") as caught:
        resolve_secret(REFERENCE)
    assert caught.value.code == "secret_driver_missing"


def test_no_log_that_we_let_through_holds_a_secret(
    cloud: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where somebody sets the root level to DEBUG: boto's own loggers are held back."""
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        resolve_secret(REFERENCE)
        refusal("aws-sm:nothing#client_secret")
    finally:
        logging.getLogger().setLevel(logging.INFO)
    logged = " ".join(str(vars(each)) for each in caplog.records)
    assert "secret_unavailable" in logged
    assert SECRET not in logged
    assert _CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in logged


def pins(name: str) -> dict[str, tuple[str, int]]:
    """The packages of a lock: version, and how many hashes it may have."""
    found: dict[str, tuple[str, int]] = {}
    package = ""
    for line in (ROOT / name).read_text().splitlines():
        if pinned := re.match(r"([a-z][^=]*)==(\S+)", line):
            package = pinned[1].partition("[")[0]
            found[package] = pinned[2], 0
        found[package] = found[package][0], found[package][1] + line.count("--hash=sha256:")
    return found


@pytest.mark.parametrize(("lock", "extra"), [("aws", "boto3"), ("vertex", "google-auth")])
def test_the_extra_is_locked_with_hashes_at_the_versions_that_were_tested(
    lock: str, extra: str
) -> None:
    with_extra, without = pins(f"requirements-{lock}.lock"), pins("requirements.lock")
    assert {name: with_extra[name] for name in without} == without
    added = set(with_extra) - set(without)
    assert extra in added
    tested = pins("requirements-dev.lock")
    assert {name: with_extra[name] for name in added} == {name: tested[name] for name in added}
    assert all(hashes for _, hashes in with_extra.values())
    assert "://" not in (ROOT / f"requirements-{lock}.lock").read_text()
