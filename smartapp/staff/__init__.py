"""Sign-in and roles of people who do not come from an EHR.

In: a user name and a password, or an OpenID Connect account. Out: ``request.user`` with a role.
Never: a sign-up, a clinician, a way into a launch.
"""
