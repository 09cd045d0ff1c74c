"""Outputs that cannot be written: every target stays as it was, and no temporary file stays."""

import os
import unittest

from support import IMAGES, INPUT_OUTPUT, NOBODY, OK, USAGE, Case, listing, run


class BadOutput(Case):
    def setUp(self):
        super().setUp()
        self.write("code", os.urandom(65536))
        self.write("demo.igvmspec", "igvmspec 1;\ninput code : file = \"code\";\n"
                   "image demo { arch = x64; platform native { } region all { at = 1M; data = code; } }\n")
        for name in ["out.igvm", "out.igvm.json", "out.d"]:
            self.write(name, "old " + name)

    def test_what_would_be_written_is_written(self):
        done = run(*self.build_words("demo.igvmspec"), folder=self.folder)
        self.assertEqual(done.code, OK, done.err)
        self.assertEqual(sorted(listing(self.folder)), ["code", "demo.igvmspec", "out.d", "out.igvm", "out.igvm.json"])
        self.assertGreater((self.folder / "out.igvm").stat().st_size, 65536)

    def test_a_full_disk(self):
        for size in [0, 16, 4096, 65536]:
            with self.subTest(size=size):
                self.refused(INPUT_OUTPUT, "cannot write out.*: File too large", *self.build_words("demo.igvmspec"),
                             file_size=size)

    def test_a_full_standard_output(self):
        for words in [["dump", IMAGES / "allkinds.igvm"], ["dump", "--json", IMAGES / "allkinds.igvm"],
                      ["measure", IMAGES / "allkinds.igvm"]]:
            with self.subTest(words), open("/dev/full", "wb") as full:
                self.refused(INPUT_OUTPUT, "standard output could not be written|cannot write to file", *words, stdout=full)

    def test_a_folder_that_does_not_exist(self):
        for option in ["--output", "--report", "--depfile"]:
            words = ["build", "demo.igvmspec"]
            if option != "--output":
                words += ["-o", "out.igvm"]
            with self.subTest(option):
                self.refused(INPUT_OUTPUT, "cannot write absent/x: No such file", *words, option, "absent/x")

    def test_a_folder_in_the_place_of_an_output(self):
        (self.folder / "folder").mkdir()
        for words in [["-o", "folder"], ["-o", "out.igvm", "--report", "folder"],
                      ["-o", "out.igvm", "--depfile", "folder"]]:
            with self.subTest(words):
                self.refused(INPUT_OUTPUT, "folder is not a regular file", "build", "demo.igvmspec", *words)

    def test_a_device_is_not_replaced(self):
        self.refused(INPUT_OUTPUT, "/dev/null is not a regular file", "build", "demo.igvmspec", "-o", "/dev/null",
                     "--no-report")

    @unittest.skipIf(os.geteuid() != 0, "only root can run the command as another user")
    def test_a_folder_without_permission(self):
        self.folder.chmod(0o755)
        self.refused(INPUT_OUTPUT, "cannot write out.*: Permission denied", *self.build_words("demo.igvmspec"),
                     user=NOBODY)

    def test_an_output_never_replaces_what_it_is_built_from(self):
        self.write("blob", b"\0" * 4096)
        self.write("part.igvmspec", "igvmspec 1;\nconst START = 1M;\n")
        self.write("demo.igvmspec", "igvmspec 1;\ninclude \"part.igvmspec\";\ninput blob : file;\n"
                   "image demo { arch = x64; platform native { } region a { at = START; data = blob; } }\n")
        (self.folder / "link").symlink_to("blob")
        for name in ["demo.igvmspec", "./part.igvmspec", "blob", "link"]:
            for words in [["-o", name], ["-o", "new", "--report", name], ["-o", "new", "--depfile", name]]:
                with self.subTest(words):
                    self.refused(USAGE, "would overwrite", "build", "demo.igvmspec", "-i", "blob=blob", *words)

    def test_two_outputs_of_one_name(self):
        for words in [["--report", "./out.igvm"], ["--depfile", "out.igvm"], ["--depfile", "out.igvm.json"]]:
            with self.subTest(words):
                self.refused(USAGE, "name the same file", "build", "demo.igvmspec", "-o", "out.igvm", *words)


if __name__ == "__main__":
    unittest.main()
