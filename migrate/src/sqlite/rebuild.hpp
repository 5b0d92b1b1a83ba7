#pragma once

#include "journal.hpp"

#include <map>
#include <string>
#include <vector>

namespace strata::migrate::sqlite {

/// A column whose values are converted rather than copied.
struct ConvertedColumn {
    std::string expression;  ///< SQL expression over the old row
    std::string before;      ///< predicate over the old row that every value must satisfy; empty: none
    std::string after;       ///< predicate over the new row; empty: none
};

/// A table to rebuild, and what happens to its parts.
struct Rebuild {
    std::string table;                                 ///< the name as it is stored
    std::string stored;                                ///< its current CREATE TABLE
    std::string wanted;                                ///< its CREATE TABLE afterwards, under the same name
    std::vector<std::string> replaced;                 ///< columns whose old values are not kept
    std::map<std::string, ConvertedColumn> converted;  ///< by column
    std::vector<std::string> required;  ///< columns that must not hold NULL afterwards but may have before
    std::vector<std::string> dropped_indexes;
    std::vector<std::string> new_indexes;  ///< CREATE INDEX
};

/// Writes the statements of the rebuild. They run inside a transaction with foreign keys off, or the rows that refer to
/// the table would go.
void run(Journal& journal, const Rebuild& rebuild);

}  // namespace strata::migrate::sqlite
