"""Everything a connector may raise.

ConnectorError
├── InvalidSignature      the request is not from the platform; nothing of it is kept
├── Unparsable            the delivery is broken; it is kept, shown and can be replayed
├── Refused               the platform said no, and will say no again
│   └── NotWelcome        ... because the shopper wants no messages
├── AuthorizationLost     credentials expired or were withdrawn: a person must reconnect
├── Unsupported           this platform cannot do this at all
├── Unreachable           the request never left, or the platform said "not now": safe to repeat
│   └── RateLimited       ... and says when to come back
└── OutcomeUnknown        the request left and no answer came: read before repeating
"""

from __future__ import annotations


class ConnectorError(Exception):
    """`permanent` tells the caller whether a later try could end differently."""

    permanent = True

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidSignature(ConnectorError):
    pass


class Unparsable(ConnectorError):
    pass


class Refused(ConnectorError):
    pass


class NotWelcome(Refused):
    pass


class AuthorizationLost(ConnectorError):
    pass


class Unsupported(ConnectorError):
    pass


class Unreachable(ConnectorError):
    permanent = False


class RateLimited(Unreachable):
    def __init__(self, message: str, retry_after: float) -> None:
        """`retry_after` is in seconds from now."""
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(ConnectorError):
    permanent = False
