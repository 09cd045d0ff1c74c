# add_igvm_image(guest): no value for PARAMS
add_igvm_image(guest SPEC guest.igvmspec PARAMS OUTPUT guest.igvm)
