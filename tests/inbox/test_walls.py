"""Two walls around every organization: managers that raise, and a database that shows nothing."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from config.one_trip import change, find_at, find_own
from config.tenancy import CrossedScope, NoScope, TenantModel, TenantTask, current_organization_id, scope
from inbox.models import Channel, Conversation, Customer, Membership, Message
from tests.world import World

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


def test_every_tenant_table_has_row_level_security_and_a_policy(owner: psycopg.Connection):
    rows = owner.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
           WHERE c.relrowsecurity AND p.polname = 'tenant'"""
    ).fetchall()
    protected = {name for (name,) in rows}
    assert {model._meta.db_table for model in TENANT_MODELS} - protected == set()


def test_every_table_with_an_organization_is_a_tenant_model():
    for model in apps.get_models():
        if any(field.name == "organization" for field in model._meta.fields):
            assert issubclass(model, TenantModel), model


def test_the_application_owns_nothing_and_cannot_pass_the_wall(owner: psycopg.Connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    assert owner.execute(
        "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone() == (False, False)
    owned = owner.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %s", [role]
    ).fetchone()
    assert owned == (0,)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_a_manager_without_a_scope_raises(model: Any):
    with pytest.raises(NoScope):
        model.objects.exists()


def _raw(sql: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_raw_sql_without_an_organization_sees_and_changes_nothing(world: World):
    conversation = world.conversation()
    assert _raw("SELECT id FROM inbox_conversation WHERE id = %s", conversation.pk) == []
    assert _raw("UPDATE inbox_conversation SET subject = 'x' WHERE id = %s", conversation.pk) == 0
    assert _raw("DELETE FROM inbox_note") == 0


def test_raw_sql_with_the_wrong_organization_sees_and_changes_nothing(world: World):
    conversation = world.conversation()
    with scope(world.neighbour.pk):
        assert _raw("SELECT id FROM inbox_conversation WHERE id = %s", conversation.pk) == []
        assert _raw("UPDATE inbox_conversation SET subject = 'x' WHERE id = %s", conversation.pk) == 0


def test_raw_sql_cannot_put_a_row_into_another_organization(world: World):
    with pytest.raises(Exception, match="row-level security"), scope(world.neighbour.pk):
        _raw(
            "INSERT INTO inbox_customer (id, organization_id, name, email, locale, created_at) "
            "VALUES (uuidv7(), %s, 'x', '', '', now())",
            world.organization.pk,
        )


def test_a_row_cannot_be_moved_into_another_organization(world: World):
    with scope(world.organization.pk):
        customer = Customer.objects.create(name="Maya")
    with pytest.raises(Exception, match="row-level security"), scope(world.organization.pk):
        _raw("UPDATE inbox_customer SET organization_id = %s WHERE id = %s", world.neighbour.pk, customer.pk)


def test_a_scope_leaves_nothing_on_the_connection(world: World):
    world.conversation()
    with scope(world.organization.pk):
        assert _raw("SELECT count(*) FROM inbox_conversation") != [(0,)]
    assert _raw("SELECT current_setting('waybill.organization', true)") in ([("",)], [(None,)])
    assert _raw("SELECT count(*) FROM inbox_conversation") == [(0,)]
    with pytest.raises(NoScope):
        current_organization_id()


def test_a_scope_that_failed_leaves_nothing_either(world: World):
    with pytest.raises(ZeroDivisionError), scope(world.organization.pk):
        raise ZeroDivisionError
    assert _raw("SELECT count(*) FROM inbox_channel") == [(0,)]


def test_one_trip_finds_a_row_of_its_own_organization_only_and_leaves_nothing(world: World):
    found = find_at(Channel, world.organization.slug, world.shop.pk)
    assert found == world.shop
    assert found.credentials == world.shop.credentials
    assert _raw("SELECT current_setting('waybill.organization', true)") in ([("",)], [(None,)])
    assert find_at(Channel, world.neighbour.slug, world.shop.pk) is None
    assert find_at(Channel, "nobody", world.shop.pk) is None
    assert _raw("SELECT count(*) FROM inbox_channel") == [(0,)]


def test_one_trip_finds_a_persons_own_membership_only_and_leaves_nothing(world: World):
    slug = world.organization.slug
    found = find_own(Membership, slug, world.bob.user_id)
    assert found == world.bob
    assert found.organization == world.organization
    assert _raw("SELECT current_setting('waybill.user', true)") in ([("",)], [(None,)])
    assert find_own(Membership, slug, world.charlie.user_id) is None
    with transaction.atomic():
        assert find_own(Membership, slug, world.bob.user_id) == world.bob
        assert _raw("SELECT count(*) FROM inbox_membership") == [(0,)]
    assert find_own(Membership, world.neighbour.slug, world.bob.user_id) is None
    assert _raw("SELECT count(*) FROM inbox_membership") == [(0,)]


def test_one_trip_changes_nothing_of_another_organization(world: World):
    pause = "UPDATE inbox_channel SET state = 'paused' WHERE id = %s"
    assert change(world.neighbour.pk, pause, [world.shop.pk]) == 0
    with pytest.raises(Exception, match="row-level security"):
        change(
            world.neighbour.pk,
            "INSERT INTO inbox_customer (id, organization_id, name, email, locale, created_at) "
            "VALUES (uuidv7(), %s, 'x', '', '', now())",
            [world.organization.pk],
        )
    assert change(world.organization.pk, pause, [world.shop.pk]) == 1
    assert _raw("SELECT count(*) FROM inbox_channel") == [(0,)]


def test_one_trip_inside_a_transaction_raises(world: World):
    with transaction.atomic(), pytest.raises(CrossedScope):
        find_at(Channel, world.organization.slug, world.shop.pk)


def test_a_scope_inside_an_open_transaction_does_not_outlive_itself(world: World):
    with transaction.atomic():
        with scope(world.organization.pk):
            assert _raw("SELECT count(*) FROM inbox_channel") != [(0,)]
        assert _raw("SELECT count(*) FROM inbox_channel") == [(0,)]


def test_a_second_organization_cannot_be_opened_inside_the_first(world: World):
    with scope(world.organization.pk), pytest.raises(CrossedScope), scope(world.neighbour.pk):
        pass


def test_one_request_after_another_on_the_same_connection_sees_only_its_own(world: World):
    world.conversation("For Northpine only")
    bob, charlie = world.client_of(world.bob), world.client_of(world.charlie)
    for _ in range(3):
        assert b"For Northpine only" in bob.get(world.url()).content
        page = charlie.get(f"/o/{world.neighbour.slug}/")
        assert page.status_code == 200
        assert b"For Northpine only" not in page.content


def test_a_task_without_an_organization_raises():
    from inbox.tasks import apply

    with pytest.raises(NoScope):
        apply.delay()


def test_every_task_that_names_rows_is_a_tenant_task():
    from celery import current_app

    for name, task in current_app.tasks.items():
        takes_ids = any(
            argument.endswith("_id")
            for argument in task.run.__code__.co_varnames[: task.run.__code__.co_argcount]
        )
        if name.startswith(("inbox", "agents", "knowledge", "audit")) and takes_ids:
            assert isinstance(task, TenantTask), name


def test_a_task_does_not_inherit_the_callers_scope(world: World):
    from config.celery import app

    seen = []

    @app.task(base=TenantTask, name="tests.peek")
    def peek(organization_id: Any) -> None:
        try:
            Message.objects.exists()
        except NoScope as error:
            seen.append(error)

    peek.delay(organization_id=str(world.organization.pk))
    assert seen


def test_the_list_of_conversations_is_filtered_by_the_first_wall_too(world: World):
    with scope(world.organization.pk):
        assert "organization_id" in str(Conversation.objects.all().query)
