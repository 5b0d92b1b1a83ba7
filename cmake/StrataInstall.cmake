# Makes find_package(strata) work from an installed prefix.
include(CMakePackageConfigHelpers)

set(STRATA_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/strata)
set(STRATA_SHARE_DIR ${CMAKE_INSTALL_DATADIR}/strata)

install(EXPORT strata NAMESPACE strata:: FILE strataTargets.cmake DESTINATION ${STRATA_PACKAGE_DIR})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/strataConfig.cmake.in ${PROJECT_BINARY_DIR}/strataConfig.cmake
    INSTALL_DESTINATION ${STRATA_PACKAGE_DIR}
    PATH_VARS STRATA_SHARE_DIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/strataConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/strataConfig.cmake
    ${PROJECT_BINARY_DIR}/strataConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/FindSOCI.cmake
    ${CMAKE_CURRENT_LIST_DIR}/StrataDependencies.cmake
    ${CMAKE_CURRENT_LIST_DIR}/StrataEmbedSql.cmake
    ${CMAKE_CURRENT_LIST_DIR}/StrataMigrations.cmake
    DESTINATION ${STRATA_PACKAGE_DIR})
install(PROGRAMS ${PROJECT_SOURCE_DIR}/tools/db_migrate.sh DESTINATION ${STRATA_SHARE_DIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
