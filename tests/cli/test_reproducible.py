"""The same spec and inputs give the same image and report, whatever surrounds the build."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

IGVM = os.environ["IGVM"]
EXAMPLES = pathlib.Path(os.environ["IGVM_EXAMPLES"])
FIRMWARE = pathlib.Path(os.environ["IGVM_OVMF_FIRMWARE"])
ONE_PROCESSOR = {min(os.sched_getaffinity(0))}
ALL_PROCESSORS = os.sched_getaffinity(0)

# name -> folder below the temporary one, umask, environment, processors that the build may use.
SURROUNDINGS = {
    "plain": ("a", 0o022, {"LC_ALL": "C", "TZ": "UTC"}, ALL_PROCESSORS),
    "private": ("b/deep er/é", 0o077, {"LC_ALL": "C.UTF-8", "TZ": "Asia/Kolkata"}, ALL_PROCESSORS),
    "open": ("c", 0o000, {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "HOME": "/nonexistent"}, ONE_PROCESSOR),
    "bare": ("d", 0o022, {}, ONE_PROCESSOR),
}


def build(folder, spec, inputs, surroundings):
    """Copies the spec and its inputs below the folder and builds there: the image's path."""
    below, umask, environment, processors = surroundings
    place = folder / below
    place.mkdir(parents=True)
    words = [IGVM, "build", shutil.copy(spec, place), "-o", place / "out.igvm", "--quiet"]
    for name, path in inputs.items():
        words += ["-i", f"{name}={shutil.copy(path, place)}"]
    subprocess.run(words, cwd=place, env=environment, umask=umask, check=True,
                   preexec_fn=lambda: os.sched_setaffinity(0, processors))
    return place / "out.igvm"


class Reproducible(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="igvm reproducible ")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def same_everywhere(self, spec, inputs):
        built = {name: build(self.folder, spec, inputs, one) for name, one in SURROUNDINGS.items()}
        for suffix in ("", ".json"):
            contents = {name: pathlib.Path(f"{path}{suffix}").read_bytes() for name, path in built.items()}
            for name, bytes_ in contents.items():
                self.assertTrue(bytes_ == contents["plain"], f"out.igvm{suffix} of '{name}' differs from 'plain'")
        return built["plain"]

    def names_every_region(self, image, spec):
        """`dump` must call every page and VP context by a name of the spec, and leave no name of the spec out."""
        done = subprocess.run([IGVM, "dump", "--json", image], capture_output=True, check=True)
        headers = json.loads(done.stdout)["headers"]
        shown = {re.sub(r"\[\d+\]$", "", header.get("region")) for header in headers if header["name"] in ("PAGE_DATA", "VP_CONTEXT")}
        text = re.sub(r"//.*", "", spec.read_text())
        declared = {f"{kind} {name}" for kind, name in re.findall(r"\b(region|alias|vp_context) +(\w+)", text)}
        self.assertGreater(len(declared), 1)
        self.assertEqual(shown, declared)

    def test_ovmf(self):
        if not FIRMWARE.is_file():
            self.skipTest(f"no {FIRMWARE}")
        spec = EXAMPLES / "ovmf/ovmf.igvmspec"
        self.names_every_region(self.same_everywhere(spec, {"firmware": FIRMWARE}), spec)

    def test_hello(self):
        guest = self.folder / "guest.bin"
        guest.write_bytes(b"\xf4" * 4096)
        spec = EXAMPLES / "hello/long_mode.igvmspec"
        self.names_every_region(self.same_everywhere(spec, {"guest": guest}), spec)


if __name__ == "__main__":
    unittest.main()
