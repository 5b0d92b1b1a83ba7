#pragma once

#include <strata/dal/detail/backend.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace strata::dal::detail {

/// The most columns that a key of a relation has.
inline constexpr int relation_width = 8;

/// Columns of one table, by their positions. No columns: the facts say which.
struct RelationColumns {
    int count = 0;
    int at[relation_width]{};
};

/// Where a relation's columns come from: they are declared, or a model states them by references(): the related one,
/// the rows' own one, or the link table's.
enum class RelationFacts : std::uint8_t { declared, of_related, of_rows, of_link };

/// A relation without its types: which rows belong to which.
struct RelationInfo {
    const core::SourceInfo* related = nullptr;
    const core::SourceInfo* link = nullptr;  ///< nullptr: none
    RelationFacts facts = RelationFacts::declared;
    bool one = false;           ///< at most one row for each
    RelationColumns own{};      ///< of the rows
    RelationColumns matched{};  ///< equal to them; of the link table if there is one, else of the related table
    RelationColumns onward{};   ///< of the link table
    RelationColumns reached{};  ///< equal to these; of the related table
};

/// Which of the related rows are loaded, and in which order.
struct RelationClauses {
    core::Fragment conditions;  ///< clauses
    core::Fragment order;       ///< clauses
    std::int64_t limit = -1;    ///< for each row; -1: all
    std::int64_t offset = 0;

    /// Throws UsageError for a negative number.
    void set_limit(std::int64_t rows);
    void set_offset(std::int64_t rows);
};

/// Loads the rows that are related to some rows in one statement, and tells whose they are.
class RelatedRows {
public:
    /// Loads what is related to `count` rows of a table, which `row` gives the addresses of, into objects that `append`
    /// makes. No statement runs where no row has a key. Throws UsageError when a relation to one row finds several.
    void load(Backend& backend, const RelationInfo& relation, const RelationClauses* clauses,
              const core::TableInfo& table, std::size_t count,
              core::detail::FunctionRef<const void*(std::size_t index)> row, Target append);

    /// The positions, among the loaded rows, of those that are related to this row.
    [[nodiscard]] std::span<const std::uint32_t> of(std::size_t row) const;
    /// Whether no later row has the same related rows, so that they can be moved.
    [[nodiscard]] bool is_last(std::size_t row) const;

private:
    void sort_by_key(const std::vector<std::uint32_t>& keys, std::size_t key_count);

    std::vector<std::uint32_t> key_of_;    // by row
    std::vector<std::uint32_t> last_row_;  // by key
    std::vector<std::uint32_t> first_;     // by key: the start of its part of sorted_
    std::vector<std::uint32_t> sorted_;
};

}  // namespace strata::dal::detail
