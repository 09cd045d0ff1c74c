"""Headers that endorse a measurement: SNP ID block, VBS measurement, CoRIM."""

from __future__ import annotations

import base64
import struct

from . import p384
from .cbor import Tag, dumps
from .dice import Dice
from .format import Header, Image, Platform, header
from .measure import platform_digest

CURVE_P384 = 2
ECDSA_P384_SHA384 = 1
KEY_SIZE = 0x404

CORIM_PROFILE = "tag:microsoft.com,2026:launch-measurement/v1"
COSE_ES384 = -35
COSE_X5CHAIN = 33

# (vendor, model, tag-id, measurement key, named information hash algorithm)
CORIM_PLATFORMS = {
    Platform.TDX: ("Intel", "TDX", "e0510081-7b78-5b2a-97a6-d73d890e07b6", "MRTD", 7),
    Platform.SNP: ("AMD", "SEV-SNP", "77e8061e-4634-5e53-a848-d1d09e996843", "MEASUREMENT", 7),
    Platform.VBS: ("Microsoft", "VBS", "2e29068e-e0fa-59e6-b0ff-3bfe09132e13", "MEASUREMENT", 1),
}

# A key that protects nothing, and its self-signed certificate.
TEST_KEY = int(
    "8e09356512fe40c08689477911f6cc14df9f9f5783363d5e"
    "4d395938804ba082d86a1a32479011c1af3d6e3cd520ebf7",
    16,
)
TEST_CERTIFICATE = base64.b64decode(
    "MIIByjCCAVCgAwIBAgIUfOH7jNdDKFYlX+rVDSkXwlCYgAUwCgYIKoZIzj0EAwMwGzEZMBcGA1UEAwwQSUdWTSBv"
    "cmFjbGUgdGVzdDAgFw0yNjExMjMxMDUyMTFaGA8yMTI2MTAzMDEwNTIxMVowGzEZMBcGA1UEAwwQSUdWTSBvcmFj"
    "bGUgdGVzdDB2MBAGByqGSM49AgEGBSuBBAAiA2IABEn0JSQQmHAFHuCdeUxtS4n2dfBMMyhf3XKafNjBKPcEjkLn"
    "nr5Syu56TdNldm6Efd2nzyS5NQtrwSV+ye3/+rjHAlmFNKg1tQ9y3KAOLqmG3UtCxEIcaqoGZkuUkve3SKNTMFEw"
    "HQYDVR0OBBYEFCmhzhh4mjrzk1wBUoL98Vk7+IcIMB8GA1UdIwQYMBaAFCmhzhh4mjrzk1wBUoL98Vk7+IcIMA8G"
    "A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwMDaAAwZQIwGRtk+H4EVI066keFTbgW4KuALb6thsgC14iAIka7e8lp"
    "gYdK8zTup4v8MJ1+vxd5AjEA0XeuvBDHmJ0pKifjhtGm1XVx8uQfw0wr/fPU6G+ZT8xP1BCcFQ3ey0sDcfUAyaX1"
)


def digest_of(image: Image, platform: Platform, mask: int) -> bytes:
    return platform_digest(image, platform, mask)[1]


# SNP ID block (AMD 56860, SNP_LAUNCH_FINISH)


def little_endian(number: int) -> bytes:
    return number.to_bytes(72, "little")


def snp_key(public: tuple[int, int]) -> bytes:
    """The form that the AMD secure processor hashes and that an author key signs."""
    qx, qy = public
    key = struct.pack("<I", CURVE_P384) + little_endian(qx) + little_endian(qy)
    return key.ljust(KEY_SIZE, b"\0")


def id_block_message(
    ld: bytes, family_id: bytes, image_id: bytes, guest_svn: int, policy: int
) -> bytes:
    """The 96 bytes that the ID key signs; the version is 1."""
    return struct.pack("<48s16s16sIIQ", ld, family_id, image_id, 1, guest_svn, policy)


def signed_fields(name: str, private: int, message: bytes) -> dict[str, int | bytes]:
    r, s = p384.sign(private, message)
    qx, qy = p384.public_key(private)
    return {
        f"{name}_key_algorithm": ECDSA_P384_SHA384,
        f"{name}_signature_r": little_endian(r),
        f"{name}_signature_s": little_endian(s),
        f"{name}_key_curve": CURVE_P384,
        f"{name}_key_qx": little_endian(qx),
        f"{name}_key_qy": little_endian(qy),
    }


def private_key(dice: Dice) -> int:
    return 1 + int.from_bytes(dice.bytes(p384.SIZE), "big") % (p384.N - 1)


def snp_id_block(image: Image, mask: int, dice: Dice) -> Header:
    """An ID block for the image's launch digest, in half of the rolls with an author key."""
    [policy] = [one["policy"] for one in image.of_kind("GUEST_POLICY") if one["mask"] == mask]
    ld = digest_of(image, Platform.SNP, mask)
    family_id, image_id, guest_svn = dice.bytes(16), dice.bytes(16), dice.below(100)
    id_key = private_key(dice)
    message = id_block_message(ld, family_id, image_id, guest_svn, policy)
    block = header("SNP_ID_BLOCK", mask=mask, version=1, guest_svn=guest_svn)
    block.fields |= {"ld": ld, "family_id": family_id, "image_id": image_id}
    block.fields |= signed_fields("id", id_key, message)
    if dice.one_in(2):
        id_key_bytes = snp_key(p384.public_key(id_key))
        block.fields |= signed_fields("author", private_key(dice), id_key_bytes)
        block.fields["author_key_enabled"] = 1
    return block


def vbs_measurement(image: Image, mask: int, dice: Dice) -> Header:
    """The measured digest, unsigned."""
    return header(
        "VBS_MEASUREMENT",
        mask=mask,
        version=1,
        product_id=int.from_bytes(b"msft", "little"),
        module_id=int.from_bytes(b"vbs\0", "little"),
        security_version=dice.below(100),
        policy_flags=dice.below(2),
        boot_digest_algorithm=1,
        signing_algorithm=1,
        digest=digest_of(image, Platform.VBS, mask),
    )


# CoRIM


def corim_document(platform: Platform, digest: bytes, svn: int, tagged_profile: bool) -> bytes:
    """The launch measurement profile's document; newer encoders tag the profile as a URI."""
    vendor, model, tag_id, measurement_key, algorithm = CORIM_PLATFORMS[platform]
    environment = {0: {1: vendor, 2: model}}
    measurement = {0: measurement_key, 1: {2: [[algorithm, digest]]}}
    endorsed = {1: {1: Tag(552, svn)}}
    comid = {
        1: {0: tag_id},
        4: {
            0: [[environment, [measurement]]],
            8: [[[environment, []], [[[measurement], [endorsed]]]]],
        },
    }
    corim = {
        0: f"{vendor}/{model}/launch-measurement",
        1: [Tag(506, dumps(comid))],
        3: Tag(32, CORIM_PROFILE) if tagged_profile else CORIM_PROFILE,
    }
    return dumps(Tag(501, corim))


def to_be_signed(protected: bytes, document: bytes) -> bytes:
    return dumps(["Signature1", protected, b"", document])


def corim_signature(document: bytes) -> bytes:
    """A detached COSE_Sign1 (ES384) by the test key."""
    content_type = "application/rim+cbor"
    protected = dumps({1: COSE_ES384, 3: content_type, COSE_X5CHAIN: TEST_CERTIFICATE})
    r, s = p384.sign(TEST_KEY, to_be_signed(protected, document))
    signature = r.to_bytes(p384.SIZE, "big") + s.to_bytes(p384.SIZE, "big")
    return dumps(Tag(18, [protected, {}, None, signature]))


def corim_headers(image: Image, platform: Platform, mask: int, dice: Dice) -> list[Header]:
    """A document and, in half of the rolls, its signature."""
    digest = digest_of(image, platform, mask)
    document = corim_document(platform, digest, dice.below(100), tagged_profile=dice.one_in(4))
    headers = [header("CORIM_DOCUMENT", document, mask=mask, size=len(document))]
    if dice.one_in(2):
        signature = corim_signature(document)
        headers.append(header("CORIM_SIGNATURE", signature, mask=mask, size=len(signature)))
    return headers
