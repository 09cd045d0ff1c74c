# add_igvm_image(guest): INPUTS takes <name>=<value>, which 'OVMF.fd' is not
add_igvm_image(guest SPEC guest.igvmspec INPUTS OVMF.fd)
