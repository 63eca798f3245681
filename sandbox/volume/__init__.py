"""Thousands of invented patients for a night's work, made as they are asked for.

In: a number of patients, a seed and a day. Out: the same small charts every time, one at a time.
Never: keeps more than a few of them, or resembles anybody.
"""
