"""Signatures, ID blocks and CoRIM documents of the oracle."""

from __future__ import annotations

import hashlib
import struct
import unittest

from igvm_oracle import endorse, p384
from igvm_oracle.cbor import Tag, dumps
from igvm_oracle.dice import Dice
from igvm_oracle.format import Header, Image, Platform
from igvm_oracle.generate import generate_image
from vectors import OWN, PEERS, load, load_json, needs_peer

CORIM = OWN / "corim"


def public_key(header: Header, name: str) -> tuple[int, int]:
    return little(header[f"{name}_key_qx"]), little(header[f"{name}_key_qy"])


def signature(header: Header, name: str) -> tuple[int, int]:
    return little(header[f"{name}_signature_r"]), little(header[f"{name}_signature_s"])


def little(data: bytes) -> int:
    return int.from_bytes(data, "little")


class Signatures(unittest.TestCase):
    def test_rfc_6979_example(self) -> None:
        """RFC 6979, A.2.6, SHA-384, message "sample"."""
        private = int(
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA"
            "9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            16,
        )
        r, s = p384.sign(private, b"sample")
        self.assertEqual(
            f"{r:096X}",
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA7"
            "3D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
        )
        self.assertEqual(
            f"{s:096X}",
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526"
            "203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
        )

    def test_only_the_signed_message_verifies(self) -> None:
        public = p384.public_key(endorse.TEST_KEY)
        r, s = p384.sign(endorse.TEST_KEY, b"message")
        self.assertTrue(p384.verify(public, b"message", (r, s)))
        self.assertFalse(p384.verify(public, b"massage", (r, s)))
        self.assertFalse(p384.verify(public, b"message", (r, s + 1)))
        self.assertFalse(p384.verify(p384.public_key(5), b"message", (r, s)))
        self.assertFalse(p384.verify(public, b"message", (0, s)))

    def test_the_test_certificate_holds_the_test_key(self) -> None:
        x, y = p384.public_key(endorse.TEST_KEY)
        uncompressed = b"\4" + x.to_bytes(48, "big") + y.to_bytes(48, "big")
        self.assertIn(uncompressed, endorse.TEST_CERTIFICATE)

    @needs_peer("sev/expected_auth_block.bin")
    def test_author_signature_of_another_tool_verifies(self) -> None:
        block = load(PEERS / "sev" / "expected_auth_block.bin")

        def pair(offset: int) -> tuple[int, int]:
            return little(block[offset : offset + 72]), little(block[offset + 72 : offset + 144])

        id_key = block[0x240 : 0x240 + endorse.KEY_SIZE]
        self.assertEqual(endorse.snp_key(pair(0x244)), id_key)
        self.assertTrue(p384.verify(pair(0x884), id_key, pair(0x680)))


class Corim(unittest.TestCase):
    def test_documents_equal_the_recorded_ones(self) -> None:
        recorded = load_json(CORIM / "digests.json")
        for name, platform, size, svn in (
            ("snp_aa_svn1", Platform.SNP, 48, 1),
            ("tdx_aa_svn5", Platform.TDX, 48, 5),
            ("vbs_aa_svn2", Platform.VBS, 32, 2),
        ):
            for suffix, tagged in (("bareuri", False), ("uri32", True)):
                document = endorse.corim_document(platform, b"\xaa" * size, svn, tagged)
                self.assertEqual(document, load(CORIM / f"{name}_{suffix}.cbor"))
                digest = hashlib.sha256(document).hexdigest()
                self.assertEqual(digest, recorded[f"{name}_{suffix}"]["sha256"])

    def test_bytes_to_be_signed_equal_the_recorded_ones(self) -> None:
        certificate = load(CORIM / "test_cert.der")
        protected = dumps({1: -38, 3: "application/rim+cbor", 15: {1: "test"}, 33: certificate})
        document = load(CORIM / "crate_snp_svn1_bareuri.cbor")
        signed = endorse.to_be_signed(protected, document)
        self.assertEqual(signed, load(CORIM / "crate_snp_svn1_bareuri.tbs"))
        recorded = load_json(CORIM / "digests.json")["tbs_sha384"]
        self.assertEqual(hashlib.sha384(signed).hexdigest(), recorded)

    def test_numbers_take_the_shortest_form(self) -> None:
        for number, encoded in (
            (23, "17"),
            (24, "1818"),
            (255, "18ff"),
            (256, "190100"),
            (65536, "1a00010000"),
            (1 << 32, "1b0000000100000000"),
            (-1, "20"),
            (-25, "3818"),
        ):
            self.assertEqual(dumps(number).hex(), encoded)
        self.assertEqual(dumps(Tag(552, None)).hex(), "d90228f6")


class GeneratedEndorsements(unittest.TestCase):
    images: list[Image] = [generate_image(seed=2, index=index) for index in range(60)]

    def headers(self, kind: str) -> list[tuple[Image, Header]]:
        return [(image, header) for image in self.images for header in image.of_kind(kind)]

    def test_id_blocks_hold_the_digest_and_verify(self) -> None:
        author_keys = set()
        for image, block in self.headers("SNP_ID_BLOCK"):
            ld = endorse.digest_of(image, Platform.SNP, block["mask"])
            self.assertEqual(block["ld"], ld)
            [policy] = [p for p in image.of_kind("GUEST_POLICY") if p["mask"] == block["mask"]]
            ids = block["family_id"] + block["image_id"]
            message = ld + ids + struct.pack("<IIQ", 1, block["guest_svn"], policy["policy"])
            self.assertTrue(p384.verify(public_key(block, "id"), message, signature(block, "id")))
            author_keys.add(block["author_key_enabled"])
            self.check_author(block)
        self.assertEqual(author_keys, {0, 1})

    def check_author(self, block: Header) -> None:
        if block["author_key_enabled"]:
            id_key = endorse.snp_key(public_key(block, "id"))
            author = public_key(block, "author"), id_key, signature(block, "author")
            self.assertTrue(p384.verify(*author))
        else:
            self.assertEqual(public_key(block, "author") + signature(block, "author"), (0,) * 4)

    def test_vbs_measurements_hold_the_digest(self) -> None:
        found = self.headers("VBS_MEASUREMENT")
        self.assertGreater(len(found), 0)
        for image, one in found:
            digest = endorse.digest_of(image, Platform.VBS, one["mask"])
            self.assertEqual(one["digest"], digest.ljust(64, b"\0"))

    def test_corim_documents_hold_the_digest_and_come_before_their_signature(self) -> None:
        for image, document in self.headers("CORIM_DOCUMENT"):
            [platform] = [one for one, mask in image.platforms() if mask == document["mask"]]
            self.assertIn(
                endorse.digest_of(image, platform, document["mask"]), document.payload or b""
            )
        signatures = self.headers("CORIM_SIGNATURE")
        self.assertGreater(len(signatures), 0)
        for image, one in signatures:
            before = image.headers[: image.headers.index(one)]
            documents = [header for header in before if header.kind == "CORIM_DOCUMENT"]
            [document] = [header for header in documents if header["mask"] == one["mask"]]
            self.assertEqual(one.payload, endorse.corim_signature(document.payload or b""))

    def test_keys_differ_between_files(self) -> None:
        keys = {endorse.private_key(Dice(str(number))) for number in range(10)}
        self.assertEqual(len(keys), 10)


if __name__ == "__main__":
    unittest.main()
