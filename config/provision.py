"""Two roles and a database: the owner, who migrates, and the application, which owns nothing.

    DATABASE_ADMIN_URL=postgresql://postgres:…@host/postgres \\
    DATABASE_OWNER_URL=postgresql://waybill_owner:…@host/waybill \\
    DATABASE_URL=postgresql://waybill_app:…@host/waybill  python -m config.provision

Safe to repeat: it creates what is missing, sets the passwords given, and refuses an application role that could
walk around row-level security. It grants rights on future tables only, so that what a migration has revoked
(the trail's UPDATE and DELETE) stays revoked.
"""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.addresses import Refused, postgres_address, reach_postgres


class Role(NamedTuple):
    name: str
    password: str | None = None


OWNER, APPLICATION = Role("waybill_owner"), Role("waybill_app")


def provision(
    admin: str, database: str = "waybill", owner: Role = OWNER, application: Role = APPLICATION
) -> None:
    """`admin` is a conninfo or URL of a role that may create roles, databases and the vector extension."""
    with psycopg.connect(admin, autocommit=True) as connection:
        for role in (owner, application):
            _ensure_role(connection, role)
        _ensure_database(connection, database, owner)
    with psycopg.connect(make_conninfo(admin, dbname=database), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        _grant(connection, database, owner, application)
        refuse_power(connection, application.name)


def refuse_power(connection: psycopg.Connection, role: str) -> None:
    """Raises `Refused` if the role can pass the second wall (design.md §5)."""
    row = connection.execute(
        "SELECT rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relkind = 'r')"
        " FROM pg_roles r WHERE rolname = %s",
        [role],
    ).fetchone()
    superuser, bypasses, owns_tables = row or (False, False, False)
    if superuser or bypasses or owns_tables:
        why = "is a superuser" if superuser else "has BYPASSRLS" if bypasses else "owns tables"
        raise Refused(f"the role {role} {why}, so row-level security would not bind it; use a plain role.")


def _ensure_role(connection: psycopg.Connection, role: Role) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    statement = sql.SQL("{verb} ROLE {role} LOGIN").format(
        verb=sql.SQL("ALTER" if exists else "CREATE"), role=sql.Identifier(role.name)
    )
    if role.password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(role.password))
    connection.execute(statement)


def _ensure_database(connection: psycopg.Connection, database: str, owner: Role) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner.name)}
    # Managed PostgreSQL: an administrator who is no superuser must be a member of the owner to give to it.
    connection.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
    connection.execute(
        sql.SQL("CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'").format(**names)
    )


def _grant(connection: psycopg.Connection, database: str, owner: Role, application: Role) -> None:
    statements = """
        REVOKE ALL ON DATABASE {database} FROM PUBLIC;
        GRANT CONNECT ON DATABASE {database} TO {application};
        REVOKE CREATE ON SCHEMA public FROM PUBLIC, {application};
        GRANT USAGE, CREATE ON SCHEMA public TO {owner};
        GRANT USAGE ON SCHEMA public TO {application};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
          GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
          GRANT USAGE, SELECT ON SEQUENCES TO {application};
    """
    connection.execute(
        sql.SQL(statements).format(
            database=sql.Identifier(database),
            owner=sql.Identifier(owner.name),
            application=sql.Identifier(application.name),
        )
    )


def main() -> int:
    try:
        admin, owner, application = (
            postgres_address(name, os.environ.get(name, ""))
            for name in ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_URL")
        )
        reach_postgres("DATABASE_ADMIN_URL", admin)
        parts, app_parts = conninfo_to_dict(owner), conninfo_to_dict(application)
        provision(
            admin,
            str(parts["dbname"]),
            Role(str(parts["user"]), parts.get("password")),  # type: ignore[arg-type]
            Role(str(app_parts["user"]), app_parts.get("password")),  # type: ignore[arg-type]
        )
    except (Refused, psycopg.Error) as error:
        print(f"Not provisioned: {error}".strip(), file=sys.stderr)
        return 2
    print(f"The database {parts['dbname']} is ready for {parts['user']} and {app_parts['user']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
