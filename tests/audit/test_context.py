"""What the trail believes about where a request comes from."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from audit import context
from audit.middleware import AuditContextMiddleware, network_address


def request_from(address="192.0.2.9", user=None, **headers):
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)
    request.user = user or AnonymousUser()
    return request


def seen(request):
    """The circumstances in force while the request is answered, and the answer."""
    found = []

    def view(_):
        found.append(context.current())
        return HttpResponse()

    return found, AuditContextMiddleware(view)(request)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.5", "192.0.2.9"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        (2, "1.2.3.4, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.9"),
        (1, "<script>", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, expected):
    settings.AUDIT_TRUSTED_PROXIES = proxies
    assert network_address(request_from(**{"X-Forwarded-For": forwarded})) == expected


def test_a_socket_without_an_address_gives_none():
    assert network_address(request_from(address="")) == ""


def test_the_request_id_is_ours_whatever_the_client_sends():
    request = request_from(**{"X-Request-Id": "mine", "X-Correlation-Id": "mine"})
    found, response = seen(request)
    assert found[0].request_id == response["X-Request-Id"] != "mine"
    assert len(found[0].request_id) == 32


def test_two_requests_have_two_ids():
    assert seen(request_from())[1]["X-Request-Id"] != seen(request_from())[1]["X-Request-Id"]


def test_someone_not_signed_in_is_anonymous_and_nothing_stays_bound():
    found, _ = seen(request_from())
    assert found[0].actor == "anonymous"
    assert context.current() == context.AuditContext()


def test_a_member_of_staff_is_named(django_user_model):
    lena = django_user_model(pk=7, username="lena", first_name="Lena", last_name="Brandt")
    found, _ = seen(request_from(user=lena))
    assert (found[0].actor, found[0].actor_name) == ("staff|7", "Lena Brandt")


def test_nothing_stays_bound_after_a_failure():
    with pytest.raises(ZeroDivisionError), context.bind(actor="staff|1"):
        _ = 1 / 0
    assert context.current() == context.AuditContext()
