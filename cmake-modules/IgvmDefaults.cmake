# What every target of this build has in common; nothing here reaches a consumer.

# igvm_defaults(<target>): C++20, warnings, sanitizers.
function(igvm_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${IGVM_WARNINGS_AS_ERRORS}>:-Werror>)
  igvm_sanitize(${target})
endfunction()

# igvm_sanitize(<target>): the sanitizers of IGVM_SANITIZERS, fatal at the first report. Their instrumentation makes
# gcc 12 take variants and optionals for uninitialized.
function(igvm_sanitize target)
  if(IGVM_SANITIZERS)
    target_compile_options(${target} PRIVATE
      -fsanitize=${IGVM_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${IGVM_SANITIZERS}>)
  endif()
endfunction()

# igvm_group(<name> SOURCES … LINKS … [PRIVATE_LINKS …]): one room of the compiler as a static library.
function(igvm_group name)
  cmake_parse_arguments(PARSE_ARGV 1 group "" "" "SOURCES;LINKS;PRIVATE_LINKS")
  add_library(${name} STATIC ${group_SOURCES})
  target_include_directories(${name} PUBLIC ${IgvmTools_SOURCE_DIR}/compiler)
  target_link_libraries(${name} PUBLIC ${group_LINKS} PRIVATE ${group_PRIVATE_LINKS})
  igvm_defaults(${name})
endfunction()

# igvm_unit_test(<name> SOURCES … LINKS …): a GoogleTest executable, one CTest test per TEST. The headers that tests make
# may leave members out, which are zero then.
function(igvm_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LINKS")
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LINKS} GTest::gmock_main)
  target_include_directories(${name} PRIVATE ${IgvmTools_SOURCE_DIR}/tests/support)
  target_compile_definitions(${name} PRIVATE
    IGVM_TEST_VECTORS="${IgvmTools_SOURCE_DIR}/tests/vectors"
    IGVM_PEER_VECTORS_DEFAULT="${IgvmTools_SOURCE_DIR}/../shared/vectors/peers")
  igvm_defaults(${name})
  target_compile_options(${name} PRIVATE -Wno-missing-field-initializers)
  gtest_discover_tests(${name} NO_PRETTY_VALUES PROPERTIES TIMEOUT 600 DISCOVERY_TIMEOUT 120)
endfunction()
