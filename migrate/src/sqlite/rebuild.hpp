#pragma once

#include <strata/core/connection.hpp>

#include <map>
#include <string>
#include <vector>

namespace strata::migrate::sqlite {

/// A column whose values are not simply copied.
struct ConvertedColumn {
    std::string expression;  ///< SQL over the old row
    std::string before;      ///< predicate over the old row that every value has to meet; empty: none
    std::string after;       ///< predicate over the new row; empty: none
};

/// A table to make anew and what becomes of its parts.
struct Rebuild {
    std::string table;                                 ///< as it is stored
    std::string stored;                                ///< its CREATE TABLE
    std::string wanted;                                ///< its CREATE TABLE afterwards, under the same name
    std::vector<std::string> replaced;                 ///< columns whose old values are not kept
    std::map<std::string, ConvertedColumn> converted;  ///< by column
    std::vector<std::string> required;                 ///< columns that hold no NULL afterwards but may have before
    std::vector<std::string> dropped_indexes;
    std::vector<std::string> new_indexes;  ///< CREATE INDEX
};

/// Runs it inside the open transaction. Nothing is left behind: what fails is undone with the transaction.
void run(core::Connection& connection, const Rebuild& rebuild);

}  // namespace strata::migrate::sqlite
