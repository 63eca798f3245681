"""Every way a launch is refused: the stable code, and what the person sees and can do.

Codes are recorded in the trail and shown small on the page; they are never renamed.
"""

from dataclasses import dataclass

from smartapp.ehrs.further import host_of
from smartapp.models import Ehr

_AGAIN = (
    "Close this panel.",
    "Open the app again from the patient's chart.",
)
_TELL = "If it happens again, give your help desk the code below."
_NOTHING_READ = "Nothing was read from the chart."


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal page. ``status`` is the HTTP status, ``tone`` the colour of its glyph."""

    title: str
    happened: str
    steps: tuple[str, ...] = _AGAIN
    fact: str = _NOTHING_READ
    glyph: str = "shield"
    tone: str = "warn"
    status: int = 403
    own_window: bool = False  # whether a window of its own may help


class LaunchRefused(Exception):
    """A launch stops here. ``detail`` is for the trail and holds neither PHI nor secrets.

    ``recorded`` is false where the trail has been told of the same a moment ago; ``retry_after``
    is in seconds, 0 where waiting does not help. ``further`` is an https address at which the EHR
    says more: shown with its host, and never followed by us.
    """

    def __init__(
        self,
        code: str,
        *,
        ehr: Ehr | None = None,
        detail: str = "",
        missing: tuple[str, ...] = (),
        recorded: bool = True,
        retry_after: int = 0,
        further: str = "",
    ) -> None:
        if code not in REFUSALS:
            raise KeyError(code)
        self.code = code
        self.ehr = ehr
        self.detail = detail
        self.missing = missing  # scopes, shown to the person
        self.recorded = recorded
        self.retry_after = retry_after
        self.further = further
        super().__init__(code)

    @property
    def further_host(self) -> str:
        """Whose page ``further`` is; "" where there is none."""
        return host_of(self.further)


_STALE = Refusal(
    "This opening is no longer valid",
    "The answer that came back does not belong to an opening of the app that is still waiting.",
    fact="This protects you from being signed in to somebody else's session.",
)
_UNTRUSTED = Refusal(
    "The EHR's answer could not be trusted",
    "What the EHR sent to say who you are did not pass our checks, so nobody was signed in.",
    (*_AGAIN, _TELL),
)
_SETUP = Refusal(
    "This EHR's connection is not set up correctly",
    "The EHR and this app do not agree on how to connect. You did nothing wrong.",
    ("Tell your help desk, and give them the code below.",),
    status=502,
)

REFUSALS: dict[str, Refusal] = {
    # --- how the app was opened ---
    "unknown_issuer": Refusal(
        "This EHR is not connected",
        "The app was opened from an EHR that it is not registered with.",
        ("If you work in this EHR every day, tell your help desk.",),
    ),
    "launch_incomplete": Refusal(
        "Open the app from a chart",
        "This page is reached from inside the EHR, and what the EHR sends along was missing.",
        ("Open a patient's chart.", "Open the app from inside it."),
        glyph="person",
        tone="info",
        status=400,
    ),
    "launch_reused": Refusal(
        "This opening was already used",
        "Each time the app is opened from a chart counts once. The page was loaded again.",
        glyph="refresh",
        tone="info",
    ),
    "consent_denied": Refusal(
        "Access was not allowed",
        "You, or the EHR for you, said no when it asked whether the app may read this chart.",
        ("If that was a slip, open the app again from the chart and allow it.",),
        glyph="lock",
        tone="info",
    ),
    "too_many_launches": Refusal(
        "Too many at once",
        "The app was opened from your network more often in a moment than it allows.",
        ("Wait a minute.", *_AGAIN, _TELL),
        glyph="clock",
        tone="info",
        status=429,
    ),
    # --- the callback ---
    "state_missing": _STALE,
    "state_unknown": _STALE,
    "state_expired": Refusal(
        "This took too long",
        "Signing in to the EHR has to be finished within ten minutes.",
        glyph="clock",
        tone="info",
    ),
    "state_replayed": Refusal(
        "This opening was already used",
        "The page was loaded a second time, or opened from the history.",
        glyph="refresh",
        tone="info",
    ),
    "state_mismatch": _STALE,
    # The answer to a request at one EHR came to the address of another.
    "callback_mismatch": Refusal(
        "The answer came from another EHR",
        "The app asked one EHR to let you in, and the answer came to the address of another.",
        (*_AGAIN, _TELL),
    ),
    "issuer_mismatch": _UNTRUSTED,
    "ehr_refused": Refusal(
        "The EHR did not allow this",
        "The EHR ended the sign-in without letting the app in.",
        (*_AGAIN, _TELL),
        glyph="lock",
    ),
    "code_refused": Refusal(
        "The EHR did not finish the sign-in",
        "The EHR did not accept its own sign-in code. It may have been used already or be too old.",
        (*_AGAIN, _TELL),
    ),
    "token_unreadable": _UNTRUSTED,
    # --- who, whom, what ---
    "id_token_missing": _UNTRUSTED,
    "id_token_unreadable": _UNTRUSTED,
    "id_token_algorithm": _UNTRUSTED,
    "id_token_key": _UNTRUSTED,
    "id_token_signature": _UNTRUSTED,
    "id_token_issuer": _UNTRUSTED,
    "id_token_audience": _UNTRUSTED,
    "id_token_expired": _UNTRUSTED,
    "id_token_nonce": _UNTRUSTED,
    "id_token_access_token": _UNTRUSTED,
    "id_token_claims": _UNTRUSTED,
    "fhir_user_missing": _UNTRUSTED,
    "fhir_user_foreign": _UNTRUSTED,
    "fhir_user_unreadable": _UNTRUSTED,
    "not_a_clinician": Refusal(
        "This account cannot open drafts",
        "The EHR says you are not signed in as a clinician. Drafts are shown only to clinicians "
        "who may sign them.",
        ("If that is wrong, ask your EHR security team to correct your role.",),
        fact="Recorded as refused. No chart data was read.",
        glyph="person-x",
    ),
    "patient_missing": Refusal(
        "No patient is open",
        "This app works on one patient's chart, and the EHR opened it without one.",
        ("Open a patient's chart.", "Open the app from inside it."),
        glyph="person",
        tone="info",
    ),
    "scopes_empty": Refusal(
        "The EHR gave no access to the chart",
        "It let the app in, but allowed it to read nothing that it asked for.",
        ("Tell your help desk which kinds of data are missing; they are listed below.",),
        glyph="lock",
    ),
    # --- the connection ---
    "launch_not_stored": Refusal(
        "The app could not open",
        "The EHR let you in, but the app could not write that down, so it did not open. The access "
        "that it was given goes back to the EHR.",
        ("Wait a minute.", *_AGAIN, _TELL),
        fact="Nothing of the chart was kept.",
        glyph="offline",
        status=503,
    ),
    "ehr_unavailable": Refusal(
        "The EHR is not answering",
        "The EHR could not be reached, so the app could not be opened.",
        ("Wait a minute.", *_AGAIN),
        glyph="offline",
        status=503,
    ),
    "scope_unapproved": Refusal(
        "What the app would read here is not approved yet",
        "Each thing that the app asks this EHR for needs a written reason and a second person's "
        "approval. For some of it they are missing, so the EHR was not asked.",
        ("Tell your help desk: an administrator of the app can approve it on the page Scopes.",),
    ),
    "pkce_unsupported": _SETUP,
    "discovery_unreadable": _SETUP,
    "authorization_missing": _SETUP,
    "secret_unavailable": _SETUP,
    "client_rejected": _SETUP,
    # --- inside a launch ---
    "launch_cookie_missing": Refusal(
        "This browser does not hold this session",
        "The page belongs to a session opened elsewhere, or the browser does not keep cookies "
        "for apps inside other pages.",
        (*_AGAIN, "If it happens each time, open the app in a window of its own."),
        fact="Sessions never pass from one browser or window to another.",
        glyph="lock",
        own_window=True,
    ),
    "session_ended": Refusal(
        "Your session ended",
        "The EHR lets an app in for a limited time, and could not renew it. The chart is hidden "
        "until you return.",
        fact="What you typed is kept and will be there. Nothing was sent to the chart.",
        glyph="lock",
    ),
    "session_expired": Refusal(
        "Your session ended",
        "It has been open for longer than one session may last. The chart is hidden until you "
        "return.",
        fact="What you typed is kept and will be there. Nothing was sent to the chart.",
        glyph="clock",
    ),
    "session_closed": Refusal(
        "This session is closed",
        "You closed it here or in another window.",
        fact="What you typed is kept and will be there. Nothing was sent to the chart.",
        glyph="tick",
        tone="info",
    ),
    "page_out_of_date": Refusal(
        "This page is out of date",
        "It was open for too long, or the session was renewed in another window.",
        ("Reload the page and try again.",),
        fact="Nothing was changed.",
        glyph="refresh",
        tone="info",
    ),
    "ehr_disconnected": Refusal(
        "This EHR was disconnected",
        "An administrator has switched off the connection to this EHR.",
        ("Ask your help desk when it will be back.",),
        fact="What you typed is kept.",
        glyph="lock",
    ),
}
