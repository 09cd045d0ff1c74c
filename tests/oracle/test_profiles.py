"""The loader profiles against the recorded digests."""

from __future__ import annotations

import unittest

from igvm_oracle.decode import decode
from igvm_oracle.format import Image
from igvm_oracle.launch import MeasureError
from igvm_oracle.measure import all_profiles, measure
from igvm_oracle.snp_profiles import ONE_VCPU, KvmGuest
from vectors import OWN, PEERS, load, load_json, needs_peer

# (recorded key, profile, vCPUs)
SNP = (
    ("snp.igvm_crate", "spec", 1),
    ("snp.igvmmeasure", "igvmmeasure", 1),
    ("snp.igvmmeasure_native_zero", "native-zero", 1),
    ("snp.openvmm_kvm_1vcpu", "openvmm-kvm", 1),
    ("snp.cloud_hypervisor_kvm_1vcpu", "cloud-hypervisor-kvm", 1),
    ("snp.cloud_hypervisor_mshv_gpa_sorted", "cloud-hypervisor-mshv", 1),
    ("snp.qemu_kvm_1vcpu", "qemu-kvm", 1),
    ("snp.qemu_kvm_2vcpu", "qemu-kvm", 2),
)
OTHERS = (
    ("tdx.igvm_crate", "spec", "tdx"),
    ("tdx.two_pass", "two-pass", "tdx"),
    ("tdx.td_shim", "td-shim", "tdx"),
    ("sev_es.igvmmeasure", "igvmmeasure", "sev_es"),
)


def digest(image: Image, platform: str, profile: str, guest: KvmGuest = ONE_VCPU) -> str:
    [one] = [one for one in measure(image, profile, guest) if one.platform == platform]
    return one.digest


def first_vmsa(image: Image) -> bytes | None:
    payloads = [context.payload for context in image.of_kind("VP_CONTEXT")]
    return payloads[0] if payloads else None


class OwnImages(unittest.TestCase):
    recorded = load_json(OWN / "image" / "digests.json")

    def image(self, name: str) -> Image:
        return decode(load(OWN / "image" / f"{name}.igvm"))

    def test_snp_profiles(self) -> None:
        """The recorded two-vCPU digests start the second vCPU with the file's VMSA."""
        for name in ("allkinds", "snp_shared", "snp_param_order"):
            image = self.image(name)
            for key, profile, vcpus in SNP:
                guest = KvmGuest(vcpus, first_vmsa(image))
                with self.subTest(name=name, profile=profile, vcpus=vcpus):
                    self.assertEqual(digest(image, "snp", profile, guest), self.recorded[name][key])

    def test_profiles_of_other_platforms(self) -> None:
        compared = 0
        for name, recorded in self.recorded.items():
            for key, profile, platform in OTHERS:
                if key in recorded:
                    compared += 1
                    self.assertEqual(digest(self.image(name), platform, profile), recorded[key])
        self.assertEqual(compared, 7)

    def test_kvm_guest_without_a_vmsa(self) -> None:
        with self.assertRaisesRegex(MeasureError, "vCPU 1"):
            measure(self.image("snp_shared"), "qemu-kvm", KvmGuest(vcpus=2))

    def test_platforms_without_the_profile_are_left_out(self) -> None:
        platforms = [one.platform for one in measure(self.image("allkinds"), "native-zero")]
        self.assertEqual(platforms, ["snp"])

    def test_names(self) -> None:
        self.assertEqual(len(all_profiles()), 11)


class PeerImages(unittest.TestCase):
    @needs_peer("sev-snp-measure")
    def test_published_launch_digests(self) -> None:
        recorded = load_json(PEERS / "sev-snp-measure" / "digests.json")
        self.assertEqual(len(recorded), 5)
        for name, expected in recorded.items():
            [path] = (PEERS / "sev-snp-measure").glob(f"{name}.igvm*")
            image = decode(load(path))
            self.assertEqual(digest(image, "snp", "native-zero"), expected["expected_ld"], name)
            self.assertEqual(
                digest(image, "snp", "igvmmeasure"), expected["zero_as_normal(file order)"], name
            )

    @needs_peer("igvm-tooling")
    def test_real_images(self) -> None:
        recorded = load_json(PEERS / "igvm-tooling" / "digests.json")
        for name, expected in recorded.items():
            image = decode(load(PEERS / "igvm-tooling" / name))
            for key, profile in (
                ("igvmmeasure", "igvmmeasure"),
                ("igvmmeasure_native_zero", "native-zero"),
                ("ch_mshv", "cloud-hypervisor-mshv"),
            ):
                self.assertEqual(digest(image, "snp", profile), expected[key], (name, key))


if __name__ == "__main__":
    unittest.main()
