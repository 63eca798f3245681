"""Whether an EHR can give what the workflows need: asked of the EHR itself.

In: an issuer, and a backend's token where there is one. Out: a report, concept by concept. Never: a
patient's data in the report, a request to another server, a chart read without a row in the trail.
"""

from smartapp.checking.check import check
from smartapp.checking.errors import CheckRefused
from smartapp.checking.report import Finding, Report, Verdict

__all__ = ["CheckRefused", "Finding", "Report", "Verdict", "check"]
