# The install and export rules: the package that find_package(IgvmTools) finds.
include(CMakePackageConfigHelpers)

set(igvm_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/IgvmTools)

set_target_properties(igvm_core PROPERTIES EXPORT_NAME core)
set_target_properties(igvm_runtime PROPERTIES EXPORT_NAME runtime)
set_target_properties(igvm_c_shared PROPERTIES EXPORT_NAME c)

install(TARGETS igvm_core igvm_runtime igvm_c_shared igvm EXPORT IgvmToolsTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY runtime/include/igvm DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} 
  FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")

# libigvm for programs that ask pkg-config; the paths follow the file, so that the prefix can be moved.
install(TARGETS igvm_c_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
file(RELATIVE_PATH igvm_prefix_from_pc
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(runtime/src/c/igvm.pc.in ${CMAKE_CURRENT_BINARY_DIR}/igvm.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/igvm.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(EXPORT IgvmToolsTargets NAMESPACE IgvmTools:: DESTINATION ${igvm_package_dir})

configure_package_config_file(
  cmake-modules/IgvmToolsConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/IgvmToolsConfig.cmake
  INSTALL_DESTINATION ${igvm_package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/IgvmToolsConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/IgvmToolsConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/IgvmToolsConfigVersion.cmake
  cmake-modules/AddIgvmImage.cmake
  cmake-modules/IgvmFindXxhash.cmake
  DESTINATION ${igvm_package_dir})
