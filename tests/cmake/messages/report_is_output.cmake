# add_igvm_image(guest): <build>/$<CONFIG>/guest.igvm is already written by the target guest: give this one another OUTPUT or REPORT
add_igvm_image(guest SPEC guest.igvmspec REPORT guest.igvm)
