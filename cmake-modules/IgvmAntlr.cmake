# The ANTLR 4 tool and C++ runtime (4.9 to 4.13), and parsers made with them.
include_guard(DIRECTORY)

set(ANTLR4_JAR "" CACHE FILEPATH "The ANTLR 4 tool as a jar; empty: the program antlr4")
if(ANTLR4_JAR)
  find_program(IGVM_JAVA java REQUIRED)
  set(IGVM_ANTLR4_COMMAND ${IGVM_JAVA} -jar ${ANTLR4_JAR})
else()
  find_program(IGVM_ANTLR4 antlr4 REQUIRED)
  set(IGVM_ANTLR4_COMMAND ${IGVM_ANTLR4})
endif()
find_path(ANTLR4_INCLUDE_DIR antlr4-runtime.h PATH_SUFFIXES antlr4-runtime REQUIRED)
find_library(ANTLR4_RUNTIME_LIBRARY antlr4-runtime REQUIRED)
mark_as_advanced(IGVM_JAVA IGVM_ANTLR4 ANTLR4_INCLUDE_DIR ANTLR4_RUNTIME_LIBRARY)

# clang 14 cannot compile one header of runtime 4.9, which nothing here needs: an umbrella header without it.
file(READ ${ANTLR4_INCLUDE_DIR}/antlr4-runtime.h igvm_antlr_umbrella)
string(REPLACE "#include \"misc/InterpreterDataReader.h\"" "" igvm_antlr_umbrella "${igvm_antlr_umbrella}")
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/antlr-include/antlr4-runtime.h
  CONTENT "${igvm_antlr_umbrella}" @ONLY)

# igvm_antlr_parser(<target> LEXER <g4> PARSER <g4> NAMESPACE <c++ namespace>): a static library. What includes its
# headers is compiled without char8_t: the runtime's constants are u8 literals kept in std::string.
function(igvm_antlr_parser target)
  cmake_parse_arguments(PARSE_ARGV 1 antlr "" "LEXER;PARSER;NAMESPACE" "")
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(command ${IGVM_ANTLR4_COMMAND} -Dlanguage=Cpp -no-visitor -no-listener -package ${antlr_NAMESPACE}
    -Xexact-output-dir -o ${folder})
  get_filename_component(lexer ${antlr_LEXER} NAME_WE)
  get_filename_component(parser ${antlr_PARSER} NAME_WE)
  add_custom_command(
    OUTPUT ${folder}/${lexer}.cpp ${folder}/${lexer}.h ${folder}/${lexer}.tokens
    COMMAND ${command} ${antlr_LEXER}
    DEPENDS ${antlr_LEXER}
    COMMENT "Generating ${lexer}"
    VERBATIM)
  add_custom_command(
    OUTPUT ${folder}/${parser}.cpp ${folder}/${parser}.h
    COMMAND ${command} -lib ${folder} ${antlr_PARSER}
    DEPENDS ${antlr_PARSER} ${folder}/${lexer}.tokens
    COMMENT "Generating ${parser}"
    VERBATIM)
  add_library(${target} STATIC
    ${folder}/${lexer}.cpp ${folder}/${parser}.cpp ${folder}/${lexer}.h ${folder}/${parser}.h)
  target_include_directories(${target} SYSTEM PUBLIC
    ${CMAKE_CURRENT_BINARY_DIR}/antlr-include ${folder} ${ANTLR4_INCLUDE_DIR})
  target_link_libraries(${target} PUBLIC ${ANTLR4_RUNTIME_LIBRARY} Threads::Threads)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PUBLIC -fno-char8_t PRIVATE -w)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  igvm_sanitize(${target})
endfunction()
