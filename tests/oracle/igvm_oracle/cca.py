"""The Realm Initial Measurement of Arm CCA (Realm Management Monitor specification)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from .format import PAGE
from .launch import AreaPage, Operation, PageAdd, VpContext

HASH_NAMES = ("sha256", "sha512", "sha384")
RIM_SIZE = 64
DESCRIPTOR_SIZE = 0x100
RUNNABLE = 1


class Descriptor(IntEnum):
    DATA = 0
    REC = 1
    RIPAS = 2


def padded_hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest().ljust(RIM_SIZE, b"\0")


def extend(algorithm: str, rim: bytes, type: Descriptor, body: bytes) -> bytes:
    """The next RIM from a descriptor whose fields after the previous RIM are `body`."""
    descriptor = struct.pack("<B7xQ64s", type, DESCRIPTOR_SIZE, rim) + body
    return padded_hash(algorithm, descriptor.ljust(DESCRIPTOR_SIZE, b"\0"))


def extend_data(algorithm: str, rim: bytes, ipa: int, granule: bytes | None) -> bytes:
    """`granule` is None when the contents are not measured."""
    contents = bytes(RIM_SIZE) if granule is None else padded_hash(algorithm, granule)
    body = struct.pack("<QQ64s", ipa, int(granule is not None), contents)
    return extend(algorithm, rim, Descriptor.DATA, body)


def extend_rec(algorithm: str, rim: bytes, context: bytes) -> bytes:
    """`context` is x0..x7, pc, flags; a VP that is not runnable adds nothing."""
    *gprs, pc, flags = struct.unpack_from("<10Q", context)
    if not flags & RUNNABLE:
        return rim
    parameters = bytearray(PAGE)
    struct.pack_into("<Q", parameters, 0x000, flags)
    struct.pack_into("<Q", parameters, 0x200, pc)
    struct.pack_into("<8Q", parameters, 0x300, *gprs)
    return extend(algorithm, rim, Descriptor.REC, padded_hash(algorithm, bytes(parameters)))


def extend_ripas(algorithm: str, rim: bytes, base: int, top: int) -> bytes:
    return extend(algorithm, rim, Descriptor.RIPAS, struct.pack("<QQ", base, top))


@dataclass(frozen=True)
class Realm:
    """What the host creates a realm with; the counts are encoded (less 1)."""

    s2sz: int
    breakpoints: int
    watchpoints: int
    ripas: tuple[tuple[int, int], ...] = ()  # (base, top) of each call


def realm_start(algorithm: str, realm: Realm, with_ripas: bool) -> bytes:
    rim = realm_rim(algorithm, realm.s2sz, realm.breakpoints, realm.watchpoints)
    for base, top in realm.ripas if with_ripas else ():
        rim = extend_ripas(algorithm, rim, base, top)
    return rim


def realm_rim(
    algorithm: str, s2sz: int, breakpoints: int, watchpoints: int, flags: int = 0
) -> bytes:
    """The RIM of a new realm in RMM 1.0; break- and watchpoints are the encoded counts (less 1)."""
    parameters = bytearray(PAGE)
    struct.pack_into("<Q", parameters, 0x00, flags)
    struct.pack_into("<B", parameters, 0x08, s2sz)
    struct.pack_into("<B", parameters, 0x18, breakpoints)
    struct.pack_into("<B", parameters, 0x20, watchpoints)
    struct.pack_into("<B", parameters, 0x30, HASH_NAMES.index(algorithm))
    return padded_hash(algorithm, bytes(parameters))


def initial_measurement(
    operations: Iterable[Operation], algorithm: str, rim: bytes = bytes(RIM_SIZE)
) -> bytes:
    """Extends `rim`, by default the all-zero start of RMM 2.0, with every operation in order."""
    for operation in operations:
        match operation:
            case PageAdd(shared=False):
                granule = None if operation.unmeasured else operation.contents
                rim = extend_data(algorithm, rim, operation.gpa, granule)
            case AreaPage():
                rim = extend_data(algorithm, rim, operation.gpa, None)
            case VpContext():
                rim = extend_rec(algorithm, rim, operation.context)
    return rim
