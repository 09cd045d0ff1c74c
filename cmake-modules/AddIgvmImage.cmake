# IGVM images as products of a CMake build.
#
#   add_igvm_image(<target>
#     SPEC <file>                            # relative to the current source directory, like all inputs
#     [INPUTS <name>=<file> ...]             # binds `input` declarations; $<TARGET_FILE:kernel> welcome
#     [PARAMS <name>=<value> ...]            # overrides `param` declarations; values may be generator expressions
#     [PLATFORMS <platform> ...]             # keep only these
#     [INCLUDE_DIRECTORIES <dir> ...]
#     [OUTPUT <file>]                        # default <target>.igvm, relative to the current binary directory
#     [REPORT <file>]                        # default <output>.json
#     [EXPECT <platform>[@profile]=<hex> ...]  # the build fails when a measurement moves
#     [OPTIONS <flag> ...]                   # handed to `igvm build` as they are
#     [DEPENDS <target|file> ...]
#     [INSTALL_DESTINATION <dir>]
#     [EXCLUDE_FROM_ALL])
#   igvm_image_path(<out-var> <target>)
#
# In a multi-config tree the output and the report lie in a folder <config>/ unless their path names $<CONFIG> itself.
# The tool is IGVM_EXECUTABLE where that is set (an absolute path), else the target IgvmTools::igvm.

# A function runs under the policies of the place that defines it, not of its caller.
cmake_policy(PUSH)
cmake_policy(VERSION 3.21...3.25)

function(add_igvm_image target)
  set(single SPEC OUTPUT REPORT INSTALL_DESTINATION)
  set(multiple INPUTS PARAMS PLATFORMS INCLUDE_DIRECTORIES EXPECT OPTIONS DEPENDS)
  cmake_parse_arguments(PARSE_ARGV 1 image EXCLUDE_FROM_ALL "${single}" "${multiple}")
  _igvm_check_arguments(${ARGN})
  _igvm_find_tool(tool)

  _igvm_output_path(output OUTPUT "${image_OUTPUT}" "${target}.igvm")
  _igvm_output_path(report REPORT "${image_REPORT}" "${output}.json")
  _igvm_claim("${output}")
  _igvm_claim("${report}")

  _igvm_source_path(spec "${image_SPEC}")
  _igvm_flags(flags files)
  set(command "${tool}" build "${spec}" -o "${output}" "--report=${report}" "--depfile=${output}.d" --quiet ${flags})
  _igvm_record_command("${output}.args" "${command}")

  cmake_path(GET output PARENT_PATH output_folder)
  cmake_path(GET report PARENT_PATH report_folder)
  # The report keeps its time when its text stays the same, so that it cannot be an OUTPUT under Make.
  add_custom_command(
    OUTPUT "${output}"
    BYPRODUCTS "${report}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${output_folder}" "${report_folder}"
    COMMAND ${command}
    DEPENDS "${tool}" "${spec}" ${files} "${output}.args" ${image_DEPENDS}
    DEPFILE "${output}.d"
    COMMENT "Building the IGVM image ${target}"
    COMMAND_EXPAND_LISTS
    VERBATIM)
  _igvm_add_target("${output}")
endfunction()

# igvm_image_path(<out-var> <target>): the path of an image, as a generator expression that holds in any directory and
# configuration. It names the file only: what reads the file at build time also needs DEPENDS or add_dependencies() on
# <target>.
function(igvm_image_path out target)
  if(TARGET "${target}")
    get_target_property(file ${target} IGVM_IMAGE_FILE)
  endif()
  if(NOT file)
    message(FATAL_ERROR "igvm_image_path(${out} ${target}): ${target} is not a target of add_igvm_image()")
  endif()
  set(${out} "$<TARGET_GENEX_EVAL:${target},$<TARGET_PROPERTY:${target},IGVM_IMAGE_FILE>>" PARENT_SCOPE)
endfunction()

# The helpers below read the variables of add_igvm_image(): target, single, multiple and image_<keyword>.

function(_igvm_fail text)
  message(FATAL_ERROR "add_igvm_image(${target}): ${text}" ${ARGN})
endfunction()

function(_igvm_check_arguments)
  if(DEFINED image_UNPARSED_ARGUMENTS)
    list(JOIN image_UNPARSED_ARGUMENTS " " unknown)
    _igvm_fail("unknown argument: ${unknown}")
  endif()
  if(DEFINED image_KEYWORDS_MISSING_VALUES)
    list(JOIN image_KEYWORDS_MISSING_VALUES " " valueless)
    _igvm_fail("no value for ${valueless}")
  endif()
  foreach(keyword IN LISTS single)
    set(uses ${ARGN})
    list(FILTER uses INCLUDE REGEX "^${keyword}$")
    list(LENGTH uses count)
    if(count GREATER 1)
      _igvm_fail("${keyword} is given ${count} times")
    endif()
  endforeach()
  if("${image_SPEC}" STREQUAL "")
    _igvm_fail("SPEC <file> is missing")
  endif()
  if(image_EXCLUDE_FROM_ALL AND DEFINED image_INSTALL_DESTINATION)
    _igvm_fail("EXCLUDE_FROM_ALL and INSTALL_DESTINATION exclude each other: the install step would miss a file "
      "that the build did not make")
  endif()
  _igvm_check_values()
endfunction()

# A semicolon would silently split a value into two arguments of the command.
function(_igvm_check_values)
  foreach(keyword IN LISTS single)
    _igvm_check_value(${keyword} "${image_${keyword}}")
  endforeach()
  foreach(keyword IN LISTS multiple)
    foreach(value IN LISTS image_${keyword})
      _igvm_check_value(${keyword} "${value}")
    endforeach()
  endforeach()
  foreach(keyword IN ITEMS INPUTS PARAMS EXPECT)
    foreach(value IN LISTS image_${keyword})
      if(NOT value MATCHES "^[A-Za-z_][A-Za-z0-9_@.-]*=")
        _igvm_fail("${keyword} takes <name>=<value>, which '${value}' is not")
      endif()
    endforeach()
  endforeach()
endfunction()

function(_igvm_check_value keyword value)
  if(value MATCHES ";|\\$<SEMICOLON>")
    _igvm_fail("a semicolon in a value of ${keyword} ('${value}'): CMake would split it into several arguments")
  endif()
endfunction()

# The target or the absolute path that runs `igvm`.
function(_igvm_find_tool out)
  if(IGVM_EXECUTABLE)
    if(NOT IS_ABSOLUTE "${IGVM_EXECUTABLE}")
      _igvm_fail("IGVM_EXECUTABLE ('${IGVM_EXECUTABLE}') must be an absolute path")
    endif()
    set(${out} "${IGVM_EXECUTABLE}" PARENT_SCOPE)
    return()
  endif()
  if(NOT TARGET IgvmTools::igvm)
    _igvm_fail("no target IgvmTools::igvm in this directory: call find_package(IgvmTools) here or in a parent "
      "directory, or add_subdirectory() its sources first, or set IGVM_EXECUTABLE to the path of igvm")
  endif()
  _igvm_check_tool_runs_here()
  set(${out} IgvmTools::igvm PARENT_SCOPE)
endfunction()

# A tool that is cross-compiled in this build cannot run in it; CMake would look for one on the PATH instead.
function(_igvm_check_tool_runs_here)
  get_target_property(imported IgvmTools::igvm IMPORTED)
  get_target_property(emulator IgvmTools::igvm CROSSCOMPILING_EMULATOR)
  if(CMAKE_CROSSCOMPILING AND NOT imported AND NOT emulator)
    _igvm_fail("this build cross-compiles igvm for ${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}, so that it cannot "
      "run here: set IGVM_EXECUTABLE to an igvm of the build machine, or find_package(IgvmTools) of the build machine")
  endif()
endfunction()

# A path that the command writes, absolute and one per configuration.
function(_igvm_output_path out keyword path default)
  if("${path}" STREQUAL "")
    set(path "${default}")
  endif()
  string(REPLACE "$<CONFIG>" "" plain "${path}")
  if(plain MATCHES "\\$<")
    _igvm_fail("${keyword} ('${path}') may hold no generator expression but $<CONFIG>")
  endif()
  cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config AND NOT path MATCHES "\\$<CONFIG>")
    cmake_path(GET path PARENT_PATH folder)
    cmake_path(GET path FILENAME name)
    set(path "${folder}/$<CONFIG>/${name}")
  endif()
  set(${out} "${path}" PARENT_SCOPE)
endfunction()

# A path that the command reads. One that begins with a generator expression stays as it is.
function(_igvm_source_path out path)
  if(NOT path MATCHES "^\\$<")
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  endif()
  set(${out} "${path}" PARENT_SCOPE)
endfunction()

# Two rules that write one file would run both under Make, and race.
function(_igvm_claim path)
  get_property(owner GLOBAL PROPERTY "_igvm_owner_of_${path}")
  if(owner)
    _igvm_fail("${path} is already written by the target ${owner}: give this one another OUTPUT or REPORT")
  endif()
  set_property(GLOBAL PROPERTY "_igvm_owner_of_${path}" "${target}")
endfunction()

# The flags of `igvm build` that follow from the arguments, and the input files among them.
function(_igvm_flags out_flags out_files)
  set(flags)
  set(files)
  foreach(input IN LISTS image_INPUTS)
    string(FIND "${input}" "=" equals)
    string(SUBSTRING "${input}" 0 ${equals} name)
    math(EXPR start "${equals} + 1")
    string(SUBSTRING "${input}" ${start} -1 file)
    _igvm_source_path(file "${file}")
    list(APPEND flags "--input=${name}=${file}")
    list(APPEND files "${file}")
  endforeach()
  foreach(directory IN LISTS image_INCLUDE_DIRECTORIES)
    _igvm_source_path(directory "${directory}")
    list(APPEND flags "--include=${directory}")
  endforeach()
  foreach(pair IN ITEMS PARAMS=param PLATFORMS=platform EXPECT=expect)
    string(REGEX MATCH "^(.+)=(.+)$" unused "${pair}")
    set(flag "${CMAKE_MATCH_2}")
    foreach(value IN LISTS image_${CMAKE_MATCH_1})
      list(APPEND flags "--${flag}=${value}")
    endforeach()
  endforeach()
  set(${out_flags} ${flags} ${image_OPTIONS} PARENT_SCOPE)
  set(${out_files} ${files} PARENT_SCOPE)
endfunction()

# Make does not notice that a command line changed: a file that holds it changes with it.
function(_igvm_record_command path command)
  list(JOIN command "\n" text)
  file(GENERATE OUTPUT "${path}" CONTENT "${text}\n")
endfunction()

function(_igvm_add_target output)
  set(all ALL)
  if(image_EXCLUDE_FROM_ALL)
    set(all)
  endif()
  add_custom_target(${target} ${all} DEPENDS "${output}")
  set_property(TARGET ${target} PROPERTY IGVM_IMAGE_FILE "${output}")
  if(DEFINED image_INSTALL_DESTINATION)
    install(FILES "${output}" DESTINATION "${image_INSTALL_DESTINATION}")
  endif()
endfunction()

cmake_policy(POP)
