"""`igvm lsp`, driven as an editor drives it."""

import pathlib
import tempfile
import unittest

from client import URI, Client, frame, talk

GOOD = """igvmspec 1;
/// The memory of the guest.
param ram : size = 128M;
input kernel : file;
image demo {
    arch = x64;
    platform snp { policy { smt = true; } }
    region code on snp { at = 1M; size = ram; kind = normal; }
    vp_context bsp { at = code.end; start = reset_vector; rip = align_up(1, 4K); }
}
"""

LOOP = """igvmspec 1;
input firmware : file;
image demo {
    platform snp { }
    for section in ovmf.sev_sections(firmware) {
        region page { at = section.gpa; size = 4K; kind = section.type == 2 ? secrets : cpuid; }
    }
    region last { at = page[1].at; size = 4K; }
}
"""


def place(text, mark, extra=0):
    """The position behind the first `mark`."""
    before = text[: text.index(mark) + len(mark) + extra]
    line = before.count("\n")
    return {"line": line, "character": len(before.rsplit("\n", 1)[-1].encode("utf-16-le")) // 2}


def ask(method, text, mark, uri=URI, extra=0):
    client = Client()
    client.open(text, uri)
    number = client.request("textDocument/" + method, textDocument={"uri": uri}, position=place(text, mark, extra))
    return client.finish()[1][number]


def labels(text, mark):
    return {item["label"] for item in ask("completion", text, mark)}


def span(line, begin, end):
    return {"start": {"line": line, "character": begin}, "end": {"line": line, "character": end}}


class Session(unittest.TestCase):
    def test_a_session_ends_well_after_shutdown_and_exit(self):
        client = Client()
        number = client.request("initialize", capabilities={})
        code, results, _ = client.finish()
        self.assertEqual(code, 0)
        capabilities = results[number]["capabilities"]
        self.assertEqual(capabilities["textDocumentSync"], {"openClose": True, "change": 1})
        self.assertTrue(capabilities["documentFormattingProvider"] and capabilities["hoverProvider"])

    def test_an_exit_without_shutdown_is_an_error(self):
        self.assertEqual(talk(frame({"jsonrpc": "2.0", "method": "exit"})), (1, []))

    def test_an_unknown_request_is_answered_and_an_unknown_notification_is_not(self):
        client = Client()
        client.notify("$/unknown")
        number = client.request("textDocument/rename")
        code, results, _ = client.finish()
        self.assertEqual((code, results[number]["code"]), (0, -32601))

    def test_params_of_the_wrong_shape_are_refused(self):
        client = Client()
        numbers = [client.request("textDocument/hover"), client.request("textDocument/hover", textDocument=[1]),
                   client.request("textDocument/hover", textDocument={"uri": 7})]
        client.notify("textDocument/didOpen", textDocument="x")
        code, results, _ = client.finish()
        self.assertEqual((code, [results[n]["code"] for n in numbers]), (0, [-32602] * 3))

    def test_a_document_that_is_not_open_is_refused(self):
        client = Client()
        number = client.request("textDocument/formatting", textDocument={"uri": URI})
        self.assertEqual(client.finish()[1][number]["code"], -32803)


class Hostile(unittest.TestCase):
    def test_bad_json_is_answered_and_the_session_goes_on(self):
        for body in (b"{", b"\xff\xfe", b"[" * 100000, b'{"a":' * 50000):
            code, messages = talk(frame(body) + frame({"id": 1, "method": "shutdown"}) + frame({"method": "exit"}))
            self.assertEqual((code, messages[0]["error"]["code"], messages[1]["result"]), (0, -32700, None))

    def test_deep_json_and_many_keys_are_survived(self):
        deep = b"[" * 100000 + b"]" * 100000
        keys = b"{" + b",".join(b'"k%d":0' % i for i in range(100000)) + b"}"
        for member in (b'"id":' + deep, b'"id":1,"params":' + deep, b'"id":1,"params":' + keys):
            code, messages = talk(frame(b'{"method":"initialize",' + member + b"}") +
                                  frame({"id": 2, "method": "shutdown"}) + frame({"method": "exit"}))
            self.assertEqual((code, messages[-1]["id"], messages[-1]["result"]), (0, 2, None))

    def test_json_that_is_no_request_is_answered(self):
        for body in (1, [], {}, {"method": 5}, None, "x"):
            code, messages = talk(frame(body))
            self.assertEqual([m["error"]["code"] for m in messages], [-32600], body)

    def test_broken_frames_end_the_session_with_an_error(self):
        for data in (b"Content-Length: 99999999999999999999999\r\n\r\n{}", b"Content-Length: 4000000000\r\n\r\n{}",
                     b"Content-Length: -1\r\n\r\n{}", b"Content-Length: x\r\n\r\n", b"\r\n\r\n", b"nonsense\r\n\r\n",
                     b"Content-Length: 10\r\n\r\n{", b"Content-Length: 10", b"x" * 100000, b"a: b\r\n" * 1000):
            code, messages = talk(data)
            self.assertEqual((code, [m["error"]["code"] for m in messages]), (1, [-32700]), data[:60])

    def test_an_empty_stream_ends_it(self):
        self.assertEqual(talk(b""), (1, []))

    def test_positions_outside_of_the_text_are_the_end(self):
        client = Client()
        client.open("igvmspec 1;\n")
        numbers = [client.request("textDocument/" + method, textDocument={"uri": URI},
                                  position={"line": 2**31 - 1, "character": 2**31 - 1})
                   for method in ("hover", "definition", "completion")]
        code, results, _ = client.finish()
        self.assertEqual((code, results[numbers[0]], results[numbers[1]]), (0, None, None))
        self.assertIn("image", {item["label"] for item in results[numbers[2]]})

    def test_every_prefix_of_a_spec_can_be_asked_about(self):
        client = Client()
        for end in range(0, len(GOOD), 7):
            client.change(GOOD[:end]) if end else client.open("")
            for method in ("hover", "definition", "completion"):
                client.request("textDocument/" + method, textDocument={"uri": URI}, position=place(GOOD[:end] + "\0", "\0", -1))
            client.request("textDocument/formatting", textDocument={"uri": URI})
        code, results, published = client.finish()
        self.assertEqual((code, len(results)), (0, client.ids))
        self.assertEqual(len(published), len(range(0, len(GOOD), 7)))


class Diagnostics(unittest.TestCase):
    def published(self, *texts, uri=URI):
        client = Client()
        client.open(texts[0], uri)
        for text in texts[1:]:
            client.change(text, uri)
        return [one["diagnostics"] for one in client.finish()[2]]

    def test_a_good_spec_has_none_though_its_inputs_have_no_file(self):
        self.assertEqual(self.published(GOOD), [[]])

    def test_a_loop_over_what_an_input_says_has_none(self):
        self.assertEqual(self.published(LOOP), [[]])

    def test_they_come_with_a_change_and_go_with_the_next(self):
        wrong = GOOD.replace("size = ram", "size = rum")
        first, second, third = self.published(GOOD, wrong, GOOD)
        self.assertEqual((first, third), ([], []))
        self.assertEqual([(d["code"], d["range"], d["severity"]) for d in second], [("E0201", span(7, 41, 44), 1)])
        self.assertIn("did you mean 'ram'?", second[0]["message"])

    def test_a_syntax_error(self):
        (found,) = self.published("igvmspec 1;\nconst a = ;\n")
        self.assertEqual([(d["code"], d["range"]) for d in found], [("E0101", span(1, 10, 11))])

    def test_columns_are_utf16_units(self):
        (found,) = self.published('igvmspec 1;\nconst a = concat(cstr("\U0001f600\u00e9"), nothing);\nimage t { platform snp { } region r { at = a; } }\n')
        self.assertIn(span(1, 30, 37), [d["range"] for d in found])

    def test_related_places(self):
        (found,) = self.published("igvmspec 1;\nconst a = 1;\nconst a = 2;\n" + GOOD.split("\n", 1)[1])
        self.assertEqual(found[0]["code"], "E0202")
        self.assertEqual(found[0]["relatedInformation"][0]["location"]["range"], span(1, 6, 7))

    def test_a_file_of_declarations_lacks_no_image(self):
        self.assertEqual(self.published("igvmspec 1;\nconst a = 1;\n"), [[]])

    def test_closing_takes_them_away(self):
        client = Client()
        client.open("igvmspec 1;\nconst a = ;\n")
        client.notify("textDocument/didClose", textDocument={"uri": URI})
        self.assertEqual([len(one["diagnostics"]) for one in client.finish()[2]], [1, 0])


class Completion(unittest.TestCase):
    def test_at_the_beginning_of_a_line_outside(self):
        found = labels("igvmspec 1;\n", "1;\n")
        self.assertLessEqual({"image", "const", "param", "input", "include", "assert"}, found)
        self.assertNotIn("region", found)

    def test_blocks_and_attributes_of_the_image(self):
        found = labels(GOOD, "arch = x64;\n    ")
        self.assertLessEqual({"region", "platform", "vp_context", "order", "zeros"}, found)
        self.assertNotIn("kind", found)

    def test_attributes_of_a_region_while_one_is_typed(self):
        found = labels(GOOD, "size = ram; ki")
        self.assertLessEqual({"kind", "measured", "shared", "data"}, found)
        self.assertNotIn("region", found)

    def test_fields_of_a_policy_are_those_of_the_platform(self):
        found = labels(GOOD, "policy { ")
        self.assertIn("single_socket", found)
        self.assertNotIn("sept_ve_disable", found)

    def test_registers_in_a_vp_context(self):
        self.assertLessEqual({"rip", "cr3", "start", "cs", "vtl"}, labels(GOOD, "vp_context bsp { "))

    def test_words_of_a_keyword_attribute(self):
        kinds = {"normal", "secrets", "cpuid", "cpuid_xf"}
        self.assertEqual(labels(GOOD, "kind = "), kinds)
        chosen = GOOD.replace("kind = normal", "kind = ram == ram ? secrets : normal")
        self.assertEqual(labels(chosen, "? "), kinds)
        self.assertEqual(labels(chosen, "secrets : "), kinds)
        self.assertIn("ram", labels(chosen, "ram == "))

    def test_names_and_functions_in_an_expression(self):
        found = labels(GOOD, "at = 1M; size = ")
        self.assertLessEqual({"ram", "kernel", "code", "align_up", "ovmf", "size"}, found)
        self.assertNotIn("ovmf.table", found)

    def test_functions_of_a_module_and_properties_of_a_block(self):
        self.assertIn("secrets_page", labels(GOOD.replace("at = 1M", "at = ovmf. 1"), "at = ovmf."))
        self.assertEqual(labels(GOOD, "at = code."), {"at", "end", "size", "entry"})

    def test_platforms_in_a_scope_and_types_of_a_param(self):
        self.assertLessEqual({"snp", "tdx", "native"}, labels(GOOD, "region code on "))
        self.assertLessEqual({"size", "int", "bool"}, labels(GOOD, "param ram : "))

    def test_nothing_in_comments_and_strings(self):
        self.assertEqual(labels('igvmspec 1;\nconst a = "abc";\n// word\n', '"ab'), set())
        self.assertEqual(labels('igvmspec 1;\nconst a = "abc";\n// word\n', "// wo"), set())
        self.assertEqual(labels('igvmspec 1;\nconst a = "abc";\n// word\n', "// word"), set())


class Hover(unittest.TestCase):
    def text(self, mark, text=GOOD):
        found = ask("hover", text, mark)
        return found and found["contents"]["value"]

    def test_blocks_attributes_and_words(self):
        self.assertIn("PAGE_DATA", self.text("    reg"))
        self.assertIn("multiple of 4K", self.text("{ a"))
        self.assertIn("Guest memory with the given data", self.text("kind = nor"))
        self.assertIn("secrets page", self.text("? sec", LOOP))
        self.assertIn("Where execution starts", self.text("reset_vector; ri"))

    def test_functions_show_their_signature(self):
        self.assertIn("align_up(", self.text("rip = align"))
        self.assertIn("ovmf.table(", self.text("ovmf.ta", GOOD.replace("align_up(1, 4K)", 'ovmf.table(kernel, "x")')))

    def test_declared_names_show_their_declaration_and_doc(self):
        text = self.text("size = ra")
        self.assertIn("param ram : size = 128M", text)
        self.assertIn("The memory of the guest.", text)

    def test_the_range_is_the_word(self):
        self.assertEqual(ask("hover", GOOD, "size = ra")["range"], span(7, 41, 44))

    def test_nothing_on_numbers_and_space(self):
        self.assertIsNone(self.text("size = 12"))
        self.assertIsNone(ask("hover", GOOD, "arch = x64;\n  "))


class Definition(unittest.TestCase):
    def test_params_inputs_and_blocks(self):
        self.assertEqual(ask("definition", GOOD, "size = r"), {"uri": URI, "range": span(2, 6, 9)})
        self.assertEqual(ask("definition", GOOD, "at = co"), {"uri": URI, "range": span(7, 11, 15)})

    def test_the_variable_of_a_loop(self):
        self.assertEqual(ask("definition", LOOP, "at = se")["range"], span(4, 8, 15))

    def test_fragments(self):
        text = "igvmspec 1;\nfragment page(a) { region r { at = a; size = 4K; } }\nimage t { use page(1M); }\n"
        self.assertEqual(ask("definition", text, "use pa")["range"], span(1, 9, 13))

    def test_a_name_of_an_included_file(self):
        with tempfile.TemporaryDirectory(prefix="a b") as folder:
            base = pathlib.Path(folder).resolve()
            (base / "base.igvmspec").write_text("igvmspec 1;\n/// Low.\nconst LOW = 1M;\n")
            text = 'igvmspec 1;\ninclude "base.igvmspec";\nconst X = LOW;\n'
            uri = (base / "spec.igvmspec").as_uri()
            found = ask("definition", text, "X = L", uri)
            self.assertEqual(found, {"uri": (base / "base.igvmspec").as_uri(), "range": span(2, 6, 9)})
            self.assertIn("Low.", ask("hover", text, "X = L", uri)["contents"]["value"])

    def test_a_file_in_an_include_folder_is_found_with_its_option_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "base.igvmspec").write_text("igvmspec 1;\nconst LOW = 1M;\n")
            text = 'igvmspec 1;\ninclude "base.igvmspec";\nconst X = LOW;\n'
            published = []
            for options in ([], ["-I", folder]):
                client = Client(*options)
                client.open(text)
                published.append([d["code"] for d in client.finish()[2][0]["diagnostics"]])
            self.assertEqual(published, [["E0401"], []])

    def test_a_word_of_the_language_has_none(self):
        self.assertIsNone(ask("definition", GOOD, "rip = al"))


class Formatting(unittest.TestCase):
    def edits(self, text):
        client = Client()
        client.open(text)
        number = client.request("textDocument/formatting", textDocument={"uri": URI}, options={})
        return client.finish()[1][number]

    def test_one_edit_over_the_whole_text(self):
        self.assertEqual(self.edits("igvmspec 1;\nconst  a=1;"), [
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 11}},
             "newText": "igvmspec 1;\nconst a = 1;\n"}])

    def test_none_for_a_text_in_the_style_or_with_syntax_errors(self):
        self.assertEqual(self.edits("igvmspec 1;\n"), [])
        self.assertIsNone(self.edits("igvmspec 1;\nconst a = ;\n"))


if __name__ == "__main__":
    unittest.main()
