#pragma once

#include <strata/core/error.hpp>
#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema::sqlite {

/// Throws the UsageError that says what SQLite lacks and which table wants it.
[[noreturn]] inline void refuse(const Table& table, const std::string& lacking) {
    throw UsageError("table " + table.name + " cannot be created on SQLite, which has no " + lacking);
}

}  // namespace strata::schema::sqlite
