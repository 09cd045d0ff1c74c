# add_igvm_image(guest): SPEC <file> is missing
add_igvm_image(guest SPEC "")
