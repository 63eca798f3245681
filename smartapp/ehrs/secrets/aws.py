"""Secrets of AWS Secrets Manager, through boto3: ``requirements-aws.lock``.

Region and credentials come as boto3 finds them: environment, profile, or the role of the machine.
"""

import json
from datetime import UTC, datetime
from typing import Any

from smartapp.ehrs.errors import (
    SecretDenied,
    SecretDriverMissing,
    SecretMissing,
    SecretStoreUnreachable,
    SecretUnreadable,
)
from smartapp.ehrs.secrets.fetched import LIFETIME_SECONDS, Fetched

_DENIED = frozenset(
    {
        "401",
        "403",  # a proxy, or an endpoint's policy, that does not speak AWS's JSON
        "AccessDenied",
        "AccessDeniedException",
        "DecryptionFailure",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    }
)
# The second: a secret that is marked for deletion.
_MISSING = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
_WRONG = frozenset({"InvalidParameterException", "ValidationException"})


def from_aws(place: str, field: str) -> Fetched:
    """Read the current version of the secret ``place``, an ARN or a name.

    ``field`` picks a member of a secret that is a JSON object; "" takes all of the text. Raises a
    kind of ``SecretUnavailable``.
    """
    answer = _current_version(place)
    text = answer.get("SecretString")
    if not isinstance(text, str):
        raise SecretUnreadable(f"The secret 'aws-sm:{place}' is not a text.")
    value = _member(text, field, place) if field else text
    if not value:
        raise SecretMissing(f"The secret 'aws-sm:{place}' is empty.")
    made = answer.get("CreatedDate")
    made_at = made.astimezone(UTC) if isinstance(made, datetime) else None
    return Fetched(value, made_at=made_at, lifetime_seconds=LIFETIME_SECONDS)


def _current_version(place: str) -> dict[str, Any]:
    try:
        import boto3  # noqa: PLC0415 - an extra
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise SecretDriverMissing(
            "To read 'aws-sm:' secrets: pip install --require-hashes -r requirements-aws.lock."
        ) from None
    patience = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    try:
        # A session of its own: boto3's default one is not for several threads.
        client = boto3.session.Session().client(
            "secretsmanager", region_name=_region(place), config=patience
        )
        answer: dict[str, Any] = client.get_secret_value(SecretId=place)
    except ClientError as error:
        raise _refusal(str(error.response.get("Error", {}).get("Code", "")), place) from None
    except (BotoCoreError, ValueError) as error:
        raise _trouble(type(error).__name__) from None
    except (AttributeError, TypeError):
        # What botocore falls over when JSON of another shape comes.
        raise SecretUnreadable("AWS's answer could not be understood.") from None
    return answer


def _region(place: str) -> str | None:
    """An ARN names its region; for a name boto3 looks where it always does."""
    parts = place.split(":")
    return parts[3] if len(parts) >= 7 and parts[0] == "arn" and parts[3] else None


def _refusal(code: str, place: str) -> Exception:
    if code in _DENIED:
        return SecretDenied(f"AWS does not let us read 'aws-sm:{place}' ({code}).")
    if code in _MISSING:
        return SecretMissing(f"AWS has no secret 'aws-sm:{place}', or it is to be deleted.")
    if code in _WRONG:
        return SecretMissing(f"AWS does not take 'aws-sm:{place}' for the name of a secret.")
    return SecretStoreUnreachable("AWS Secrets Manager failed to answer.")


def _trouble(kind: str) -> Exception:
    if kind in {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return SecretDenied("AWS credentials were found nowhere, or only in part.")
    if kind == "NoRegionError":
        return SecretStoreUnreachable("Name the AWS region: in the ARN, or as AWS_REGION.")
    return SecretStoreUnreachable("AWS Secrets Manager could not be reached.")


def _member(text: str, field: str, place: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        raise SecretUnreadable(f"The secret 'aws-sm:{place}' is not JSON.") from None
    value = found.get(field) if isinstance(found, dict) else None
    if value is None:
        raise SecretMissing(f"The secret 'aws-sm:{place}' has no field {field!r}.")
    if not isinstance(value, str):
        raise SecretUnreadable(f"The field {field!r} of 'aws-sm:{place}' is not a text.")
    return value
