"""Where a socket comes from: what allauth's get_client_ip is for a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def address_of(scope: Mapping[str, Any]) -> str:
    """The IP; behind proxies of ours (TRUSTED_PROXIES), what the outermost of them wrote down."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [each.strip() for each in _header(scope, b"x-forwarded-for").split(",") if each.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str((scope.get("client") or ("", 0))[0])


def origin_of(scope: Mapping[str, Any]) -> str:
    return _header(scope, b"origin")


def _header(scope: Mapping[str, Any], name: bytes) -> str:
    return ",".join(value.decode("latin-1") for header, value in scope["headers"] if header == name)
