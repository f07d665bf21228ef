"""Credit, codes, other variants and evidence: done at Shopify, found afterwards, refused with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.channels.shopify.connector import connector
from connectors.commands import (
    AnswerDispute,
    ChangeItems,
    ChangeSubscription,
    GiveStoreCredit,
    MakeDiscount,
    SubscriptionChange,
    Swap,
)
from connectors.errors import OutcomeUnknown, Refused
from connectors.events import DisputeAnswer, DisputeChanged, DisputeState, File, OrderChanged
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Contract, Dispute, Order, Variant
from tests.connectors.channels.connected import ORDER, Shop
from tests.connectors.channels.shops import DOMAIN
from tests.connectors.channels.test_shopify_changing import FRESH, KEY, fresh, impatient, settled, usd

__all__ = ["fresh", "impatient"]

DISPUTE = "gid://shopify/ShopifyPaymentsDispute/71"
LINE, LARGE = "gid://shopify/LineItem/601", "gid://shopify/ProductVariant/12"


@pytest.fixture
def large(shop: Shop) -> Variant:
    """The jacket in a dearer size."""
    made = Variant(12, "Moss / XL", "FJ-XL", Decimal("133.00"), 2)
    shop.world.shops[DOMAIN].products[10].variants.append(made)
    return made


@pytest.fixture
def claim(shop: Shop) -> Dispute:
    now = datetime.now(UTC) - timedelta(days=1)
    made = Dispute("71", "chargeback", "action_needed", 500, "fraudulent", Decimal("128.00"), now, now)
    shop.world.shops[DOMAIN].disputes["71"] = made
    return made


@pytest.mark.usefixtures("impatient")
def test_credit_whose_answer_is_lost_is_found_and_given_once(shop: Shop) -> None:
    wish = GiveStoreCredit(usd("15.00"), ORDER)
    assert settled(shop, wish) == []
    shop.trouble.ask("shopify", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, wish, KEY)
    [given] = shop.world.shops[DOMAIN].shoppers[7].credits
    assert settled(shop, wish) == [f"gid://shopify/StoreCreditAccountCreditTransaction/{given.id}"]
    assert given.amount == Decimal("15.00")


def test_credit_in_another_currency_is_refused_in_the_platforms_words(shop: Shop) -> None:
    wish = GiveStoreCredit(type(usd("1"))(Decimal("5.00"), "EUR"), ORDER)
    with pytest.raises(Refused, match="Currency is not supported"):
        connector.perform(shop.account, wish, KEY)


def test_a_code_is_made_for_one_use(shop: Shop) -> None:
    until = datetime.now(UTC) + timedelta(days=30)
    wish = MakeDiscount("SORRY-10", percent=Decimal(10), expires_at=until)
    assert settled(shop, wish) == []
    receipt = connector.perform(shop.account, wish, KEY)
    made = shop.world.shops[DOMAIN].codes["SORRY-10"]
    assert (made.share, made.uses) == (Decimal("0.1"), 1)
    assert made.ends_at
    assert settled(shop, wish) == [receipt.external_id]
    with pytest.raises(Refused, match="must be unique"):
        connector.perform(shop.account, wish, KEY)


@pytest.mark.parametrize(
    "wish",
    [
        MakeDiscount("A"),
        MakeDiscount("A", percent=Decimal(101)),
        MakeDiscount("A", percent=Decimal(5), amount=usd("1.00")),
    ],
)
def test_a_code_without_a_clear_value_never_leaves(shop: Shop, wish: MakeDiscount) -> None:
    with pytest.raises(Refused):
        connector.perform(shop.account, wish, KEY)
    assert shop.world.shops[DOMAIN].codes == {}


@pytest.mark.usefixtures("large")
def test_an_item_becomes_another_variant_of_the_same_product(shop: Shop, fresh: Order) -> None:
    wish = ChangeItems(FRESH, (Swap(LINE, 1, LARGE),), due=usd("5.00"))
    assert settled(shop, wish) == []
    connector.perform(shop.account, wish, KEY)
    [order] = shop.read("order", FRESH)
    assert isinstance(order, OrderChanged)
    assert [(e.title, e.variant, e.quantity) for e in order.lines] == [
        ("Wool Socks", "One size", 2),
        ("Field Jacket", "Moss / XL", 1),
    ]
    assert settled(shop, wish) == [FRESH]


@pytest.mark.usefixtures("large")
def test_another_difference_than_was_agreed_changes_nothing(shop: Shop, fresh: Order) -> None:
    with pytest.raises(Refused, match=r"5\.00 USD instead of 0\.00 USD"):
        connector.perform(shop.account, ChangeItems(FRESH, (Swap(LINE, 1, LARGE),), due=usd("0.00")), KEY)
    assert [line.quantity for line in fresh.lines] == [1, 2]


def test_an_item_never_becomes_another_product(shop: Shop, fresh: Order) -> None:
    socks = Swap(LINE, 1, "gid://shopify/ProductVariant/21")
    with pytest.raises(Refused, match="no such variant"):
        connector.perform(shop.account, ChangeItems(FRESH, (socks,)), KEY)
    assert len(fresh.lines) == 2


@pytest.mark.usefixtures("large")
def test_what_left_is_not_edited(shop: Shop) -> None:
    swap = Swap("gid://shopify/LineItem/501", 1, LARGE)
    with pytest.raises(Refused, match="no longer be edited"):
        connector.perform(shop.account, ChangeItems(ORDER, (swap,)), KEY)


def test_evidence_is_kept_and_then_sent_once(shop: Shop, claim: Dispute) -> None:
    words = AnswerDispute(
        DISPUTE, DisputeAnswer.ADD_EVIDENCE, "Signed for", tracking_number="1Z9", carrier="UPS"
    )
    assert settled(shop, words) == []
    connector.perform(shop.account, words, KEY)
    assert settled(shop, words) == [DISPUTE]
    assert claim.state == DisputeState.ACTION_NEEDED
    assert claim.evidence["uncategorizedText"] == "Signed for\n\nTracking number: UPS 1Z9"
    sending = AnswerDispute(DISPUTE, DisputeAnswer.CONTEST, "Signed for by the shopper")
    assert settled(shop, sending) == []
    connector.perform(shop.account, sending, KEY)
    assert settled(shop, sending) == [DISPUTE]
    [event] = shop.read("dispute", DISPUTE)
    assert isinstance(event, DisputeChanged)
    assert event.state is DisputeState.WAITING
    with pytest.raises(Refused, match="no longer be changed"):
        connector.perform(shop.account, sending, KEY)


@pytest.mark.usefixtures("claim")
def test_files_and_a_surrender_are_not_for_this_road(shop: Shop) -> None:
    file = File("scan.pdf", "application/pdf", b"%PDF")
    with pytest.raises(Refused, match="only in its admin"):
        connector.perform(
            shop.account, AnswerDispute(DISPUTE, DisputeAnswer.CONTEST, "x", files=(file,)), KEY
        )
    with pytest.raises(Refused, match="deadline"):
        connector.perform(shop.account, AnswerDispute(DISPUTE, DisputeAnswer.ACCEPT), KEY)


CONTRACT = "gid://shopify/SubscriptionContract/31"


@pytest.fixture
def contract(shop: Shop) -> Contract:
    made = Contract(31, 7, datetime(2026, 12, 1, 9, tzinfo=UTC), {311: 21})
    shop.world.shops[DOMAIN].contracts[31] = made
    return made


@pytest.mark.parametrize(
    ("change", "status"), [(SubscriptionChange.PAUSE, "paused"), (SubscriptionChange.CANCEL, "cancelled")]
)
def test_a_subscription_is_paused_or_cancelled(
    shop: Shop, contract: Contract, change: SubscriptionChange, status: str
) -> None:
    wish = ChangeSubscription(CONTRACT, change)
    assert settled(shop, wish) == []
    connector.perform(shop.account, wish, KEY)
    assert contract.status == status
    assert settled(shop, wish) == [CONTRACT]


@pytest.mark.usefixtures("large")
def test_the_next_delivery_is_skipped_once_and_another_variant_comes(shop: Shop, contract: Contract) -> None:
    skip = ChangeSubscription(CONTRACT, SubscriptionChange.SKIP)
    line = "gid://shopify/SubscriptionLine/311"
    swap = ChangeSubscription(CONTRACT, SubscriptionChange.SWAP, line_id=line, variant_id=LARGE)
    for wish in (skip, swap):
        assert settled(shop, wish) == []
        connector.perform(shop.account, wish, KEY)
        assert settled(shop, wish) == [CONTRACT]
    assert (contract.skipped, contract.lines) == ([contract.next_at], {311: 12})
    with pytest.raises(Refused, match="skipped already"):
        connector.perform(shop.account, skip, KEY)


def test_a_subscription_another_app_sold_is_changed_there(shop: Shop) -> None:
    with pytest.raises(Refused, match="the app that sold it"):
        connector.perform(shop.account, ChangeSubscription(CONTRACT, SubscriptionChange.PAUSE), KEY)
