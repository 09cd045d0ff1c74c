# add_igvm_image(guest): a semicolon in a value of PARAMS ('cmdline=a;b'): CMake would split it into several arguments
add_igvm_image(guest SPEC guest.igvmspec PARAMS "cmdline=a;b")
