"""Shopify's side of the pretend world: the Admin API, consent and tokens, and signed webhooks."""

from connectors.channels.shopify.sandbox.mail import contact_form
from connectors.channels.shopify.sandbox.server import routes
from connectors.channels.shopify.sandbox.webhooks import push

__all__ = ["contact_form", "push", "routes"]
