"""The formatter on every spec of the tree and on generated ones: words stay, bytes stay, twice is once."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import generate

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "spec"))
from run_spec_tests import parse  # noqa: E402

GENERATED = 1000
LIMIT = 300


def igvm(*words, folder=None, text=None):
    return subprocess.run([os.environ["IGVM"], *map(str, words)], cwd=folder, input=text, capture_output=True,
                          encoding="utf-8", timeout=LIMIT)


def words(text):
    """What the formatter may not touch: everything but space."""
    return re.sub(r"\s", "", text)


def case_specs():
    """The specs inside the language tests that have no syntax error."""
    for path in sorted((SOURCE / "tests/spec").glob("*.igvmtest")):
        for case in parse(path)[1]:
            for section in case.inputs:
                if section.word == "spec" or section.argument.endswith(".igvmspec"):
                    yield f"{path.name}: {case.title}", section.text()


class Format(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.folder)

    def assert_stable(self, name, text):
        """Formats the text; its words stay and the result is its own style."""
        once = igvm("fmt", "-", text=text)
        if once.returncode != 0:
            return None
        self.assertEqual(words(once.stdout), words(text), name)
        twice = igvm("fmt", "-", text=once.stdout)
        self.assertEqual(twice.stdout, once.stdout, name)
        return once.stdout

    def test_the_examples_are_in_the_style(self):
        specs = sorted((SOURCE / "examples").rglob("*.igvmspec"))
        self.assertGreater(len(specs), 2)
        done = igvm("fmt", "--check", *specs)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_specs_of_the_language_tests_are_stable(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda case: self.assert_stable(*case), case_specs()))
        self.assertGreater(sum(text is not None for text in done), 150)

    def test_generated_specs_keep_their_words_and_come_out_the_same_twice(self):
        texts = [generate.spec(seed) for seed in range(GENERATED)]
        for seed, text in enumerate(texts):
            (self.folder / f"{seed}.igvmspec").write_text(text, encoding="utf-8", newline="")
        names = [f"{seed}.igvmspec" for seed in range(GENERATED)]
        first = igvm("fmt", *names, folder=self.folder)
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        changed = 0
        for name, text in zip(names, texts):
            formatted = (self.folder / name).read_bytes().decode()
            self.assertEqual(words(formatted), words(text), name)
            changed += formatted != text
        self.assertGreater(changed, GENERATED // 2)
        second = igvm("fmt", "--check", *names, folder=self.folder)
        self.assertEqual((second.returncode, second.stdout), (0, ""))

    def test_generated_specs_build_to_the_same_bytes(self):
        def build(seed, text, name):
            path = self.folder / f"{seed}-{name}.igvmspec"
            path.write_text(text, encoding="utf-8", newline="")
            done = igvm("build", path, "-o", path.with_suffix(".igvm"), "--quiet", "--no-report")
            self.assertEqual((done.returncode, done.stderr), (0, ""), seed)
            return path.with_suffix(".igvm").read_bytes()

        def both(seed):
            text = generate.spec(seed)
            formatted = igvm("fmt", "-", text=text).stdout
            self.assertEqual(build(seed, text, "written"), build(seed, formatted, "formatted"), seed)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(both, range(GENERATED)))

    def test_check_names_the_files_that_would_change_and_changes_nothing(self):
        tidy, untidy = self.folder / "tidy.igvmspec", self.folder / "untidy.igvmspec"
        tidy.write_text("igvmspec 1;\n")
        untidy.write_text("igvmspec  1;\n")
        done = igvm("fmt", "--check", "tidy.igvmspec", "untidy.igvmspec", folder=self.folder)
        self.assertEqual((done.returncode, done.stdout), (1, "untidy.igvmspec\n"))
        self.assertEqual(untidy.read_text(), "igvmspec  1;\n")

    def test_a_file_with_syntax_errors_stays_and_the_others_are_written(self):
        wrong, untidy = self.folder / "wrong.igvmspec", self.folder / "untidy.igvmspec"
        wrong.write_text("igvmspec 1;\nconst a = ;\n")
        untidy.write_text("igvmspec  1;\n")
        done = igvm("fmt", "wrong.igvmspec", "untidy.igvmspec", folder=self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong.igvmspec:2:11: error: expected an expression before ';' [E0101]", done.stderr)
        self.assertEqual(wrong.read_text(), "igvmspec 1;\nconst a = ;\n")
        self.assertEqual(untidy.read_text(), "igvmspec 1;\n")

    def test_a_file_in_the_style_is_not_written(self):
        tidy = self.folder / "tidy.igvmspec"
        tidy.write_text("igvmspec 1;\n")
        os.utime(tidy, ns=(1, 1))
        self.assertEqual(igvm("fmt", tidy).returncode, 0)
        self.assertEqual(tidy.stat().st_mtime_ns, 1)

    def test_a_file_that_cannot_be_read(self):
        done = igvm("fmt", "absent.igvmspec", folder=self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot read 'absent.igvmspec'", done.stderr)

    def test_text_that_is_not_utf8_is_refused(self):
        (self.folder / "x.igvmspec").write_bytes(b"igvmspec 1;\n// \xff\n")
        done = igvm("fmt", "x.igvmspec", folder=self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("[E0105]", done.stderr)


if __name__ == "__main__":
    unittest.main()
