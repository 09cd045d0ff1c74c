# add_igvm_image(guest): a semicolon in a value of OPTIONS ('-x$<SEMICOLON>y'): CMake would split it into several arguments
add_igvm_image(guest SPEC guest.igvmspec OPTIONS "-x$<SEMICOLON>y")
