"""Reads the bytes of an IGVM file into an Image, refusing what it cannot represent."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

from .format import (
    FIXED_HEADER_SIZE,
    KIND_BY_TYPE,
    LARGE_PAGE,
    MAGIC,
    OPTIONAL_BIT,
    PAGE,
    Architecture,
    Header,
    Image,
    PageFlags,
    Platform,
)

SECTIONS = (range(0x1, 0x101), range(0x101, 0x201), range(0x301, 0x401))
VBS_REGISTER_SIZE = 32


class DecodeError(ValueError):
    """The file breaks the format; the message names the byte offset."""


def require(condition: bool, offset: int, message: str) -> None:
    if not condition:
        raise DecodeError(f"offset {offset:#x}: {message}")


def decode(data: bytes) -> Image:
    image, headers_start, headers_end = read_fixed_header(data)
    section = 0
    for header in read_variable_headers(data, headers_start, headers_end):
        section = check_section(header, section)
        image.headers.append(header)
    platforms = {mask: platform for platform, mask in image.platforms()}
    for header in image.headers:
        header.payload = read_payload(data, headers_end, header, platforms)
    return image


def padding_byte(data: bytes) -> int:
    """The byte that fills header bodies up to 8; 0 when no header needs filling."""
    _, start, end = read_fixed_header(data)
    found = set()
    for header in read_variable_headers(data, start, end):
        (length,) = struct.unpack_from("<I", data, header.offset + 4)
        body_end = header.offset + 8 + length
        found |= set(data[body_end : body_end + -length % 8])
    require(len(found) <= 1, start, f"header padding mixes the bytes {sorted(found)}")
    return found.pop() if found else 0


def read_fixed_header(data: bytes) -> tuple[Image, int, int]:
    """The image without headers, and the start and end of its variable headers."""
    require(len(data) >= FIXED_HEADER_SIZE[1], 0, "the file is shorter than a fixed header")
    magic, version, start, size, total, checksum = struct.unpack_from("<6I", data)
    require(magic == MAGIC, 0, f"magic is {magic:#x}")
    require(version in FIXED_HEADER_SIZE, 4, f"version is {version}")
    fixed_size = FIXED_HEADER_SIZE[version]
    require(len(data) >= fixed_size, 0, "the file is shorter than its fixed header")
    require(start >= fixed_size and start % 8 == 0, 8, f"variable headers start at {start:#x}")
    require(size % 8 == 0 and start + size <= len(data), 12, f"variable headers hold {size} bytes")
    require(total == len(data), 16, f"total size is {total}, the file has {len(data)}")
    check_checksum(data, fixed_size, data[start : start + size], checksum)
    image = Image(version)
    if version == 2:
        image.architecture, image.page_size = struct.unpack_from("<II", data, 24)
        require(image.architecture in list(Architecture), 24, "unknown architecture")
        require(image.page_size == PAGE, 28, f"page size is {image.page_size}")
    return image, start, start + size


def check_checksum(data: bytes, fixed_size: int, headers: bytes, recorded: int) -> None:
    fixed = data[:20] + bytes(4) + data[24:fixed_size]
    computed = zlib.crc32(fixed + headers)
    require(computed == recorded, 20, f"checksum is {recorded:#x}, computed {computed:#x}")


def read_variable_headers(data: bytes, start: int, end: int) -> Iterator[Header]:
    offset = start
    while offset < end:
        type, length = struct.unpack_from("<II", data, offset)
        body_end = offset + 8 + length
        require(body_end + -length % 8 <= end, offset, "the header leaves its section")
        yield Header(type, read_fields(type, data[offset + 8 : body_end], offset), offset=offset)
        offset = body_end + -length % 8


def read_fields(type: int, body: bytes, offset: int) -> dict[str, Any]:
    kind = KIND_BY_TYPE.get(type & ~OPTIONAL_BIT)
    if kind is None:
        require(bool(type & OPTIONAL_BIT), offset, f"unknown header type {type:#x}")
        return {"body": body}
    require(len(body) == kind.codec.size, offset, f"{kind.name} has length {len(body)}")
    return kind.unpack(body)


def check_section(header: Header, current: int) -> int:
    """The index of the header's section; sections never go back."""
    type = header.type & ~OPTIONAL_BIT
    found = [index for index, types in enumerate(SECTIONS) if type in types]
    require(bool(found), header.offset, f"header type {type:#x} is in no section")
    require(found[0] >= current, header.offset, f"header type {type:#x} comes after its section")
    return found[0]


def read_payload(
    data: bytes, data_start: int, header: Header, platforms: dict[int, Platform]
) -> bytes | None:
    start = header.fields.get("file_offset", 0)
    if start == 0:
        return None
    require(data_start <= start, header.offset, f"file offset {start:#x} is before the file data")
    end = start + payload_size(data, header, platforms)
    require(end <= len(data), header.offset, f"file data {start:#x}..{end:#x} leaves the file")
    return data[start:end]


def payload_size(data: bytes, header: Header, platforms: dict[int, Platform]) -> int:
    if header.kind == "PAGE_DATA":
        return LARGE_PAGE if header["flags"] & PageFlags.LARGE else PAGE
    if header.kind == "VP_CONTEXT" and platforms.get(header["mask"]) is Platform.VBS:
        start = header["file_offset"]
        require(start + 4 <= len(data), header.offset, "the register count leaves the file")
        (count,) = struct.unpack_from("<I", data, start)
        return 4 + count * VBS_REGISTER_SIZE
    if header.kind == "VP_CONTEXT":
        return PAGE
    return header["size"]
