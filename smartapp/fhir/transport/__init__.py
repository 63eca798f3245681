"""How one GET reaches an EHR: small wrappers around each other, each with one ``handle_request``.

In: an ``httpx2.Request`` under the EHR's base, carrying an ``Asked``. Out: the whole response,
read and bounded, or an error of ``smartapp.fhir.errors``. Never: a token for another server, a
redirect followed, a write retried, an address or a body in a log. ``stack`` alone knows the order.
"""
