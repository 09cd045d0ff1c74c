# add_igvm_image(guest): unknown argument: VARIANTS a:x=1
add_igvm_image(guest VARIANTS a:x=1 SPEC guest.igvmspec)
