"""Input that is missing, damaged or hostile: one clear error, the right exit code, nothing written."""

import hashlib
import json
import os
import random
import unittest

from support import ERRORS, IMAGE_VERBS, IMAGES, INPUT_OUTPUT, NOBODY, OK, SANITIZED, SPEC, USAGE, Case, run


class UnreadableFiles(Case):
    """What cannot be read at all ends with exit code 3, whatever the verb."""

    def each_verb(self, pattern, name, **how):
        for verb in IMAGE_VERBS:
            with self.subTest(verb=verb):
                self.refused(INPUT_OUTPUT, pattern, verb, name, **how)
        with self.subTest(verb="build"):
            self.refused(INPUT_OUTPUT, pattern, *self.build_words(name), **how)

    def test_a_missing_file(self):
        for name in ["absent.igvm", "absent.igvmspec", "absent/folder.igvm"]:
            self.each_verb("No such file or directory", name)

    def test_a_directory(self):
        (self.folder / "folder.igvm").mkdir()
        self.each_verb("directory|not a regular file", "folder.igvm")

    def test_a_fifo_is_not_waited_for(self):
        os.mkfifo(self.folder / "fifo")
        self.each_verb("not a regular file", "fifo")

    def test_a_device(self):
        self.each_verb("not a regular file", "/dev/zero")
        self.each_verb("not a regular file", "/dev/null")

    @unittest.skipIf(os.geteuid() != 0, "only root can run the command as another user")
    def test_a_file_without_permission(self):
        self.folder.chmod(0o755)
        for name, contents in [("secret.igvm", (IMAGES / "allkinds.igvm").read_bytes()), ("secret.igvmspec", SPEC)]:
            self.write(name, contents).chmod(0o600)
            self.each_verb("Permission denied", name, user=NOBODY)

    def test_a_path_through_a_file(self):
        self.write("file", "x")
        self.each_verb("Not a directory", "file/below")

    def test_a_link_to_itself(self):
        (self.folder / "loop").symlink_to("loop")
        self.each_verb("Too many levels of symbolic links", "loop")


class DamagedImages(Case):
    def test_an_empty_file(self):
        self.write("empty", b"")
        for verb in IMAGE_VERBS:
            self.refused(ERRORS, "IGVM-F001.*offset 0x0|offset 0x0.*IGVM-F001", verb, "empty")

    def test_another_format(self):
        self.write("text", "x" * 100)
        for verb in IMAGE_VERBS:
            self.refused(ERRORS, "IGVM-F002.*offset 0x0|offset 0x0.*IGVM-F002", verb, "text")

    def test_a_spec_given_as_image(self):
        self.write("a.igvmspec", "// a comment\n" + SPEC)
        self.write("b.igvm", (IMAGES / "crate_snp.igvm").read_bytes())
        pattern = r"^a.igvmspec: error: IGVM-F002 at offset 0x0: this is a spec: build it first with `igvm build`$"
        for words in [["dump", "a.igvmspec"], ["measure", "a.igvmspec"], ["measure", "b.igvm", "--against", "a.igvmspec"],
                      ["load", "a.igvmspec", "-o", "out"], ["decompile", "a.igvmspec", "-o", "out"],
                      ["extract", "a.igvmspec", "--region", "code", "-o", "out"],
                      ["filter", "a.igvmspec", "--platform", "snp", "-o", "out"],
                      ["merge", "b.igvm", "a.igvmspec", "-o", "out"]]:
            with self.subTest(words):
                self.refused(ERRORS, pattern, *words)

    def test_every_truncation_has_one_error_at_an_offset(self):
        whole = (IMAGES / "crate_snp.igvm").read_bytes()
        headers_end = int.from_bytes(whole[8:12], "little") + int.from_bytes(whole[12:16], "little")
        for cut in [1, 3, 4, 23, 24, 25, 40, 100, headers_end, 4096, len(whole) - 1]:
            self.write("cut.igvm", whole[:cut])
            # What is left of the headers can be shown when only data is missing.
            for verb in IMAGE_VERBS if cut < headers_end else ["check", "measure"]:
                with self.subTest(cut=cut, verb=verb):
                    self.refused(ERRORS, "offset 0x[0-9a-f]+.*IGVM-F|IGVM-F.*offset 0x[0-9a-f]+", verb, "cut.igvm")

    def test_flipped_header_bits_never_pass_for_an_image(self):
        whole = (IMAGES / "allkinds.igvm").read_bytes()
        headers = int.from_bytes(whole[8:12], "little") + int.from_bytes(whole[12:16], "little")
        bits = random.Random(1)
        for _ in range(20 if SANITIZED else 60):
            at = bits.randrange(headers)
            flipped = bytearray(whole)
            flipped[at] ^= 1 << bits.randrange(8)
            self.write("flipped.igvm", flipped)
            for verb in IMAGE_VERBS[::2]:
                with self.subTest(at=at, verb=verb):
                    done = run(verb, "flipped.igvm", folder=self.folder)
                    self.assertEqual(done.code, ERRORS, done.err + done.out)
                    self.assertRegex(done.errors()[0], "offset 0x[0-9a-f]+")
                    self.bounded(done)

    def test_dump_shows_or_refuses_a_file_with_flipped_bits(self):
        whole = (IMAGES / "allkinds.igvm").read_bytes()
        bits = random.Random(2)
        for _ in range(20 if SANITIZED else 60):
            flipped = bytearray(whole)
            flipped[bits.randrange(1024)] ^= 1 << bits.randrange(8)
            self.write("flipped.igvm", flipped)
            done = run("dump", "flipped.igvm", folder=self.folder)
            self.assertIn(done.code, (OK, ERRORS))
            self.bounded(done)

    def test_a_flipped_bit_in_the_data_changes_the_measurement(self):
        whole = (IMAGES / "crate_snp.igvm").read_bytes()
        digests = set()
        for position in (None, len(whole) - 1, len(whole) - 4000):
            image = bytearray(whole)
            if position is not None:
                image[position] ^= 1
            self.write("data.igvm", image)
            done = run("measure", "data.igvm", folder=self.folder)
            self.assertEqual(done.code, OK, done.err)
            digests.add(done.out)
        self.assertEqual(len(digests), 3)


def image_with(body):
    return f"igvmspec 1;\nimage demo {{ arch = x64; platform native {{ }} {body} }}\n"


class BadSpecs(Case):
    def spec(self, text):
        return self.write("demo.igvmspec", text).name

    def test_an_empty_spec(self):
        self.spec_refused(ERRORS, r"demo.igvmspec:1:1: error: the file does not begin with", self.spec(""))

    def test_text_that_is_not_utf8(self):
        name = self.spec(b"igvmspec 1;\nimage \xff { }\n")
        self.spec_refused(ERRORS, r"byte 18 at 2:7 is not UTF-8 \[E0105\]", name)

    def test_an_image_given_as_spec(self):
        self.write("image.igvm", (IMAGES / "allkinds.igvm").read_bytes())
        pattern = "cannot read 'image.igvm': this is an image; a spec is text that begins with 'igvmspec 1;'"
        for words in [self.build_words("image.igvm"), ["spec", "image.igvm"], ["fmt", "image.igvm"]]:
            with self.subTest(words):
                self.refused(ERRORS, pattern, *words)

    def test_twenty_thousand_nested_blocks(self):
        name = self.spec("igvmspec 1;\nimage a { " + "a { " * 20_000)
        self.spec_refused(ERRORS, r"demo.igvmspec:2:\d+: error: more than 256 brackets .*\[E0103\]", name)

    def test_twenty_thousand_nested_parentheses(self):
        name = self.spec("igvmspec 1;\nconst X = " + "(" * 20_000 + ")" * 20_000 + ";\n")
        self.spec_refused(ERRORS, r"demo.igvmspec:2:\d+: error: more than 256 brackets .*\[E0103\]", name)

    def test_a_spec_of_100_megabytes(self):
        path = self.write("demo.igvmspec", "igvmspec 1;\n")
        with path.open("r+b") as file:
            file.truncate(100_000_000)
        self.spec_refused(ERRORS, r"larger than 16 MiB \[E0104\]", path.name)

    def test_more_than_three_million_tokens(self):
        self.memory_limit = 800
        name = self.spec("igvmspec 1;\nconst X = [" + "1," * 2_000_000 + "1];\n")
        self.spec_refused(ERRORS, r"demo.igvmspec:2:\d+: error: the text has more than 3000000 tokens \[E0104\]", name)

    def test_a_region_past_the_address_space(self):
        for at in ["0x1_0000_0000_0000_0000 - 1", "0x10_0000_0000_0000", "0xF_FFFF_FFFF_F000"]:
            with self.subTest(at=at):
                name = self.spec(image_with(f"\nregion far {{ at = {at}; size = 8K; }}"))
                self.spec_refused(ERRORS, r"demo.igvmspec:3:\d+: error: ", name)

    def test_an_address_past_52_bits_names_the_limit(self):
        name = self.spec(image_with("\nregion far { at = 0xF_FFFF_FFFF_F000; size = 8K; }"))
        self.spec_refused(ERRORS, r"demo.igvmspec:3:\d+: error: .*52.*\[E0311\]", name)

    def test_a_size_that_wraps_around(self):
        name = self.spec(image_with("\nregion far { at = 4K; size = 0xFFFF_FFFF_FFFF_F000; }"))
        self.spec_refused(ERRORS, r"demo.igvmspec:3:\d+: error: ", name)

    def test_overlapping_regions(self):
        name = self.spec(image_with("\nregion a { at = 1M; size = 8K; }\nregion b { at = 1M + 4K; size = 4K; }"))
        done = self.spec_refused(ERRORS, r"demo.igvmspec:\d:\d+: error: .*\[E0312\]", name)
        self.assertRegex(done.err, "region a|'a'")
        self.assertRegex(done.err, "region b|'b'")

    def test_unknown_names(self):
        cases = {
            "region a { at = bsae; size = 4K; }": "E0201",
            "region a { at = aling_up(1M, 4K); size = 4K; }": "E0209",
            "regoin a { at = 1M; size = 4K; }": "E0301",
            "region a { att = 1M; at = 1M; size = 4K; }": "E0302",
            "region a on xen { at = 1M; size = 4K; }": "E0306",
            "vp_context a { vp = 0; start = reset_vector; rxx = 1; }": "E0316",
        }
        for body, code in cases.items():
            with self.subTest(body):
                self.spec_refused(ERRORS, rf"demo.igvmspec:3:\d+: error: .*\[{code}\]", self.spec(image_with("\n" + body)))

    def test_wrong_types(self):
        for value in ['"text"', "true", "[1]", 'hex"00"']:
            with self.subTest(value):
                name = self.spec(image_with(f"\nregion a {{ at = {value}; size = 4K; }}"))
                self.spec_refused(ERRORS, r"demo.igvmspec:3:\d+: error: .*\[E0203\]", name)

    def test_many_errors_are_cut_with_a_count(self):
        name = self.spec(image_with("\n" + "\n".join(f"regoin r{i} {{ }}" for i in range(500))))
        done = run("check", name, folder=self.folder)
        self.assertEqual(done.code, ERRORS)
        self.assertEqual(len(done.errors()), 20)
        self.assertIn("480 more errors", done.err)


class BadInputs(Case):
    """Files and values that a spec is built with."""

    def setUp(self):
        super().setUp()
        self.write("demo.igvmspec", "igvmspec 1;\ninput firmware : file;\nparam ram : size = 1M;\n"
                   "image demo { arch = x64; platform snp { policy { smt = true; } }\n"
                   "region flash { at = 4G - size(firmware); data = firmware; }\n"
                   "region secrets { at = ovmf.secrets_page(firmware); kind = secrets; size = 4K; } }\n")

    def test_a_missing_input(self):
        self.spec_refused(ERRORS, r":2:7: error: .*\[E0213\]", "demo.igvmspec")

    def test_an_input_that_cannot_be_read(self):
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "fifo")
        for path in ["absent", "folder", "fifo", "/dev/zero"]:
            with self.subTest(path):
                self.spec_refused(INPUT_OUTPUT, r"error: .*\[E0401\]", "demo.igvmspec", "-i", f"firmware={path}")

    def test_an_empty_input(self):
        self.write("firmware", b"")
        self.write("blob.igvmspec", "igvmspec 1;\ninput firmware : file;\n"
                   "image demo { arch = x64; platform native { } region a { at = 1M; data = firmware; } }\n")
        self.spec_refused(ERRORS, r"blob.igvmspec:3:\d+: error: region 'a' is empty: input 'firmware' is the empty file firmware \[E0313\]", "blob.igvmspec",
                          "-i", "firmware=firmware")

    def test_a_firmware_without_metadata(self):
        for contents in [b"\0" * 65536, random.Random(3).randbytes(65536)]:
            self.write("firmware", contents)
            self.spec_refused(ERRORS, r"demo.igvmspec:6:\d+: error: .*\[E0402\]", "demo.igvmspec", "-i", "firmware=firmware")

    def test_options_that_name_nothing(self):
        self.write("plain.igvmspec", SPEC.replace("image", "param ram : size = 1M;\nimage"))
        for words, code in [(["-p", "rma=1"], "E0504"), (["-i", "frimware=x"], "E0504"), (["-p", "ram=much"], "E0211"),
                            (["--platform", "xen"], "E0501"), (["--platform", "snp"], "E0501")]:
            with self.subTest(words):
                self.spec_refused(ERRORS, rf"error: .*\[{code}\]", "plain.igvmspec", *words)

    def test_options_without_the_right_form_are_usage_errors(self):
        for words in [["-p", "novalue"], ["-i", "=x"], ["--no-such-option"], ["--expect", "snp"],
                      ["--expect", "xen=00"], ["--expect", "snp=xyz"]]:
            with self.subTest(words):
                self.refused(USAGE, "error: ", *self.build_words("demo.igvmspec"), *words)
        self.refused(USAGE, "error: ", "build")
        self.refused(USAGE, "error: ", "no-such-verb")
        self.refused(USAGE, "error: ")


class BadMeasureOptions(Case):
    def setUp(self):
        super().setUp()
        self.write("demo.igvmspec", SPEC)
        self.assertEqual(run("build", "demo.igvmspec", "-o", "demo.igvm", folder=self.folder).code, OK)

    def test_a_processor_model_that_is_none(self):
        pattern = ("^error: --cpu: takes EPYC, EPYC-Rome, EPYC-Milan, EPYC-Genoa, EPYC-Turin, or the number that CPUID "
                   "leaf 1 gives in EAX, not '%s'$")
        for text in ["EPYC-v4", "0x100000000", "-1"]:
            with self.subTest(text):
                self.refused(USAGE, pattern % text, "measure", "demo.igvm", f"--cpu={text}")

    def test_a_platform_without_measurement(self):
        self.refused(ERRORS, "platform native has no launch measurement", "measure", "demo.igvm", "--platform", "native")


class WhatAFileIs(Case):
    """`check` takes images and specs, and decides by what is in the file."""

    def test_contents_count_more_than_the_name(self):
        self.write("spec.txt", "\ufeff\n// a comment\n" + SPEC)
        self.assertEqual(run("check", "spec.txt", folder=self.folder).code, OK)
        self.write("image.igvmspec", (IMAGES / "crate_snp.igvm").read_bytes())
        self.assertEqual(run("check", "image.igvmspec", folder=self.folder).code, OK)

    def test_what_is_neither_is_said_to_be_taken_for_an_image(self):
        self.write("notes", "hello, this is a text file of some length")
        done = self.refused(ERRORS, "IGVM-F002", "check", "notes")
        self.assertIn("taken for an image", done.out)


class ControlCharacters(Case):
    """Nothing that comes from a file reaches the terminal as a control sequence (looked for after every run)."""

    def test_in_a_spec(self):
        for text in ['region a { at = "\x1b[31mred"; size = 4K; }', 'region a\x1b[2J { }', '// \x1b[31m\nregoin a { }']:
            self.write("demo.igvmspec", image_with("\n" + text))
            done = run("check", "demo.igvmspec", folder=self.folder)
            self.assertEqual(done.code, ERRORS)
            self.bounded(done)

    def test_in_a_report(self):
        image = (IMAGES / "crate_snp.igvm").read_bytes()
        self.write("a.igvm", image)
        report = {"image": {"sha256": hashlib.sha256(image).hexdigest()},
                  "layout": [{"name": "\x1b]0;title\x07\x9b2J", "headers": [{"first": 2, "count": 9}]}]}
        self.write("a.igvm.json", json.dumps(report))
        for words in [["dump", "a.igvm"], ["dump", "--json", "a.igvm"]]:
            done = run(*words, folder=self.folder)
            self.assertEqual(done.code, OK, done.err)
            self.assertIn("]0;title", done.out)
            self.assertNotIn("\x07", done.out)
            self.assertNotIn("\x9b", done.out)
            self.bounded(done)

    def test_in_a_file_name(self):
        name = "a\x1b[31m.igvm"
        for verb in IMAGE_VERBS:
            self.refused(INPUT_OUTPUT, "No such file", verb, name)
        self.refused(INPUT_OUTPUT, "No such file", *self.build_words(name))
        self.refused(USAGE, "error: ", "dump", "a", "--\x1b[31m")


class IncludedFiles(Case):
    def test_a_missing_include(self):
        self.write("demo.igvmspec", "igvmspec 1;\ninclude \"absent.igvmspec\";\n" + SPEC.split("\n", 1)[1])
        self.spec_refused(INPUT_OUTPUT, r"demo.igvmspec:2:9: error: .*absent.igvmspec.*\[E0401\]", "demo.igvmspec")

    def test_an_include_of_a_device(self):
        self.write("demo.igvmspec", "igvmspec 1;\ninclude \"/dev/zero\";\n" + SPEC.split("\n", 1)[1])
        self.spec_refused(INPUT_OUTPUT, r"demo.igvmspec:2:9: error: .*not a regular file.*\[E0401\]", "demo.igvmspec")

    def test_an_include_of_itself(self):
        self.write("demo.igvmspec", "igvmspec 1;\ninclude \"demo.igvmspec\";\n" + SPEC.split("\n", 1)[1])
        self.spec_refused(ERRORS, r"demo.igvmspec:2:9: error: .*\[E0108\]", "demo.igvmspec")


if __name__ == "__main__":
    unittest.main()
