"""decompile: the spec that it writes builds the same bytes, is in the one style, and says what it can in words."""

import gzip
import os
import pathlib
import re
import struct
import sys
import unittest

from support import ERRORS, IMAGES, INPUT_OUTPUT, OK, Case, listing, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = pathlib.Path(os.environ.get("IGVM_PEER_VECTORS") or ROOT.parent / "shared/vectors/peers")
BUILT_EXAMPLES = pathlib.Path(os.environ["IGVM_EXAMPLE_IMAGES"])
# Files of the vectors that break a rule of the format, and the rule.
INVALID = {"igvm_c_basic": "I001", "sev_es": "D020"}

sys.path += [str(ROOT / "tests/oracle"), str(ROOT / "tests/interop")]
from damage import damaged, sealed  # noqa: E402
from igvm_oracle.dice import Dice  # noqa: E402
from igvm_oracle.encode import Layout, encode  # noqa: E402
from igvm_oracle.generate import generate_file, generate_image  # noqa: E402


class Decompiling(Case):
    def decompiled(self, image, name="image"):
        """The text of the spec, after it has built the same bytes again."""
        original = self.write(f"{name}.igvm", image)
        done = run("decompile", original.name, "-o", name, folder=self.folder)
        self.assertEqual(done.code, OK, f"{name}: {done.err}")
        spec = f"{name}/{name}.igvmspec"
        done = run("build", spec, "-o", "again.igvm", "--no-report", folder=self.folder)
        self.assertEqual(done.code, OK, f"{name}: {done.err}")
        self.assertEqual((self.folder / "again.igvm").read_bytes(), image, name)
        done = run("fmt", "--check", spec, folder=self.folder)
        self.assertEqual((done.code, done.out), (OK, ""), name)
        size = sum(path.stat().st_size for path in (self.folder / name).iterdir())
        self.assertLess(size, 4 * len(image) + 64 * 1024, name)
        return (self.folder / spec).read_text()


class RoundTrip(Decompiling):
    def test_every_vector_comes_back_and_allows_the_rules_that_it_breaks(self):
        for path in sorted(IMAGES.glob("*.igvm")):
            text = self.decompiled(path.read_bytes(), path.stem)
            allowed = re.search(r"^    allow = \[(.*)\];$", text, re.M)
            self.assertEqual(allowed and allowed[1], INVALID.get(path.stem), path.stem)

    def test_every_file_of_other_builders_comes_back(self):
        if not PEERS.is_dir():
            self.skipTest("there are no files of other builders")
        for path in sorted(PEERS.rglob("*.igvm")):
            self.decompiled(path.read_bytes(), path.stem)
        for path in sorted(PEERS.rglob("*.igvm.gz")):
            self.decompiled(gzip.decompress(path.read_bytes()), path.name.removesuffix(".igvm.gz"))

    def test_every_example_comes_back(self):
        examples = sorted(BUILT_EXAMPLES.rglob("*.igvm"))
        if not examples:
            self.skipTest("no example is built")
        for path in examples:
            self.decompiled(path.read_bytes(), path.stem.replace("-", "_"))

    def test_generated_files_come_back(self):
        for index in range(200):
            self.decompiled(generate_file(7, index), f"generated_{index}")

    def test_odd_layouts_come_back(self):
        layouts = [Layout(deduplicate=False), Layout(padding=0x30), Layout(payload_unit=4096), Layout(payload_unit=64)]
        for index, layout in enumerate(layouts):
            self.decompiled(encode(generate_image(8, index), layout), f"layout_{index}")

    def test_damaged_files_come_back_unless_no_spec_can_say_them(self):
        returned = broken = 0
        for index in range(60):
            image = damaged(generate_image(9, index), Dice(f"decompile/{index}"))
            file = self.write("damaged.igvm", image)
            checked = run("check", file.name, folder=self.folder)
            # What cannot be read, the fixed header, the order of the sections, and the platforms are as a spec has them.
            if re.search("error: .*IGVM-(F00.|F01[0-4]|P...)", checked.out):
                continue
            text = self.decompiled(image, f"damaged_{index}")
            returned += 1
            broken += "allow = " in text
        self.assertGreater(returned, 30)
        self.assertGreater(broken, 10)

    def test_padding_that_differs_from_header_to_header_comes_back(self):
        image = bytearray((IMAGES / "allkinds.igvm").read_bytes())
        contexts = [at for at, kind, size in headers(image) if kind == VP_CONTEXT]
        self.assertGreater(len(contexts), 1)
        at = contexts[0] + 8 + 20
        image[at : at + 4] = b"\x01\x02\x03\x04"
        text = self.decompiled(sealed(bytes(image)), "padded")
        self.assertIn('padding = hex"01020304";', text)
        self.assertEqual(text.count("padding ="), 1)

    def test_a_gap_before_the_headers_comes_back(self):
        original = (IMAGES / "crate_snp.igvm").read_bytes()
        gap = bytes(range(1, 17))
        image = bytearray(original[:24] + gap + original[24:])
        moved(image, 8, len(gap))
        moved(image, 16, len(gap))
        for at, kind, size in headers(image):
            if kind == PAGE_DATA:
                moved(image, at + 8 + 12, len(gap))
        text = self.decompiled(sealed(bytes(image)), "gap")
        self.assertIn("gap = gap_data;", text)


PAGE_DATA, VP_CONTEXT = 0x302, 0x304


def moved(image, at, by):
    struct.pack_into("<I", image, at, struct.unpack_from("<I", image, at)[0] + by)


def headers(image):
    """Offset, type and length of each variable header."""
    begin, size = struct.unpack_from("<II", image, 8)
    at = begin
    while at < begin + size:
        kind, length = struct.unpack_from("<II", image, at)
        yield at, kind, length
        at += 8 + (length + 7) // 8 * 8


class Words(Decompiling):
    def test_what_every_header_says_is_in_words(self):
        text = self.decompiled((IMAGES / "allkinds.igvm").read_bytes(), "allkinds")
        self.assertNotIn("header {", text)
        for words in ("region secrets on snp", "kind = cpuid_xf", "vp_context vp0 on snp", "error_range on vbs",
                      "parameters parameters", "required_memory", "measured = false"):
            self.assertIn(words, text)

    def test_registers_are_named(self):
        text = self.decompiled((IMAGES / "snp_shared.igvm").read_bytes(), "snp_shared")
        self.assertRegex(text, r"rip = 0x100000")
        self.assertIn("shared = true", text)

    def test_blank_pages_cost_nothing_and_equal_data_is_one_file(self):
        self.write("code", bytes(range(256)) * 16)
        self.write("demo.igvmspec", """igvmspec 1;
input code : file = "code";
image demo {
    platform snp { policy { smt = true; } }
    region ram { at = 1M; size = 64M; zeros = elided; }
    region first { at = 128M; data = code; }
    region second { at = 129M; data = code; measured = false; }
}
""")
        self.assertEqual(run("build", "demo.igvmspec", "-o", "demo.igvm", folder=self.folder).code, OK)
        text = self.decompiled((self.folder / "demo.igvm").read_bytes(), "demo")
        self.assertIn("size = 64M;", text)
        files = [path.name for path in (self.folder / "demo").iterdir()]
        self.assertEqual(len(files), 2, files)


class Refusals(Case):
    def test_a_file_whose_checksum_is_wrong_is_refused_with_the_place(self):
        image = bytearray((IMAGES / "crate_snp.igvm").read_bytes())
        image[20] ^= 1
        self.write("wrong.igvm", image)
        self.refused(ERRORS, "at offset 0x14 it has", "decompile", "wrong.igvm", "-o", "out")

    def test_a_folder_with_other_files_is_left_alone(self):
        (self.folder / "out").mkdir()
        self.write("out/notes.txt", "mine")
        self.refused(INPUT_OUTPUT, "notes.txt", "decompile", IMAGES / "crate_snp.igvm", "-o", "out")

    def test_a_damaged_file_is_refused(self):
        self.write("cut.igvm", (IMAGES / "crate_snp.igvm").read_bytes()[:40])
        self.refused(ERRORS, "IGVM-F", "decompile", "cut.igvm", "-o", "out")

    def test_the_name_of_the_file_makes_a_safe_name_of_the_image(self):
        self.write('9 "; }.igvm', (IMAGES / "crate_snp.igvm").read_bytes())
        done = run("decompile", '9 "; }.igvm', "-o", "out", folder=self.folder)
        self.assertEqual(done.code, OK, done.err)
        self.assertIn("image _9_____ {", (self.folder / "out/_9_____.igvmspec").read_text())


if __name__ == "__main__":
    unittest.main()
