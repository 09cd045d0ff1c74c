# The install and export rules: the package that find_package(IgvmTools) finds.
include(CMakePackageConfigHelpers)

set(igvm_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/IgvmTools)

set_target_properties(igvm_core PROPERTIES EXPORT_NAME core)
set_target_properties(igvm_runtime PROPERTIES EXPORT_NAME runtime)

install(TARGETS igvm_core igvm_runtime igvm EXPORT IgvmToolsTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY runtime/include/igvm DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
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
