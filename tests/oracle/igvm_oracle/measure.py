"""The measurements of an image under one profile: one per platform, in file order."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from . import cca, sev, snp_profiles, tdx, vbs
from .format import Image, Platform
from .launch import MeasureError, all_vmsa_masks, launch_operations
from .snp_profiles import ONE_VCPU, SNP_PROFILES, KvmGuest


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


def profiles_of(platform: Platform) -> tuple[str, ...]:
    """The profiles that a platform has; NATIVE has no measurement."""
    match platform:
        case Platform.NATIVE:
            return ()
        case Platform.SNP:
            return tuple(SNP_PROFILES)
        case Platform.TDX:
            return tuple(tdx.RECIPES)
        case Platform.SEV | Platform.SEV_ES:
            return ("spec", "igvmmeasure")
        case Platform.CCA:
            return ("spec", "rmm-1.0", "tf-rmm-2026")
    return ("spec",)


def all_profiles() -> list[str]:
    return sorted({profile for platform in Platform for profile in profiles_of(platform)})


def platform_digest(
    image: Image,
    platform: Platform,
    mask: int,
    profile: str = "spec",
    guest: KvmGuest = ONE_VCPU,
    realm: cca.Realm | None = None,
) -> tuple[str, bytes]:
    """The algorithm's name and the digest."""
    operations = launch_operations(image, mask)
    match platform:
        case Platform.VBS:
            return "sha256", vbs.boot_digest(operations)
        case Platform.SNP:
            rules = SNP_PROFILES[profile]
            return "sha384", snp_profiles.launch_digest(image, mask, rules, guest)
        case Platform.TDX:
            return "sha384", tdx.mrtd(image, mask, tdx.RECIPES[profile])
        case Platform.SEV | Platform.SEV_ES if profile == "igvmmeasure":
            operations = launch_operations(image, mask, all_vmsa_masks(image))
            return "sha256", sev.igvmmeasure_digest(operations)
        case Platform.SEV | Platform.SEV_ES:
            with_vmsa = platform is Platform.SEV_ES
            return "sha256", sev.launch_digest(operations, with_vmsa)
        case Platform.CCA:
            algorithm = cca_algorithm(image, mask)
            if profile == "spec":
                return algorithm, cca.initial_measurement(operations, algorithm)
            if realm is None:
                raise MeasureError(f"{profile} needs the realm's parameters")
            start = cca.realm_start(algorithm, realm, with_ripas=profile == "rmm-1.0")
            return algorithm, cca.initial_measurement(operations, algorithm, start)
    raise MeasureError(f"platform {platform.name} has no measurement")


def measure(image: Image, profile: str = "spec", guest: KvmGuest = ONE_VCPU) -> list[Measurement]:
    """The measurements of the platforms that have the profile."""
    measurements = []
    for platform, mask in image.platforms():
        if profile in profiles_of(platform):
            algorithm, digest = platform_digest(image, platform, mask, profile, guest)
            name = platform.name.lower()
            measurements.append(Measurement(name, profile, algorithm, digest.hex()))
    return measurements


def measure_every_profile(
    image: Image, guest: KvmGuest = ONE_VCPU, realm: cca.Realm | None = None
) -> list[Measurement]:
    """Profiles that cannot launch the image are left out."""
    measurements = []
    for platform, mask in image.platforms():
        for profile in profiles_of(platform):
            try:
                algorithm, digest = platform_digest(image, platform, mask, profile, guest, realm)
            except MeasureError:
                continue
            name = platform.name.lower()
            measurements.append(Measurement(name, profile, algorithm, digest.hex()))
    return measurements


def to_json(measurements: list[Measurement]) -> dict[str, list[dict[str, str]]]:
    return {"measurements": [asdict(measurement) for measurement in measurements]}
