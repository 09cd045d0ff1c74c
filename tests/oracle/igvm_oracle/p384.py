"""ECDSA on P-384 with SHA-384 (FIPS 186-5), with the nonces of RFC 6979. For test keys only."""

from __future__ import annotations

import hashlib
import hmac

SIZE = 48
P = 2**384 - 2**128 - 2**96 + 2**32 - 1
A = P - 3
B = int(
    "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE814112"
    "0314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
    16,
)
N = 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D
G = (
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
)

Point = tuple[int, int] | None  # None is the point at infinity


def add(left: Point, right: Point) -> Point:
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if left == right:
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def multiply(scalar: int, point: Point) -> Point:
    result: Point = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def public_key(private: int) -> tuple[int, int]:
    point = multiply(private, G)
    if point is None:
        raise ValueError("the private key is a multiple of the group order")
    return point


def hashed(message: bytes) -> int:
    return int.from_bytes(hashlib.sha384(message).digest(), "big")


def nonce(private: int, digest: int) -> int:
    """RFC 6979, 3.2; SHA-384 is as long as N, so bits2int is the plain number."""
    seed = private.to_bytes(SIZE, "big") + (digest % N).to_bytes(SIZE, "big")
    key, value = bytes(SIZE), b"\1" * SIZE
    for mark in (b"\0", b"\1"):
        key = hmac.digest(key, value + mark + seed, "sha384")
        value = hmac.digest(key, value, "sha384")
    while True:
        value = hmac.digest(key, value, "sha384")
        candidate = int.from_bytes(value, "big")
        if 0 < candidate < N:
            return candidate
        key = hmac.digest(key, value + b"\0", "sha384")
        value = hmac.digest(key, value, "sha384")


def sign(private: int, message: bytes) -> tuple[int, int]:
    digest = hashed(message)
    k = nonce(private, digest)
    r = public_key(k)[0] % N
    return r, pow(k, -1, N) * (digest + r * private) % N


def verify(public: tuple[int, int], message: bytes, signature: tuple[int, int]) -> bool:
    r, s = signature
    x, y = public
    if not (0 < r < N and 0 < s < N) or (x * x * x + A * x + B - y * y) % P != 0:
        return False
    inverse = pow(s, -1, N)
    point = add(multiply(hashed(message) * inverse % N, G), multiply(r * inverse % N, (x, y)))
    return point is not None and point[0] % N == r
