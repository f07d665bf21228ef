"""A small IMAP4rev1 server (RFC 3501) over the world's mails: reading only, and just what mail programs need.

A mail's UID is its id in the world, which only grows. A world that was made anew numbers its mails anew, so
UIDVALIDITY is the time of the world's first mail.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from email.utils import format_datetime

from connectors.mail.mime import read
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, World

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\(([^()]*)\)|([^\s()"]+(?:\[[^\]]*\])?\S*)')
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_PARTIAL = re.compile(r"BODY(?:\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?", re.I)
_FOLDERS = {"INBOX": "\\HasNoChildren", "Sent": "\\HasNoChildren \\Sent"}
_LARGEST_LITERAL = 10_000


class ImapSession:
    """One connection."""

    def __init__(
        self, world: World, trouble: Trouble, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.world, self.trouble = world, trouble
        self.reader, self.writer = reader, writer
        self.mailbox = ""
        self.folder = ""

    async def serve(self) -> None:
        self._say("* OK IMAP4rev1 of the sandbox is ready")
        while line := await self._line():
            tag, _, rest = line.partition(" ")
            name, *arguments = _tokens(rest) or [""]
            command = name.upper()
            if command == "UID" and arguments:
                command, *arguments = f"UID_{arguments[0].upper()}", *arguments[1:]
            self._say(f"{tag} {self._obey(command, arguments)}")
            await self.writer.drain()
            if command == "LOGOUT":
                return

    def _obey(self, command: str, arguments: list[str]) -> str:
        """The command's untagged answers are said on the way; the tagged one is given back."""
        open_to_all = {"CAPABILITY", "NOOP", "LOGOUT", "LOGIN"}
        of_a_folder = {"UID_SEARCH", "UID_FETCH"}
        verb = getattr(self, f"do_{command.lower()}", None)
        if verb is None:
            return "BAD This server does not know that"
        if command not in open_to_all and not self.mailbox:
            return "NO Log in first"
        if command in of_a_folder and not self.folder:
            return "NO Select a folder first"
        try:
            return str(verb(*arguments))
        except (TypeError, ValueError):
            return "BAD These arguments make no sense"

    def do_capability(self) -> str:
        self._say("* CAPABILITY IMAP4rev1 SPECIAL-USE")
        return "OK done"

    def do_noop(self) -> str:
        return "OK done"

    def do_logout(self) -> str:
        self._say("* BYE until next time")
        return "OK done"

    def do_login(self, name: str, password: str) -> str:
        if self.trouble.take("imap", Kind.BROKEN):
            return "NO [UNAVAILABLE] Something is broken here"
        shop = self.world.shop_of_mailbox(name)
        if shop is None or shop.mail_password != password:
            return "NO [AUTHENTICATIONFAILED] Wrong name or password"
        self.mailbox = name.lower()
        return "OK welcome"

    def do_list(self, reference: str, pattern: str) -> str:
        for name, flags in _FOLDERS.items():
            if pattern in ("*", "%") or pattern.lower() == name.lower():
                self._say(f'* LIST ({flags}) "/" "{name}"')
        return "OK done"

    def do_examine(self, name: str) -> str:
        folder = next((known for known in _FOLDERS if known.lower() == name.lower()), None)
        if folder is None:
            return "NO There is no such folder"
        self.folder = folder
        mails = self._mails()
        self._say(f"* {len(mails)} EXISTS")
        self._say("* 0 RECENT")
        self._say("* FLAGS (\\Seen)")
        self._say(f"* OK [UIDVALIDITY {self._validity()}] UIDs valid")
        self._say(f"* OK [UIDNEXT {mails[-1].id + 1 if mails else 1}] next")
        return "OK [READ-ONLY] done"

    do_select = do_examine

    def do_uid_search(self, *criteria: str) -> str:
        found = self._mails()
        words = list(criteria)
        while words:
            key = words.pop(0).upper()
            if key == "UID":
                wanted = _in_set(words.pop(0), found)
                found = [mail for mail in found if mail.id in wanted]
            elif key in ("SINCE", "BEFORE"):
                day = datetime.strptime(words.pop(0), "%d-%b-%Y").date()
                found = [mail for mail in found if (mail.at.date() < day) == (key == "BEFORE")]
            elif key == "HEADER":
                name, value = words.pop(0), words.pop(0)
                found = [m for m in found if any(value in h for h in read(m.raw).headers(name))]
            elif key != "ALL":
                raise ValueError(key)
        self._say(" ".join(["* SEARCH", *(str(mail.id) for mail in found)]))
        return "OK done"

    def do_uid_fetch(self, numbers: str, items: str) -> str:
        mails = self._mails()
        wanted = _in_set(numbers, mails)
        for sequence, mail in enumerate(mails, start=1):
            if mail.id in wanted:
                self._give(sequence, mail, items.split())
        return "OK done"

    def _give(self, sequence: int, mail: Mail, items: list[str]) -> None:
        parts = [f"UID {mail.id}".encode()]
        for item in items:
            partial = _PARTIAL.fullmatch(item)
            if partial:
                start, length = (int(n) for n in partial.groups("0"))
                raw = mail.raw[start : start + length] if partial[2] else mail.raw
                origin = f"<{start}>" if partial[2] else ""
                parts.append(f"BODY[]{origin} {{{len(raw)}}}\r\n".encode() + raw)
            elif item.upper() == "RFC822.SIZE":
                parts.append(f"RFC822.SIZE {len(mail.raw)}".encode())
            elif item.upper() == "INTERNALDATE":
                parts.append(f'INTERNALDATE "{_internal(mail.at)}"'.encode())
            elif item.upper() != "UID":
                raise ValueError(item)
        self.writer.write(f"* {sequence} FETCH (".encode() + b" ".join(parts) + b")\r\n")

    def _mails(self) -> list[Mail]:
        return self.world.mails_of(self.mailbox, self.folder)

    def _validity(self) -> int:
        return int(self.world.mails[0].at.timestamp()) if self.world.mails else 1

    def _say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())

    async def _line(self) -> str:
        """One command; its literals ({5} and then five bytes) become quoted strings."""
        line = await self._raw_line()
        while literal := _LITERAL.search(line):
            size = int(literal[1])
            if size > _LARGEST_LITERAL:
                return ""
            self._say("+ go on")
            value = (await self.reader.readexactly(size)).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            line = line[: literal.start()] + b'"' + value + b'"' + await self._raw_line()
        return line.decode("utf-8", "replace").rstrip("\r\n")

    async def _raw_line(self) -> bytes:
        try:
            return await self.reader.readline()
        except (ConnectionError, ValueError):  # gone, or a line without end
            return b""


def _tokens(text: str) -> list[str]:
    """Atoms, quoted strings without their quotes, and lists without their brackets."""
    return [
        re.sub(r"\\(.)", r"\1", quoted) if match.startswith('"') else inner or atom
        for match, quoted, inner, atom in ((m[0], m[1] or "", m[2], m[3]) for m in _TOKEN.finditer(text))
    ]


def _in_set(numbers: str, mails: list[Mail]) -> set[int]:
    """The ids in "3", "3:7" or "3:*"; "*" is the newest, so "n:*" always holds at least that one."""
    newest = mails[-1].id if mails else 0
    chosen: set[int] = set()
    for part in numbers.split(","):
        ends = [newest if end == "*" else int(end) for end in part.split(":")]
        chosen |= {mail.id for mail in mails if min(ends) <= mail.id <= max(ends)}
    return chosen


def _internal(at: datetime) -> str:
    day, month, year, time, zone = format_datetime(at).split(", ")[1].split()
    return f"{day}-{month}-{year} {time} {zone}"
