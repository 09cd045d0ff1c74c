"""A measurement that CMake code pins: the build holds while it stays, and fails when it moves."""

import json
import pathlib
import tempfile
import unittest

import support

TOOL = next(support.BINARY_DIR.glob("compiler/tools/**/igvm"))


class Pinned(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="igvm pinned ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        image = cls.folder / "reference.igvm"
        support.run(TOOL, "build", support.HERE / "pinned/pinned.igvmspec", "-p", "byte=1", "-o", image, "--quiet")
        measured = json.loads(support.run(TOOL, "measure", "--profile", "all", "--json", image).stdout)
        cls.digests = {each["profile"]: each["digest"] for each in measured["measurements"]}

    def configure(self, *expect, byte=1):
        self.build_folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        return support.run(
            support.CMAKE, "-S", support.HERE / "pinned", "-B", self.build_folder, "-G", "Ninja", f"-DBYTE={byte}",
            f"-DIGVM_SOURCE_DIR={support.SOURCE_DIR}", f"-DIGVM_EXECUTABLE={TOOL}", f"-DEXPECT={';'.join(expect)}",
            check=False)

    def build(self):
        return support.run(support.CMAKE, "--build", self.build_folder, check=False)

    def image_exists(self):
        return (self.build_folder / "pinned_image.igvm").exists()

    def test_the_profiles_part_on_this_image(self):
        self.assertNotEqual(self.digests["spec"], self.digests["qemu-kvm"])

    def test_a_measurement_that_stays(self):
        self.configure("snp=" + self.digests["spec"], "snp@qemu-kvm=" + self.digests["qemu-kvm"])
        self.assertEqual(self.build().returncode, 0)
        self.assertTrue(self.image_exists())

    def test_a_measurement_that_moved(self):
        for name, profile in [("snp", "spec"), ("snp@qemu-kvm", "qemu-kvm")]:
            with self.subTest(name):
                self.configure(f"{name}={self.digests[profile]}", byte=2)
                done = self.build()
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("E0502", done.stdout)
                self.assertFalse(self.image_exists())

    def test_a_measurement_of_another_profile(self):
        self.configure("snp=" + self.digests["qemu-kvm"])
        self.assertNotEqual(self.build().returncode, 0)
        self.assertFalse(self.image_exists())

    def test_what_is_no_expectation(self):
        for text in ["snp=12", "snp@nobody=" + self.digests["spec"], "xyz=" + self.digests["spec"]]:
            with self.subTest(text):
                self.configure(text)
                self.assertNotEqual(self.build().returncode, 0)
                self.assertFalse(self.image_exists())


if __name__ == "__main__":
    unittest.main()
