"""Runs the igvm command in a folder of its own and judges how it ended."""

import hashlib
import os
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import threading
import unittest
from concurrent import futures

IGVM = os.environ["IGVM"]
SANITIZED = bool(os.environ.get("IGVM_SANITIZERS"))
IMAGES = pathlib.Path(os.environ["IGVM_TEST_VECTORS"]) / "own/image"

OK, ERRORS, USAGE, INPUT_OUTPUT = 0, 1, 2, 3
NOBODY = 65534
IMAGE_VERBS = ["check", "dump", "measure"]

SPEC = """igvmspec 1;
image demo {
    arch = x64;
    platform native { }
    region code { at = 1M; data = hex"f4"; size = 4K; }
}
"""


class Done:
    """How a run ended: exit code, both streams, and what it took."""

    def __init__(self, code, out, err, usage):
        self.code = code
        self.out = out
        self.err = err
        self.mebibytes = usage.ru_maxrss / 1024

    def errors(self):
        """The lines that report an error; notes, help and the final count are not errors of their own."""
        return [line for line in (self.err + self.out).splitlines() if re.search(r"(^|: )error: ", line)]


def run(*words, folder, stdout=None, file_size=None, user=None):
    """Runs igvm. `stdout`: a file that takes the place of standard output. `file_size`: bytes after which every write fails, as on a full disk. `user`: a user id to run as."""

    def prepare():
        resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
        if file_size is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
        if user is not None:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)

    child = subprocess.Popen([IGVM, *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                             stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare)
    killer = threading.Timer(300, child.kill)
    killer.start()
    with child.stderr, futures.ThreadPoolExecutor() as reader:
        err = reader.submit(child.stderr.read)
        out = b""
        if child.stdout:
            with child.stdout:
                out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        return Done(child.returncode, out.decode(), err.result().decode(), usage)


def listing(folder):
    """Every name below the folder with its kind, mode and contents."""
    entries = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        contents = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        entries[path.relative_to(folder).as_posix()] = (oct(status.st_mode), contents)
    return entries


class Case(unittest.TestCase):
    """A test with a folder in which the command must leave nothing when it fails."""

    memory_limit = 100  # MiB

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="igvm cli ")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name, contents):
        path = self.folder / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return path

    def refused(self, code, pattern, *words, **how):
        """Runs `words`: it must end with `code`, one error that matches `pattern`, and leave the folder as it was."""
        before = listing(self.folder)
        done = run(*words, folder=self.folder, **how)
        self.assertEqual(done.code, code, done.err + done.out)
        self.assertEqual(len(done.errors()), 1, done.err + done.out)
        self.assertRegex(done.errors()[0], pattern)
        self.assertEqual(listing(self.folder), before)
        self.bounded(done)
        return done

    def bounded(self, done):
        self.assertNotRegex(done.err, "Sanitizer|runtime error:|terminate called")
        self.assertNotIn("\x1b", done.err + done.out)
        if not SANITIZED:
            self.assertLess(done.mebibytes, self.memory_limit)

    def build_words(self, spec, *more):
        return ["build", spec, "-o", "out.igvm", "--depfile", "out.d", *more]

    def spec_refused(self, code, pattern, spec, *more, **how):
        """`build` and `check` of a spec must fail alike."""
        self.refused(code, pattern, *self.build_words(spec, *more), **how)
        return self.refused(code, pattern, "check", spec, *more, **how)
