from email import message_from_bytes, policy

import pytest
from starlette.testclient import TestClient

from connectors.sandbox.world import Mail, Shop, Shopper, World

ANSWER = (
    b"From: Northpine <support@northpine.example>\r\nReply-To: support+w.abc.def@northpine.example\r\n"
    b"To: maya.okafor@example.com\r\nSubject: Re: Late\r\nMessage-ID: <answer@northpine.example>\r\n"
    b"References: <first@example.com>\r\n\r\nIt comes tomorrow.\r\n<script>alert(1)</script>\r\n"
)


def path(shop: Shop, shopper: Shopper) -> str:
    return f"/shopper/{shop.domain}/{shopper.id}"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "/",
            ("Who do you want to be?", 'aria-label="Search shoppers"', "Maya Okafor", "delayed by weather"),
        ),
        ("/?shop=lumenloom.myshopify.com&q=damaged", ("Ravi Menon",)),
        ("/parcels", ("Next scan", "Failed delivery", "Damaged", 'aria-label="Search parcels"')),
        ("/parcels?view=done&q=returned", ("Journey over",)),
        ("/trouble", ("Too many requests", "+1 day", "Nothing. The world behaves.")),
        ("/trouble/now", ("None yet",)),
        ("/static/sandbox.css", ("light-dark",)),
        ("/static/sandbox.js", ("data-poll",)),
    ],
)
def test_pages_show_what_they_are_for(client: TestClient, url: str, wanted: tuple[str, ...]) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    for words in wanted:
        assert words in answer.text


def test_the_shopper_page_has_labels_and_suggestions(
    client: TestClient, northpine: Shop, maya: Shopper
) -> None:
    text = client.get(path(northpine, maya)).text
    for words in (
        "You are Maya Okafor",
        "Message",
        "Contact form",
        "Field Jacket",
        "Late, needed soon",
        ">Send<",
    ):
        assert words in text


@pytest.mark.parametrize("url", ["/shopper/nowhere/1", "/shopper/northpine.myshopify.com/1"])
def test_nobody_is_404(client: TestClient, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_message_written_on_the_page_lands_in_the_sellers_mailbox(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    form = {"channel": "email", "subject": "Where is it?", "text": "It is late.\r\nMaya", "order": "#1055"}
    shown = client.post(path(northpine, maya), data=form)
    mail = parsed(world.mails_of(northpine.mailbox)[0])
    assert "maya.okafor@example.com" in mail["From"]
    assert mail["To"] == northpine.mailbox
    assert "#1055" in mail["Subject"]
    assert "It is late.\nMaya" in mail.get_content().replace("\r\n", "\n")
    assert "It is late.\nMaya" in shown.text


def test_a_contact_form_arrives_as_the_platforms_mail_and_shows_as_written(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    form = {"channel": "contact_form", "text": "Is it waterproof?", "order": "#1055"}
    shown = client.post(path(northpine, maya), data=form)
    mail = parsed(world.mails_of(northpine.form_mailbox)[0])
    assert maya.email in mail["Reply-To"]
    assert maya.email not in mail["From"]
    assert "#1055" in mail.get_content()
    assert "<h3>Contact form</h3>" in shown.text
    assert "Order number" not in shown.text


def test_an_empty_message_is_not_sent(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    answer = client.post(path(northpine, maya), data={"channel": "email", "text": "  "})
    assert answer.status_code == 422
    assert "Write a message first." in answer.text
    assert world.mails == []


def test_what_the_shop_answers_appears_as_an_article_and_harmless(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    world.deliver_mail(maya.email, ANSWER)
    text = client.get(f"{path(northpine, maya)}/threads").text
    assert '<article class="msg" data-testid="received"' in text
    assert "It comes tomorrow." in text
    assert "<script>" not in text


def test_mail_of_another_shop_is_not_shown(
    client: TestClient, world: World, maya: Shopper, northpine: Shop
) -> None:
    world.deliver_mail(maya.email, ANSWER.replace(b"northpine.example", b"lumenloom.example"))
    assert "It comes tomorrow." not in client.get(path(northpine, maya)).text


def test_a_reply_goes_to_the_reply_address_quotes_and_threads(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    got = world.deliver_mail(maya.email, ANSWER)
    assert "Reply to" in client.get(f"{path(northpine, maya)}?reply={got.id}").text
    client.post(path(northpine, maya), data={"reply": got.id, "text": "Thank you!"})
    mail = parsed(world.mails_of(northpine.mailbox)[0])
    assert mail["To"] == "support+w.abc.def@northpine.example"
    assert mail["Subject"] == "Re: Late"
    assert mail["In-Reply-To"] == "<answer@northpine.example>"
    assert mail["References"] == "<first@example.com> <answer@northpine.example>"
    text = mail.get_content().replace("\r\n", "\n")
    assert text.startswith("Thank you!\n")
    assert "> It comes tomorrow." in text


def test_letters_that_did_not_change_are_not_sent_again(
    client: TestClient, northpine: Shop, maya: Shopper
) -> None:
    first = client.get(f"{path(northpine, maya)}/threads")
    again = client.get(f"{path(northpine, maya)}/threads", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_press_moves_the_parcel(client: TestClient, world: World) -> None:
    number = next(n for n, parcel in world.parcels.items() if parcel.status == "in_transit")
    card = client.post(f"/parcels/{number}/press", data={"press": "delay"}, headers={"X-Part": "card"})
    assert "New estimate" in card.text
    assert world.parcels[number].status == "exception"
    assert client.post(f"/parcels/{number}/press", data={"press": "delivered"}).status_code == 200
    assert world.parcels[number].status == "delivered"
    over = client.post(f"/parcels/{number}/press", data={"press": "next"}, headers={"X-Part": "card"})
    assert "there is no next scan" in over.text


def test_trouble_is_made_shown_and_forgotten(client: TestClient) -> None:
    made = client.post("/trouble/make", data={"platform": "ups", "kind": "500"})
    assert 'data-testid="pending"' in made.text
    assert client.post("/trouble/make", data={"platform": "moon", "kind": "500"}).status_code == 404
    assert "Nothing. The world behaves." in client.post("/trouble/forget").text


def test_the_clock_goes_forward_only(client: TestClient, world: World) -> None:
    before = world.clock.offset
    client.post("/clock", data={"hours": "24"})
    assert (world.clock.offset - before).days == 1
    assert client.post("/clock", data={"hours": "-24"}).status_code == 404


def parsed(mail: Mail):
    return message_from_bytes(mail.raw, policy=policy.default)
