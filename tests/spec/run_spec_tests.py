"""Runs the language tests: files of cases, each a spec and what `igvm` makes of it. README.md says how they look.

    run_spec_tests.py --igvm PATH FILE...             compares
    run_spec_tests.py --igvm PATH --rewrite FILE...   writes what comes out into the files
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

SPEC, IMAGE, REPORT, DEPFILE = "spec.igvmspec", "image.igvm", "image.igvm.json", "image.d"


class Malformed(Exception):
    """A test file that does not follow the format."""


class Failed(Exception):
    """A command that shows an image, and did not."""


@dataclasses.dataclass
class Section:
    word: str
    argument: str
    lines: list[str]
    line_number: int

    def text(self):
        return "".join(line + "\n" for line in without_end(self.lines))


@dataclasses.dataclass
class Case:
    title: str
    inputs: list[Section]
    expected: list[Section]


def without_end(lines):
    """The lines without blank ones at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


# Input sections: files in the folder where the command runs.


def text_bytes(section):
    return section.text().encode()


def hex_bytes(section):
    """Pairs of digits; `#` begins a comment, `@OFFSET` goes on there."""
    out = bytearray()
    for line in section.lines:
        for word in line.split("#")[0].split():
            if word.startswith("@"):
                offset = int(word[1:], 0)
                if offset < len(out):
                    raise Malformed(f"line {section.line_number}: {word} lies before the end of the data")
                out.extend(bytes(offset - len(out)))
            else:
                out.extend(bytes.fromhex(word))
    return bytes(out)


def zero_bytes(section):
    return bytes(int(section.lines[0], 0))


FILES = {"spec": text_bytes, "file": text_bytes, "hex": hex_bytes, "zeros": zero_bytes}


# Expected sections: what can be read off a run.


class Run:
    """One command, run in a folder of its own."""

    def __init__(self, igvm, folder, case, shared):
        self.igvm, self.folder = igvm, folder
        verb, *options = shlex.split(next((s.argument for s in case.inputs if s.word == "run"), "build"))
        for section in [*shared, *case.inputs]:
            if section.word in FILES:
                path = folder / (section.argument or SPEC)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(FILES[section.word](section))
        self.builds = verb == "build" and not any(option.startswith("--emit") for option in options)
        output = ["-o", IMAGE] if self.builds else []
        result = self.command(verb, SPEC, *output, *options)
        self.code = result.returncode
        self.stderr, self.stdout = self.without_folder(result.stderr), self.without_folder(result.stdout)

    def command(self, *arguments):
        return subprocess.run(
            [self.igvm, *arguments], cwd=self.folder, capture_output=True, encoding="utf-8", errors="replace", timeout=300
        )

    def show(self, *arguments):
        result = self.command(*arguments)
        if result.returncode != 0 or result.stderr:
            raise Failed(f"igvm {shlex.join(arguments)} failed: {result.stderr}")
        return result.stdout

    def dump(self):
        return self.show("dump", IMAGE)

    def json(self):
        return self.show("dump", "--json", IMAGE)

    def measure(self):
        return self.show("measure", IMAGE)

    def payload(self):
        """The bytes that each header points to."""
        image = (self.folder / IMAGE).read_bytes()
        headers = json.loads(self.json())["headers"]
        offsets = [int(str(h["fields"].get("file_offset", 0)), 0) for h in headers]
        starts = sorted({*offsets, len(image)})
        text = ""
        for header, offset in zip(headers, offsets):
            if offset == 0:
                continue
            title = f"{header['name']} {header.get('region', '')} gpa={header['fields'].get('gpa')}"
            text += title.replace(" gpa=None", "") + "\n"
            text += rows(image[offset : next(s for s in starts if s > offset)])
        return text

    def without_folder(self, text):
        return text.replace(str(self.folder), "<folder>")

    def read(self, name):
        return self.without_folder((self.folder / name).read_text(encoding="utf-8"))

    def files(self):
        """The files in the folder afterwards, without those of the case."""
        return "".join(name + "\n" for name in (IMAGE, REPORT, DEPFILE) if (self.folder / name).exists())


def rows(data):
    """16 bytes a row; `*` stands for rows that are like the one before, and zeros are left out."""
    text, before, starred = "", None, False
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        repeated = row == before
        if any(row) and not (repeated and starred):
            text += "  *\n" if repeated else f"  {offset:03x}  {row.hex(' ', -4)}\n"
        before, starred = row, repeated
    return text


RESULTS = {
    "stderr": lambda run: run.stderr,
    "stdout": lambda run: run.stdout,
    "dump": Run.dump,
    "payload": Run.payload,
    "json": Run.json,
    "measure": Run.measure,
    "report": lambda run: run.read(REPORT),
    "depfile": lambda run: run.read(DEPFILE),
    "files": Run.files,
}
OF_IMAGE = {"dump", "payload", "json", "measure", "report", "depfile"}


def outcome(run, wanted):
    """The expected part as it should be: (word, argument, lines) rows."""
    out = [("exit", str(run.code), [])]
    wanted = (wanted - {"stderr"}) | ({"stderr"} if run.stderr else set())
    words = [word for word in RESULTS if word in wanted and (run.code == 0 or word not in OF_IMAGE)]
    if run.stdout and not run.builds and "stdout" not in words:
        words.append("stdout")
    if run.code == 0 and run.builds and not words:
        words = ["dump"]
    if run.code != 0 and run.files():
        words.append("files")
    for word in words:
        lines = RESULTS[word](run).split("\n")
        out.append((word, "", without_end(lines)))
    return out


# The files.


def parse(path):
    """The sections before the first case, which all cases share, and the cases."""
    preamble, cases = [], []
    here = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("==== "):
            cases.append(Case(line[5:].strip(), [], []))
            here = None
        elif line.startswith("---- "):
            word, _, argument = line[5:].strip().partition(" ")
            here = Section(word, argument, [], number)
            place(here, cases, preamble)
        elif here is not None:
            here.lines.append(line)
        elif line.strip() and not (line.startswith("#") and not cases):
            raise Malformed(f"line {number}: text outside a section")
    if not cases:
        raise Malformed("there is no case: '==== TITLE'")
    return preamble, cases


def place(section, cases, preamble):
    known_inputs = {"run", *FILES}
    if section.word not in known_inputs | {"exit", *RESULTS}:
        raise Malformed(f"line {section.line_number}: unknown section '{section.word}'")
    if not cases:
        if section.word not in FILES:
            raise Malformed(f"line {section.line_number}: '{section.word}' belongs to a case")
        return preamble.append(section)
    case = cases[-1]
    if any((s.word, s.argument) == (section.word, section.argument) for s in case.inputs + case.expected):
        raise Malformed(f"line {section.line_number}: a second '{section.word} {section.argument}'")
    if section.word == "exit" or case.expected:
        if section.word in known_inputs or (section.word != "exit" and section.argument):
            raise Malformed(f"line {section.line_number}: '{section.word}' cannot stand here")
        return case.expected.append(section)
    if section.word in RESULTS:
        raise Malformed(f"line {section.line_number}: '{section.word}' comes after 'exit'")
    if section.word in ("file", "hex", "zeros") and not section.argument:
        raise Malformed(f"line {section.line_number}: '{section.word}' needs the name of a file")
    case.inputs.append(section)


def render(expected):
    return [line for word, argument, lines in expected for line in [f"---- {word} {argument}".rstrip(), *lines]]


def written(case):
    return [(s.word, s.argument, without_end(s.lines)) for s in case.expected]


def rewrite(path, cases, outcomes):
    """Replaces the expected part of every case; everything else stays as it is."""
    parts = path.read_text(encoding="utf-8").split("\n==== ")
    first = 1
    if parts[0].startswith("==== "):
        parts[0], first = parts[0][5:], 0
    for index, expected in enumerate(outcomes):
        head = parts[first + index].split("\n---- exit")[0].rstrip("\n")
        parts[first + index] = head + "\n" + "\n".join(render(expected)) + "\n"
    parts[-1] = parts[-1].rstrip("\n") + "\n"
    path.write_text(("" if first else "==== ") + "\n==== ".join(parts), encoding="utf-8")


def run_case(igvm, preamble, case):
    with tempfile.TemporaryDirectory() as folder:
        run = Run(igvm, pathlib.Path(folder).resolve(), case, preamble)
        return outcome(run, {s.word for s in case.expected})


def test_file(igvm, path, rewriting):
    preamble, cases = parse(path)
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        outcomes = list(pool.map(lambda case: run_case(igvm, preamble, case), cases))
    if rewriting:
        rewrite(path, cases, outcomes)
        return True
    good = True
    for case, actual in zip(cases, outcomes):
        if written(case) != actual:
            good = False
            difference = difflib.unified_diff(
                render(written(case)), render(actual), "expected", "actual", lineterm=""
            )
            print(f"{path.name}: FAILED: {case.title}", *difference, "", sep="\n")
    print(f"{path.name}: {len(cases)} cases")
    return good


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--igvm", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    good = True
    for path in options.files:
        try:
            good &= test_file(options.igvm, path, options.rewrite)
        except (Malformed, Failed) as error:
            print(f"{path}: {error}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
