"""The directives of one platform as an ordered list of launch operations, one page each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .format import LARGE_PAGE, PAGE, Header, Image, PageFlags, PageType, Platform

ZERO_PAGE = bytes(PAGE)


class MeasureError(ValueError):
    """The file has no digest under the chosen rules."""


@dataclass(frozen=True)
class PageAdd:
    """A 4 KiB page of PAGE_DATA. `data` is None when the file carries no data for it."""

    gpa: int
    data: bytes | None
    flags: PageFlags
    type: PageType
    mask: int
    directive: int

    @property
    def shared(self) -> bool:
        return PageFlags.SHARED in self.flags

    @property
    def unmeasured(self) -> bool:
        return PageFlags.UNMEASURED in self.flags

    @property
    def contents(self) -> bytes:
        return ZERO_PAGE if self.data is None else self.data


@dataclass(frozen=True)
class AreaPage:
    """One page of an inserted parameter area, counted from 0."""

    gpa: int
    number: int


@dataclass(frozen=True)
class VpContext:
    gpa: int
    vp_index: int
    context: bytes


@dataclass(frozen=True)
class ErrorPage:
    gpa: int


Operation = PageAdd | AreaPage | VpContext | ErrorPage


def launch_operations(
    image: Image, mask: int, context_masks: frozenset[int] = frozenset()
) -> Iterator[Operation]:
    """Operations whose mask covers `mask`, in file order; mask 0 takes all.

    Parameter areas have no mask. VP contexts whose mask is one of `context_masks` count as well.
    """
    area_sizes: dict[int, int] = {}
    for directive, header in enumerate(image.headers):
        included = header.fields.get("mask", mask) & mask == mask
        if not included and not (header.kind == "VP_CONTEXT" and header["mask"] in context_masks):
            continue
        match header.kind:
            case "PARAMETER_AREA":
                area_sizes[header["index"]] = header["size"]
            case "PAGE_DATA":
                yield from page_adds(header, directive)
            case "PARAMETER_INSERT":
                yield from area_pages(header, area_sizes)
            case "VP_CONTEXT":
                context = header.payload or ZERO_PAGE
                yield VpContext(header["gpa"], header["vp_index"], context)
            case "ERROR_RANGE":
                for offset in range(0, header["size"], PAGE):
                    yield ErrorPage(header["gpa"] + offset)


def all_vmsa_masks(image: Image) -> frozenset[int]:
    """The masks of the platforms whose VP contexts are VMSAs."""
    vmsa_platforms = (Platform.SNP, Platform.SEV_ES)
    return frozenset(mask for platform, mask in image.platforms() if platform in vmsa_platforms)


def page_adds(header: Header, directive: int) -> Iterator[PageAdd]:
    """A 2 MiB page counts as its 512 small pages."""
    flags = PageFlags(header["flags"])
    for offset in range(0, LARGE_PAGE if PageFlags.LARGE in flags else PAGE, PAGE):
        data = header.payload[offset : offset + PAGE] if header.payload else None
        kind = PageType(header["data_type"])
        yield PageAdd(header["gpa"] + offset, data, flags, kind, header["mask"], directive)


def area_pages(header: Header, area_sizes: dict[int, int]) -> Iterator[AreaPage]:
    if header["index"] not in area_sizes:
        raise MeasureError(f"parameter area {header['index']} is inserted but not declared")
    for number, offset in enumerate(range(0, area_sizes[header["index"]], PAGE)):
        yield AreaPage(header["gpa"] + offset, number)
