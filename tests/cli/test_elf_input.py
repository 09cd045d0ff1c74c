"""Position-independent programs as the linker makes them, loaded by elf.load and judged by what readelf says of them."""

import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

from support import OK, run

SOURCE = """
    .globl start
    .text
start:
    lea table(%rip), %rax
    hlt
    .section .data.rel.ro, "aw"
    .balign 8
table:
    .quad start, table, 0x1122334455667788, buffer + 0x10
    .bss
    .globl buffer
buffer:
    .skip 0x1800
"""
SPEC = """igvmspec 1;
input program : file;
image t {
    platform native { }
    platform snp { }
    region code { at on native = 0x400000; at on snp = 0x12345000; data = elf.load(program); }
    region facts { at on native = 0x1000; at on snp = 0x2000; data = concat(le64(code.size), le64(code.entry), le64(elf.symbol(program, "buffer", at = code.at))); }
}
"""
AT = {0x1: 0x400000, 0x2: 0x12345000}


def readelf(option, path):
    return subprocess.run(["readelf", option, "--wide", str(path)], check=True, capture_output=True, text=True).stdout


@unittest.skipUnless(shutil.which("as") and shutil.which("ld") and shutil.which("readelf"), "binutils is not installed")
class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "spec.igvmspec").write_text(SPEC)
        subprocess.run(["as", "--64", "-o", "program.o"], input=SOURCE, text=True, check=True, cwd=self.folder)

    def link(self, *options):
        subprocess.run(["ld", "-m", "elf_x86_64", "-pie", "--no-dynamic-linker", "-e", "start", *options, "-o", "program", "program.o"], check=True,
                       cwd=self.folder)
        return self.folder / "program"

    def expected(self, program, at):
        """The image by readelf's list of segments and relocations, moved to `at`."""
        loads = [[int(word, 16) for word in line.split()[1:6]] for line in readelf("-l", program).splitlines() if line.split()[:1] == ["LOAD"]]
        end = max(vaddr + memsz for _, vaddr, _, _, memsz in loads)
        image = bytearray((end + 0xFFF) // 0x1000 * 0x1000)
        data = program.read_bytes()
        for offset, vaddr, _, filesz, _ in loads:
            image[vaddr:vaddr + filesz] = data[offset:offset + filesz]
        relocations = readelf("-r", program)
        for place, addend in re.findall(r"^([0-9a-f]{16})  \S+ R_X86_64_RELATIVE +([0-9a-f]+)$", relocations, re.MULTILINE):
            image[int(place, 16):int(place, 16) + 8] = struct.pack("<Q", int(addend, 16) + at)
        packed = re.search(r"'.relr.dyn'.*\n((?:.*\n)*)", relocations)
        for place in re.findall(r"^([0-9a-f]{16})\b", packed[1] if packed else "", re.MULTILINE):
            word, = struct.unpack_from("<Q", image, int(place, 16))
            struct.pack_into("<Q", image, int(place, 16), word + at)
        return bytes(image)

    def built(self):
        """Page contents by mask and GPA."""
        done = run("build", "spec.igvmspec", "-o", "image.igvm", "-i", "program=program", folder=self.folder)
        self.assertEqual(done.code, OK, done.err)
        image = (self.folder / "image.igvm").read_bytes()
        start, size = struct.unpack_from("<II", image, 8)
        pages, place = {}, start
        while place < start + size:
            kind, length = struct.unpack_from("<II", image, place)
            if kind == 0x302:
                gpa, mask, offset = struct.unpack_from("<QII", image, place + 8)
                pages[mask, gpa] = image[offset:offset + 0x1000] if offset else bytes(0x1000)
            place += 8 + (length + 7) // 8 * 8
        return pages

    def judge(self, program):
        pages = self.built()
        entry = int(re.search(r"Entry point (0x\w+)", readelf("-l", program))[1], 16)
        buffer = int(re.search(r"([0-9a-f]{16}) .* buffer$", readelf("-s", program), re.MULTILINE)[1], 16)
        for mask, at in AT.items():
            expected = self.expected(program, at)
            loaded = b"".join(pages[mask, at + offset] for offset in range(0, len(expected), 0x1000))
            self.assertEqual(loaded, expected)
            self.assertEqual(struct.unpack_from("<QQQ", pages[mask, 0x1000 * mask]), (len(expected), at + entry, at + buffer))

    def test_relocations_with_addends(self):
        program = self.link()
        self.assertIn(".rela.dyn", readelf("-r", program))
        self.judge(program)

    def test_packed_relocations(self):
        program = self.link("-z", "pack-relative-relocs")
        self.assertIn(".relr.dyn", readelf("-r", program))
        self.judge(program)


if __name__ == "__main__":
    unittest.main()
