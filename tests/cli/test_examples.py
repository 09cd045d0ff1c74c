"""The images of the examples, as the build made them: every rule holds, and what is pinned is measured."""

import os
import pathlib
import unittest

from support import OK, Case, run

BUILT = sorted(pathlib.Path(os.environ["IGVM_EXAMPLE_IMAGES"]).rglob("*.igvm"))


class Examples(Case):
    def test_there_are_some(self):
        self.assertIn("hello_long_mode", [image.stem for image in BUILT])

    def test_no_rule_is_broken(self):
        for image in BUILT:
            with self.subTest(image.stem):
                done = run("check", image, folder=self.folder)
                self.assertEqual((done.code, done.out, done.err), (OK, "", ""))


if __name__ == "__main__":
    unittest.main()
