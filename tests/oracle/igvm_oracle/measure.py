"""The measurements of an image: one per platform, in file order, profile `spec`."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from . import cca, sev, snp, tdx, vbs
from .format import Image, Platform
from .launch import MeasureError, launch_operations


@dataclass(frozen=True)
class Measurement:
    """`digest` is lowercase hexadecimal."""

    platform: str
    profile: str
    algorithm: str
    digest: str


def cca_algorithm(image: Image, mask: int) -> str:
    policies = [policy for policy in image.of_kind("CCA_POLICY") if policy["mask"] & mask == mask]
    if not policies:
        raise MeasureError("a CCA platform without CCA_POLICY names no hash algorithm")
    if policies[0]["hash"] >= len(cca.HASH_NAMES):
        raise MeasureError(f"CCA hash algorithm {policies[0]['hash']} is unknown")
    return cca.HASH_NAMES[policies[0]["hash"]]


def platform_digest(image: Image, platform: Platform, mask: int) -> tuple[str, bytes]:
    """The algorithm's name and the digest."""
    operations = launch_operations(image, mask)
    match platform:
        case Platform.VBS:
            return "sha256", vbs.boot_digest(operations)
        case Platform.SNP:
            return "sha384", snp.launch_digest(operations)
        case Platform.TDX:
            return "sha384", tdx.mrtd(operations)
        case Platform.SEV | Platform.SEV_ES:
            with_vmsa = platform is Platform.SEV_ES
            return "sha256", sev.launch_digest(operations, with_vmsa)
        case Platform.CCA:
            algorithm = cca_algorithm(image, mask)
            return algorithm, cca.initial_measurement(operations, algorithm)
    raise MeasureError(f"platform {platform.name} has no measurement")


def measure_platform(image: Image, platform: Platform, mask: int) -> Measurement:
    algorithm, digest = platform_digest(image, platform, mask)
    return Measurement(platform.name.lower(), "spec", algorithm, digest.hex())


def measure(image: Image) -> list[Measurement]:
    """NATIVE has no measurement and is left out."""
    return [
        measure_platform(image, platform, mask)
        for platform, mask in image.platforms()
        if platform is not Platform.NATIVE
    ]


def to_json(measurements: list[Measurement]) -> dict[str, list[dict[str, str]]]:
    return {"measurements": [asdict(measurement) for measurement in measurements]}
