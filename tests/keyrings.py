"""Keyrings that forget everything with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError, PasswordDeleteError

__all__ = ["Entries", "Memory", "Missing", "remembering"]

Entries = dict[tuple[str, str], str]


class Memory(KeyringBackend):
    """A keyring that is a dictionary."""

    priority = 1  # type: ignore[assignment]  # keyring declares a property

    def __init__(self, entries: Entries) -> None:
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class Missing(Memory):
    """A system without a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        raise NoKeyringError("none")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NoKeyringError("none")


@contextmanager
def remembering() -> Iterator[Entries]:
    """Have a keyring of one's own while the block runs."""
    entries: Entries = {}
    before = keyring.get_keyring()
    keyring.set_keyring(Memory(entries))
    try:
        yield entries
    finally:
        keyring.set_keyring(before)
