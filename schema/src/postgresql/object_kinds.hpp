#pragma once

#include <strata/schema/object.hpp>

#include <cstdint>

namespace strata::schema::postgresql {

/// How a statement names an object of a kind, after the word for the kind.
enum class Naming : std::uint8_t {
    name,
    call,         ///< `"rate"(integer)`
    operator_,    ///< `"music".@@ (text, text)`
    with_method,  ///< `"ops" USING "btree"`
    cast,         ///< `(text AS integer)`
    for_user,     ///< `FOR "ada" SERVER "far"`
    of_table,     ///< `"touch" ON "songs"`: it is in its table's schema, and not named with it
};

/// How PostgreSQL's statements speak of a kind of objects. https://www.postgresql.org/docs/15/sql-commands.html
struct KindWords {
    const char* word = "OBJECT";  ///< in DROP, ALTER and COMMENT ON
    Naming naming = Naming::name;
    bool has_owner = false;
    const char* grant = nullptr;   ///< in GRANT; null where it has no privileges
    const char* future = nullptr;  ///< in ALTER DEFAULT PRIVILEGES; null where it has none
};

/// The one place that describes every ObjectKind for PostgreSQL.
[[nodiscard]] KindWords words_of(ObjectKind kind) noexcept;

}  // namespace strata::schema::postgresql
