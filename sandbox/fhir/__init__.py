"""FHIR R4 over HTTP: search, read, versions and the few writes a note or a result needs.

In: authorized requests to one personality's base. Out: resources in that vendor's shape,
bundles with opaque next links, OperationOutcomes in that vendor's words.
Never: answers beyond the grant, advertises what it does not do, or judges clinical content.
"""
