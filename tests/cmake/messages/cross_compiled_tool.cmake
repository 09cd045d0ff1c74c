# add_igvm_image(guest): this build cross-compiles igvm for Linux aarch64, so that it cannot run here: set IGVM_EXECUTABLE to an igvm of the build machine, or find_package(IgvmTools) of the build machine
unset(IGVM_EXECUTABLE)
set(CMAKE_CROSSCOMPILING TRUE)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
add_executable(igvm igvm.cpp)
add_executable(IgvmTools::igvm ALIAS igvm)
add_igvm_image(guest SPEC guest.igvmspec)
