# Turns a raw-SQL revision into a source file: cmake -D SQL=file.sql -D ID=... -D OUTPUT=file.cpp -P StrataEmbedSql.cmake
file(READ "${SQL}" text)
cmake_path(GET SQL FILENAME name)
string(FIND "${text}" ")strata_sql\"" end)
if(NOT end EQUAL -1)
    message(FATAL_ERROR "${SQL} contains )strata_sql\" and cannot be embedded")
endif()
file(WRITE "${OUTPUT}"
"// Generated from ${name}
#include <strata/migrate/registry.hpp>

const ::strata::migrate::Revision& strata_revision_${ID}();

const ::strata::migrate::Revision& strata_revision_${ID}() {
    static const ::strata::migrate::Revision revision =
        ::strata::migrate::detail::sql_revision(\"${ID}\", \"${name}\", R\"strata_sql(${text})strata_sql\");
    return revision;
}
")
