# What a project with migrations calls. Found after find_package(strata) and after add_subdirectory(strata).
#
#   strata_add_migration_tool(
#       TARGET music_migrate          # the program to make: the command line over these models and these revisions
#       METADATA music::metadata      # a function without parameters that returns strata::schema::MetaData
#       HEADER schema.hpp             # where that function is declared
#       [COMPARE music::comparisons]  # one that returns strata::migrate::CompareOptions, declared there too
#       [DIRECTORY migrations]        # where the revisions are (default: migrations)
#       [SOURCES schema.cpp ...]      # what defines the function, unless a library does
#       [LIBRARIES music_models ...])
#
#   strata_embed_migrations(TARGET [DIRECTORY migrations])
#       puts the revisions into a program of your own, for strata::migrate::upgrade(engine).
#
#   strata_expect_migrations(TARGET [DIRECTORY migrations] [VERSION_TABLE strata_version] [SCHEMA name])
#       tells a program that has no revisions in it which ones it was built with: verify() of its database then refuses a
#       database to which they have not been applied. TARGET is the program, not a library.
#
# All take every *.cpp and *.sql of the folder, in the order of their names. A revision's id is the first part of its file's
# name, between _ . and -, that is 12 hexadecimal digits: YYYYMMDD_HHMMSS_ID_SLUG, or as file_template in strata.toml says.
# A file that is added or removed is noticed by the next build. Two files with one ID, and a file whose name is no revision's,
# are errors when CMake configures.
include_guard(GLOBAL)

# Here, for a function's CMAKE_CURRENT_LIST_DIR is its caller's.
set(STRATA_EMBED_SQL_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/StrataEmbedSql.cmake" CACHE INTERNAL "")

# The revisions of a folder: sets FILES, in order, and IDS, the id of each.
function(_strata_find_revisions caller directory)
    if(NOT IS_DIRECTORY "${directory}")
        message(FATAL_ERROR "${caller}: there is no folder ${directory}; make it with: db_migrate.sh init")
    endif()
    file(GLOB files CONFIGURE_DEPENDS "${directory}/*.cpp" "${directory}/*.sql")
    if(STRATA_REVISIONS_BESIDE) # of another branch, for 'db_migrate.sh check --branch'
        file(GLOB beside CONFIGURE_DEPENDS "${STRATA_REVISIONS_BESIDE}/*.cpp" "${STRATA_REVISIONS_BESIDE}/*.sql")
        list(APPEND files ${beside})
    endif()
    list(SORT files)
    string(REPEAT "[0-9a-f]" 12 id)
    set(ids "")
    foreach(file IN LISTS files)
        cmake_path(GET file FILENAME name)
        if(NOT name MATCHES "(^|[_.-])(${id})[_.-]")
            message(FATAL_ERROR "${file} is not named as a revision: YYYYMMDD_HHMMSS_ID_SLUG, "
                "with an ID of 12 hexadecimal digits; rename it or move it out of the folder")
        endif()
        set(id_of_file ${CMAKE_MATCH_2})
        if(DEFINED file_of_${id_of_file})
            message(FATAL_ERROR "two revisions have the id ${id_of_file}:\n  ${file_of_${id_of_file}}\n  ${file}\n"
                "give one of them an id of its own, in its name and inside")
        endif()
        set(file_of_${id_of_file} "${file}")
        list(APPEND ids ${id_of_file})
    endforeach()
    set(FILES "${files}" PARENT_SCOPE)
    set(IDS "${ids}" PARENT_SCOPE)
endfunction()

function(strata_embed_migrations target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY" "")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "strata_embed_migrations(${target}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_DIRECTORY)
        set(arg_DIRECTORY migrations)
    endif()
    cmake_path(ABSOLUTE_PATH arg_DIRECTORY NORMALIZE)
    _strata_find_revisions("strata_embed_migrations(${target})" "${arg_DIRECTORY}")

    set(generated "${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations")
    set(declarations "")
    set(entries "")
    foreach(file id_of_file IN ZIP_LISTS FILES IDS)
        cmake_path(GET file FILENAME name)
        if(name MATCHES "\\.cpp$")
            # An id that is changed inside a file later would only be a function that the linker misses.
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
            file(READ "${file}" text)
            if(NOT text MATCHES "STRATA_REVISION[ \t]*\\([ \t\r\n]*${id_of_file}[ \t\r\n]*,")
                set(inside "no STRATA_REVISION")
                if(text MATCHES "STRATA_REVISION[ \t]*\\([ \t\r\n]*([A-Za-z0-9_]+)")
                    set(inside "STRATA_REVISION(${CMAKE_MATCH_1}, ...)")
                endif()
                message(FATAL_ERROR "${file} has ${inside} inside and the id ${id_of_file} in its name; "
                    "both ids must be equal")
            endif()
        endif()

        set(source "${file}")
        if(name MATCHES "\\.sql$")
            set(source "${generated}/${name}.cpp")
            add_custom_command(OUTPUT "${source}"
                COMMAND ${CMAKE_COMMAND} -D "SQL=${file}" -D "ID=${id_of_file}" -D "OUTPUT=${source}"
                        -P "${STRATA_EMBED_SQL_SCRIPT}"
                DEPENDS "${file}" "${STRATA_EMBED_SQL_SCRIPT}"
                COMMENT "Embedding ${name}"
                VERBATIM)
        endif()
        target_sources(${target} PRIVATE "${source}")
        string(APPEND declarations "const ::strata::migrate::Revision& strata_revision_${id_of_file}();\n")
        string(APPEND entries "        &strata_revision_${id_of_file}(),\n")
    endforeach()

    # Naming each revision is what makes the linker keep it.
    file(CONFIGURE OUTPUT "${generated}/registry.cpp" @ONLY CONTENT
"// Generated by strata_embed_migrations(): the revisions of @arg_DIRECTORY@
#include <strata/migrate/registry.hpp>

@declarations@
std::vector<const strata::migrate::Revision*> strata::migrate::detail::embedded_revisions() {
    return {
@entries@    };
}
")
    target_sources(${target} PRIVATE "${generated}/registry.cpp")
    target_link_libraries(${target} PRIVATE strata::migrate)
endfunction()

function(strata_expect_migrations target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY;VERSION_TABLE;SCHEMA" "")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "strata_expect_migrations(${target}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_DIRECTORY)
        set(arg_DIRECTORY migrations)
    endif()
    if(NOT arg_VERSION_TABLE)
        set(arg_VERSION_TABLE strata_version)
    endif()
    cmake_path(ABSOLUTE_PATH arg_DIRECTORY NORMALIZE)
    _strata_find_revisions("strata_expect_migrations(${target})" "${arg_DIRECTORY}")

    # Such a database is at the revisions that no other one revises, depends on or replaces: those are what stands in
    # revises(...), depends_on(...) and replaces(...), or after "-- revises:" and "-- depends on:" in a file of SQL.
    set(heads ${IDS})
    string(REPEAT "[0-9a-f]" 12 id)
    foreach(file IN LISTS FILES)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
        file(READ "${file}" text)
        string(REGEX MATCHALL "(revises|depends_on|replaces)[ \t]*\\([^)]*\\)|-- (revises|depends on|replaces):[^\n]*" clauses "${text}")
        string(REGEX MATCHALL "${id}" parents "${clauses}")
        if(parents)
            list(REMOVE_ITEM heads ${parents})
        endif()
    endforeach()
    # Whoever follows the last revision of a line follows the one that replaces the line.
    foreach(squash id_of_squash IN ZIP_LISTS FILES IDS)
        file(READ "${squash}" text)
        string(REGEX MATCHALL "[.]replaces[ \t]*\\([^)]*\\)|-- replaces:[^\n]*" clauses "${text}")
        string(REGEX MATCHALL "${id}" replaced "${clauses}")
        if(NOT replaced)
            continue()
        endif()
        list(GET replaced -1 last)
        foreach(file id_of_file IN ZIP_LISTS FILES IDS)
            file(READ "${file}" text)
            string(REGEX MATCHALL "(revises|depends_on)[ \t]*\\([^)]*\\)|-- (revises|depends on):[^\n]*" clauses "${text}")
            if(clauses MATCHES "${last}" AND NOT id_of_file IN_LIST replaced AND NOT id_of_file STREQUAL id_of_squash)
                list(REMOVE_ITEM heads ${id_of_squash})
            endif()
        endforeach()
    endforeach()
    set(ids "")
    foreach(each IN LISTS IDS)
        string(APPEND ids "    \"${each}\",\n")
    endforeach()
    set(head_ids "")
    foreach(each IN LISTS heads)
        string(APPEND head_ids "    \"${each}\",\n")
    endforeach()
    list(LENGTH IDS count)
    list(LENGTH heads head_count)

    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}_expected_migrations.cpp")
    file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"// Generated by strata_expect_migrations(): the revisions of @arg_DIRECTORY@
#include <strata/dal/verify.hpp>

#include <array>

namespace {
constexpr std::array<std::string_view, @count@> revisions{
@ids@};
constexpr std::array<std::string_view, @head_count@> heads{
@head_ids@};
}  // namespace

const strata::dal::ExpectedMigrations& strata::dal::expected_migrations() {
    static const ExpectedMigrations expected{revisions, heads, R\"name(@arg_SCHEMA@)name\", R\"name(@arg_VERSION_TABLE@)name\"};
    return expected;
}
")
    target_sources(${target} PRIVATE "${source}")
    target_link_libraries(${target} PRIVATE strata::dal)
endfunction()

function(strata_add_migration_tool)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;METADATA;HEADER;COMPARE;DIRECTORY" "SOURCES;LIBRARIES")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "strata_add_migration_tool: unknown argument ${arg_UNPARSED_ARGUMENTS}")
    endif()
    foreach(name TARGET METADATA HEADER)
        if(NOT arg_${name})
            message(FATAL_ERROR "strata_add_migration_tool: ${name} is missing")
        endif()
    endforeach()
    if(NOT arg_DIRECTORY)
        set(arg_DIRECTORY migrations)
    endif()
    cmake_path(ABSOLUTE_PATH arg_DIRECTORY NORMALIZE)
    set(compare "")
    if(arg_COMPARE)
        set(compare ",\n                                       .compare = ${arg_COMPARE}()")
    endif()

    set(main "${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}_migrations/main.cpp")
    file(CONFIGURE OUTPUT "${main}" @ONLY CONTENT
"// Generated by strata_add_migration_tool()
#include <strata/migrate/registry.hpp>
#include <strata/migrate/tool.hpp>

#include \"@arg_HEADER@\"

int main(int argc, char** argv) {
    return strata::migrate::tool_main(argc, argv,
                                      {.metadata = &@arg_METADATA@,
                                       .revisions = strata::migrate::detail::embedded_revisions(),
                                       .directory = R\"path(@arg_DIRECTORY@)path\"@compare@});
}
")
    add_executable(${arg_TARGET} "${main}" ${arg_SOURCES})
    target_include_directories(${arg_TARGET} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(${arg_TARGET} PRIVATE ${arg_LIBRARIES} strata::migrate)
    strata_embed_migrations(${arg_TARGET} DIRECTORY "${arg_DIRECTORY}")

    # Where db_migrate.sh finds the program.
    file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/strata/${arg_TARGET}.path"
        CONTENT "$<TARGET_FILE:${arg_TARGET}>\n")
endfunction()
