"""Checks of what has fields, from which the shapes of chunks are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .fields import MISSING, field

__all__ = [
    "Fits",
    "all_of",
    "any_of",
    "begins_with",
    "has",
    "is_dict",
    "is_one_of",
    "is_pair",
    "is_str",
    "is_true",
    "is_tuple",
]

Fits = Callable[[object], bool]


def has(*paths: str) -> Fits:
    return lambda chunk: all(field(chunk, path) is not MISSING for path in paths)


def is_one_of(path: str, *values: str) -> Fits:
    def fits(chunk: object) -> bool:
        value = field(chunk, path)
        return isinstance(value, str) and value in values

    return fits


def begins_with(path: str, *prefixes: str) -> Fits:
    def fits(chunk: object) -> bool:
        value = field(chunk, path)
        return isinstance(value, str) and value.startswith(prefixes)

    return fits


def all_of(*tests: Fits) -> Fits:
    return lambda chunk: all(test(chunk) for test in tests)


def any_of(*tests: Fits) -> Fits:
    return lambda chunk: any(test(chunk) for test in tests)


def is_true(part: object, path: str) -> bool:
    return field(part, path) is True


def is_pair(*tests: Fits) -> Fits:
    def fits(chunk: object) -> bool:
        if not isinstance(chunk, tuple) or len(chunk) != len(tests):
            return False
        return all(test(part) for test, part in zip(tests, chunk, strict=True))

    return fits


def is_dict(value: object) -> bool:
    return isinstance(value, Mapping)


def is_tuple(value: object) -> bool:
    return isinstance(value, tuple)


def is_str(value: object) -> bool:
    return isinstance(value, str)
