"""What a document is drafted with, as data: proposed by one person, approved by another.

In: a document, the unit of a launch, administrators' wishes. Out: the release of a draft, resolved
once and kept with it. Never: a change of a draft that was asked for already.
"""
