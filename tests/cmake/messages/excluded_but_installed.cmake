# add_igvm_image(guest): EXCLUDE_FROM_ALL and INSTALL_DESTINATION exclude each other: the install step would miss a file that the build did not make
add_igvm_image(guest SPEC guest.igvmspec EXCLUDE_FROM_ALL INSTALL_DESTINATION share)
