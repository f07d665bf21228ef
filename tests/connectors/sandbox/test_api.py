import imaplib
import smtplib

from starlette.testclient import TestClient

from connectors.mail.sandbox import Mailboxes
from connectors.sandbox.hub import Hub
from connectors.sandbox.server import build
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Shop, Shopper, World


def write(client: TestClient, shop: Shop, shopper: Shopper, **more: object) -> dict:
    wish = {"shop": shop.domain, "shopper": shopper.email, "subject": "Late", "text": "Where is it?", **more}
    answer = client.post("/mail/write", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_says_that_it_is_well(client: TestClient) -> None:
    assert client.get("/health").json()["ok"] is True


def test_the_world_says_all_that_is_needed_to_connect(client: TestClient, northpine: Shop) -> None:
    said = client.get("/world").json()
    shop = next(each for each in said["shops"] if each["domain"] == northpine.domain)
    for name in ("access_token", "client_secret", "mailbox", "mail_password"):
        assert shop[name] == getattr(northpine, name)
    assert {"ups", "usps"} <= set(said["carriers"])
    assert said["mail"] == {}
    assert said["base_urls"]["ups"].endswith("/ups")
    assert len(shop["shoppers"]) == 50


def test_a_shopper_writes_and_the_seller_has_mail(
    client: TestClient, world: World, northpine: Shop, maya: Shopper
) -> None:
    sent = write(client, northpine, maya)
    (mail,) = world.mails_of(northpine.mailbox)
    assert mail.id == sent["id"]
    assert sent["from"] == maya.email
    assert (sent["subject"], sent["text"]) == ("Late", "Where is it?")


def test_what_is_written_can_be_fetched_and_answered_over_the_real_mail_servers(
    world: World, trouble: Trouble, northpine: Shop, maya: Shopper
) -> None:
    mailboxes = Mailboxes(world, trouble)
    with TestClient(build(world, trouble, Hub(world, trouble, {}), mailboxes)) as client:
        servers = client.get("/world").json()["mail"]
        write(client, northpine, maya)
        with imaplib.IMAP4(servers["host"], servers["imap_port"]) as inbox:
            inbox.login(northpine.mailbox, northpine.mail_password)
            assert inbox.select("INBOX", readonly=True) == ("OK", [b"1"])
        with smtplib.SMTP(servers["host"], servers["smtp_port"]) as server:
            server.login(northpine.mailbox, northpine.mail_password)
            server.sendmail(northpine.mailbox, [maya.email], "Subject: Re: Late\r\n\r\nTomorrow.")
        (got,) = client.get("/mail/received", params={"address": maya.email}).json()
        assert got["text"] == "Tomorrow."


def test_what_the_shopper_received_can_be_read(client: TestClient, world: World, maya: Shopper) -> None:
    world.deliver_mail(
        maya.email, b"From: support@northpine.example\r\nSubject: Re: Late\r\n\r\nTomorrow.\r\n"
    )
    (got,) = client.get("/mail/received", params={"address": maya.email}).json()
    assert (got["from"], got["subject"], got["text"]) == (
        "support@northpine.example",
        "Re: Late",
        "Tomorrow.",
    )


def test_a_parcel_moves_by_a_call(client: TestClient, world: World) -> None:
    number = next(iter(world.parcels))
    place = {"city": "Toledo", "region": "OH", "postal_code": "43604"}
    moved = client.post(
        f"/parcels/{number}/move", json={"status": "exception", "reason": "weather", "place": place}
    )
    assert moved.json()["place"] == "Toledo, OH"
    assert world.parcels[number].steps[-1].reason == "weather"


def test_trouble_is_asked_for_and_shown_as_pending(client: TestClient) -> None:
    asked = client.post("/trouble", json={"platform": "ups", "kind": "429", "times": 2})
    assert asked.json() == {"pending": {"ups": {"429": 2}}}


def test_the_clock_can_be_driven(client: TestClient, world: World) -> None:
    before = world.clock.now()
    client.post("/clock/advance", json={"hours": 36})
    assert (world.clock.now() - before).total_seconds() >= 36 * 3600


def test_mistakes_are_explained(client: TestClient, northpine: Shop, maya: Shopper) -> None:
    unknown = {"shop": northpine.domain, "shopper": "nobody@example.com", "text": "Hi"}
    assert client.post("/mail/write", json=unknown).status_code == 404
    assert client.post("/mail/write", json={"shop": northpine.domain}).status_code == 422
    assert client.post("/parcels/nothing/move", json={"status": "delivered"}).status_code == 404
    answer = client.post("/trouble", json={"platform": "ups", "kind": "earthquake"})
    assert answer.status_code == 422
    assert "kind" in answer.json()["error"]
