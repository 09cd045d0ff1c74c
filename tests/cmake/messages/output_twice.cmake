# add_igvm_image(second): <build>/$<CONFIG>/guest.igvm is already written by the target first: give this one another OUTPUT or REPORT
add_igvm_image(first SPEC guest.igvmspec OUTPUT guest.igvm)
add_igvm_image(second SPEC guest.igvmspec OUTPUT ./guest.igvm)
