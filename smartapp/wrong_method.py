"""A page for who opens by its address what only takes a form: Django's own answer is empty."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from smartapp.launch.sessions import launch_id_of


class WrongMethodMiddleware(MiddlewareMixin):
    """Gives an empty 405 words and a way on, where a person asked."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Fill the answer; its status and its ``Allow`` stay."""
        by_a_person = "text/html" in request.headers.get("Accept", "")
        if response.status_code == 405 and not response.content and by_a_person:
            launch_id = launch_id_of(request.path_info)
            way = reverse("panel", args=[launch_id]) if launch_id else reverse("home")
            response.content = render_to_string("405.html", {"way": way, "launch": launch_id})
        return response
