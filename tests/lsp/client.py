"""A client of the language server, over its standard streams."""

import json
import os
import subprocess

URI = "file:///nowhere/spec.igvmspec"


def frame(body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def frames(data):
    """The messages in a stream of frames."""
    messages = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        length = int(head.removeprefix(b"Content-Length: "))
        messages.append(json.loads(data[:length]))
        data = data[length:]
    return messages


def talk(data, options=()):
    """Exit code and answers of a server that reads these bytes and then the end."""
    done = subprocess.run([os.environ["IGVM"], "lsp", *options], input=data, capture_output=True, timeout=300)
    assert done.stderr == b"", done.stderr
    return done.returncode, frames(done.stdout)


class Client:
    def __init__(self, *options):
        self.options, self.sent, self.ids = options, b"", 0

    def notify(self, method, **params):
        self.sent += frame({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method, **params):
        self.ids += 1
        self.sent += frame({"jsonrpc": "2.0", "id": self.ids, "method": method, "params": params})
        return self.ids

    def open(self, text, uri=URI):
        self.notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": "igvmspec", "version": 1, "text": text})

    def change(self, text, uri=URI):
        self.notify("textDocument/didChange", textDocument={"uri": uri, "version": 2}, contentChanges=[{"text": text}])

    def finish(self):
        """Runs the session; its exit code, results by id and published diagnostics in order."""
        self.request("shutdown")
        self.notify("exit")
        code, messages = talk(self.sent, self.options)
        results = {m["id"]: m.get("result", m.get("error")) for m in messages if "id" in m}
        published = [m["params"] for m in messages if m.get("method") == "textDocument/publishDiagnostics"]
        return code, results, published
