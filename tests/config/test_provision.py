"""The owner migrates; the application can do its work, and nothing that would get it past the second wall."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from config.addresses import Refused
from config.provision import Role, provision
from tests import servers

DATABASE = f"{servers.DATABASE}_provisioned"
OWNER, APPLICATION = Role(f"owner_of_{DATABASE}"), Role(f"user_of_{DATABASE}")


@pytest.fixture(scope="module")
def database(django_db_setup: None) -> Iterator[str]:
    provision(servers.postgres.url(), DATABASE, OWNER, APPLICATION)
    with psycopg.connect(servers.postgres.url(OWNER.name, DATABASE), autocommit=True) as owner:
        owner.execute("CREATE TABLE parcel (id serial PRIMARY KEY, meaning vector(3))")
    yield DATABASE
    with servers.administrator() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        for role in (OWNER, APPLICATION):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role.name)))


@pytest.fixture
def application(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(servers.postgres.url(APPLICATION.name, database), autocommit=True) as connection:
        yield connection


def test_the_application_reads_and_writes_what_the_owner_made(application: psycopg.Connection):
    application.execute("INSERT INTO parcel (meaning) VALUES ('[1,2,3]')")
    application.execute("UPDATE parcel SET meaning = '[3,2,1]'")
    assert application.execute("SELECT meaning::text FROM parcel").fetchall() == [("[3,2,1]",)]
    application.execute("DELETE FROM parcel")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE parcel",
        "DROP TABLE parcel",
        "ALTER TABLE parcel DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE ROLE another",
        "SET ROLE {owner}",
        "ALTER ROLE {application} BYPASSRLS",
    ],
)
def test_the_application_cannot_do_more(application: psycopg.Connection, statement: str):
    names = {"owner": sql.Identifier(OWNER.name), "application": sql.Identifier(APPLICATION.name)}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(sql.SQL(statement).format(**names))


def test_provisioning_again_keeps_data_and_what_a_migration_revoked(
    database: str, application: psycopg.Connection
):
    application.execute("INSERT INTO parcel DEFAULT VALUES")
    with psycopg.connect(servers.postgres.url(OWNER.name, database), autocommit=True) as owner:
        owner.execute(sql.SQL("REVOKE DELETE ON parcel FROM {}").format(sql.Identifier(APPLICATION.name)))
    provision(servers.postgres.url(), database, OWNER, APPLICATION)
    assert application.execute("SELECT count(*) FROM parcel").fetchone() == (1,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("DELETE FROM parcel")


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_could_pass_the_wall_is_refused(database: str, power: str):
    role = sql.Identifier(APPLICATION.name)
    with servers.administrator() as connection:
        connection.execute(sql.SQL(f"ALTER ROLE {{}} {power}").format(role))
        try:
            with pytest.raises(Refused, match="row-level security would not bind it"):
                provision(servers.postgres.url(), database, OWNER, APPLICATION)
        finally:
            connection.execute(sql.SQL(f"ALTER ROLE {{}} NO{power}").format(role))


def test_the_owner_is_refused_as_the_application(database: str):
    with pytest.raises(Refused, match="owns tables"):
        provision(servers.postgres.url(), database, OWNER, OWNER)
