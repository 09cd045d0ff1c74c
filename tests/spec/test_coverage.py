"""Everything that the tables of the compiler name has a case: codes, attributes, blocks, functions, registers."""

import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
CASES = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.igvmtest")))
WORDS = set(re.findall(r"[\w.]+", CASES))

# Codes that no case can show.
EXEMPT = {
    "E0503": "needs more than 4 GiB of pages that differ, or an error inside the tool",
}


def names(file, pattern):
    found = re.findall(pattern, (SOURCE / file).read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise AssertionError(f"{file} holds no {pattern}")
    return sorted(set(found))


class Coverage(unittest.TestCase):
    def assert_all_in_cases(self, words):
        self.assertEqual([word for word in words if word not in WORDS], [])

    def test_every_code_is_reported_by_a_case(self):
        codes = [f"E{int(number):04}" for number in names("compiler/diagnose/codes.hpp", r"^    k\w+ = (\d+),")]
        reported = set(re.findall(r"\[(E\d{4})\]$", CASES, re.MULTILINE))
        self.assertEqual([code for code in codes if code not in reported and code not in EXEMPT], [])
        self.assertEqual([code for code in EXEMPT if code in reported], [])

    def test_every_attribute_and_keyword_is_used(self):
        self.assert_all_in_cases(names("compiler/schema/attributes.hpp", r'^ +\{"(\w+)"'))

    def test_every_block_is_used(self):
        pattern = r'(?:\.kind = |(?:register_block|directive|initialization|single)\(\s*)"(\w+)"'
        self.assert_all_in_cases(names("compiler/schema/blocks.cpp", pattern))

    def test_every_function_is_called(self):
        for file in sorted((SOURCE / "compiler/sema").glob("*_functions.cpp")):
            self.assert_all_in_cases(names(file.relative_to(SOURCE), r'^    \{"([\w.]+)",'))

    def test_every_register_is_set(self):
        self.assert_all_in_cases(names("runtime/src/x64/registers.cpp", r'^    \{"(\w+)",'))
        self.assert_all_in_cases(names("runtime/src/aarch64/registers.cpp", r'^    plain\("(\w+)",'))


if __name__ == "__main__":
    unittest.main()
