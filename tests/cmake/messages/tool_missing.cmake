# add_igvm_image(guest): no target IgvmTools::igvm in this directory: call find_package(IgvmTools) here or in a parent directory, or add_subdirectory() its sources first, or set IGVM_EXECUTABLE to the path of igvm
unset(IGVM_EXECUTABLE)
add_igvm_image(guest SPEC guest.igvmspec)
