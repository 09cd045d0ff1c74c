"""The TDX build-time measurement, MRTD (TDX module: TDH.MEM.PAGE.ADD and TDH.MR.EXTEND)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator

from .launch import AreaPage, Operation, PageAdd

CHUNK = 256


def record(operation: bytes, gpa: int) -> bytes:
    return struct.pack("<16sQ", operation, gpa).ljust(128, b"\0")


def page_add(gpa: int) -> bytes:
    return record(b"MEM.PAGE.ADD", gpa)


def page_extend(gpa: int, page: bytes) -> Iterator[bytes]:
    for offset in range(0, len(page), CHUNK):
        yield record(b"MR.EXTEND", gpa + offset)
        yield page[offset : offset + CHUNK]


def mrtd(operations: Iterable[Operation]) -> bytes:
    """Each page is added and, when it is measured, extended before the next one."""
    stream = hashlib.sha384()
    for operation in operations:
        match operation:
            case PageAdd(shared=False):
                stream.update(page_add(operation.gpa))
                if not operation.unmeasured:
                    stream.update(b"".join(page_extend(operation.gpa, operation.contents)))
            case AreaPage():
                stream.update(page_add(operation.gpa))
    return stream.digest()
