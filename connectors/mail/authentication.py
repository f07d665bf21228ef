"""Who a mail is really from, as far as the server that received it checked: SPF, DKIM and DMARC.

Anybody can write an Authentication-Results header (RFC 8601). Only the topmost one counts, and only where it bears the
name of the seller's own receiving server: that one stands above whatever came with the mail.
"""

from __future__ import annotations

from collections.abc import Iterator

import authres

from connectors.events import Authentication, SenderCheck
from connectors.mail.mime import Mail

HEADER = "Authentication-Results"
_METHODS = ("dmarc", "dkim", "spf")
_LONGEST = 8_000  # characters of a header that is read


def authentication(mail: Mail, server: str, sender: str) -> Authentication:
    """`server` is the name of the receiving server ("": nothing is checked), `sender` the address that is believed."""
    results = _results(mail, server)
    if results is None:
        return Authentication()
    said = {method: result.result for method in _METHODS for result in results if result.method == method} | {
        result.method: "pass" for result in results if result.method in _METHODS and _passed(result)
    }
    return Authentication(
        _verdict(results, said, sender.rpartition("@")[2].lower()),
        ", ".join(f"{method} {said[method]}" for method in _METHODS if method in said),
    )


def _results(mail: Mail, server: str) -> list[authres.AuthenticationResult] | None:
    """What our own server says; None where it says nothing."""
    header = mail.header(HEADER)
    if not server or not header or len(header) > _LONGEST:
        return None
    try:
        read = authres.AuthenticationResultsHeader.parse(f"{HEADER}: {header}")
    except Exception:  # the parser raises many kinds of error; a header that cannot be read says nothing
        return None
    return list(read.results) if str(read.authserv_id).lower() == server.strip().lower() else None


def _verdict(results: list[authres.AuthenticationResult], said: dict[str, str], domain: str) -> SenderCheck:
    """DMARC decides. Where the sender's domain has no such rule, a signature or path of that very domain proves it."""
    if said.get("dmarc") == "pass":
        same = any(each.method == "dmarc" and _passed(each) and _is_of(each, domain) for each in results)
        return SenderCheck.PASSED if same else SenderCheck.UNSURE
    if said.get("dmarc") == "fail":
        return SenderCheck.FAILED
    if any(_passed(each) and each.method != "dmarc" and _is_of(each, domain) for each in results):
        return SenderCheck.PASSED
    return SenderCheck.FAILED if "fail" in said.values() else SenderCheck.UNSURE


def _passed(result: authres.AuthenticationResult) -> bool:
    return str(result.result).lower() == "pass"


def _is_of(result: authres.AuthenticationResult, domain: str) -> bool:
    """It was the sender's own domain, or the one above it, that passed."""
    return any(domain == each or domain.endswith(f".{each}") for each in _domains(result) if "." in each)


def _domains(result: authres.AuthenticationResult) -> Iterator[str]:
    named = {"dmarc": {"from"}, "dkim": {"d", "i"}, "spf": {"mailfrom", "mail"}}.get(result.method, set())
    for each in result.properties:
        if each.name in named:
            yield str(each.value).rpartition("@")[2].lower().strip(".")
