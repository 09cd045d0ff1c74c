# add_igvm_image(guest): PARAMS takes <name>=<value>, which 'debug' is not
add_igvm_image(guest SPEC guest.igvmspec PARAMS debug)
