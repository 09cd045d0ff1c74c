"""The SEV and SEV-ES launch digests: SHA-256 over the plaintext that is encrypted at launch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from .format import PageType
from .launch import MeasureError, Operation, PageAdd, VpContext


def launch_digest(operations: Iterable[Operation], with_vmsa: bool) -> bytes:
    """Measured pages in file order; with `with_vmsa` (SEV-ES) then the VMSAs in VP order."""
    stream = hashlib.sha256()
    contexts: list[VpContext] = []
    for operation in operations:
        match operation:
            case PageAdd() if operation.type is not PageType.NORMAL:
                raise MeasureError(f"SEV has no pages of type {operation.type.name}")
            case PageAdd(shared=False, unmeasured=False):
                stream.update(operation.contents)
            case VpContext():
                contexts.append(operation)
    if with_vmsa:
        for context in sorted(contexts, key=lambda context: context.vp_index):
            stream.update(context.context)
    return stream.digest()


def igvmmeasure_digest(operations: Iterable[Operation]) -> bytes:
    """What igvmmeasure prints: all data, measured or not, and every VMSA where it stands."""
    stream = hashlib.sha256()
    for operation in operations:
        match operation:
            case PageAdd(data=bytes()):
                stream.update(operation.contents)
            case VpContext():
                stream.update(operation.context)
    return stream.digest()
