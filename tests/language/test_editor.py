"""The editor's files: they hang together, and the colours know every word of the language."""

import json
import os
import pathlib
import re
import subprocess
import unittest

EDITOR = pathlib.Path(__file__).resolve().parents[2] / "grammar/editor"
PACKAGE = json.loads((EDITOR / "package.json").read_text(encoding="utf-8"))
GRAMMAR = json.loads((EDITOR / "syntaxes/igvmspec.tmLanguage.json").read_text(encoding="utf-8"))
LEXER = (EDITOR.parent / "IgvmSpecLexer.g4").read_text(encoding="utf-8")


def words():
    done = subprocess.run([os.environ["LANGUAGE_REFERENCE"], "--words"], capture_output=True, check=True)
    return json.loads(done.stdout)


def patterns(node):
    if isinstance(node, list):
        for one in node:
            yield from patterns(one)
    if isinstance(node, dict):
        yield from (node[key] for key in ("match", "begin", "end") if key in node)
        for one in node.values():
            yield from patterns(one)


def scope_of(line, word):
    """The scope that the colours give the first `word` of the line: as an editor does, pattern after pattern."""
    at = 0
    while at < len(line):
        found = []
        for include in GRAMMAR["patterns"]:
            rule = GRAMMAR["repository"][include["include"][1:]]
            for one in [rule] if "begin" in rule else rule.get("patterns", [rule]):
                match = re.compile(one.get("match", one.get("begin"))).search(line, at)
                if match and match.end() > match.start():
                    found.append((match.start(), len(found), one, match))
        if not found:
            return None
        _, _, rule, match = min(found, key=lambda row: row[:2])
        for group, name in rule.get("captures", {}).items():
            if (match[int(group)] or "").strip() == word:
                return name["name"]
        if match[0] == word:
            return rule.get("name")
        at = re.compile(rule["end"]).search(line, match.end()).end() if "end" in rule else match.end()
    return None


class Editor(unittest.TestCase):
    def test_the_package_has_what_packaging_asks_for(self):
        for key in ("name", "displayName", "description", "version", "publisher", "license", "engines", "categories"):
            self.assertTrue(PACKAGE[key], key)
        self.assertRegex(PACKAGE["name"], r"^[a-z0-9-]+$")
        self.assertRegex(PACKAGE["version"], r"^\d+\.\d+\.\d+$")
        self.assertTrue((EDITOR / "README.md").exists() and (EDITOR / "LICENSE").exists())

    def test_every_file_it_names_is_there(self):
        contributed = PACKAGE["contributes"]
        for path in [PACKAGE["main"], contributed["grammars"][0]["path"], contributed["languages"][0]["configuration"]]:
            self.assertTrue((EDITOR / path).is_file(), path)
        self.assertEqual(contributed["grammars"][0]["scopeName"], GRAMMAR["scopeName"])
        self.assertEqual(contributed["languages"][0]["id"], contributed["grammars"][0]["language"])
        json.loads((EDITOR / "language-configuration.json").read_text(encoding="utf-8"))

    def test_every_pattern_is_a_regular_expression(self):
        found = list(patterns(GRAMMAR))
        self.assertGreater(len(found), 12)
        for pattern in found:
            re.compile(pattern)

    def test_every_keyword_of_the_grammar_is_coloured(self):
        keywords = set(re.findall(r"^[A-Z]+: '([a-z]+)';", LEXER, re.MULTILINE)) - {"true", "false"}
        keywords |= set(words()["keywords"])
        pattern = re.compile(GRAMMAR["repository"]["keywords"]["match"])
        self.assertEqual([word for word in sorted(keywords) if not pattern.fullmatch(word)], [])
        alternatives = pattern.pattern[3:-3].split("|")
        self.assertEqual(sorted(set(alternatives) - keywords), [])

    def test_every_type_is_coloured(self):
        for word in words()["types"]:
            self.assertEqual(scope_of(f"x : {word} = 1;", word), "support.type.igvmspec")

    def test_every_block_attribute_and_function_is_coloured(self):
        vocabulary = words()
        for word in vocabulary["blocks"]:
            self.assertEqual(scope_of(f"    {word} some on snp, tdx {{ at = 1; }}", word), "storage.type.block.igvmspec")
            self.assertEqual(scope_of(f"{word} {{", word), "storage.type.block.igvmspec")
        for word in vocabulary["attributes"]:
            self.assertEqual(scope_of(f"    {word} on snp = 1;", word), "variable.other.property.igvmspec", word)
        for word in vocabulary["functions"]:
            self.assertEqual(scope_of(f"= {word}(1);", word.split(".")[-1]), "support.function.igvmspec", word)

    def test_what_a_loop_is_over_is_no_block(self):
        self.assertEqual(scope_of("for s in sections {", "in"), "keyword.control.igvmspec")
        self.assertEqual(scope_of("for s in sections {", "sections"), None)

    def test_texts_are_not_taken_for_words(self):
        self.assertEqual(scope_of('assert(a, "on snp = 1"); ', "on"), None)
        self.assertEqual(scope_of("// const a = 1;", "const"), None)
        self.assertEqual(scope_of("const a = 0xFFFF_F000;", "0xFFFF_F000"), "constant.numeric.igvmspec")


if __name__ == "__main__":
    unittest.main()
