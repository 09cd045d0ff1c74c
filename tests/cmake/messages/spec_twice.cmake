# add_igvm_image(guest): SPEC is given 2 times
add_igvm_image(guest SPEC a.igvmspec SPEC b.igvmspec)
