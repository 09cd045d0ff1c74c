# add_igvm_image(guest): IGVM_EXECUTABLE ('bin/igvm') must be an absolute path
set(IGVM_EXECUTABLE bin/igvm)
add_igvm_image(guest SPEC guest.igvmspec)
