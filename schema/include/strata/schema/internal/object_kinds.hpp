#pragma once

#include <strata/schema/object.hpp>

#include <cstdint>
#include <string_view>

/// What is to know of each ObjectKind, whatever the database. How a database's SQL calls it is in that database's
/// folder.
namespace strata::schema::internal {

/// What is created in which part of a script where nothing else orders it.
enum class CreationPlace : std::uint8_t {
    schemas,
    extensions,
    types,
    sequences,
    code,  ///< functions, and what is made of them or by itself
    tables,
    over_tables,    ///< what reads tables: views, indexes
    beside_tables,  ///< what acts when tables change: triggers, rules
    last,
};

/// How a maker of object_words.hpp is called.
enum class MakerForm : std::uint8_t {
    none,          ///< the kind has none, or not one for every object: it is object() with the whole statement
    name,          ///< schema_named("music")
    labels,        ///< enum_type("mood", {"sad", "glad"})
    query,         ///< view("song_list", "SELECT ...")
    of_arguments,  ///< function("rate", "integer", "CREATE ...")
    of_table,      ///< trigger("touch", "songs", "CREATE ...")
};

struct KindTraits {
    std::string_view name = "object";  ///< for messages: "materialized view"
    CreationPlace place = CreationPlace::last;
    bool precedes_tables = false;         ///< a migration makes it before the tables, even where none needs it
    bool is_needed = true;                ///< other objects may need it
    bool has_arguments = false;           ///< objects of one name are told apart by the types of their arguments
    std::string_view everybody_may = {};  ///< the privilege that PostgreSQL grants to everybody by itself
    MakerForm maker_form = MakerForm::none;
    std::string_view maker = {};
};

/// The one place that describes every ObjectKind.
[[nodiscard]] KindTraits traits_of(ObjectKind kind) noexcept;

}  // namespace strata::schema::internal
