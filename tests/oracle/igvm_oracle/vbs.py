"""The VBS boot measurement digest."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum

from .format import PAGE, PageType
from .launch import ZERO_PAGE, AreaPage, ErrorPage, MeasureError, Operation, PageAdd, VpContext

REGISTER_CHUNK = 0
PAGE_CHUNK = 2


class Acceptance(IntEnum):
    """Page metadata: bits 0 and 1 readable and writable, bit 2 data unmeasured."""

    MEASURED = 0
    UNMEASURED = 4
    ERROR = 7


def page_chunk(gpa: int, metadata: Acceptance, page: bytes) -> bytes:
    head = struct.pack("<IIQQQ", 32 + PAGE, PAGE_CHUNK, 0, metadata, gpa // PAGE)
    return head + page


def register_chunks(context: bytes) -> Iterator[bytes]:
    """The registers of a VP context: a count, then 32-byte entries."""
    (count,) = struct.unpack_from("<I", context)
    for entry in range(count):
        vtl, name, _, value = struct.unpack_from("<BI11s16s", context, 4 + 32 * entry)
        yield struct.pack("<IIQIBBHII16s", 48, REGISTER_CHUNK, 0, 0, vtl, 0, 0, 0, name, value)


def page_operation_chunk(page: PageAdd) -> bytes:
    if page.type is not PageType.NORMAL:
        raise MeasureError(f"a page of type {page.type.name} cannot be loaded for VBS")
    if page.unmeasured:
        return page_chunk(page.gpa, Acceptance.UNMEASURED, ZERO_PAGE)
    return page_chunk(page.gpa, Acceptance.MEASURED, page.contents)


def chunks(operations: Iterable[Operation]) -> Iterator[bytes]:
    """Pages in file order, then all registers."""
    registers: list[bytes] = []
    for operation in operations:
        match operation:
            case PageAdd(shared=False):
                yield page_operation_chunk(operation)
            case AreaPage():
                yield page_chunk(operation.gpa, Acceptance.UNMEASURED, ZERO_PAGE)
            case ErrorPage():
                yield page_chunk(operation.gpa, Acceptance.ERROR, ZERO_PAGE)
            case VpContext():
                registers += register_chunks(operation.context)
    yield from registers


def boot_digest(operations: Iterable[Operation]) -> bytes:
    digest = bytes(32)
    for chunk in chunks(operations):
        digest = hashlib.sha256(digest + chunk).digest()
    return digest
