# hamdil-stats: the statistics alone, for other programs. `cmake --install BUILD --component hamdil-stats --prefix WHERE` puts an archive,
# its headers and a package for find_package there. It needs fmt and ICU where it is linked, and Eigen only while it is built.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Of the modules below, what the statistics call; a linker that misses a symbol names the next one.
set(below ${CMAKE_SOURCE_DIR}/src/base/random.cpp ${CMAKE_SOURCE_DIR}/src/base/result.cpp ${CMAKE_SOURCE_DIR}/src/base/text.cpp ${CMAKE_SOURCE_DIR}/src/data/column.cpp)
add_library(hamdil_stats_package STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:hamdil_stats> ${below})
set_target_properties(hamdil_stats_package PROPERTIES OUTPUT_NAME hamdil-stats EXPORT_NAME stats CXX_CLANG_TIDY "")
target_include_directories(hamdil_stats_package PRIVATE ${CMAKE_SOURCE_DIR}/src INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/hamdil>)
target_compile_features(hamdil_stats_package INTERFACE cxx_std_20)
target_link_libraries(hamdil_stats_package PRIVATE fmt::fmt ICU::uc Threads::Threads)

# Headers for .cpp files of their own folder say so in their first comment and stay behind.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/stats/*.hpp)
foreach(header ${headers} base/result.hpp data/column.hpp)
  file(READ ${CMAKE_SOURCE_DIR}/src/${header} text LIMIT 600)
  if(NOT text MATCHES "[Ff]or[ /\n]+.cpp files|for the tests of this folder")
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES ${CMAKE_SOURCE_DIR}/src/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hamdil/${folder} COMPONENT hamdil-stats)
  endif()
endforeach()
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hamdil-stats)
install(TARGETS hamdil_stats_package EXPORT hamdil-stats ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT hamdil-stats)
install(EXPORT hamdil-stats NAMESPACE hamdil:: DESTINATION ${package_folder} COMPONENT hamdil-stats)
file(WRITE ${CMAKE_BINARY_DIR}/hamdil-stats-config.cmake "include(CMakeFindDependencyMacro)
find_dependency(fmt)
find_dependency(ICU COMPONENTS uc)
find_dependency(Threads)
include(\${CMAKE_CURRENT_LIST_DIR}/hamdil-stats.cmake)
")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/hamdil-stats-config-version.cmake VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/hamdil-stats-config.cmake ${CMAKE_BINARY_DIR}/hamdil-stats-config-version.cmake DESTINATION ${package_folder} COMPONENT hamdil-stats)
