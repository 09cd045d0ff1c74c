"""The numbers that the igvm crate gives to masks and parameter areas when it merges, and the ones that it should."""

from __future__ import annotations

from collections.abc import Iterable

from igvm_oracle.format import Image


def lowest_free(used: set[int]) -> int:
    return next(number for number in range(len(used) + 1) if number not in used)


def renumbered(taken: Iterable[int], wanted: list[int], note_kept: bool) -> dict[int, int]:
    """What each wanted number becomes. The crate does not note the numbers that it lets stand."""
    used, new = set(taken), {}
    for number in wanted:
        clashes = number in used
        new[number] = lowest_free(used) if clashes else number
        if clashes or note_kept:
            used.add(new[number])
    return new


def bits(mask: int) -> list[int]:
    return [bit for bit in range(32) if mask >> bit & 1]


def crate_mask(mask: int, new: dict[int, int]) -> int:
    """Bit by bit in place, so that a bit that was just set can be taken for one still to be moved."""
    for bit in bits(mask):
        if new[bit] != bit:
            mask = mask & ~(1 << bit) | 1 << new[bit]
    return mask


def platform_bits(image: Image) -> list[int]:
    return [bits(mask)[0] for _, mask in image.platforms()]


def area_indices(image: Image) -> list[int]:
    return [area["index"] for area in image.of_kind("PARAMETER_AREA")]


def mixes_up_masks(first: Image, second: Image) -> bool:
    """Whether the crate gives a header of the second image another mask than it should have."""
    taken, wanted = platform_bits(first), platform_bits(second)
    crate, right = renumbered(taken, wanted, False), renumbered(taken, wanted, True)
    masks = {header["mask"] for header in second.headers if "mask" in header.fields}
    return any(crate_mask(mask, crate) != sum(1 << right[bit] for bit in bits(mask)) for mask in masks)


def mixes_up_areas(first: Image, second: Image) -> bool:
    taken, wanted = area_indices(first), area_indices(second)
    return renumbered(taken, wanted, False) != renumbered(taken, wanted, True)
