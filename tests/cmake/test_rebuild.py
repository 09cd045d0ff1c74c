"""Consumers of the package, with each generator and each way to come by the tool: what an edit rebuilds."""

import pathlib
import shutil
import tempfile
import unittest

import support

FIRMWARE = pathlib.Path("/usr/share/ovmf/OVMF.fd")
TITLE = "\"it's\" $HOME #1 \\ 100%"


class Rebuild(unittest.TestCase):
    """The way to the tool is `tool_from`; `tool_edit` is the file whose change is a new tool."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="igvm package ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        cls.prefix = cls.folder / "a prefix"
        support.install(cls.prefix)
        cls.installed_tool = cls.prefix / "bin" / "igvm"

    def check_consumer(self, tool_from, tool_edit, *definitions):
        for generator in support.GENERATORS:
            with self.subTest(generator=generator, tool_from=tool_from):
                folder = self.folder / f"{tool_from} {generator}"
                consumer = support.Consumer(folder, generator, f"-DTOOL_FROM={tool_from}", *definitions)
                self.assertNotIn("Warning", consumer.configure_log)
                self.check_first_build(consumer)
                self.check_edits(consumer, tool_edit(consumer))
                self.check_parameter(consumer)
                shutil.rmtree(folder)

    def check_first_build(self, consumer):
        self.assertEqual(consumer.build(), 1)
        self.assertEqual(consumer.build(), 0)
        image = consumer.image().read_bytes()
        self.assertIn(TITLE.encode() + b"\0", image)
        self.assertIn(b"Debug\0", image)
        path = consumer.build_folder / "image_path.Debug.txt"
        self.assertEqual(path.read_text(), str(consumer.image()))
        self.assertTrue(consumer.image().with_name("consumer_image.igvm.json").is_file())

    def check_edits(self, consumer, tool):
        source = consumer.source
        for file in [source / "consumer.igvmspec", source / "include/layout.igvmspec", source / "payload.bin", tool]:
            file.touch()
            self.assertEqual(consumer.build(), 1, f"after a change of {file.name}")
            self.assertEqual(consumer.build(), 0, f"a second time after a change of {file.name}")
        (source / "kernel.c").write_text("int main(void) { return 1; }\n")
        self.assertEqual(consumer.build(), 1, "after a change of the kernel's source")
        self.assertEqual(consumer.build(), 0, "a second time after a change of the kernel's source")

    def check_parameter(self, consumer):
        consumer.configure("-DTITLE=another title")
        self.assertEqual(consumer.build(), 1)
        self.assertEqual(consumer.build(), 0)
        self.assertIn(b"another title\0", consumer.image().read_bytes())

    def test_an_installed_package_rebuilds_an_image_once_per_edit(self):
        self.check_consumer("find_package", lambda _: self.installed_tool, f"-DCMAKE_PREFIX_PATH={self.prefix}")

    def test_a_subdirectory_rebuilds_an_image_once_per_edit(self):
        self.check_consumer(
            "add_subdirectory", lambda _: self.installed_tool,
            f"-DIGVM_SOURCE_DIR={support.SOURCE_DIR}", f"-DIGVM_EXECUTABLE={self.installed_tool}")

    def test_a_tool_of_the_same_build_rebuilds_an_image_once_per_edit(self):
        self.check_consumer(
            "this_build", lambda consumer: consumer.source / "wrapper.c",
            f"-DIGVM_SOURCE_DIR={support.SOURCE_DIR}", f"-DREAL_IGVM={self.installed_tool}")

    def test_switching_configurations_rebuilds_nothing(self):
        consumer = support.Consumer(
            self.folder / "switch", "Ninja Multi-Config", "-DTOOL_FROM=find_package",
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.assertEqual([consumer.build(config) for config in ["Debug", "Release", "Debug", "Release"]], [1, 1, 0, 0])
        self.assertIn(b"Release\0", consumer.image("Release").read_bytes())

    @unittest.skipUnless(FIRMWARE.exists(), "Debian's package ovmf is not installed")
    def test_a_consumer_wraps_a_real_firmware(self):
        firmware = self.folder / "OVMF.fd"
        shutil.copy(FIRMWARE, firmware)
        consumer = support.Consumer(
            self.folder / "ovmf", "Ninja", "-DTOOL_FROM=find_package", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DIGVM_SOURCE_DIR={support.SOURCE_DIR}", f"-DFIRMWARE={firmware}")
        self.assertEqual(consumer.build(image="ovmf"), 1)
        firmware.touch()
        self.assertEqual(consumer.build(image="ovmf"), 1)
        self.assertEqual(consumer.build(image="ovmf"), 0)
        self.assertIn(firmware.read_bytes()[-4096:], (consumer.build_folder / "ovmf.igvm").read_bytes())

    def test_a_consumer_installs_its_image(self):
        consumer = support.Consumer(
            self.folder / "install", "Ninja", "-DTOOL_FROM=find_package", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        consumer.build()
        target = self.folder / "install" / "prefix"
        support.run(support.CMAKE, "--install", consumer.build_folder, "--prefix", target)
        installed = target / "share/consumer/consumer_image.igvm"
        self.assertEqual(installed.read_bytes(), consumer.image().read_bytes())


if __name__ == "__main__":
    unittest.main()
