"""merge, filter and extract: what they write is measured, dumped and compared; what they refuse leaves nothing."""

import json
import unittest

from support import ERRORS, INPUT_OUTPUT, OK, USAGE, Case, run

CODE = bytes(range(256)) * 32  # two pages
SPEC = """igvmspec 1;
input blob : file = "code";
image part {
    platform %s { }
    region code { at = 1M; data = blob; }
    region own { at = %s; data = hex"%02x"; }
}
"""


class Edit(Case):
    def setUp(self):
        super().setUp()
        self.write("code", CODE)
        for byte, (platform, at) in enumerate([("snp", "2M"), ("tdx", "3M")], start=1):
            self.write(platform + ".igvmspec", SPEC % (platform, at, byte))
            self.succeed("build", platform + ".igvmspec", "-o", platform + ".igvm", "--quiet")

    def succeed(self, *words):
        done = run(*words, folder=self.folder)
        self.assertEqual(done.code, OK, done.err + done.out)
        self.bounded(done)
        return done.out

    def digests(self, file):
        measured = json.loads(self.succeed("measure", "--json", file))["measurements"]
        return {each["platform"]: each["digest"] for each in measured}

    def pages(self, file):
        headers = json.loads(self.succeed("dump", "--json", file))["headers"]
        return sum(header["name"] == "PAGE_DATA" for header in headers)

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def merged(self, *options):
        self.succeed("merge", "snp.igvm", "tdx.igvm", "-o", "both.igvm", *options)
        return "both.igvm"

    def test_merging_folds_equal_pages_and_keeps_the_measurements(self):
        parts = self.digests("snp.igvm") | self.digests("tdx.igvm")
        self.assertEqual(self.digests(self.merged()), parts)
        self.assertEqual(self.pages("both.igvm"), 4)

    def test_appending_keeps_every_page(self):
        parts = self.digests("snp.igvm") | self.digests("tdx.igvm")
        self.assertEqual(self.digests(self.merged("--append")), parts)
        self.assertEqual(self.pages("both.igvm"), 6)

    def test_filtering_gives_back_what_was_merged(self):
        self.merged()
        self.succeed("filter", "both.igvm", "--platform", "snp", "-o", "again.igvm")
        self.assertEqual(self.digests("again.igvm"), self.digests("snp.igvm"))
        self.assertEqual(self.pages("again.igvm"), 3)

    def test_filtering_for_all_platforms_changes_nothing(self):
        self.merged()
        self.succeed("filter", "both.igvm", "--platform", "snp", "--platform", "tdx", "-o", "again.igvm")
        self.assertEqual(self.bytes_of("again.igvm"), self.bytes_of("both.igvm"))

    def test_extracting_a_range_across_pages(self):
        for text in ["0x100ff0+0x20", "0x100ff0-0x101010"]:
            with self.subTest(text):
                self.succeed("extract", "snp.igvm", "--gpa", text, "-o", "bytes")
                self.assertEqual(self.bytes_of("bytes"), CODE[0xFF0:0x1010])

    def test_extracting_a_region_by_its_name(self):
        self.succeed("extract", "snp.igvm", "--region", "code", "-o", "bytes")
        self.assertEqual(self.bytes_of("bytes"), CODE)
        self.succeed("extract", "snp.igvm", "--region", "own", "-o", "bytes")
        self.assertEqual(self.bytes_of("bytes"), b"\x01" + bytes(4095))

    def test_extracting_what_one_platform_loads(self):
        self.merged()
        self.succeed("extract", "both.igvm", "--gpa", "3M+1", "--platform", "tdx", "-o", "bytes")
        self.assertEqual(self.bytes_of("bytes"), b"\x02")
        self.refused(ERRORS, "nothing is loaded at gpa 0x300000", "extract", "both.igvm", "--gpa", "3M+1", "--platform",
                     "snp", "-o", "other")

    def test_what_is_refused(self):
        for code, pattern, words in [
            (ERRORS, "IGVM-E002.*an earlier file has platform snp too", ["merge", "snp.igvm", "snp.igvm"]),
            (INPUT_OUTPUT, "absent", ["merge", "snp.igvm", "absent"]),
            (ERRORS, "no platform tdx", ["filter", "snp.igvm", "--platform", "tdx"]),
            (ERRORS, "no region absent", ["extract", "snp.igvm", "--region", "absent"]),
            (ERRORS, "nothing is loaded at gpa 0x102000", ["extract", "snp.igvm", "--gpa", "1M+3M"]),
        ]:
            with self.subTest(words):
                self.refused(code, pattern, *words, "-o", "out")

    def test_files_of_two_versions_are_not_merged_and_the_help_says_how(self):
        text = (self.folder / "tdx.igvmspec").read_text().replace("image part {", "image part { format = 2;")
        self.write("tdx.igvmspec", text)
        self.succeed("build", "tdx.igvmspec", "-o", "tdx.igvm", "--quiet")
        done = self.refused(ERRORS, "IGVM-E001.*this file has format version 2,", "merge", "snp.igvm", "tdx.igvm", "-o", "out")
        self.assertIn("`format = 2;` in the image of a spec", done.err)

    def test_what_is_no_range(self):
        for text in ["1M", "1M+0", "2M-1M", "1M-1M", "x+1", "0xffffffffffffffff+2"]:
            with self.subTest(text):
                done = run("extract", "snp.igvm", "--gpa", text, "-o", "out", folder=self.folder)
                self.assertEqual(done.code, USAGE)
                self.assertIn("is not BEGIN-END or BEGIN+SIZE", done.err)
                self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
