# Machine code for x86-64 from readable source, on any host.
include_guard(DIRECTORY)

set(as_names x86_64-linux-gnu-as)
set(objcopy_names x86_64-linux-gnu-objcopy)
set(ld_names x86_64-linux-gnu-ld)
if(CMAKE_HOST_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND as_names as)
  list(APPEND objcopy_names objcopy)
  list(APPEND ld_names ld)
endif()
find_program(IGVM_X86_AS NAMES ${as_names} DOC "GNU assembler for x86-64 (Debian: binutils-x86-64-linux-gnu)" REQUIRED)
find_program(IGVM_X86_OBJCOPY NAMES ${objcopy_names} DOC "GNU objcopy for x86-64" REQUIRED)
find_program(IGVM_X86_LD NAMES ${ld_names} DOC "GNU linker for x86-64" REQUIRED)
mark_as_advanced(IGVM_X86_AS IGVM_X86_OBJCOPY IGVM_X86_LD)
set(IGVM_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/IgvmEmbed.cmake)

# assemble_x86(<out-var> <name>.s [<included file> ...]): a file with the bare bytes of the source, which needs no
# linking; <out-var> is its path.
function(assemble_x86 out source)
  cmake_path(GET source STEM name)
  cmake_path(ABSOLUTE_PATH source)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE included)
  set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
  set(binary "${CMAKE_CURRENT_BINARY_DIR}/${name}.bin")
  add_custom_command(
    OUTPUT "${binary}"
    BYPRODUCTS "${object}"
    COMMAND "${IGVM_X86_AS}" --64 -I "${CMAKE_CURRENT_SOURCE_DIR}" -o "${object}" "${source}"
    COMMAND "${IGVM_X86_OBJCOPY}" --output-target=binary "${object}" "${binary}"
    DEPENDS "${source}" ${included}
    COMMENT "Assembling ${name}.bin"
    VERBATIM)
  set(${out} "${binary}" PARENT_SCOPE)
endfunction()

# link_x86(<out-var> <name>.s [<linker option> ...]): an ELF file without symbols; <out-var> is its path.
function(link_x86 out source)
  cmake_path(GET source STEM name)
  cmake_path(ABSOLUTE_PATH source)
  set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
  set(program "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  add_custom_command(
    OUTPUT "${program}"
    BYPRODUCTS "${object}"
    COMMAND "${IGVM_X86_AS}" --64 -o "${object}" "${source}"
    COMMAND "${IGVM_X86_LD}" --strip-all --build-id=none ${ARGN} -o "${program}" "${object}"
    DEPENDS "${source}"
    COMMENT "Linking ${name}"
    VERBATIM)
  set(${out} "${program}" PARENT_SCOPE)
endfunction()

# embed_bytes(<out-var> <file>): a file with the bytes of <file> as the elements of a C++ array, to be included between
# its braces; <out-var> is its path, <name>.inc in the current binary directory.
function(embed_bytes out file)
  cmake_path(GET file STEM name)
  set(elements "${CMAKE_CURRENT_BINARY_DIR}/${name}.inc")
  add_custom_command(
    OUTPUT "${elements}"
    COMMAND "${CMAKE_COMMAND}" "-DFILE=${file}" "-DOUTPUT=${elements}" -P "${IGVM_EMBED_SCRIPT}"
    DEPENDS "${file}" "${IGVM_EMBED_SCRIPT}"
    COMMENT "Embedding ${name}.inc"
    VERBATIM)
  set(${out} "${elements}" PARENT_SCOPE)
endfunction()
