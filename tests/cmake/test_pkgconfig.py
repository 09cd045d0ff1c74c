"""The installed C library, found by pkg-config and used by projects that are no part of this build."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import support

CC = os.environ.get("IGVM_C_COMPILER", "cc")
FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic"]
VECTORS = support.SOURCE_DIR / "tests/vectors/own/image"
SNP = "2"


class InstalledLibrary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        support.install(cls.root / "installed")
        cls.prefix = cls.root / "moved"
        (cls.root / "installed").rename(cls.prefix)
        cls.library_folder = next(cls.prefix.rglob("libigvm.so")).parent
        cls.static_prefix = cls.root / "static"
        shutil.copytree(cls.prefix, cls.static_prefix, symlinks=True)
        for shared in cls.static_prefix.rglob("libigvm.so*"):
            shared.unlink()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def pkg_config(self, prefix, *arguments):
        folder = next(prefix.rglob("igvm.pc")).parent
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folder)}
        done = subprocess.run(["pkg-config", *arguments, "igvm"], env=environment, check=True,
                              capture_output=True, text=True)
        return done.stdout.split()

    def compile(self, source, prefix, *how):
        program = self.root / f"{source.stem}-{prefix.name}"
        support.run(CC, *FLAGS, source, "-o", program, *self.pkg_config(prefix, *how, "--cflags", "--libs"))
        return program

    def output(self, program, *arguments):
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.library_folder)}
        done = subprocess.run([str(program), *map(str, arguments)], env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def needed(self, program):
        text = support.run("readelf", "--dynamic", program).stdout
        return [line.split("[")[1].rstrip("]") for line in text.splitlines() if "(NEEDED)" in line]

    def test_pkg_config_tells_version_and_the_moved_prefix(self):
        self.assertEqual(self.pkg_config(self.prefix, "--modversion"), ["0.4.0"])
        include = pathlib.Path(self.pkg_config(self.prefix, "--cflags")[0].removeprefix("-I"))
        self.assertEqual(include.resolve(), (self.prefix / "include").resolve())

    def test_a_vmm_loads_with_the_shared_library(self):
        vmm = self.compile(support.HERE / "vmm/vmm.c", self.prefix)
        self.assertIn("libigvm.so.0.4", self.needed(vmm))
        self.check_vmm(vmm)

    def test_a_vmm_loads_with_the_static_library(self):
        vmm = self.compile(support.HERE / "vmm/vmm.c", self.static_prefix, "--static")
        self.assertNotIn("libigvm.so.0.4", self.needed(vmm))
        self.check_vmm(vmm)

    def check_vmm(self, vmm):
        for resets in ("0", "100"):
            self.assertEqual(
                self.output(vmm, VECTORS / "allkinds.igvm", SNP, resets),
                "mask 1 regions 9 pages 11 zero 3 inserts 1 contexts 1 policy 0x30000 sum 4042980 required 65536\n")

    def test_the_example_lists_what_dump_shows(self):
        lister = self.compile(support.SOURCE_DIR / "examples/c-list/list_headers.c", self.prefix)
        ovmf = support.BINARY_DIR / "examples/ovmf/ovmf.igvm"
        for image in [*sorted(VECTORS.glob("*.igvm")), *([ovmf] if ovmf.exists() else [])]:
            with self.subTest(image.name):
                dump = support.run(self.prefix / "bin/igvm", "dump", "--json", image).stdout
                types = [f"type 0x{header['type']:03X}" for header in json.loads(dump)["headers"]]
                listed = [line.split(": ")[1].split(",")[0] for line in self.output(lister, image).splitlines()]
                self.assertEqual(listed, types)


if __name__ == "__main__":
    unittest.main()
