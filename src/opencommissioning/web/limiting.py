"""How often something may be asked: counted in the cache that all workers share, under keyed hashes that name nobody."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def allowed(what: str, who: str, most: int, seconds: int) -> bool:
    """Count one more; False when `who` has asked for `what` more than `most` times within `seconds`."""
    key = f"limit-{salted_hmac('opencommissioning.limit', f'{what} {who}').hexdigest()}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out between the two questions
        cache.add(key, 1, seconds)
        return True


def caller(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy that speaks https, what the proxy says."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SITE.https else ""
    return forwarded.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", "")
