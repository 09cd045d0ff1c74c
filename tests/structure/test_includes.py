"""Which room may include which: the include direction of the house, checked on the sources as they stand."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)

# Public headers of the runtime, by the room they belong to.
RUNTIME_HEADERS = {
    "text.hpp": "text", "gpa_range.hpp": "format", "rule.hpp": "result", "result.hpp": "result", "wire.hpp": "wire", "format.hpp": "format",
    "describe.hpp": "describe", "file.hpp": "file", "folder.hpp": "file", "image.hpp": "image", "writer.hpp": "write",
    "check.hpp": "check", "loader_model.hpp": "check", "endorse.hpp": "endorse", "launch.hpp": "launch",
    "measure.hpp": "measure", "loader.hpp": "load", "x64.hpp": "x64", "aarch64.hpp": "aarch64",
    "igvm.h": "c", "igvm_defs.h": "c", "igvm_extensions.h": "c",
    "portable.hpp": "portable", "explain.hpp": "measure", "edit.hpp": "edit",
}

# room -> rooms it may include; a room may always include itself.
RUNTIME = {
    "text": set(),
    "result": set(),
    "wire": {"result"},
    "format": {"wire", "result"},
    "describe": {"format", "wire", "result"},
    "file": {"wire", "result"},
    "x64": {"format", "wire", "result"},
    "aarch64": {"x64", "format", "wire", "result"},
    "image": {"describe", "format", "wire", "result"},
    "write": {"describe", "format", "wire", "result"},
    "portable": {"image", "describe", "format", "wire", "result"},
    "check": {"portable", "image", "x64", "describe", "format", "wire", "result"},
    "edit": {"check", "write", "image", "describe", "format", "wire", "result"},
    "launch": {"portable", "image", "x64", "describe", "format", "wire", "result"},
    "measure": {"launch", "portable", "x64", "image", "describe", "format", "wire", "result"},
    "endorse": {"measure", "launch", "check", "portable", "image", "describe", "format", "wire", "result"},
    "load": {"launch", "x64", "image", "describe", "format", "wire", "result"},
    "c": {"measure", "launch", "check", "x64", "image", "write", "describe", "format", "wire", "result"},
    "tools": {"endorse", "text", "load", "measure", "x64", "aarch64", "launch", "portable", "edit", "check", "image", "file", "describe", "format", "wire", "result"},
}
COMPILER = {
    "source": {"runtime:text"},
    "diagnose": {"source", "runtime:text"},
    "syntax": {"diagnose", "source"},
    "style": {"syntax", "diagnose", "source"},
    "schema": set(),
    "model": {"source", "runtime:launch", "runtime:result", "runtime:format", "runtime:x64", "runtime:wire"},
    "inputs": {"diagnose", "source", "model", "runtime:file", "runtime:format", "runtime:result", "runtime:wire"},
    "generate": {"inputs", "model", "runtime:wire", "runtime:x64", "runtime:describe"},
    "sema": {"syntax", "schema", "model", "inputs", "generate", "diagnose", "source",
             "runtime:format", "runtime:x64", "runtime:aarch64", "runtime:wire", "runtime:launch", "runtime:measure",
             "runtime:describe", "runtime:result", "runtime:image", "runtime:edit", "runtime:check"},
    "ir": {"generate", "model", "source", "runtime:format", "runtime:x64", "runtime:wire", "runtime:describe"},
    "emit": {"ir", "model", "source", "runtime:write", "runtime:format", "runtime:wire", "runtime:result",
             "runtime:describe"},
    "decompile": {"generate", "model", "schema", "source", "runtime:result", "runtime:image", "runtime:describe", "runtime:x64", "runtime:aarch64", "runtime:format",
                  "runtime:wire"},
    "driver": None,
    "reference": {"schema", "runtime:file", "sema", "syntax", "model", "inputs", "diagnose", "source", "runtime:x64"},
    "lsp": {"driver", "reference", "schema", "style", "syntax", "diagnose", "source"},
    "tools": None,
}
ANTLR_FILES = {"parse.cpp", "error_strategy.hpp", "error_strategy.cpp", "bridge.hpp", "bridge.cpp", "nesting.hpp", "nesting.cpp",
               "token_places.hpp", "token_places.cpp", "limited_lexer.hpp", "lexemes.cpp",
               "syntax_help.hpp", "syntax_help.cpp"}


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def sources(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in {".hpp", ".cpp", ".h"})


def runtime_room(path):
    parts = path.relative_to(ROOT / "runtime").parts
    if parts[0] == "include":
        return RUNTIME_HEADERS[parts[-1]]
    return parts[1] if parts[0] == "src" else parts[0]


def room_of_include(name, own_rooms):
    """The room an include names, prefixed with runtime: for the runtime's public headers; None for foreign headers."""
    if name.startswith("igvm/spec/"):
        return "driver"
    if name.startswith("igvm/"):
        return "runtime:" + RUNTIME_HEADERS[name.removeprefix("igvm/")]
    first = name.split("/")[0]
    return first if "/" in name and first in own_rooms else None


class IncludeDirection(unittest.TestCase):
    def test_runtime_rooms_include_only_what_lies_below_them(self):
        for path in sources(ROOT / "runtime"):
            room = runtime_room(path)
            for name in includes(path):
                target = room_of_include(name, RUNTIME)
                self.assertNotEqual(target, "driver", f"{path}: the runtime must not know the compiler")
                target = target and target.removeprefix("runtime:")
                if target and target != room:
                    self.assertIn(target, RUNTIME[room], f"{path} ({room}) includes {name} ({target})")

    def test_compiler_rooms_include_only_what_lies_below_them(self):
        for path in sources(ROOT / "compiler"):
            room = path.relative_to(ROOT / "compiler").parts[0]
            if room == "include" or COMPILER[room] is None:
                continue
            for name in includes(path):
                target = room_of_include(name, COMPILER)
                if target and target != room:
                    self.assertIn(target, COMPILER[room], f"{path} ({room}) includes {name} ({target})")

    def test_antlr_stays_in_the_bridge(self):
        for path in sources(ROOT / "compiler") + sources(ROOT / "runtime"):
            foreign = [n for n in includes(path) if "antlr4" in n or n.startswith("IgvmSpec")]
            if foreign:
                self.assertEqual(path.relative_to(ROOT).parts[:2], ("compiler", "syntax"), path)
                self.assertIn(path.name, ANTLR_FILES, path)

    def test_every_public_header_has_a_room(self):
        found = {p.name for p in (ROOT / "runtime/include/igvm").glob("*.h*")}
        self.assertEqual(found, set(RUNTIME_HEADERS))


if __name__ == "__main__":
    unittest.main()
