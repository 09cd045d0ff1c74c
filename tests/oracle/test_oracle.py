"""The oracle against digests that other tools and specifications published."""

from __future__ import annotations

import base64
import hashlib
import struct
import unittest

from igvm_oracle import cca, sev, snp
from igvm_oracle.decode import DecodeError, decode, padding_byte
from igvm_oracle.encode import Layout, encode
from igvm_oracle.format import KINDS, PAGE, Image, PageFlags, PageType, Platform, header
from igvm_oracle.generate import generate_file
from igvm_oracle.launch import MeasureError, PageAdd, VpContext, launch_operations
from igvm_oracle.measure import measure, platform_digest
from vectors import OWN, PEERS, load, load_json, needs_peer

OWN_IMAGES = sorted((OWN / "image").glob("*.igvm"))
PEER_IMAGES = sorted(PEERS.glob("*/*.igvm*"))

RECORDED_KEYS = {
    "snp": "snp.igvm_crate",
    "tdx": "tdx.igvm_crate",
    "vbs": "vbs",
    "sev": "sev.qemu",
    "sev_es": "sev_es.qemu",
}


class OwnImages(unittest.TestCase):
    def test_files_are_the_recorded_ones(self) -> None:
        for name, recorded in load_json(OWN / "image" / "digests.json").items():
            data = load(OWN / "image" / f"{name}.igvm")
            self.assertEqual(hashlib.sha256(data).hexdigest(), recorded["sha256"], name)
            self.assertEqual(len(data), recorded["size"], name)

    def test_profile_spec_equals_the_recorded_digests(self) -> None:
        compared = set()
        for name, recorded in load_json(OWN / "image" / "digests.json").items():
            for one in measure(decode(load(OWN / "image" / f"{name}.igvm"))):
                compared.add(one.platform)
                self.assertEqual(one.digest, recorded[RECORDED_KEYS[one.platform]], name)
        self.assertEqual(compared, set(RECORDED_KEYS))

    def test_cca_rim_equals_the_recorded_one_for_every_hash(self) -> None:
        image = decode(load(OWN / "image" / "cca_sha256.igvm"))
        for algorithm, recorded in load_json(OWN / "cca" / "digests.json").items():
            image.of_kind("CCA_POLICY")[0].fields["hash"] = cca.HASH_NAMES.index(algorithm)
            file_hash = hashlib.sha256(encode(image)).hexdigest()
            self.assertEqual(file_hash, recorded["file_sha256"], algorithm)
            [one] = measure(image)
            self.assertEqual(one.algorithm, algorithm)
            self.assertEqual(one.digest, recorded["rmm2.0_spec(zero init, no ripas)"])

    def test_cca_rim_of_older_monitors_equals_the_recorded_one(self) -> None:
        image = decode(load(OWN / "image" / "cca_sha256.igvm"))
        operations = list(launch_operations(image, 1))
        recorded = load_json(OWN / "cca" / "digests.json")
        for algorithm in ("sha256", "sha512"):
            start = cca.realm_rim(algorithm, s2sz=40, breakpoints=5, watchpoints=5)
            rim = cca.initial_measurement(operations, algorithm, start)
            key = "tf-rmm-2026-07(create hashed, no ripas) s2sz40 bps5 wps5"
            self.assertEqual(rim.hex(), recorded[algorithm][key])
            start = cca.extend_ripas(algorithm, start, 0x40000000, 0x80000000)
            rim = cca.initial_measurement(operations, algorithm, start)
            key = "rmm1.0(create + ripas 0x40000000..0x80000000 one 1G block, then data, rec)"
            self.assertEqual(rim.hex(), recorded[algorithm][key])


class Primitives(unittest.TestCase):
    recorded = load_json(OWN / "primitives.json")

    def test_snp_normal_pages(self) -> None:
        buffer = b"LGTM" * 4 + bytes(3 * PAGE - 32) + b"LGTM" * 4
        digest = snp.INITIAL_DIGEST
        for gpa in (0x0, 0x1000, 0x2000):
            page = buffer[gpa : gpa + PAGE]
            digest = snp.extend(digest, snp.SnpPageType.NORMAL, gpa, page)
        self.assertEqual(digest.hex(), self.recorded["snp_page_info_chain"][0]["ld"])

    def test_snp_zero_pages(self) -> None:
        digest = snp.INITIAL_DIGEST
        for gpa in (0x9000, 0xA000, 0xB000):
            digest = snp.extend(digest, snp.SnpPageType.ZERO, gpa)
        self.assertEqual(digest.hex(), self.recorded["snp_page_info_chain"][1]["ld"])

    @needs_peer("sev/ovmf_AmdSev_suffix.bin")
    def test_snp_page_of_real_firmware(self) -> None:
        page = load(PEERS / "sev" / "ovmf_AmdSev_suffix.bin")
        digest = snp.extend(snp.INITIAL_DIGEST, snp.SnpPageType.NORMAL, 0xFFFFF000, page)
        self.assertEqual(digest.hex(), self.recorded["snp_page_info_chain"][2]["ld"])

    def test_hash_of_a_zero_page(self) -> None:
        digest = hashlib.sha384(bytes(PAGE)).hexdigest()
        self.assertEqual(digest, self.recorded["sha384_zero_page"])

    @needs_peer("sev/ovmf_OvmfX64_suffix.bin")
    def test_sev_page_of_real_firmware(self) -> None:
        page = load(PEERS / "sev" / "ovmf_OvmfX64_suffix.bin")
        operation = PageAdd(0xFFFFF000, page, PageFlags.NONE, PageType.NORMAL, 1, 0)
        digest = sev.launch_digest([operation], with_vmsa=False)
        self.assertEqual(digest.hex(), self.recorded["sev_sha256"][0]["ld"])


class PublishedRealms(unittest.TestCase):
    """Realm measurements that RMM 1.0 tools publish."""

    recorded = load_json(OWN / "primitives.json")["cca_rmm10"]
    device_tree_ipa = 0x8FE00000

    def test_new_realms(self) -> None:
        for index, algorithm in ((0, "sha256"), (1, "sha512")):
            rim = cca.realm_rim(algorithm, s2sz=48, breakpoints=1, watchpoints=1)
            expected = bytes.fromhex(self.recorded[index]["rim"])
            self.assertEqual(rim, expected.ljust(cca.RIM_SIZE, b"\0"))
        rim = cca.realm_rim("sha256", s2sz=48, breakpoints=5, watchpoints=3)
        self.assertEqual(rim[:32], base64.b64decode(self.recorded[2]["rim_b64"]))

    def kvmtool_rim(self, firmware: bytes | None) -> str:
        rim = cca.realm_rim("sha256", s2sz=33, breakpoints=5, watchpoints=5)
        block = 2 << 20
        for base in range(0x80000000, 0xA0000000, block):
            rim = cca.extend_ripas("sha256", rim, base, base + block)
        entry = self.device_tree_ipa
        if firmware is not None:
            entry = 0x80000000
            rim = cca.extend_data("sha256", rim, entry, firmware.ljust(PAGE, b"\0"))
        tree = load(OWN / "cca" / "kvmtool_1cpu_512M.dtb").ljust(0x10000, b"\0")
        for offset in range(0, len(tree), PAGE):
            granule = tree[offset : offset + PAGE]
            rim = cca.extend_data("sha256", rim, self.device_tree_ipa + offset, granule)
        pc = 0 if firmware is None else entry
        context = struct.pack("<10Q", self.device_tree_ipa, *[0] * 7, pc, cca.RUNNABLE)
        return cca.extend_rec("sha256", rim, context)[:32].hex()

    def test_kvmtool_without_firmware(self) -> None:
        self.assertEqual(self.kvmtool_rim(None), self.recorded[3]["rim"])

    def test_kvmtool_with_firmware(self) -> None:
        self.assertEqual(self.kvmtool_rim(b"FW CONTENT"), self.recorded[4]["rim"])


class PeerImages(unittest.TestCase):
    @needs_peer("igvm-tooling")
    def test_real_images_equal_the_recorded_digests(self) -> None:
        recorded = load_json(PEERS / "igvm-tooling" / "digests.json")
        self.assertEqual(len(recorded), 3)
        for name, expected in recorded.items():
            [one] = measure(decode(load(PEERS / "igvm-tooling" / name)))
            self.assertEqual(one.digest, expected["igvm_crate"], name)

    @needs_peer("igvm-tooling")
    def test_header_padding_of_that_builder_is_reported(self) -> None:
        data = load(PEERS / "igvm-tooling" / "test_elf.igvm.gz")
        self.assertEqual(padding_byte(data), ord("0"))


class RoundTrip(unittest.TestCase):
    def layouts(self, data: bytes) -> list[Layout]:
        padding = padding_byte(data)
        return [
            Layout(deduplicate, padding, unit)
            for deduplicate in (True, False)
            for unit in (1, PAGE)
        ]

    def test_every_image_is_reproduced_by_one_layout(self) -> None:
        self.assertEqual(len(OWN_IMAGES), 9)
        for path in OWN_IMAGES + PEER_IMAGES:
            data = load(path)
            image = decode(data)
            encoded = [encode(image, layout) for layout in self.layouts(data)]
            self.assertIn(data, encoded, path.name)

    def test_the_layout_changes_neither_headers_nor_digests(self) -> None:
        image = decode(load(OWN / "image" / "igvm_c_basic.igvm"))
        shared = encode(image, Layout(deduplicate=True))
        repeated = encode(image, Layout(deduplicate=False))
        self.assertEqual(len(repeated) - len(shared), 4 * PAGE)
        self.assertEqual(measure(decode(shared)), measure(decode(repeated)))


class GeneratedFiles(unittest.TestCase):
    files = [generate_file(seed=1, index=index) for index in range(200)]
    images = [decode(file) for file in files]

    def test_bytes_are_the_same_on_every_machine(self) -> None:
        digest = hashlib.sha256(b"".join(self.files)).hexdigest()
        self.assertEqual(digest, "fc24f23bcc6f808ca0264a5374e69a57f16d25d27fb87da80473b507e118f12d")

    def test_encoding_what_was_decoded_gives_the_same_bytes(self) -> None:
        for index, (file, image) in enumerate(zip(self.files, self.images, strict=True)):
            self.assertEqual(encode(image, Layout(deduplicate=index % 4 != 3)), file, index)

    def test_every_kind_platform_flag_and_page_type_occurs(self) -> None:
        headers = [header for image in self.images for header in image.headers]
        pages = [header for header in headers if header.kind == "PAGE_DATA"]
        self.assertEqual({header.kind for header in headers}, {None, *(k.name for k in KINDS)})
        platforms = {platform for image in self.images for platform, _ in image.platforms()}
        self.assertEqual(platforms, set(Platform))
        self.assertEqual({page["data_type"] for page in pages}, set(PageType))
        self.assertEqual({page["flags"] for page in pages}, {0, 1, 2, 3, 4})
        formats = {(image.version, image.architecture) for image in self.images}
        self.assertEqual(formats, {(1, 0), (2, 0), (2, 1)})

    def test_every_platform_can_be_measured(self) -> None:
        for image in self.images:
            measured = [platform for platform, _ in image.platforms() if platform]
            self.assertEqual(len(measure(image)), len(measured))

    def test_no_platform_has_two_pages_at_one_address(self) -> None:
        for image in self.images:
            for _, mask in image.platforms():
                operations = list(launch_operations(image, mask))
                gpas = [one.gpa for one in operations if not isinstance(one, VpContext)]
                self.assertEqual(len(gpas), len(set(gpas)))

    def test_masks_name_platforms_of_the_file(self) -> None:
        for image in self.images:
            masks = [mask for _, mask in image.platforms()]
            self.assertTrue(all(mask.bit_count() == 1 for mask in masks))
            self.assertEqual(len(set(masks)), len(masks))
            used = [header["mask"] for header in image.headers if "mask" in header.fields]
            self.assertTrue(all(mask and mask & ~sum(masks) == 0 for mask in used))


class Refusals(unittest.TestCase):
    valid = load(OWN / "image" / "crate_snp.igvm")

    def refused(self, offset: int, value: bytes, message: str) -> None:
        data = bytearray(self.valid)
        data[offset : offset + len(value)] = value
        with self.assertRaisesRegex(DecodeError, message):
            decode(bytes(data))

    def test_broken_fixed_headers(self) -> None:
        self.refused(0, b"X", "magic")
        self.refused(4, b"\3", "version")
        self.refused(8, b"\x1c", "variable headers start")
        self.refused(12, b"\xff\xff", "variable headers hold")
        self.refused(16, b"\0", "total size")
        self.refused(20, b"\0\0\0\0", "checksum")

    def test_short_files(self) -> None:
        for size in (0, 23, 0x88, len(self.valid) - 1):
            with self.assertRaises(DecodeError):
                decode(self.valid[:size])

    def test_section_that_goes_back(self) -> None:
        policy = header("GUEST_POLICY", mask=1, policy=1 << 17)
        platform = header("SUPPORTED_PLATFORM", mask=1, platform_type=Platform.SNP, version=1)
        with self.assertRaisesRegex(DecodeError, "after its section"):
            decode(encode(Image(headers=[policy, platform])))

    def test_description_with_an_unknown_field(self) -> None:
        with self.assertRaisesRegex(ValueError, "no field"):
            header("PAGE_DATA", address=0)


class SpecialCases(unittest.TestCase):
    """Rules that no recorded file shows."""

    def digest(self, platform: Platform, *directives, **policy) -> bytes:
        headers = [
            header("SUPPORTED_PLATFORM", mask=1, platform_type=platform, version=1),
            *directives,
        ]
        return platform_digest(Image(headers=headers), platform, 1)[1]

    def test_large_page_counts_as_its_small_pages(self) -> None:
        large = header("PAGE_DATA", mask=1, gpa=0x200000, flags=PageFlags.LARGE)
        small = [header("PAGE_DATA", mask=1, gpa=0x200000 + PAGE * n) for n in range(512)]
        for platform in (Platform.SNP, Platform.TDX, Platform.VBS, Platform.SEV):
            self.assertEqual(self.digest(platform, large), self.digest(platform, *small))

    def test_directive_for_another_platform_is_skipped(self) -> None:
        page = header("PAGE_DATA", mask=1, gpa=0x1000)
        other = header("PAGE_DATA", mask=2, gpa=0x2000)
        self.assertEqual(self.digest(Platform.TDX, page, other), self.digest(Platform.TDX, page))

    def test_shared_page_is_skipped_everywhere(self) -> None:
        page = header("PAGE_DATA", mask=1, gpa=0x1000)
        shared = header("PAGE_DATA", mask=1, gpa=0x2000, flags=PageFlags.SHARED)
        for platform in (Platform.SNP, Platform.TDX, Platform.VBS, Platform.SEV):
            self.assertEqual(self.digest(platform, page, shared), self.digest(platform, page))

    def test_secrets_win_over_unmeasured(self) -> None:
        plain = header("PAGE_DATA", mask=1, data_type=PageType.SECRETS)
        flagged = header(
            "PAGE_DATA", mask=1, data_type=PageType.SECRETS, flags=PageFlags.UNMEASURED
        )
        self.assertEqual(self.digest(Platform.SNP, plain), self.digest(Platform.SNP, flagged))

    def test_pages_that_a_platform_cannot_load(self) -> None:
        secrets = header("PAGE_DATA", mask=1, data_type=PageType.SECRETS)
        for platform in (Platform.VBS, Platform.SEV, Platform.SEV_ES):
            with self.assertRaises(MeasureError):
                self.digest(platform, secrets)

    def test_insert_of_an_unknown_area(self) -> None:
        with self.assertRaisesRegex(MeasureError, "not declared"):
            self.digest(Platform.SNP, header("PARAMETER_INSERT", mask=1, index=3))

    def test_sev_es_contexts_are_measured_in_vp_order(self) -> None:
        contexts = [
            header("VP_CONTEXT", bytes([vp_index + 1]) * PAGE, mask=1, vp_index=vp_index)
            for vp_index in range(3)
        ]
        self.assertEqual(
            self.digest(Platform.SEV_ES, *reversed(contexts)),
            hashlib.sha256(b"".join(bytes([n]) * PAGE for n in (1, 2, 3))).digest(),
        )

    def test_empty_launches(self) -> None:
        self.assertEqual(self.digest(Platform.SNP), bytes(48))
        self.assertEqual(self.digest(Platform.TDX), hashlib.sha384().digest())
        self.assertEqual(self.digest(Platform.VBS), bytes(32))

    def test_native_has_no_measurement(self) -> None:
        headers = [header("SUPPORTED_PLATFORM", mask=1, version=1)]
        self.assertEqual(measure(Image(headers=headers)), [])


if __name__ == "__main__":
    unittest.main()
