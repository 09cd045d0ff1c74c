"""Compares this library, the published igvm crate and the oracle on generated files.

    interop.py build --target-dir DIR                       build the peer with cargo; exit 77 without cargo
    interop.py compare --target-dir DIR --subject PATH      exit 0 when every difference is a listed one

Both programs read jobs, one a line, words separated by tabs: `file PATH`, `fold PATH PATH`, `append PATH PATH`.
They answer each with one line: `refused REASON`, or `accepted SHA256 PLATFORM=DIGEST …`, where SHA256 is that of
the file written again (of the merged file, for a merge); a value that could not be had is `!REASON`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))

from damage import damaged  # noqa: E402
from differences import DIFFERENCES, Case  # noqa: E402
from igvm_oracle.decode import decode  # noqa: E402
from igvm_oracle.dice import Dice  # noqa: E402
from igvm_oracle.encode import Layout, encode  # noqa: E402
from igvm_oracle.format import Image  # noqa: E402
from igvm_oracle.generate import generate_image  # noqa: E402
from igvm_oracle.measure import measure  # noqa: E402

SKIPPED = 77
SEED = 3
VALID, DAMAGED, MERGES = 1600, 400, 200


@dataclass(frozen=True)
class Answer:
    accepted: bool
    written: str = ""
    digests: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    @staticmethod
    def parse(line: str) -> Answer:
        verdict, *words = line.split("\t")
        if verdict == "refused":
            return Answer(False, reason=" ".join(words))
        digests = tuple(tuple(word.split("=", 1)) for word in words[1:])
        return Answer(True, words[0], digests)

    def digest_of(self, platform: str) -> str | None:
        """The digest, "!" when it could not be had, None when the program does not measure the platform."""
        value = dict(self.digests).get(platform)
        return "!" if value and value.startswith("!") else value


# Building


def find_cargo() -> str | None:
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    return shutil.which("cargo") or shutil.which("cargo", path=str(home / "bin"))


def peer_in(target_dir: Path) -> Path:
    return target_dir / "release" / "igvm-peer"


def run_build(arguments: argparse.Namespace) -> int:
    cargo = find_cargo()
    if cargo is None:
        print("skipped: there is no cargo, which builds the peer; see https://rustup.rs")
        return SKIPPED
    manifest = ["--locked", "--manifest-path", str(HERE / "peer" / "Cargo.toml")]
    if subprocess.run([cargo, "fetch", *manifest], check=False).returncode != 0:
        print("skipped: cargo can neither download the igvm crate nor find it in its cache")
        return SKIPPED
    target = ["--target-dir", str(arguments.target_dir)]
    return subprocess.run([cargo, "build", "--release", *manifest, *target], check=False).returncode


# Cases


def low_masks(image: Image) -> Image:
    """The image with mask bits 0, 1, … in the order of its platforms, so that merges clash."""
    new_bit = {mask: 1 << position for position, (_, mask) in enumerate(image.platforms())}
    for header in image.headers:
        if "mask" in header.fields:
            mask = header.fields["mask"]
            header.fields["mask"] = sum(new for old, new in new_bit.items() if mask & old)
    return image


def file_cases(folder: Path) -> list[Case]:
    cases = []
    for index in range(VALID):
        image = generate_image(SEED, index)
        if index % 3 == 0:
            image = low_masks(image)
        layout = Layout(deduplicate=index % 4 != 3)
        cases.append(Case.store(folder / f"valid-{index:04}.igvm", encode(image, layout), image))
    for index in range(DAMAGED):
        image = generate_image(SEED, VALID + index)
        file = damaged(image, Dice(f"damage {SEED}/{index}"))
        cases.append(Case.store(folder / f"damaged-{index:04}.igvm", file, None))
    return cases


def can_merge(a: Image, b: Image) -> bool:
    platforms = {one for one, _ in a.platforms()} & {one for one, _ in b.platforms()}
    return (a.version, a.architecture) == (b.version, b.architecture) and not platforms


def merge_cases(files: list[Case]) -> list[Case]:
    """Each file with the next that it can be merged with, and some with one that it cannot."""
    valid = [case for case in files if case.image]
    cases = []
    for position, first in enumerate(valid[: MERGES // 2]):
        later = valid[position + 1 :]
        partners = [case for case in later if can_merge(first.image, case.image)][:1]
        for second in partners or later[:1]:
            cases += [Case.merge(how, first, second) for how in ("fold", "append")]
    return cases


# Answers


def ask(program: Path, jobs: Path) -> subprocess.Popen[str]:
    with jobs.open() as lines:
        return subprocess.Popen([str(program)], stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def answers(process: subprocess.Popen[str], count: int) -> list[Answer]:
    output, _ = process.communicate()
    lines = output.splitlines()
    if process.returncode != 0 or len(lines) != count:
        raise RuntimeError(f"{process.args[0]}: exit code {process.returncode}, {len(lines)} of {count} answers")
    return [Answer.parse(line) for line in lines]


def oracle_answer(image: Image) -> Answer:
    written = hashlib.sha256(encode(image)).hexdigest()
    digests = tuple((one.platform, one.digest) for one in measure(image))
    return Answer(True, written, digests)


# Comparison


@dataclass(frozen=True)
class Difference:
    case: Case
    what: str  # "verdict", "bytes" or a platform
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.case.name}: {self.what}: ours {self.ours}, theirs {self.theirs}"


def compare(case: Case, ours: Answer, theirs: Answer) -> list[Difference]:
    if ours.accepted != theirs.accepted:
        return [Difference(case, "verdict", ours.reason or "accepts", theirs.reason or "accepts")]
    found = []
    if ours.written != theirs.written:
        found.append(Difference(case, "bytes", ours.written, theirs.written))
    for platform, _ in theirs.digests:
        mine, other = ours.digest_of(platform), theirs.digest_of(platform)
        if mine != other:
            found.append(Difference(case, platform, str(mine), str(other)))
    return found


def oracle_differences(case: Case, ours: Answer) -> list[Difference]:
    """A valid file or merge must be what the oracle makes of it: no exceptions."""
    if case.image:
        return compare(case, ours, oracle_answer(decode(case.path.read_bytes())))
    parts = [digest for part in case.parts for digest in oracle_answer(part.image).digests]
    expected = Answer(True, ours.written, tuple(parts))
    return compare(case, ours, expected) if case.parts and ours.accepted else []


def unexplained(differences: list[Difference], used: Counter[str]) -> list[Difference]:
    """Those that no row of the table explains; counts the rows that do."""
    left = []
    for one in differences:
        rows = [row for row in DIFFERENCES if row.explains(one)]
        used.update(row.name for row in rows)
        if not rows:
            left.append(one)
    return left


def report(lines: list[str]) -> int:
    for line in lines[:40]:
        print(line)
    if len(lines) > 40:
        print(f"and {len(lines) - 40} more")
    return 1 if lines else 0


def compare_in(folder: Path, subject: Path, peer: Path) -> int:
    """Generates the cases in `folder`, asks both programs and reports."""
    files = file_cases(folder)
    cases = files + merge_cases(files)
    jobs = folder / "jobs"
    jobs.write_text("".join(f"{case.job}\n" for case in cases))
    running = [ask(program, jobs) for program in (subject, peer)]
    ours, theirs = (answers(process, len(cases)) for process in running)
    differences = [one for each in zip(cases, ours, theirs, strict=True) for one in compare(*each)]
    lines = [f"the oracle: {one}" for each in zip(cases, ours, strict=True) for one in oracle_differences(*each)]
    used: Counter[str] = Counter()
    lines += [f"the crate: {one}" for one in unexplained(differences, used)]
    lines += [f"no longer occurs: {row.name}" for row in DIFFERENCES if not used[row.name]]
    for name, count in sorted(used.items()):
        print(f"{count:5} {name}")
    accepted = sum(one.accepted for one in theirs)
    print(f"{len(files)} files, {len(cases) - len(files)} merges; the crate accepts {accepted} of all")
    return report(lines)


def run_compare(arguments: argparse.Namespace) -> int:
    peer = peer_in(arguments.target_dir)
    if not peer.exists():
        print("skipped: the peer was not built; run interop.build")
        return SKIPPED
    with tempfile.TemporaryDirectory(dir=arguments.target_dir) as folder:
        return compare_in(Path(folder), arguments.subject, peer)


def main() -> int:
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(required=True)
    build = commands.add_parser("build")
    build.set_defaults(run=run_build)
    compared = commands.add_parser("compare")
    compared.set_defaults(run=run_compare)
    compared.add_argument("--subject", type=Path, required=True)
    for command in (build, compared):
        command.add_argument("--target-dir", type=Path, required=True)
    arguments = top.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
