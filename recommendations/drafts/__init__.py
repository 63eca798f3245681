"""Drafts: asked for, made by exactly one worker at a time, watched while they are made.

In: a launch and a document. Out: a draft with verified statements, or a failure with its reason.
Never: lets two workers write one draft, leaves one running for ever, or tells a browser anything
but kinds and counts.
"""
