#pragma once

#include "rows.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/schema/ddl.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::migrate::row_check {

/// What a change of a column's type does to its values.
struct TypeChange {
    std::string value{};   ///< SQL of the new value, over the rows before
    std::string misfit{};  ///< condition on the rows before: the new type cannot take the value; empty: it always can
    bool fails = false;    ///< computing the value fails where the new type cannot take it
    bool may_be_null = false;  ///< also where the old value is not
    bool known = true;         ///< whether the database can compute it before the revision runs
    bool loose = false;        ///< the value may be of another class than the type
};

/// What the databases do differently with the rows of a table that is changed. Stateless and thread safe.
class RowRules {
public:
    explicit RowRules(const schema::DdlCompiler& ddl) : ddl_(ddl) {}
    RowRules(const RowRules&) = delete;
    RowRules& operator=(const RowRules&) = delete;
    virtual ~RowRules() = default;

    [[nodiscard]] const schema::DdlCompiler& ddl() const noexcept { return ddl_; }
    [[nodiscard]] const core::Dialect& dialect() const noexcept { return ddl_.dialect(); }
    /// Whether consecutive changes of one table take effect together, and foreign keys are checked when all is done.
    [[nodiscard]] virtual bool at_once() const noexcept = 0;
    /// Whether keeping a table aside frees the names of its keys; see parts_of().
    [[nodiscard]] virtual bool names_are_shared() const noexcept = 0;
    /// Whether the table's keys do not hold for the rows of the tables that inherit from it.
    [[nodiscard]] virtual bool only(const schema::Table& table) const = 0;
    /// Whether MATCH FULL means something.
    [[nodiscard]] virtual bool has_match_full() const noexcept = 0;
    /// The condition that the value is NULL, as NOT NULL means it.
    [[nodiscard]] virtual std::string is_null(const std::string& value, const schema::Type& type) const = 0;
    /// Whether the columns of the table's primary key may be NULL unless they are NOT NULL themselves.
    [[nodiscard]] virtual bool key_takes_null(const schema::Table& table) const = 0;
    /// The value as the column stores it.
    [[nodiscard]] virtual std::string stored(const std::string& value, const schema::Column& column) const = 0;
    [[nodiscard]] virtual TypeChange change_type(const schema::Table& table, const schema::Column& from,
                                                 const schema::Column& to, const std::string& using_expression,
                                                 const schema::MetaData& state) const = 0;
    /// For each column whose values an option of the table may refuse, the condition on those that it does.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> misfits(
        const schema::Table& before, const schema::Table& after) const = 0;

    /// SQL of a count, given a condition on the rows of the database's own table.
    using Count = std::function<std::string(std::string_view where)>;
    /// A statement for RowQuestion::one_by_one; empty where the database does not fail because of a value.
    [[nodiscard]] virtual std::string one_by_one(const Rows& rows, bool only, const Count& count) const = 0;

    [[nodiscard]] virtual std::vector<RowFinding> ask(core::Connection& connection,
                                                      const std::vector<RowQuestion>& questions) const = 0;

private:
    const schema::DdlCompiler& ddl_;
};
[[nodiscard]] const RowRules& row_rules(const core::Dialect& dialect);

/// The finding of a question, with the number of rows where it is known.
[[nodiscard]] RowFinding finding_of(const RowQuestion& question, std::optional<std::int64_t> rows);
/// Asks one question. Throws what the database says.
[[nodiscard]] std::optional<RowFinding> answer(core::Connection& connection, const RowQuestion& question);

/// ` COLLATE "C"`, or nothing for a column with its type's own collation.
[[nodiscard]] std::string collate(const core::Dialect& dialect, const schema::QualifiedName& collation);

}  // namespace strata::migrate::row_check

namespace strata::migrate::sqlite {
[[nodiscard]] const row_check::RowRules& row_rules();
}
namespace strata::migrate::postgresql {
[[nodiscard]] const row_check::RowRules& row_rules();
}
