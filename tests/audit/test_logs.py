from __future__ import annotations

import logging

from audit.logs import Masked


def logged(*args: object, error: Exception | None = None) -> str:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("x", logging.INFO, "f", 1, str(args[0]), args[1:], info)
    return Masked("{levelname} {message}", style="{").format(record)


def test_a_log_line_holds_no_card_phone_or_address():
    line = logged(
        "%s could not be read", "4111 1111 1111 1111, call 212-555-0143, 12 Elm Street, Albany, NY 12207"
    )
    assert line == "INFO [card ending 1111], call [phone], [address] could not be read"


def test_nor_does_the_error_behind_it():
    assert "555-0143" not in logged("no", error=ValueError("call 212-555-0143"))


def test_numbers_that_are_neither_stay():
    line = "Delivery 0190a2b4-7c11-7aaa-8bbb-1234567890ab of 1Z999AA10123456784, 3 times at 2026-11-22"
    assert logged(line) == f"INFO {line}"
