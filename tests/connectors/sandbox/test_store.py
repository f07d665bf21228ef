from datetime import timedelta
from pathlib import Path

import pytest

from connectors.events import ParcelStatus
from connectors.sandbox import moving, store
from connectors.sandbox.running import kept_or_new
from connectors.sandbox.world import World


def test_a_world_survives_a_restart(world: World, tmp_path: Path) -> None:
    world.advance(timedelta(hours=30))
    world.deliver_mail("support@northpine.example", b"Subject: \xff\r\n\r\nhello")
    moving.move(world, next(iter(world.parcels)), ParcelStatus.EXCEPTION, "weather")
    store.save(world, tmp_path / "world.json")
    kept = kept_or_new(tmp_path / "world.json")
    assert kept == world
    assert kept.clock.offset == timedelta(hours=30)


def test_the_keeper_saves_a_burst_of_changes_and_what_came_last(world: World, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "world.json"
    keeper = store.Keeper(world, path, pause=60)
    keeper.start()
    for number in range(5):
        world.deliver_mail("a@example.com", str(number).encode())
    assert not path.exists()
    keeper.stop()
    kept = store.load(path)
    assert kept is not None
    assert [mail.raw for mail in kept.mails] == [b"0", b"1", b"2", b"3", b"4"]
    assert world.listeners == []


def test_no_file_means_no_kept_world(tmp_path: Path) -> None:
    assert store.load(tmp_path / "none.json") is None


def test_a_broken_file_says_which_one_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text('{"clock": 7')
    with pytest.raises(store.Unreadable, match=r"world\.json.*Delete it"):
        store.load(path)
