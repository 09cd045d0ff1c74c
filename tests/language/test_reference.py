"""The language reference: its vocabulary is not stale and every example in it is true."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = SOURCE / "grammar/language.md"
EXAMPLE = re.compile(r"^```igvmspec( parse)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
INPUT = re.compile(r"^input (\w+) : file", re.MULTILINE)


def igvm(*words):
    done = subprocess.run([os.environ["IGVM"], *map(str, words)], capture_output=True, encoding="utf-8", timeout=300)
    return done.returncode, done.stderr


class Reference(unittest.TestCase):
    def examples(self):
        found = EXAMPLE.findall(REFERENCE.read_text(encoding="utf-8"))
        self.assertGreater(len(found), 12)
        return found

    def test_the_vocabulary_is_what_the_tables_say(self):
        done = subprocess.run([os.environ["LANGUAGE_REFERENCE"], "--check", REFERENCE], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_stale_vocabulary_is_found_and_mended(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "language.md"
            text = REFERENCE.read_text(encoding="utf-8")
            copy.write_text(text.replace("| `snp` |", "| `pns` |"), encoding="utf-8")
            tool = os.environ["LANGUAGE_REFERENCE"]
            self.assertEqual(subprocess.run([tool, "--check", copy], capture_output=True).returncode, 1)
            self.assertEqual(subprocess.run([tool, copy]).returncode, 0)
            self.assertEqual(copy.read_text(encoding="utf-8"), text)

    def test_every_example_is_in_the_style(self):
        for _, text in self.examples():
            with self.subTest(text), tempfile.TemporaryDirectory() as folder:
                spec = pathlib.Path(folder) / "example.igvmspec"
                spec.write_text(text, encoding="utf-8")
                self.assertEqual(igvm("fmt", spec), (0, ""))
                self.assertEqual(spec.read_text(encoding="utf-8"), text)

    def test_every_example_with_an_image_builds_and_the_others_are_declarations(self):
        for parse_only, text in self.examples():
            if parse_only:
                continue
            with self.subTest(text), tempfile.TemporaryDirectory() as folder:
                spec = pathlib.Path(folder) / "example.igvmspec"
                image = "" if "\nimage " in text else "image t { platform native { } }\n"
                spec.write_text(text + image, encoding="utf-8")
                (pathlib.Path(folder) / "input").write_bytes(bytes(4096))
                inputs = [f"-i{name}={folder}/input" for name in INPUT.findall(text)]
                params = [f"-p{name}=x" for name in re.findall(r"^param (\w+) : string;", text, re.MULTILINE)]
                self.assertEqual(igvm("build", spec, *inputs, *params, "--quiet", "-o", spec.with_suffix(".igvm")), (0, ""))


if __name__ == "__main__":
    unittest.main()
