"""The content security policy never opens up."""

from opencommissioning.web.security import content_policy
from opencommissioning.web.site import SignIn, Site


def test_nothing_unsafe_and_nothing_from_outside():
    policy = content_policy(Site())
    assert policy["default-src"] == ["'none'"]
    assert {word for words in policy.values() for word in words} == {"'self'", "'none'"}


def test_a_sign_in_provider_may_be_redirected_to_and_nothing_else():
    sign_in = SignIn("ICB", "https://id.example.nhs.uk/realm/x", "a", "b")
    policy = content_policy(Site(sign_in=sign_in))
    assert policy["form-action"] == ["'self'", "https://id.example.nhs.uk"]
    assert policy["script-src"] == ["'self'"]
