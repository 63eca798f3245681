"""Notifications from outside: FHIR Subscriptions, and signed webhooks of integration engines.

In: a POST to ``/events/<id>/``. Out: a stored, sealed event, processed once by every handler that
is registered for its kind, in order per patient; or a dead letter that people see and can replay.
Never: an answer before the event is committed, an event of a sender who did not prove itself, or
a patient's data in a log, an address or an error.
"""
