"""How a shop lets us in: the shop's address, tokens of three kinds, and the seller's consent (OAuth).

`credentials` hold client_id and client_secret of the app, and either a lasting access_token (apps a seller
made for the own shop), or access_token with refresh_token and expires_at (consent given to a public app), or
none: then the app asks for a token by itself (client credentials; only shops of the app's own organisation).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from connectors import oauth
from connectors.channels.shopify.verify import verify_query
from connectors.contract import Account
from connectors.errors import InvalidSignature, Refused
from connectors.oauth import Token

SCOPES = (
    "read_orders,read_customers,read_products,read_inventory,read_fulfillments,read_returns,"
    "read_merchant_managed_fulfillment_orders"
)
DISPUTES = "read_shopify_payments_disputes"  # works without: not every shop has Shopify Payments
# Works without any of these: then Shopify refuses the actions that need it, in words that name it.
WRITING = (
    "write_orders,write_returns,write_draft_orders,write_order_edits,write_discounts,"
    "write_store_credit_account_transactions"
)
ASKED = f"{SCOPES},{DISPUTES},{WRITING}"
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")


def shop_domain(account: Account) -> str:
    domain = account.external_id.strip().lower().removeprefix("https://").rstrip("/")
    if not _SHOP.fullmatch(domain):
        raise Refused(f"{account.external_id!r} is not a shop's address; it ends in .myshopify.com.")
    return domain


def base_url(account: Account) -> str:
    return str(account.settings.get("base_url") or f"https://{shop_domain(account)}").rstrip("/")


def token(account: Account) -> str:
    """Raises AuthorizationLost when the seller has to connect again."""
    held = account.credentials
    if held.get("refresh_token"):
        stored = Token(held["access_token"], _seconds(held.get("expires_at", "")), held["refresh_token"])
        return oauth.refreshed(account, stored, lambda newest: _renewed(account, newest))
    return held.get("access_token") or oauth.token(
        account, lambda: oauth.by_client_credentials(account, _token_url(account), in_body=True)
    )


def forget(account: Account) -> bool:
    """Give up a token that Shopify refused. False when there is no way to get another one."""
    if account.credentials.get("access_token"):
        return False
    oauth.forget(account)
    return True


def authorize_url(account: Account, redirect_uri: str, state: str) -> str:
    """Where the seller is asked for consent; Shopify sends the browser back to `redirect_uri`."""
    asked = {
        "client_id": account.credentials["client_id"],
        "scope": ASKED,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{base_url(account)}/admin/oauth/authorize?{urlencode(asked)}"


def exchange(account: Account, callback: Mapping[str, str]) -> dict[str, str]:
    """The callback's query → credentials to store beside the app's own.

    The caller has compared `state`. Raises InvalidSignature unless Shopify signed the query for this shop.
    """
    verify_query(account, callback)
    if callback.get("shop") != shop_domain(account):
        raise InvalidSignature("The consent is for another shop.")
    if "code" not in callback:
        raise Refused("The seller did not agree.")
    form = {"code": callback["code"], "expiring": "1"}  # without it the token stops working in 2027
    return _to_keep(oauth.asked(account, _token_url(account), form, in_body=True, safe=False))


def _renewed(account: Account, newest: Token) -> Token:
    fresh = oauth.by_refresh_token(account, _token_url(account), newest.refresh, in_body=True)
    account.renewed(_to_keep(fresh))
    return fresh


def _to_keep(fresh: Token) -> dict[str, str]:
    if not fresh.refresh:
        return {"access_token": fresh.value}
    at = datetime.fromtimestamp(fresh.expires_at, UTC).isoformat()
    return {"access_token": fresh.value, "refresh_token": fresh.refresh, "expires_at": at}


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp() if at else time.time()


def _token_url(account: Account) -> str:
    return f"{base_url(account)}/admin/oauth/access_token"
