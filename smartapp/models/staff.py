"""People who do not come from an EHR: compliance reviewers and administrators."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from audit.configuration import Configuration


class StaffUser(AbstractUser, Configuration):
    """A local or OpenID Connect account. Clinicians never have one: they come from the EHR."""

    class Role(models.TextChoices):
        """What a member of staff may see and do."""

        COMPLIANCE = "compliance", "Compliance reviewer"
        ADMINISTRATOR = "administrator", "Administrator"

    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
