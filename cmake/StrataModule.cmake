# What Strata's own targets share. Nothing here is installed.
include_guard(GLOBAL)

# The warnings our own code is held to. Linked for the build alone, so that no user inherits them.
add_library(strata_warnings INTERFACE)
target_compile_options(strata_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wno-missing-field-initializers # designated initializers leave the defaults out on purpose
    $<$<BOOL:${STRATA_WARNINGS_AS_ERRORS}>:-Werror>)

# strata_own_target(TARGET): the language level and the warnings of everything in this tree.
function(strata_own_target target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:strata_warnings>)
endfunction()

# strata_add_module(NAME): the static library strata_NAME, also called strata::NAME, from this folder's src/ and include/.
function(strata_add_module name)
    set(target strata_${name})
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/*.cpp)

    add_library(${target} STATIC ${sources})
    add_library(strata::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
    target_include_directories(${target} PRIVATE src)
    strata_own_target(${target})

    if(STRATA_INSTALL)
        install(TARGETS ${target} EXPORT strata
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
            FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    endif()
endfunction()
