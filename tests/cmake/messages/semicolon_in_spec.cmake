# add_igvm_image(guest): a semicolon in a value of SPEC ('a;b'): CMake would split it into several arguments
add_igvm_image(guest SPEC "a;b")
