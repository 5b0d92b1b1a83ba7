#pragma once

#include "journal.hpp"

#include <strata/migrate/operation.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/schema/ddl.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace strata::migrate::sqlite {

/// Tables and the tables that they refer to, or their former names and the new ones.
using TablePairs = std::vector<std::pair<std::string, std::string>>;

/// A change whose statements depend on what SQLite keeps of the schema as text.
struct Change {
    std::function<void(Journal&)> write;
    std::string table;  ///< that must be in the copy
    Place place{};
};

/// A part of a revision, in order.
using Part = std::variant<Statement, Change>;

struct Compiled {
    std::vector<Part> parts;
    bool foreign_keys_off = false;  ///< while tables are rebuilt or dropped
    TablePairs renamed_tables;
    /// The foreign keys that are meant to dangle when the revision is done: table and referred table.
    TablePairs dangling;
};

/// Compiles operations, given the state before them; reads no database.
[[nodiscard]] Compiled compile(const core::Dialect& dialect, const std::vector<Operation>& operations,
                               schema::MetaData before);

}  // namespace strata::migrate::sqlite
