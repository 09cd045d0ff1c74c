"""The TDX build-time measurement, MRTD (TDX module: TDH.MEM.PAGE.ADD and TDH.MR.EXTEND)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .format import Image
from .launch import AreaPage, Operation, PageAdd, launch_operations

CHUNK = 256


def record(operation: bytes, gpa: int) -> bytes:
    return struct.pack("<16sQ", operation, gpa).ljust(128, b"\0")


def page_add(gpa: int) -> bytes:
    return record(b"MEM.PAGE.ADD", gpa)


def page_extend(gpa: int, page: bytes) -> Iterator[bytes]:
    for offset in range(0, len(page), CHUNK):
        yield record(b"MR.EXTEND", gpa + offset)
        yield page[offset : offset + CHUNK]


@dataclass(frozen=True)
class Recipe:
    """How a loader differs from adding and extending page by page."""

    all_adds_first: bool = False
    zeros_unextended: bool = False  # a page without data is only added
    areas_ignored: bool = False
    masks_ignored: bool = False  # pages of every platform count


RECIPES = {
    "spec": Recipe(),
    "two-pass": Recipe(all_adds_first=True),
    "td-shim": Recipe(zeros_unextended=True, areas_ignored=True, masks_ignored=True),
}


def page_records(operations: Iterable[Operation], recipe: Recipe) -> Iterator[tuple[bytes, bytes]]:
    """What one page adds to the stream: its ADD record, and its EXTEND records or nothing."""
    for operation in operations:
        match operation:
            case PageAdd(shared=False):
                unextended = operation.data is None and recipe.zeros_unextended
                measured = not (operation.unmeasured or unextended)
                extends = page_extend(operation.gpa, operation.contents) if measured else ()
                yield page_add(operation.gpa), b"".join(extends)
            case AreaPage() if not recipe.areas_ignored:
                yield page_add(operation.gpa), b""


def mrtd(image: Image, mask: int, recipe: Recipe) -> bytes:
    operations = launch_operations(image, 0 if recipe.masks_ignored else mask)
    pages = list(page_records(operations, recipe))
    if recipe.all_adds_first:
        pages = [(add, b"") for add, _ in pages] + [(b"", extends) for _, extends in pages]
    return hashlib.sha384(b"".join(add + extends for add, extends in pages)).digest()
