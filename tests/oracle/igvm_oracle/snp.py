"""The SEV-SNP launch digest (AMD 56860, SNP_LAUNCH_UPDATE)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from enum import IntEnum

from .format import PageType
from .launch import AreaPage, Operation, PageAdd, VpContext

INITIAL_DIGEST = bytes(48)
PAGE_INFO = struct.Struct("<48s48sHB5sQ")


class SnpPageType(IntEnum):
    NORMAL = 1
    VMSA = 2
    ZERO = 3
    UNMEASURED = 4
    SECRETS = 5
    CPUID = 6


SPECIAL_PAGES = {
    PageType.SECRETS: SnpPageType.SECRETS,
    PageType.CPUID: SnpPageType.CPUID,
    PageType.CPUID_XF: SnpPageType.CPUID,
}


def extend(digest: bytes, type: SnpPageType, gpa: int, page: bytes = b"") -> bytes:
    """One PAGE_INFO record; the contents count only for NORMAL and VMSA pages."""
    hashed = type in (SnpPageType.NORMAL, SnpPageType.VMSA)
    contents = hashlib.sha384(page).digest() if hashed else bytes(48)
    imi_and_permissions = bytes(5)
    record = PAGE_INFO.pack(digest, contents, PAGE_INFO.size, type, imi_and_permissions, gpa)
    return hashlib.sha384(record).digest()


def page_type(page: PageAdd) -> SnpPageType:
    if page.type in SPECIAL_PAGES:
        return SPECIAL_PAGES[page.type]
    return SnpPageType.UNMEASURED if page.unmeasured else SnpPageType.NORMAL


def launch_digest(operations: Iterable[Operation], native_zero: bool = False) -> bytes:
    """With `native_zero`, a NORMAL page without data is launched as a ZERO page."""
    digest = INITIAL_DIGEST
    for operation in operations:
        match operation:
            case PageAdd(shared=False):
                type = page_type(operation)
                if native_zero and type is SnpPageType.NORMAL and operation.data is None:
                    type = SnpPageType.ZERO
                digest = extend(digest, type, operation.gpa, operation.contents)
            case AreaPage():
                digest = extend(digest, SnpPageType.UNMEASURED, operation.gpa)
            case VpContext():
                digest = extend(digest, SnpPageType.VMSA, operation.gpa, operation.context)
    return digest
