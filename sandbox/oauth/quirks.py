"""How each personality authorizes, as data: addresses, lifetimes, and what it does to scopes."""

from dataclasses import dataclass
from typing import Literal

from sandbox.personalities import Personality

# fixed: the first refresh token stays (Oracle). rolling: a new one each time, the old one dies
# (Epic). rotating: as rolling, and using an old one ends the whole family.
Refreshing = Literal["fixed", "rolling", "rotating"]


@dataclass(frozen=True, slots=True)
class Quirks:
    """Paths are below the sandbox's base address; times are seconds."""

    issuer_path: str
    authorize_path: str
    token_path: str
    token_seconds: int
    backend_seconds: int
    refreshing: Refreshing
    scope_versions: frozenset[int]
    wildcards: bool = True
    refuses_other_grammar: bool = False  # a scope in the other version is invalid_scope
    most_scopes: int | None = None
    auth_methods: tuple[str, ...] = ("client_secret_basic", "private_key_jwt", "none")
    algorithms: tuple[str, ...] = ("RS384", "ES384")  # of a client's assertion
    own_endpoints: frozenset[str] = frozenset()  # clients that authorize at addresses of their own
    long_tokens: bool = False  # access tokens of a thousand characters, to be kept as they are
    drops: frozenset[str] = frozenset()
    fhir_user_absolute: bool = False
    relative_endpoints: bool = False
    iss_parameter: bool = False  # RFC 9207
    authorize_post: bool = False
    names_signing_key: bool = True  # `kid` in the id_token's header
    announces_banner: bool = True  # `need_patient_banner` without being asked
    style: bool = True  # `smart_style_url`


_TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d"
_PROFILE = f"oracle/tenants/{_TENANT}/protocols/oauth2/profiles/smart-v1"

_QUIRKS = {
    "epic": Quirks(
        issuer_path="epic/interconnect/oauth2",
        authorize_path="epic/interconnect/oauth2/authorize",
        token_path="epic/interconnect/oauth2/token",  # noqa: S106 - an address
        token_seconds=3600,
        backend_seconds=3600,
        refreshing="rolling",
        scope_versions=frozenset({1}),
        drops=frozenset({"offline_access"}),
        auth_methods=("client_secret_basic", "client_secret_post", "private_key_jwt", "none"),
        algorithms=("RS256", "RS384", "RS512", "ES256", "ES384"),
        own_endpoints=frozenset({"countersign-key"}),
        long_tokens=True,
        announces_banner=False,
        style=False,
    ),
    "oracle": Quirks(
        issuer_path=f"oracle/oidc/tenants/{_TENANT}",
        authorize_path=f"{_PROFILE}/personas/provider/authorize",
        token_path=f"{_PROFILE}/token",
        token_seconds=570,
        backend_seconds=570,
        refreshing="fixed",
        scope_versions=frozenset({2}),
        wildcards=False,
        refuses_other_grammar=True,
        most_scopes=100,
    ),
    "generic": Quirks(
        issuer_path="generic/auth",
        authorize_path="generic/auth/authorize",
        token_path="generic/auth/token",  # noqa: S106 - an address
        token_seconds=900,
        backend_seconds=300,
        refreshing="rotating",
        scope_versions=frozenset({1, 2}),
        fhir_user_absolute=True,
        relative_endpoints=True,
        iss_parameter=True,
        authorize_post=True,
        names_signing_key=False,
    ),
}
ORACLE_TENANT = _TENANT


def quirks(personality: Personality) -> Quirks:
    """The authorization quirks of a personality."""
    return _QUIRKS[personality.key]
