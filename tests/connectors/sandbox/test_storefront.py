import html
import re

from starlette.testclient import TestClient

from connectors.channels.chat import shopper
from connectors.sandbox.hub import Hub
from connectors.sandbox.server import build
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World

WAYBILL = "https://inbox.example"


def visitor(world: World) -> TestClient:
    return TestClient(build(world, Trouble(), Hub(world, Trouble(), {}), waybill=WAYBILL))


def attribute(page: str, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def test_each_seller_has_a_shop_with_its_own_chat(world: World) -> None:
    client = visitor(world)
    for slug, goods in (("northpine", "Field Jacket"), ("lumenloom", "Halo Pendant")):
        shop = next(each for each in world.shops.values() if each.slug == slug)
        page = client.get(f"/store/{slug}").text
        assert goods in page
        assert f'src="{WAYBILL}/chat/{shop.chat_key}/widget.js"' in page
        assert f"/store/{slug}" in client.get(f"/?shop={shop.domain}").text
    assert client.get("/store/nobody").status_code == 404


def test_a_page_tells_the_chat_what_is_looked_at_what_is_in_the_cart_and_who_is_signed_in(
    world: World,
) -> None:
    client = visitor(world)
    shop = next(each for each in world.shops.values() if each.slug == "northpine")
    product = next(iter(shop.products.values()))
    chosen = next(each for each in product.variants if each.stock)
    page = client.get(f"/store/northpine/goods/{product.id}").text
    assert attribute(page, "product") == chosen.sku
    assert attribute(page, "shopper") == ""
    cart = client.post("/store/northpine/cart", data={"add": str(chosen.id)}).text
    assert attribute(cart, "cart") == chosen.sku
    who = next(iter(shop.shoppers.values()))
    page = client.post("/store/northpine/visitor", data={"shopper": str(who.id)}).text
    told = shopper.read(attribute(page, "shopper"), shop.chat_secret)
    assert (told.sub, told.email, told.name) == (str(who.id), who.email, who.name)
    assert attribute(client.post("/store/northpine/cart", data={"remove": str(chosen.id)}).text, "cart") == ""
    assert attribute(client.post("/store/northpine/visitor", data={"shopper": ""}).text, "shopper") == ""


def test_the_strict_policy_names_waybill_and_nobody_else(world: World) -> None:
    page = visitor(world).get("/store/northpine?csp=strict")
    policy = page.headers["content-security-policy"]
    assert f"connect-src {WAYBILL} wss://inbox.example;" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert " style=" not in page.text


def test_without_waybill_a_shop_has_no_chat_and_says_so(client: TestClient) -> None:
    page = client.get("/store/northpine").text
    assert "widget.js" not in page
    assert "there is no chat here" in page
