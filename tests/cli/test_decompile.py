"""decompile: the spec that it writes builds the same bytes, is in the one style, and says what it can in words."""

import gzip
import itertools
import os
import pathlib
import sys
import unittest

from support import ERRORS, IMAGES, INPUT_OUTPUT, OK, Case, listing, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = pathlib.Path(os.environ.get("IGVM_PEER_VECTORS") or ROOT.parent / "shared/vectors/peers")
BUILT_EXAMPLES = pathlib.Path(os.environ["IGVM_EXAMPLE_IMAGES"])
# Files of the vectors that break rules of the format, with the first rule that each breaks.
INVALID = {"igvm_c_basic": "IGVM-I001", "sev_es": "IGVM-D020"}

sys.path += [str(ROOT / "tests/oracle"), str(ROOT / "tests/interop")]
from damage import damaged  # noqa: E402
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
    def test_every_valid_vector_comes_back(self):
        for path in sorted(IMAGES.glob("*.igvm")):
            if path.stem not in INVALID:
                self.decompiled(path.read_bytes(), path.stem)

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

    def test_damaged_files_come_back_where_they_are_valid(self):
        valid = 0
        for index in range(60):
            image = damaged(generate_image(9, index), Dice(f"decompile/{index}"))
            self.write("damaged.igvm", image)
            checked = run("check", "damaged.igvm", folder=self.folder)
            # No spec says padding that differs from header to header.
            if checked.code == OK and "IGVM-F017" not in checked.out:
                self.decompiled(image, f"damaged_{index}")
                valid += 1
        self.assertGreater(valid, 5)


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
    def test_a_file_that_breaks_rules_is_refused_by_their_names(self):
        for name, rule in INVALID.items():
            done = run("decompile", IMAGES / f"{name}.igvm", "-o", "out", folder=self.folder)
            self.assertEqual(done.code, ERRORS)
            self.assertRegex(done.errors()[0], rule)
            self.assertEqual(listing(self.folder), {})

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
