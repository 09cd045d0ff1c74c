"""Deterministic CBOR (RFC 8949, 4.2), as far as CoRIM and COSE need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tag:
    number: int
    content: Any


def head(major: int, value: int) -> bytes:
    """The initial byte and the shortest argument."""
    if value < 24:
        return bytes([major << 5 | value])
    for extra, size in enumerate((1, 2, 4, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | 24 + extra]) + value.to_bytes(size, "big")
    raise ValueError(f"{value} does not fit CBOR")


def dumps(item: Any) -> bytes:
    match item:
        case None:
            return b"\xf6"
        case int():
            return head(0, item) if item >= 0 else head(1, -1 - item)
        case bytes():
            return head(2, len(item)) + item
        case str():
            return head(3, len(item.encode())) + item.encode()
        case list():
            return head(4, len(item)) + b"".join(dumps(element) for element in item)
        case dict():
            pairs = sorted((dumps(key), dumps(value)) for key, value in item.items())
            return head(5, len(item)) + b"".join(key + value for key, value in pairs)
        case Tag():
            return head(6, item.number) + dumps(item.content)
    raise TypeError(f"{type(item).__name__} has no CBOR form here")
