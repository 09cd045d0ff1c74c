"""Where this library and the igvm crate differ, and why. The test fails when a row no longer explains anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from crate_merge import mixes_up_areas, mixes_up_masks
from igvm_oracle.decode import DecodeError, decode
from igvm_oracle.format import OPTIONAL_BIT, Header, Image, PageFlags, Platform


@dataclass(frozen=True)
class Case:
    """A job of the test. `image` is what a valid file was made from; a merge has its two parts."""

    name: str
    job: str
    path: Path | None = None
    image: Image | None = None
    parts: tuple[Case, ...] = ()

    @staticmethod
    def store(path: Path, file: bytes, image: Image | None) -> Case:
        path.write_bytes(file)
        return Case(path.stem, f"file\t{path}", path, image)

    @staticmethod
    def merge(how: str, first: Case, second: Case) -> Case:
        job = f"{how}\t{first.path}\t{second.path}"
        return Case(f"{how} {first.name} {second.name}", job, parts=(first, second))

    @cached_property
    def images(self) -> list[Image]:
        """The files of the case as the oracle reads them; none when it cannot."""
        if self.parts:
            return [part.image for part in self.parts]
        try:
            return [decode(self.path.read_bytes())]
        except DecodeError:
            return []


@dataclass(frozen=True)
class Row:
    """`explains` takes a Difference: its case, what differs ("verdict", "bytes" or a platform), ours, theirs."""

    name: str
    reason: str
    explains: Callable[[Any], bool]


def any_header(holds: Callable[[Image, Header], bool]) -> Callable[[Any], bool]:
    return lambda one: any(holds(image, header) for image in one.case.images for header in image.headers)


def merge_of(holds: Callable[[Image, Image], bool]) -> Callable[[Any], bool]:
    return lambda one: len(one.case.parts) == 2 and holds(*one.case.images)


def both(what: str, explains: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda one: one.what == what and explains(one)


def is_unknown_optional(_: Image, header: Header) -> bool:
    return header.kind is None and bool(header.type & OPTIONAL_BIT)


def is_large_page(_: Image, header: Header) -> bool:
    return header.kind == "PAGE_DATA" and bool(header["flags"] & PageFlags.LARGE)


def context_of(image: Image, header: Header, *platforms: Platform) -> bool:
    return header.kind == "VP_CONTEXT" and any(
        platform in platforms and header["mask"] & mask for platform, mask in image.platforms()
    )


def is_vbs_ap(image: Image, header: Header) -> bool:
    return context_of(image, header, Platform.VBS) and header["vp_index"] != 0


# Rules of ours that the crate has not: what only they refuse, it accepts.
UNCHECKED_BY_THE_CRATE = {
    "IGVM-F018": "a 2 MiB page takes 2 MiB of data; the crate reads 4 KiB",
    "IGVM-I001": "whether a policy's mask names a platform with one is open in the crate",
    "IGVM-D001": "masks that no platform declares are open in the crate",
    "IGVM-D002": "the crate drops the reserved fields of most headers unread",
    "IGVM-D003": "the crate carries undefined flags of a page along and drops those of required memory",
    "IGVM-D004": "the crate knows 4 KiB alignment only, and not that of a context's address",
    "IGVM-D006": "the crate does not compare the addresses of pages",
    "IGVM-D008": "the crate accepts a parameter area without bytes",
    "IGVM-D012": "whether a parameter fits its area is open in the crate",
    "IGVM-D026": "the crate drops the address of a NATIVE, VBS, SEV or CCA context unread",
    "IGVM-D028": "the crate does not judge the keys of an ID block",
}


def unchecked(rule: str) -> Row:
    def explains(one: Any) -> bool:
        rules = one.ours.split()
        lenient = one.what == "verdict" and one.theirs == "accepts"
        return lenient and rule in rules and UNCHECKED_BY_THE_CRATE.keys() >= set(rules)

    return Row(rule, UNCHECKED_BY_THE_CRATE[rule], explains)


DIFFERENCES = (
    *(unchecked(rule) for rule in UNCHECKED_BY_THE_CRATE),
    Row(
        "unknown optional header",
        "the crate refuses every type that it does not know, though bit 31 says that a loader may ignore it",
        both("verdict", any_header(is_unknown_optional)),
    ),
    Row(
        "VBS context of an AP",
        "the crate panics at a VBS context with a VP index other than 0",
        lambda one: one.theirs == "panic" and any_header(is_vbs_ap)(one),
    ),
    Row(
        "2 MiB page",
        "the crate measures a 2 MiB page as its first 4 KiB",
        both("snp", any_header(is_large_page)),
    ),
    Row(
        "merge: masks mixed up",
        "the crate forgets the mask bits that the second file keeps, and moves bits one after the other in "
        "place, so that two platforms get one bit or a header loses one",
        merge_of(mixes_up_masks),
    ),
    Row(
        "merge: areas mixed up",
        "the crate forgets the parameter area indices that the second file keeps, so that two areas get one",
        merge_of(mixes_up_areas),
    ),
)
