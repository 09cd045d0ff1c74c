"""Files with one thing wrong, or just unusual, made from valid ones."""

from __future__ import annotations

import struct
import zlib

from igvm_oracle.dice import Dice
from igvm_oracle.encode import encode
from igvm_oracle.format import FIXED_HEADER_SIZE, KIND_BY_TYPE, OPTIONAL_BIT, PAGE, Image

CHECKSUM = 20


def sealed(file: bytes) -> bytes:
    """The file with the checksum that its headers have now."""
    version, start, size = struct.unpack_from("<III", file, 4)
    fixed = bytearray(file[: FIXED_HEADER_SIZE[version]])
    fixed[CHECKSUM : CHECKSUM + 4] = bytes(4)
    checksum = zlib.crc32(fixed + file[start : start + size])
    return file[:CHECKSUM] + struct.pack("<I", checksum) + file[CHECKSUM + 4 :]


def changed_field(image: Image, dice: Dice) -> bytes:
    """One field of one header with a value at an edge or near its own."""
    header = dice.choice([one for one in image.headers if one.kind is not None])
    kind = KIND_BY_TYPE[header.type & ~OPTIONAL_BIT]
    fields = [(name, code) for name, code in kind.fields if name != "file_offset"]
    name, code = dice.choice(fields)
    size = struct.calcsize("<" + code)
    old = header.fields[name]
    number = int.from_bytes(old, "little") if isinstance(old, bytes) else old
    largest = (1 << 8 * size) - 1
    bit = 1 << dice.below(8 * size)
    new = dice.choice((0, 1, 2, largest, number + 1, number + PAGE, number ^ bit, number ^ bit)) & largest
    header.fields[name] = new.to_bytes(size, "little") if isinstance(old, bytes) else new
    return encode(image)


def flipped_bit(image: Image, dice: Dice) -> bytes:
    """One bit of the variable headers flipped; every other time with the checksum corrected."""
    file = bytearray(encode(image))
    start, size = struct.unpack_from("<II", file, 8)
    file[start + dice.below(size)] ^= 1 << dice.below(8)
    return sealed(bytes(file)) if dice.one_in(2) else bytes(file)


def damaged(image: Image, dice: Dice) -> bytes:
    return flipped_bit(image, dice) if dice.one_in(4) else changed_field(image, dice)
