"""A random source that gives the same rolls on every machine and Python version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._counter = 0

    def bytes(self, count: int) -> bytes:
        self._counter += 1
        return hashlib.shake_256(b"%d:" % self._counter + self._seed).digest(count)

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        return int.from_bytes(self.bytes(16), "little") % limit

    def between(self, first: int, last: int) -> int:
        return first + self.below(last - first + 1)

    def one_in(self, count: int) -> bool:
        return self.below(count) == 0

    def choice(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def shuffled(self, options: Iterable[T]) -> list[T]:
        return sorted(options, key=lambda _: self.bytes(16))

    def some(self, options: Sequence[T], least: int = 1) -> list[T]:
        """At least `least` of the options, each at most once, in random order."""
        return self.shuffled(options)[: self.between(least, len(options))]

    def merged(self, groups: Iterable[Sequence[T]]) -> list[T]:
        """All elements in random order, except that each group keeps its own order."""
        left = [list(group) for group in groups if group]
        result = []
        while left:
            group = self.choice(left)
            result.append(group.pop(0))
            left = [group for group in left if group]
        return result
