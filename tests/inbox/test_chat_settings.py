"""Connecting a chat: by itself, with words where a setting cannot be meant, and a line to copy."""

from __future__ import annotations

from inbox.models import Channel
from tests.world import World

ENTERED = {
    "greeting": "Hello!",
    "colour": "#1f6feb",
    "hours": "Mon-Fri 9:00-17:00",
    "time_zone": "America/New_York",
    "origins": "https://shop.example",
    "secret": "s" * 40,
}


def connected(world: World) -> Channel:
    world.client_of(world.alice).post(world.url("settings/channels/new/chat"), ENTERED)
    with world.inside():
        return Channel.objects.get(kind="chat")


def test_it_is_connected_without_an_account_anywhere(world: World) -> None:
    channel = connected(world)
    assert channel.state == "active"
    assert channel.external_id.startswith(f"{world.organization.slug}-")
    assert channel.credentials["secret"] == ENTERED["secret"]


def test_its_page_has_the_line_to_copy_and_not_the_secret(world: World) -> None:
    channel = connected(world)
    page = world.client_of(world.alice).get(world.url(f"settings/channels/{channel.pk}")).content.decode()
    assert f"/chat/{channel.external_id}/widget.js" in page
    assert '<input type="color" name="colour" value="#1f6feb"' in page
    assert ENTERED["secret"] not in page


def test_what_cannot_be_meant_is_said_at_its_field_and_not_kept(world: World) -> None:
    channel = connected(world)
    alice = world.client_of(world.alice)
    wrong = {
        "hours": "always",
        "colour": "blue",
        "time_zone": "Mars/Base",
        "origins": "shop",
        "secret": "short",
    }
    answer = alice.post(world.url(f"settings/channels/{channel.pk}"), {**ENTERED, **wrong})
    assert answer.status_code == 422
    for words in (
        "are no office hours",
        "is no colour",
        "is no time zone",
        "is no address of a shop",
        "at least 32",
    ):
        assert words in answer.content.decode()
    with world.inside():
        channel.refresh_from_db()
    assert channel.settings["hours"] == ENTERED["hours"]


def test_hours_that_are_emptied_are_gone_and_a_secret_left_empty_stays(world: World) -> None:
    channel = connected(world)
    entered = {**ENTERED, "hours": "", "origins": "", "secret": ""}
    world.client_of(world.alice).post(world.url(f"settings/channels/{channel.pk}"), entered)
    with world.inside():
        channel.refresh_from_db()
    assert "hours" not in channel.settings
    assert channel.credentials["secret"] == ENTERED["secret"]
