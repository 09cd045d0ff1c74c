"""Command line of the oracle: measure, dump, generate and compare IGVM files."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from igvm_oracle.cca import Realm
from igvm_oracle.decode import DecodeError, decode
from igvm_oracle.format import PAGE, Header, Image
from igvm_oracle.generate import generate_file
from igvm_oracle.launch import MeasureError
from igvm_oracle.measure import all_profiles, measure, measure_every_profile, to_json
from igvm_oracle.snp_profiles import KvmGuest


def read(path: Path) -> Image:
    return decode(path.read_bytes())


def print_json(document: Any) -> None:
    print(json.dumps(document, indent=2))


def run_measure(arguments: argparse.Namespace) -> int:
    ap_vmsa = arguments.ap_vmsa.read_bytes() if arguments.ap_vmsa else None
    guest = KvmGuest(arguments.vcpus, ap_vmsa)
    measurements = measure(read(arguments.file), arguments.profile, guest)
    if arguments.json:
        print_json(to_json(measurements))
    else:
        for one in measurements:
            print(f"{one.platform} {one.profile} {one.algorithm} {one.digest}")
    return 0


def described_header(header: Header) -> dict[str, Any]:
    fields = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in header.fields.items()
    }
    described = {"offset": header.offset, "type": header.type, "kind": header.kind, **fields}
    if header.payload is not None:
        described["payload_size"] = len(header.payload)
        described["payload_sha256"] = hashlib.sha256(header.payload).hexdigest()
    return described


def run_dump(arguments: argparse.Namespace) -> int:
    image = read(arguments.file)
    headers = [described_header(header) for header in image.headers]
    if arguments.json:
        fixed = {
            "version": image.version,
            "architecture": image.architecture,
            "page_size": image.page_size,
        }
        print_json({**fixed, "headers": headers})
    else:
        for header in headers:
            print(*(f"{name}={value}" for name, value in header.items()))
    return 0


def write_generated(folder: Path, seed: int, count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"seed-{seed}-{index:04}.igvm" for index in range(count)]
    for index, file in enumerate(files):
        file.write_bytes(generate_file(seed, index))
    return files


def run_generate(arguments: argparse.Namespace) -> int:
    write_generated(arguments.output, arguments.seed, arguments.count)
    return 0


AP_VMSA = bytes(range(256)) * (PAGE // 256)
GUEST = KvmGuest(vcpus=3, ap_vmsa=AP_VMSA)
RIPAS_STEP = 16 << 20
REALM = Realm(
    s2sz=40,
    breakpoints=5,
    watchpoints=3,
    ripas=tuple((base, base + RIPAS_STEP) for base in range(1 << 30, 2 << 30, RIPAS_STEP)),
)


def measured_by(igvm: Path, file: Path, ap_vmsa: Path) -> list[dict[str, str]]:
    """What `igvm measure --json` prints for GUEST and REALM; a run that fails is a RuntimeError."""
    realm = f"s2sz={REALM.s2sz},breakpoints={REALM.breakpoints},watchpoints={REALM.watchpoints}"
    ripas = f"{REALM.ripas[0][0]:#x}-{REALM.ripas[-1][1]:#x}/{RIPAS_STEP:#x}"
    command = [str(igvm), "measure", "--json", "--profile", "all", str(file)]
    command += ["--vcpus", str(GUEST.vcpus), "--ap-vmsa", str(ap_vmsa)]
    command += ["--realm", realm, "--ripas", ripas]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"exit code {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)["measurements"]


def differences(
    file: Path, product: list[dict[str, str]], oracle: list[dict[str, str]]
) -> list[str]:
    """One line per measurement that only one side has; the order of both lists counts too."""
    lines = [f"{file}: only igvm has {entry}" for entry in product if entry not in oracle]
    lines += [f"{file}: only the oracle has {entry}" for entry in oracle if entry not in product]
    if not lines and product != oracle:
        lines.append(f"{file}: igvm lists the measurements in another order or more than once")
    return lines


def compare_file(igvm: Path, file: Path, ap_vmsa: Path, platforms: list[str]) -> list[str]:
    def wanted(measurements: list[dict[str, str]]) -> list[dict[str, str]]:
        return [one for one in measurements if not platforms or one["platform"] in platforms]

    try:
        product = measured_by(igvm, file, ap_vmsa)
    except (RuntimeError, ValueError, KeyError) as error:
        return [f"{file}: igvm measure: {error}"]
    oracle = to_json(measure_every_profile(read(file), GUEST, REALM))["measurements"]
    return differences(file, wanted(product), wanted(oracle))


def run_compare(arguments: argparse.Namespace) -> int:
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        ap_vmsa = Path(folder) / "ap.vmsa"
        ap_vmsa.write_bytes(AP_VMSA)
        generated = write_generated(Path(folder), arguments.seed, arguments.count)
        files = arguments.files + generated
        for file in files:
            lines += compare_file(arguments.igvm, file, ap_vmsa, arguments.platform)
    for line in lines:
        print(line)
    print(f"{len(files)} files, {len(lines)} differences")
    return 1 if lines or not files else 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__)
    commands = top.add_subparsers(required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str):
        added = commands.add_parser(name, help=help)
        added.set_defaults(run=run)
        return added

    added = command("measure", run_measure, "print the digest of every platform")
    added.add_argument("file", type=Path)
    added.add_argument("--json", action="store_true")
    added.add_argument("--profile", choices=all_profiles(), default="spec")
    added.add_argument("--vcpus", type=int, default=1, help="vCPUs of a KVM guest")
    added.add_argument("--ap-vmsa", type=Path, help="VMSA of the vCPUs that the file has none for")

    added = command("dump", run_dump, "print every header")
    added.add_argument("file", type=Path)
    added.add_argument("--json", action="store_true")

    added = command("generate", run_generate, "write varied valid files from a seed")
    added.add_argument("--seed", type=int, required=True)
    added.add_argument("--count", type=int, required=True)
    added.add_argument("-o", "--output", type=Path, required=True, help="folder for the files")

    added = command("compare", run_compare, "compare every profile with `igvm measure`")
    added.add_argument("--igvm", type=Path, required=True, help="the igvm executable")
    added.add_argument("--platform", action="append", default=[], help="compare only this one")
    added.add_argument("--seed", type=int, default=0, help="seed of generated files")
    added.add_argument("--count", type=int, default=0, help="number of generated files")
    added.add_argument("files", type=Path, nargs="*")
    return top


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (OSError, DecodeError, MeasureError) as error:
        print(f"oracle: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
