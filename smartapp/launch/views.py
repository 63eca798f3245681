"""The addresses of the launch."""

from django.http import HttpRequest, HttpResponse


def standalone_launch(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a launch from outside the EHR."""
    raise NotImplementedError
