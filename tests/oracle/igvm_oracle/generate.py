"""Varied valid IGVM files from a seed: every platform, header type, flag and mask.

The same seed gives the same bytes on every machine.
"""

from __future__ import annotations

from . import contexts, endorse
from .dice import Dice
from .encode import Layout, encode
from .format import (
    LARGE_PAGE,
    OPTIONAL_BIT,
    PAGE,
    PARAMETER_KINDS,
    Architecture,
    Header,
    Image,
    PageFlags,
    PageType,
    Platform,
    header,
)

X64_PLATFORMS = (
    Platform.NATIVE,
    Platform.VBS,
    Platform.SNP,
    Platform.TDX,
    Platform.SEV,
    Platform.SEV_ES,
)
AARCH64_PLATFORMS = (Platform.CCA, Platform.VBS)
VMSA_GPA = 0xFFFFFFFFF000
SPECIAL_TYPES = (PageType.SECRETS, PageType.CPUID, PageType.CPUID_XF)

Directives = list[Header]


class Addresses:
    """Hands out page ranges that never overlap, in three windows of the address space."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._next = [0x10_0000, 0x1_0010_0000, 0x100_0010_0000]

    def take(self, pages: int, alignment: int = PAGE) -> int:
        window = self._dice.below(len(self._next))
        start = self._next[window] + PAGE * self._dice.below(4)
        start += -start % alignment
        self._next[window] = start + pages * PAGE
        return start


class ImageGenerator:
    """Builds one image; each method adds one group of headers that belong together."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.addresses = Addresses(dice)
        self.image = choose_format(dice)
        self.masks = choose_platforms(dice, self.image)
        self.highest_vtl = {platform: self.choose_vtl(platform) for platform in self.masks}
        self.vbs_vtls = self.choose_vbs_vtls()
        self.reserved_gpas: list[int] = []

    def choose_vtl(self, platform: Platform) -> int:
        has_vtls = platform in (Platform.VBS, Platform.SNP, Platform.TDX)
        return self.dice.choice((0, 2)) if has_vtls else 0

    def choose_vbs_vtls(self) -> list[int]:
        if Platform.VBS not in self.masks:
            return []
        return self.dice.some([0, 2] if self.highest_vtl[Platform.VBS] == 2 else [0])

    def any_mask(self) -> int:
        """The masks of some platforms of the image, at least one."""
        return sum(self.dice.some(list(self.masks.values())))

    def page_contents(self) -> bytes | None:
        """No data, a stored page of zeros, a page that repeats in the file, or a new one."""
        match self.dice.below(6):
            case 0:
                return None
            case 1:
                return bytes(PAGE)
            case 2:
                return bytes([self.dice.below(3)]) * PAGE
            case _:
                return self.dice.bytes(PAGE)

    # Platform and initialization headers

    def platform_headers(self) -> list[Header]:
        return [self.supported_platform(platform, mask) for platform, mask in self.masks.items()]

    def supported_platform(self, platform: Platform, mask: int) -> Header:
        no_boundary = platform in (Platform.NATIVE, Platform.VBS) or self.dice.one_in(2)
        boundary = 0 if no_boundary else 1 << self.dice.between(40, 47)
        return header(
            "SUPPORTED_PLATFORM",
            mask=mask,
            highest_vtl=self.highest_vtl[platform],
            platform_type=platform,
            version=1,
            shared_gpa_boundary=boundary,
        )

    def policies(self) -> list[Header]:
        headers = []
        if Platform.SNP in self.masks:
            policy = 1 << 17 | self.dice.below(2) << 16 | self.dice.below(2) << 19
            headers.append(header("GUEST_POLICY", policy=policy, mask=self.masks[Platform.SNP]))
        if Platform.TDX in self.masks and self.dice.one_in(2):
            policy = self.dice.below(8)
            headers.append(header("GUEST_POLICY", policy=policy, mask=self.masks[Platform.TDX]))
        if Platform.CCA in self.masks:
            headers.append(self.cca_policy(self.masks[Platform.CCA]))
        return headers

    def cca_policy(self, mask: int) -> Header:
        ones, zeroes = self.dice.choice(((0, 0), (0, 1), (1, 2), (3, 0)))
        return header(
            "CCA_POLICY",
            mask=mask,
            required_ones=ones,
            required_zeroes=zeroes,
            hash=self.dice.below(3),
            lfa=self.dice.below(2),
        )

    def relocations(self) -> list[Header]:
        """For VBS only: loaders match a relocation with a VBS context of the same VTL."""
        headers: list[Header] = []
        if not self.vbs_vtls or self.dice.one_in(2):
            return headers
        mask, vtl = self.masks[Platform.VBS], self.dice.choice(self.vbs_vtls)
        headers += [self.relocatable_region(mask, vtl) for _ in range(self.dice.between(1, 2))]
        if self.dice.one_in(2):
            headers.append(self.page_table_region(mask, vtl))
        return headers

    def relocatable_region(self, mask: int, vtl: int) -> Header:
        alignment = PAGE << self.dice.below(5)
        pages = self.dice.between(1, 4)
        gpa = self.addresses.take(pages, alignment)
        self.reserved_gpas += [gpa + PAGE * page for page in range(pages)]
        apply_gdtr = 4 if self.image.architecture == Architecture.X64 else 0
        flags = (1 if vtl == 2 else 0) | self.dice.choice((0, 2, 2 | apply_gdtr))
        return header(
            "RELOCATABLE_REGION",
            mask=mask,
            vtl=vtl,
            flags=flags,
            alignment=alignment,
            gpa=gpa,
            size=pages * PAGE,
            minimum_gpa=gpa - alignment * self.dice.below(2),
            maximum_gpa=gpa + alignment * self.dice.between(8, 64),
        )

    def page_table_region(self, mask: int, vtl: int) -> Header:
        pages = self.dice.between(2, 6)
        gpa = self.addresses.take(pages)
        used = self.dice.between(1, pages)
        self.reserved_gpas += [gpa + PAGE * page for page in range(used)]
        return header(
            "PAGE_TABLE_RELOCATION_REGION",
            mask=mask,
            vtl=vtl,
            gpa=gpa,
            size=pages * PAGE,
            used_size=used * PAGE,
        )

    # Groups of directives; a group keeps its order in the file

    def page_run(self) -> Directives:
        """Contiguous normal pages with the same flags and mask."""
        pages = self.dice.between(1, 4)
        gpa = self.addresses.take(pages)
        flags = self.dice.choice(
            (PageFlags.NONE, PageFlags.NONE, PageFlags.UNMEASURED, PageFlags.SHARED)
        )
        mask = self.any_mask()
        return [self.page(gpa + PAGE * number, mask, flags) for number in range(pages)]

    def page(self, gpa: int, mask: int, flags: PageFlags = PageFlags.NONE) -> Header:
        return header("PAGE_DATA", self.page_contents(), gpa=gpa, mask=mask, flags=flags)

    def stored_page(self) -> Directives:
        """A page that gives every file some file data, without which loaders refuse it."""
        gpa = self.addresses.take(1)
        return [header("PAGE_DATA", self.dice.bytes(PAGE), gpa=gpa, mask=self.any_mask())]

    def page_per_platform(self) -> Directives:
        """The same address with different contents under each platform's mask."""
        gpa = self.addresses.take(1)
        return [self.page(gpa, mask) for mask in self.dice.shuffled(self.masks.values())]

    def region_pages(self) -> Directives:
        """Pages inside the relocatable and page table regions."""
        gpas = [gpa for gpa in self.reserved_gpas if self.dice.one_in(2)]
        return [self.page(gpa, self.masks[Platform.VBS]) for gpa in gpas]

    def special_pages(self) -> Directives:
        if Platform.SNP not in self.masks:
            return []
        return [self.special_page(type) for type in self.dice.some(SPECIAL_TYPES, least=0)]

    def special_page(self, type: PageType) -> Header:
        return header(
            "PAGE_DATA",
            self.page_contents(),
            gpa=self.addresses.take(1),
            mask=self.masks[Platform.SNP],
            flags=self.dice.choice((PageFlags.NONE, PageFlags.UNMEASURED)),
            data_type=type,
        )

    def large_page(self) -> Directives:
        """A 2 MiB page of zeros, for SNP only."""
        if Platform.SNP not in self.masks or not self.dice.one_in(8):
            return []
        gpa = self.addresses.take(LARGE_PAGE // PAGE, LARGE_PAGE)
        flags = PageFlags.LARGE | self.dice.choice((PageFlags.NONE, PageFlags.UNMEASURED))
        return [header("PAGE_DATA", gpa=gpa, mask=self.masks[Platform.SNP], flags=flags)]

    def parameter_area(self, index: int) -> Directives:
        """An area, the parameters in it, and its one insertion."""
        pages = self.dice.between(1, 3)
        initial = self.dice.bytes(pages * PAGE) if self.dice.one_in(3) else None
        area = header("PARAMETER_AREA", initial, size=pages * PAGE, index=index)
        parameters = [
            header(kind, index=index, byte_offset=slot * PAGE // 4)
            for slot, kind in enumerate(self.dice.some(tuple(PARAMETER_KINDS))[: pages * 4])
        ]
        gpa = self.addresses.take(pages)
        insert = header("PARAMETER_INSERT", gpa=gpa, mask=self.any_mask(), index=index)
        return [area, *parameters, insert]

    def parameter_areas(self) -> list[Directives]:
        indexes = self.dice.some(range(8), least=0)[:2]
        return [self.parameter_area(index) for index in indexes]

    def required_memory(self) -> Directives:
        if self.dice.one_in(2):
            return []
        return [
            header(
                "REQUIRED_MEMORY",
                mask=self.any_mask(),
                gpa=PAGE * self.dice.below(1 << 20),
                size=PAGE * self.dice.between(1, 1 << 16),
                flags=self.dice.below(2),
            )
        ]

    def error_range(self) -> Directives:
        if not self.dice.one_in(3):
            return []
        pages = self.dice.between(1, 3)
        gpa = self.addresses.take(pages)
        return [header("ERROR_RANGE", gpa=gpa, mask=self.any_mask(), size=pages * PAGE)]

    def unknown_optional(self) -> Directives:
        """A header type that nobody knows and every loader may skip."""
        if not self.dice.one_in(8):
            return []
        body = self.dice.bytes(self.dice.between(1, 24))
        return [Header(OPTIONAL_BIT | self.dice.between(0x3F0, 0x3FF), {"body": body})]

    # VP contexts

    def vp_contexts(self, platform: Platform) -> Directives:
        mask = self.masks[platform]
        match platform:
            case Platform.TDX:
                return []
            case Platform.VBS:
                return [
                    header("VP_CONTEXT", self.vbs_context(vtl), mask=mask) for vtl in self.vbs_vtls
                ]
            case Platform.SNP | Platform.SEV_ES:
                return self.vmsas(mask, platform is Platform.SNP)
        payloads = [self.register_context(platform) for _ in range(self.dice.below(3))]
        return [
            header("VP_CONTEXT", payload, mask=mask, vp_index=vp_index)
            for vp_index, payload in enumerate(payloads)
        ]

    def vbs_context(self, vtl: int) -> bytes:
        return contexts.vbs(self.dice, self.image.architecture, vtl)

    def register_context(self, platform: Platform) -> bytes:
        if platform is Platform.CCA:
            return contexts.cca(self.dice, runnable=not self.dice.one_in(3))
        return contexts.native(self.dice)

    def vmsas(self, mask: int, snp: bool) -> Directives:
        """One VMSA a VP, at the address of KVM or at one of their own; sometimes the last first."""
        gpa = VMSA_GPA if self.dice.one_in(2) else self.addresses.take(1)
        headers = [
            header(
                "VP_CONTEXT", contexts.vmsa(self.dice, snp), gpa=gpa, mask=mask, vp_index=vp_index
            )
            for vp_index in range(self.dice.between(1, 3))
        ]
        return headers[::-1] if self.dice.one_in(4) else headers

    # Endorsements; they need the measurements, which they do not change

    def corim_headers(self) -> list[list[Header]]:
        platforms = [one for one in self.masks if one in endorse.CORIM_PLATFORMS]
        return [
            endorse.corim_headers(self.image, platform, self.masks[platform], self.dice)
            for platform in platforms
            if self.dice.one_in(6)
        ]

    def measurement_headers(self) -> Directives:
        makers = {
            Platform.SNP: endorse.snp_id_block,
            Platform.VBS: endorse.vbs_measurement,
        }
        return [
            make(self.image, self.masks[platform], self.dice)
            for platform, make in makers.items()
            if platform in self.masks and self.dice.one_in(4)
        ]

    def build(self) -> Image:
        initialization = self.dice.merged([self.policies(), self.relocations()])
        groups = [
            self.stored_page(),
            *(self.page_run() for _ in range(self.dice.between(1, 4))),
            self.page_per_platform(),
            self.region_pages(),
            self.special_pages(),
            self.large_page(),
            *self.parameter_areas(),
            self.required_memory(),
            self.error_range(),
            self.unknown_optional(),
            *(self.vp_contexts(platform) for platform in self.masks),
        ]
        platforms, directives = self.platform_headers(), self.dice.merged(groups)
        self.image.headers = platforms + initialization + directives
        corim, blocks = self.corim_headers(), self.measurement_headers()
        initialization = self.dice.merged([initialization, *corim])
        directives = self.dice.merged([directives, blocks])
        self.image.headers = platforms + initialization + directives
        return self.image


def choose_format(dice: Dice) -> Image:
    architecture = dice.choice((Architecture.X64, Architecture.X64, Architecture.AARCH64))
    version = 2 if architecture is Architecture.AARCH64 else dice.between(1, 2)
    return Image(version, architecture)


def choose_platforms(dice: Dice, image: Image) -> dict[Platform, int]:
    """Some platforms of the architecture in random order, each with a mask bit of its own."""
    x64 = image.architecture == Architecture.X64
    platforms = dice.some(X64_PLATFORMS if x64 else AARCH64_PLATFORMS)
    bits = dice.shuffled(range(32))
    return {platform: 1 << bit for platform, bit in zip(platforms, bits, strict=False)}


def generate_image(seed: int, index: int) -> Image:
    return ImageGenerator(Dice(f"{seed}/{index}")).build()


def generate_file(seed: int, index: int) -> bytes:
    """Equal payloads are stored once, except in every fourth file."""
    return encode(generate_image(seed, index), Layout(deduplicate=index % 4 != 3))
