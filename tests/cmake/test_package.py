"""The installed files, against the golden list installed_files.txt."""

import pathlib
import re
import tempfile
import unittest

import support


def neutral(path):
    """The path without what differs between machines and build types."""
    path = re.sub(r"^lib(64|/[^/]+-linux-gnu)/", "lib/", path)
    return re.sub(r"IgvmToolsTargets-\w+\.cmake$", "IgvmToolsTargets-<config>.cmake", path)


class Package(unittest.TestCase):
    def test_installs_exactly_the_listed_files(self):
        with tempfile.TemporaryDirectory() as prefix:
            installed = [neutral(path) for path in support.install(pathlib.Path(prefix))]
        listed = (support.HERE / "installed_files.txt").read_text().splitlines()
        self.assertEqual(sorted(installed), listed)


if __name__ == "__main__":
    unittest.main()
