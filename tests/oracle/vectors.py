"""Where the test vectors lie."""

from __future__ import annotations

import gzip
import json
import os
import unittest
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
OWN = REPOSITORY / "tests" / "vectors" / "own"
PEERS = Path(
    os.environ.get("IGVM_PEER_VECTORS", REPOSITORY.parent / "shared" / "vectors" / "peers")
)


def load(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def load_json(path: Path) -> Any:
    return json.loads(path.read_text())


def needs_peer(path: str):
    return unittest.skipUnless((PEERS / path).exists(), f"no {path} in {PEERS}")
