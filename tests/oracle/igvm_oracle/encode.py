"""Writes an Image as the bytes of an IGVM file."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from .format import FIXED_HEADER_SIZE, KIND_BY_TYPE, MAGIC, OPTIONAL_BIT, Header, Image


@dataclass(frozen=True)
class Layout:
    """What the format leaves to the writer.

    With `deduplicate`, equal payloads are stored once, where they are first used. `padding` is the
    byte that fills header bodies up to 8. Payloads are filled with zeros to a multiple of
    `payload_unit` bytes; only VBS contexts and CoRIM data are not whole pages anyway.
    """

    deduplicate: bool = True
    padding: int = 0
    payload_unit: int = 1


class PayloadSection:
    """File data in the order of first use."""

    def __init__(self, start: int, layout: Layout) -> None:
        self.data = bytearray()
        self._start = start
        self._layout = layout
        self._offsets: dict[bytes, int] = {}

    def place(self, payload: bytes | None) -> int:
        """Returns the file offset of the payload, 0 for none."""
        if payload is None:
            return 0
        if self._layout.deduplicate and payload in self._offsets:
            return self._offsets[payload]
        offset = self._start + len(self.data)
        self._offsets[payload] = offset
        self.data += payload + bytes(-len(payload) % self._layout.payload_unit)
        return offset


def body_bytes(header: Header, file_offset: int) -> bytes:
    """The header's body, without type, length and padding."""
    kind = KIND_BY_TYPE.get(header.type & ~OPTIONAL_BIT)
    if kind is None:
        return header.fields["body"]
    values = {**header.fields, "file_offset": file_offset}
    return kind.codec.pack(*(values[name] for name, _ in kind.fields))


def variable_header(header: Header, file_offset: int, padding: int) -> bytes:
    body = body_bytes(header, file_offset)
    tail = bytes([padding]) * (-len(body) % 8)
    return struct.pack("<II", header.type, len(body)) + body + tail


def fixed_header(image: Image, headers_size: int, total_size: int, checksum: int) -> bytes:
    first = FIXED_HEADER_SIZE[image.version]
    fields = (MAGIC, image.version, first, headers_size, total_size, checksum)
    tail = (image.architecture, image.page_size) if image.version == 2 else ()
    return struct.pack(f"<{6 + len(tail)}I", *fields, *tail)


def encode(image: Image, layout: Layout = Layout()) -> bytes:
    """The file's bytes; offsets, sizes and the checksum are computed, not taken from the image."""
    padding = layout.padding
    headers_size = sum(len(variable_header(header, 0, padding)) for header in image.headers)
    data_start = FIXED_HEADER_SIZE[image.version] + headers_size
    section = PayloadSection(data_start, layout)
    headers = b"".join(
        variable_header(header, section.place(header.payload), padding) for header in image.headers
    )
    total_size = data_start + len(section.data)
    checksum = zlib.crc32(fixed_header(image, headers_size, total_size, 0) + headers)
    return fixed_header(image, headers_size, total_size, checksum) + headers + bytes(section.data)
