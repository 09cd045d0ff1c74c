"""Every refusal of add_igvm_image() and igvm_image_path(), word for word.

A case is a script messages/<name>.cmake; its leading comment lines are the text that CMake must print.
"""

import pathlib
import tempfile
import unittest

import support

CASES = sorted((support.HERE / "messages").glob("*.cmake"))


def expected_text(case):
    lines = case.read_text().splitlines()
    comments = [line[2:] for line in lines if line.startswith("# ")]
    return " ".join(comments)


class Messages(unittest.TestCase):
    def test_each_wrong_call_is_refused_with_its_text(self):
        self.assertTrue(CASES)
        for case in CASES:
            with self.subTest(case.stem), tempfile.TemporaryDirectory() as build:
                done = support.run(
                    support.CMAKE, "-S", support.HERE / "messages", "-B", build, "-G", "Ninja Multi-Config",
                    f"-DCASE={case}", f"-DMODULE={support.SOURCE_DIR / 'cmake-modules/AddIgvmImage.cmake'}",
                    check=False)
                self.assertNotEqual(done.returncode, 0)
                printed = " ".join(done.stdout.replace(str(pathlib.Path(build).resolve()), "<build>").split())
                self.assertIn(expected_text(case), printed)


if __name__ == "__main__":
    unittest.main()
