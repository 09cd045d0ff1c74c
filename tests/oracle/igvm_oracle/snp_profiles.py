"""What each loader makes of one SNP file: the same operations, reordered and retyped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from . import snp
from .format import PAGE, Image, PageFlags
from .launch import (
    AreaPage,
    MeasureError,
    Operation,
    PageAdd,
    VpContext,
    all_vmsa_masks,
    launch_operations,
)

KVM_VMSA_GPA = 0xFFFFFFFFF000


class Order(Enum):
    FILE = auto()
    ASCENDING_GPA = auto()
    DEFERRED_RUNS = auto()


@dataclass(frozen=True)
class SnpProfile:
    """How a loader differs from the format's own tools, which are the defaults."""

    order: Order = Order.FILE
    native_zero: bool = False  # a page without data is a ZERO page, not a NORMAL one
    shared_measured: bool = False
    first_area_page_only: bool = False
    every_mask_vmsa: bool = False  # VMSAs are measured whatever their mask
    kvm_vmsa: bool = False  # one VMSA per vCPU after everything else, at KVM's address


SNP_PROFILES = {
    "spec": SnpProfile(),
    "native-zero": SnpProfile(
        native_zero=True, shared_measured=True, first_area_page_only=True, every_mask_vmsa=True
    ),
    "igvmmeasure": SnpProfile(
        shared_measured=True, first_area_page_only=True, every_mask_vmsa=True
    ),
    "openvmm-kvm": SnpProfile(kvm_vmsa=True),
    "cloud-hypervisor-kvm": SnpProfile(native_zero=True, shared_measured=True, kvm_vmsa=True),
    "cloud-hypervisor-mshv": SnpProfile(
        order=Order.ASCENDING_GPA, shared_measured=True, first_area_page_only=True
    ),
    "qemu-kvm": SnpProfile(order=Order.DEFERRED_RUNS, shared_measured=True, kvm_vmsa=True),
}


@dataclass(frozen=True)
class KvmGuest:
    """What KVM profiles need beside the file.

    vCPUs that the file has no VMSA for start with `ap_vmsa`.
    """

    vcpus: int = 1
    ap_vmsa: bytes | None = None


ONE_VCPU = KvmGuest()


def launch_digest(image: Image, mask: int, profile: SnpProfile, guest: KvmGuest) -> bytes:
    return snp.launch_digest(arranged(image, mask, profile, guest), profile.native_zero)


def arranged(image: Image, mask: int, profile: SnpProfile, guest: KvmGuest) -> Iterable[Operation]:
    """The operations in the profile's order; a shared page that counts is no longer shared."""
    vmsa_masks = all_vmsa_masks(image) if profile.every_mask_vmsa else frozenset()
    operations = launch_operations(image, mask, vmsa_masks)
    kept = [counted(one, profile) for one in operations if is_counted(one, profile)]
    match profile.order:
        case Order.ASCENDING_GPA:
            kept.sort(key=lambda operation: operation.gpa)
        case Order.DEFERRED_RUNS:
            kept = list(deferred_runs(kept))
    return kvm_last(kept, guest) if profile.kvm_vmsa else kept


def is_counted(operation: Operation, profile: SnpProfile) -> bool:
    return not (
        isinstance(operation, AreaPage) and operation.number and profile.first_area_page_only
    )


def counted(operation: Operation, profile: SnpProfile) -> Operation:
    if isinstance(operation, PageAdd) and profile.shared_measured:
        return replace(operation, flags=operation.flags & ~PageFlags.SHARED)
    return operation


def deferred_runs(operations: Iterable[Operation]) -> Iterator[Operation]:
    """QEMU holds back a run of alike pages until a page does not join it; inserts overtake it."""
    run: list[PageAdd] = []
    for operation in operations:
        if not isinstance(operation, PageAdd):
            yield operation
            continue
        if run and not joins(run[-1], operation):
            yield from run
            run = []
        run.append(operation)
    yield from run


def joins(last: PageAdd, page: PageAdd) -> bool:
    def kind(page: PageAdd) -> tuple[object, ...]:
        return page.flags, page.type, page.mask, page.data is None

    follows = page.gpa == last.gpa + PAGE and page.directive - last.directive in (0, 1)
    return follows and kind(page) == kind(last)


def kvm_last(operations: Iterable[Operation], guest: KvmGuest) -> Iterator[Operation]:
    vmsas: dict[int, bytes] = {}
    for operation in operations:
        if isinstance(operation, VpContext):
            vmsas[operation.vp_index] = operation.context
        else:
            yield operation
    for vcpu in range(guest.vcpus):
        vmsa = vmsas.get(vcpu, guest.ap_vmsa)
        if vmsa is None:
            raise MeasureError(f"the file has no VMSA for vCPU {vcpu} and none was given")
        yield VpContext(KVM_VMSA_GPA, vcpu, vmsa)
