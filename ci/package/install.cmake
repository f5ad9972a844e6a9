# What `cmake --install` puts where, so that another project can say
#
#   find_package(lastwords REQUIRED)
#   target_link_libraries(program PRIVATE lastwords::runtime)
#   lastwords_add_specs(SUBJECT program SPECS specs)
#
# and write #include "runtime/go.h". Included by the top CMakeLists.txt after
# the targets are there. Proved by package_test.
include(CMakePackageConfigHelpers)

set(LASTWORDS_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/lastwords)
set(LASTWORDS_HEADER_DIR ${CMAKE_INSTALL_INCLUDEDIR}/lastwords)

set_target_properties(lastwords_runtime PROPERTIES EXPORT_NAME runtime)
set_target_properties(lastwords PROPERTIES EXPORT_NAME cli)
set(programs lastwords)
if(TARGET spec_test)
  list(APPEND programs spec_test)
endif()
install(TARGETS lastwords_runtime ${programs}
  EXPORT lastwords-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Internal headers too: the public ones are templates over them.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime
  DESTINATION ${LASTWORDS_HEADER_DIR}
  FILES_MATCHING PATTERN "*.h"
  PATTERN "explore" EXCLUDE
  PATTERN "testing" EXCLUDE)

install(EXPORT lastwords-targets
  NAMESPACE lastwords::
  DESTINATION ${LASTWORDS_PACKAGE_DIR})
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/lastwords-config.cmake.in
  ${PROJECT_BINARY_DIR}/lastwords-config.cmake
  INSTALL_DESTINATION ${LASTWORDS_PACKAGE_DIR})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/lastwords-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/lastwords-config.cmake
  ${PROJECT_BINARY_DIR}/lastwords-config-version.cmake
  DESTINATION ${LASTWORDS_PACKAGE_DIR})
