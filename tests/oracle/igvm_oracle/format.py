"""The IGVM file format as tables: header types, their fields, platforms, constants.

Source: the igvm_defs crate of microsoft/igvm. All integers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

MAGIC = 0x4D564749
PAGE = 4096
LARGE_PAGE = 2 * 1024 * 1024
OPTIONAL_BIT = 1 << 31
FIXED_HEADER_SIZE = {1: 24, 2: 32}

FieldValue = int | bytes


class Architecture(IntEnum):
    X64 = 0
    AARCH64 = 1


class Platform(IntEnum):
    NATIVE = 0
    VBS = 1
    SNP = 2
    TDX = 3
    SEV = 4
    SEV_ES = 5
    CCA = 6


class PageFlags(IntFlag):
    NONE = 0
    LARGE = 1
    UNMEASURED = 2
    SHARED = 4


class PageType(IntEnum):
    NORMAL = 0
    SECRETS = 1
    CPUID = 2
    CPUID_XF = 3


@dataclass(frozen=True)
class Kind:
    """One variable header type: its fields in order, each a (name, struct code)."""

    name: str
    type: int
    fields: tuple[tuple[str, str], ...]

    @property
    def codec(self) -> struct.Struct:
        return struct.Struct("<" + "".join(code for _, code in self.fields))

    def unpack(self, body: bytes) -> dict[str, Any]:
        """Field values by name; `body` has exactly the kind's length."""
        names = (name for name, _ in self.fields)
        return dict(zip(names, self.codec.unpack(body), strict=True))


def _kind(name: str, type: int, fields: str) -> Kind:
    pairs = (entry.split(":") for entry in fields.split())
    return Kind(name, type, tuple((field_name, code) for field_name, code in pairs))


_CORIM = "mask:I file_offset:I size:I reserved:I"
_PARAMETER = "index:I byte_offset:I"
_SIGNATURE = "{0}_signature_r:72s {0}_signature_s:72s"
_PUBLIC_KEY = "{0}_key_curve:I {0}_key_reserved:I {0}_key_qx:72s {0}_key_qy:72s"
_KEY_PAIR = f"{_SIGNATURE} {_PUBLIC_KEY}"

PARAMETER_KINDS = {
    "VP_COUNT": 0x307,
    "SRAT": 0x308,
    "MADT": 0x309,
    "MMIO_RANGES": 0x30A,
    "MEMORY_MAP": 0x30C,
    "COMMAND_LINE": 0x30E,
    "SLIT": 0x30F,
    "PPTT": 0x310,
    "DEVICE_TREE": 0x312,
    "ENVIRONMENT_INFO": 0x313,
}

KINDS = (
    _kind(
        "SUPPORTED_PLATFORM",
        0x001,
        "mask:I highest_vtl:B platform_type:B version:H shared_gpa_boundary:Q",
    ),
    _kind("GUEST_POLICY", 0x101, "policy:Q mask:I reserved:I"),
    _kind(
        "RELOCATABLE_REGION",
        0x102,
        "mask:I vp_index:H vtl:B flags:B alignment:Q gpa:Q size:Q minimum_gpa:Q maximum_gpa:Q",
    ),
    _kind(
        "PAGE_TABLE_RELOCATION_REGION",
        0x103,
        "mask:I vp_index:H vtl:B reserved:B gpa:Q size:Q used_size:Q",
    ),
    _kind("CORIM_DOCUMENT", 0x104, _CORIM),
    _kind("CORIM_SIGNATURE", 0x105, _CORIM),
    _kind(
        "CCA_POLICY",
        0x106,
        "mask:I reserved:I required_zeroes:Q required_ones:Q hash:B lfa:B reserved2:6s",
    ),
    _kind("PARAMETER_AREA", 0x301, "size:Q index:I file_offset:I"),
    _kind("PAGE_DATA", 0x302, "gpa:Q mask:I file_offset:I flags:I data_type:H reserved:H"),
    _kind("PARAMETER_INSERT", 0x303, "gpa:Q mask:I index:I"),
    _kind("VP_CONTEXT", 0x304, "gpa:Q mask:I file_offset:I vp_index:H reserved:H"),
    _kind("REQUIRED_MEMORY", 0x305, "gpa:Q mask:I size:I flags:I reserved:I"),
    _kind(
        "SNP_ID_BLOCK",
        0x30B,
        "mask:I author_key_enabled:B reserved:3s ld:48s family_id:16s image_id:16s version:I "
        "guest_svn:I id_key_algorithm:I author_key_algorithm:I "
        f"{_KEY_PAIR.format('id')} {_KEY_PAIR.format('author')}",
    ),
    _kind("ERROR_RANGE", 0x30D, "gpa:Q mask:I size:I"),
    _kind(
        "VBS_MEASUREMENT",
        0x311,
        "mask:I version:I product_id:I module_id:I security_version:I policy_flags:I "
        "boot_digest_algorithm:I signing_algorithm:I digest:64s signature:256s public_key:512s",
    ),
    *(_kind(name, type, _PARAMETER) for name, type in PARAMETER_KINDS.items()),
)

KIND_BY_NAME = {kind.name: kind for kind in KINDS}
KIND_BY_TYPE = {kind.type: kind for kind in KINDS}


@dataclass
class Header:
    """One variable header. A type that is not in KINDS has the single field `body`.

    `payload` is the file data that `file_offset` names; None means offset 0.
    `offset` is where a decoded header starts in its file.
    """

    type: int
    fields: dict[str, Any]
    payload: bytes | None = None
    offset: int = field(default=0, compare=False)

    @property
    def kind(self) -> str | None:
        """The name of the header type, None when it is unknown."""
        known = KIND_BY_TYPE.get(self.type & ~OPTIONAL_BIT)
        return known.name if known else None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


@dataclass
class Image:
    """A whole file: the fixed header's choices and the variable headers in order."""

    version: int = 1
    architecture: int = Architecture.X64
    page_size: int = PAGE
    headers: list[Header] = field(default_factory=list)

    def of_kind(self, *names: str) -> list[Header]:
        return [header for header in self.headers if header.kind in names]

    def platforms(self) -> list[tuple[Platform, int]]:
        """(platform, mask) in file order."""
        supported = self.of_kind("SUPPORTED_PLATFORM")
        return [(Platform(header["platform_type"]), header["mask"]) for header in supported]


def header(kind_name: str, payload: bytes | None = None, **fields: FieldValue) -> Header:
    """A header of a known kind; fields that are not given are zero."""
    kind = KIND_BY_NAME[kind_name]
    unknown = fields.keys() - {name for name, _ in kind.fields}
    if unknown:
        raise ValueError(f"{kind_name} has no field {sorted(unknown)}")
    values = kind.unpack(bytes(kind.codec.size))
    for name, value in fields.items():
        size = len(values[name]) if isinstance(values[name], bytes) else 0
        values[name] = value.ljust(size, b"\0") if isinstance(value, bytes) else int(value)
    return Header(kind.type, values, payload)
