"""Keyrings that forget everything with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError, PasswordDeleteError

__all__ = ["Kept", "Memory", "Missing", "remembering"]

Kept = dict[tuple[str, str], str]


class Memory(KeyringBackend):
    """A keyring that is a dictionary."""

    priority = 1  # type: ignore[assignment]  # keyring declares a property

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class Missing(Memory):
    """A system without a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        raise NoKeyringError("none")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NoKeyringError("none")


@contextmanager
def remembering() -> Iterator[Kept]:
    """Have a keyring of one's own while the block runs."""
    kept: Kept = {}
    before = keyring.get_keyring()
    keyring.set_keyring(Memory(kept))
    try:
        yield kept
    finally:
        keyring.set_keyring(before)
