"""`igvm explain` has a paragraph and an example for every code, and the examples are of the language."""

import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CODES = re.findall(r"^    k\w+ = (\d+),", (SOURCE / "compiler/diagnose/codes.hpp").read_text(), re.MULTILINE)

# Where the lines of an example may stand.
PLACES = ["{}", "igvmspec 1; {}", "igvmspec 1; image x {{ {} }}", "igvmspec 1; image x {{ region y {{ {} }} }}",
          "igvmspec 1; const x = {};"]


def igvm(*words, text=None):
    done = subprocess.run([os.environ["IGVM"], *words], input=text, capture_output=True, encoding="utf-8", timeout=300)
    return done.returncode, done.stdout, done.stderr


def example_of(text):
    return "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))


def is_language(example):
    return any(igvm("fmt", "-", text=place.format(example + "\n"))[0] == 0 for place in PLACES)


class Explain(unittest.TestCase):
    def test_every_code_has_a_paragraph_and_an_example(self):
        self.assertGreater(len(CODES), 50)
        for number in CODES:
            with self.subTest(code := f"E{int(number):04}"):
                status, text, _ = igvm("explain", code)
                self.assertEqual(status, 0)
                self.assertTrue(text.startswith(f"{code} (error in a spec): "), "no row in diagnose/codes.cpp")
                paragraph = text.split("\n\n")[1]
                self.assertGreater(len(paragraph), 60, "the paragraph says too little")
                self.assertTrue(paragraph.endswith("."))
                self.assertNotEqual(example_of(text), "", "the example is missing")

    def test_every_example_can_be_parsed(self):
        for number in CODES:
            with self.subTest(code := f"E{int(number):04}"):
                example = example_of(igvm("explain", code)[1])
                self.assertTrue(example.startswith("igvm ") or is_language(example), example)

    def test_a_code_may_be_written_in_three_ways(self):
        texts = {igvm("explain", word)[1] for word in ("E0312", "e0312", "312")}
        self.assertEqual(len(texts), 1)
        self.assertIn("regions overlap", texts.pop())

    def test_codes_and_rules_together(self):
        status, text, _ = igvm("explain", "E0312", "IGVM-D006")
        self.assertEqual(status, 0)
        self.assertRegex(text, r"(?s)^E0312 .*\n\nIGVM-D006 ")

    def test_what_is_known_is_explained_before_what_is_not_is_named(self):
        status, text, error = igvm("explain", "E0999", "E0312", "IGVM-D0006", "D006", "nothing")
        self.assertEqual(status, 2)
        self.assertEqual(text, igvm("explain", "E0312", "D006")[1])
        self.assertEqual(error.splitlines(), [
            "error: no error and no rule is called E0999; did you mean E0109?",
            "error: no error and no rule is called IGVM-D0006; did you mean IGVM-D006?",
            "error: no error and no rule is called nothing; `igvm explain` lists all"])

    def test_rules_that_a_spec_may_allow(self):
        line = "\n  allow:   an image whose spec says `allow = [%s];` may break it\n"
        for rule in ["D020", "F009", "M003"]:
            self.assertIn(line % rule, igvm("explain", rule)[1])
        for rule in ["F002", "G001", "L013", "H001"]:
            self.assertNotIn("allow:", igvm("explain", rule)[1])

    def test_the_list_names_every_code_and_rule(self):
        listed = re.findall(r"^(\S+)", igvm("explain")[1], re.MULTILINE)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual({f"E{int(number):04}" for number in CODES}, set(listed))
        self.assertIn("IGVM-D006", listed)


if __name__ == "__main__":
    unittest.main()
