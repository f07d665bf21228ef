"""What is sold, and what is disputed, as nodes of Shopify's graph."""

from __future__ import annotations

from datetime import datetime

from connectors.channels.shopify.pretend.shapes import Json, gid, listed, paged, time
from connectors.events import DisputeState
from connectors.sandbox.world import Dispute, Product, Shop

DISPUTES = {
    DisputeState.ACTION_NEEDED: "NEEDS_RESPONSE",
    DisputeState.WAITING: "UNDER_REVIEW",
    DisputeState.WON: "WON",
    DisputeState.LOST: "LOST",
    DisputeState.CLOSED: "PREVENTED",
}
EVIDENCE = ("uncategorizedText", "refundRefusalExplanation", "cancellationRebuttal")
DISPUTE_REASONS = ("FRAUDULENT", "PRODUCT_NOT_RECEIVED", "PRODUCT_UNACCEPTABLE")


def product_node(shop: Shop, product: Product, at: datetime) -> Json:
    """`at` stands for the time of its last change, which the world does not keep."""
    cheapest = min(variant.price for variant in product.variants)
    return {
        "id": gid("Product", product.id),
        "title": product.title,
        "description": product.description,
        "updatedAt": time(at),
        "onlineStoreUrl": None,
        "productType": "",
        "vendor": shop.name,
        "options": listed([{"name": "Option", "values": [each.title for each in product.variants]}]),
        "metafields": paged(
            [
                {"key": name.lower().replace(" ", "_"), "value": value, "type": "single_line_text_field"}
                for name, value in product.attributes.items()
            ]
        ),
        "priceRangeV2": {"minVariantPrice": {"amount": str(cheapest), "currencyCode": shop.currency}},
        "variants": paged(
            [
                {
                    "id": gid("ProductVariant", each.id),
                    "title": each.title,
                    "sku": each.sku,
                    "price": str(each.price),
                    "inventoryQuantity": each.stock,
                    "inventoryItem": {"tracked": True},
                }
                for each in product.variants
            ]
        ),
    }


def dispute_node(shop: Shop, found: Dispute) -> Json:
    """Without its order."""
    state, reason = DisputeState(found.state), found.reason.upper().replace(" ", "_")
    sent = state is not DisputeState.ACTION_NEEDED
    over = sent and state is not DisputeState.WAITING
    return {
        "id": f"gid://shopify/ShopifyPaymentsDispute/{found.id}",
        "status": DISPUTES[state],
        "type": found.kind.upper(),
        "initiatedAt": time(found.opened_at),
        "evidenceDueBy": time(found.due_at) if found.due_at else None,
        "evidenceSentOn": time(found.updated_at) if sent else None,
        "finalizedOn": time(found.updated_at) if over else None,
        "amount": {"amount": str(found.amount), "currencyCode": shop.currency},
        "disputeEvidence": evidence_node(found),
        "reasonDetails": {
            "reason": reason if reason in DISPUTE_REASONS else "GENERAL",
            "networkReasonCode": "4837" if reason == "FRAUDULENT" else None,
        },
    }


def evidence_node(found: Dispute) -> Json:
    return {name: found.evidence.get(name) for name in EVIDENCE} | {
        "id": f"gid://shopify/ShopifyPaymentsDisputeEvidence/{found.id}",
        "submitted": found.state != DisputeState.ACTION_NEEDED,
    }
