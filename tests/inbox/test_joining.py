"""One customer across channels: joined on proof only, and parted again exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import AuditEvent
from config.tenancy import scope
from connectors.commands import SendMessage
from connectors.events import Party
from inbox import dispatch, intake, joining
from inbox.models import Apart, Conversation, Customer, Ground, Identity, Join, Membership
from tests.inbox.joined import FAILED, PASSED, UNCHECKED, owners, platform, says
from tests.world import World, an_order, person


def join(world: World, one: Customer, other: Customer, by: Membership | None = None) -> Join | None:
    with world.inside():
        ground = Ground.PERSON if by else Ground.EMAIL
        return joining.join(one, other, ground=ground, by=by, reason="Same voice" if by else "")


def part(world: World, row: Join) -> bool:
    with world.inside():
        return joining.part(row, world.bob)


def test_a_mail_whose_sender_nobody_checked_never_joins_two_customers(world: World) -> None:
    shopper, address = f"maya-{uuid4().hex}", f"maya.{uuid4().hex}@mail.example"
    there = says(world, platform(world), {"ebay": shopper})
    by_mail = says(world, world.mailbox, {"email": address})
    both = says(world, world.mailbox, {"email": address, "ebay": shopper})
    assert there.conversation.customer != by_mail.conversation.customer
    assert both.conversation.customer == there.conversation.customer  # the platform's own name leads
    with world.inside():
        assert not Join.objects.exists()


def test_a_platform_that_vouches_for_both_names_joins_their_customers(world: World) -> None:
    ebay, shopper, address = platform(world), f"maya-{uuid4().hex}", f"maya.{uuid4().hex}@mail.example"
    by_mail = says(world, world.mailbox, {"email": address}, display="Maya Okafor")
    there = says(world, ebay, {"ebay": shopper})
    says(world, ebay, {"ebay": shopper, "email": address})
    with world.inside():
        row = Join.objects.get()
        assert (row.kept, row.joined) == (by_mail.conversation.customer, there.conversation.customer)
        assert (row.ground, row.by) == (Ground.EMAIL, None)
        assert row.record == f"identity:{Identity.objects.get(value=address).pk}"
        there.conversation.refresh_from_db()
        assert there.conversation.customer == by_mail.conversation.customer
        trail = AuditEvent.objects.filter(kind="customer.joined")
        assert {each.customer_id for each in trail} == {row.kept_id, row.joined_id}
        assert trail[0].actor_kind == "machine"
        assert trail[0].data["ground"] == "email"


def test_a_platform_message_with_a_failed_check_joins_nobody(world: World) -> None:
    ebay, shopper, address = platform(world), f"maya-{uuid4().hex}", f"maya.{uuid4().hex}@mail.example"
    says(world, world.mailbox, {"email": address})
    says(world, ebay, {"ebay": shopper})
    says(world, ebay, {"ebay": shopper, "email": address}, authentication=FAILED)
    with world.inside():
        assert not Join.objects.exists()


def test_the_phone_somebody_typed_on_an_order_leads_to_nobody(world: World) -> None:
    number = "+15550100" + uuid4().hex[:4]
    victim = says(world, platform(world), {"phone": number})
    buyer = Party({"shopify": f"gid://{uuid4().hex}", "phone": number}, "Ivan Petrov")
    order = world.buys("#7001", buyer)
    assert order.customer_id != victim.conversation.customer_id
    assert world.buys("#7001", buyer, external_id=order.external_id).customer_id == order.customer_id


def test_an_order_known_by_a_phone_alone_stays_one_strangers(world: World) -> None:
    buyer = Party({"phone": f"+15550199{uuid4().int % 10_000:04}"}, "Nora Lund")
    order = world.buys("#7002", buyer)
    again = world.buys("#7002", buyer, external_id=order.external_id)
    assert again.customer_id == order.customer_id


def test_a_better_proof_is_kept_with_the_name(world: World) -> None:
    address = f"maya.{uuid4().hex}@mail.example"
    proofs = []
    for check in (UNCHECKED, PASSED, UNCHECKED):
        says(world, world.mailbox, {"email": address}, authentication=check)
        with world.inside():
            proofs.append(Identity.objects.get(value=address).proof)
    assert proofs == ["said", "mail", "mail"]


def test_what_comes_after_a_join_goes_back_with_the_name_it_came_by(world: World) -> None:
    ebay, shopper = platform(world), f"maya-{uuid4().hex}"
    mail, there = world.conversation(), says(world, ebay, {"ebay": shopper}).conversation
    row = join(world, mail.customer, there.customer, world.bob)
    assert row is not None
    since = says(world, ebay, {"ebay": shopper}).conversation
    with world.inside():
        intake.receive(ebay, an_order("12-1", Party({"ebay": shopper})))
    hers = world.conversation("And one more", thread=f"other-{uuid4().hex}")
    assert since.customer == hers.customer == mail.customer
    assert since.came_as_id == there.customer.pk
    assert part(world, row)
    with world.inside():
        since.refresh_from_db()
        hers.refresh_from_db()
        assert (since.customer, since.came_as) == (there.customer, None)
        assert hers.customer == mail.customer
        assert there.customer.orders.count() == 1
        assert mail.customer.orders.count() == 0


def test_the_machine_never_joins_again_what_a_person_parted(world: World) -> None:
    ebay, shopper, address = platform(world), f"maya-{uuid4().hex}", f"maya.{uuid4().hex}@mail.example"
    mail = says(world, world.mailbox, {"email": address}).conversation
    there = says(world, ebay, {"ebay": shopper}).conversation
    says(world, ebay, {"ebay": shopper, "email": address})
    with world.inside():
        row = Join.objects.get()
    part(world, row)
    later = says(world, ebay, {"ebay": shopper, "email": address}).conversation
    assert later.customer_id == there.customer_id != mail.customer_id
    with world.inside():
        assert Apart.objects.count() == 1
    assert join(world, mail.customer, there.customer, world.bob)  # a person may
    with world.inside():
        assert not Apart.objects.exists()


def test_a_borrowed_name_goes_back_and_an_own_one_stays(world: World) -> None:
    ebay, shopper = platform(world), f"maya-{uuid4().hex}"
    nameless = says(world, world.mailbox, {"email": f"x.{uuid4().hex}@mail.example"}).conversation.customer
    maya = says(world, ebay, {"ebay": shopper}, display="Maya Okafor").conversation.customer
    row = join(world, nameless, maya, world.bob)
    with world.inside():
        nameless.refresh_from_db()
    assert row is not None
    assert (nameless.name, nameless.alone.name) == ("Maya Okafor", "")
    part(world, row)
    with world.inside():
        nameless.refresh_from_db()
    assert nameless.name == ""


def test_an_answer_is_addressed_to_whom_that_name_belongs(world: World) -> None:
    ebay, address = platform(world), f"x.{uuid4().hex}@mail.example"
    mail = says(world, world.mailbox, {"email": address}).conversation
    there = says(world, ebay, {"ebay": f"maya-{uuid4().hex}"}, display="Maya Okafor").conversation
    assert join(world, mail.customer, there.customer, world.bob)
    with world.inside():
        answers = [
            dispatch._command(Conversation.objects.get(pk=each.pk).reply("Hello!", world.bob))
            for each in (mail, there)
        ]
    assert [each.to.display for each in answers if isinstance(each, SendMessage)] == ["", "Maya Okafor"]


def test_two_joins_at_once_make_one_customer_and_lose_nothing(world: World) -> None:
    people = [world.conversation(sender=person(f"Shopper {n}")).customer for n in range(4)]
    pairs = [(0, 1), (1, 0), (2, 3), (1, 2), (0, 3), (3, 1)]

    def run(pair: tuple[int, int]) -> None:
        join(world, people[pair[0]], people[pair[1]], world.bob)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, pairs))
    with world.inside():
        assert Join.objects.filter(undone_at=None).count() == 3
        assert Customer.objects.filter(joined_into=None, pk__in=[each.pk for each in people]).count() == 1
    assert {customer for customer, _ in owners(world).values()} == {people[0].pk}


def test_messages_that_arrive_during_a_join_end_with_the_one_who_stands_for_both(world: World) -> None:
    ebay, shopper = platform(world), f"maya-{uuid4().hex}"
    mail, there = world.conversation(), says(world, ebay, {"ebay": shopper}).conversation

    def arrive(n: int) -> None:
        if n == 3:
            join(world, mail.customer, there.customer, world.bob)
        else:
            says(world, ebay, {"ebay": shopper}, f"Message {n}")
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(arrive, range(6)))
    whose = {customer for (kind, _), (customer, _) in owners(world).items() if kind == "Conversation"}
    assert whose == {mail.customer_id}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4), st.randoms())
def test_joining_and_parting_in_any_order_restores_whose_everything_is(world: World, pairs, order) -> None:
    ebay = platform(world)
    people = []
    for n in range(4):
        buyer = Party({"ebay": f"buyer-{n}-{uuid4().hex}"}, f"Buyer {n}" if n % 2 else "")
        people.append(says(world, ebay, dict(buyer.names), display=buyer.display).conversation.customer)
        with world.inside():
            intake.receive(ebay, an_order(f"12-{n}", buyer))
    before = owners(world)
    with world.inside():
        names = dict(Customer.objects.values_list("pk", "name"))
    made = [row for one, other in pairs if (row := join(world, people[one], people[other], world.bob))]
    order.shuffle(made)
    for row in made:
        assert part(world, row)
        assert not part(world, row)  # once
    assert owners(world) == before
    with world.inside():
        assert dict(Customer.objects.values_list("pk", "name")) == names
        assert not Customer.objects.exclude(joined_into=None).exists()


def test_a_join_takes_as_many_statements_for_a_long_history_as_for_a_short_one(
    world: World, django_assert_max_num_queries
) -> None:
    mail = world.conversation().customer
    ebay, shopper = platform(world), f"maya-{uuid4().hex}"
    for n in range(5):
        there = says(world, ebay, {"ebay": shopper}).conversation.customer
        with world.inside():
            intake.receive(ebay, an_order(f"13-{n}", Party({"ebay": shopper})))
    with scope(world.organization.pk), django_assert_max_num_queries(26):
        assert joining.join(mail, there, ground=Ground.PERSON, by=world.bob, reason="Same voice")
