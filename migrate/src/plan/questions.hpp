#pragma once

#include "row_rules.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace strata::migrate::row_check {

/// What a question is about: an operation, and the table as it is then.
struct Asked {
    std::size_t operation;
    const schema::Table& table;
    const Rows& rows;
    bool touched = false;  ///< an earlier operation may change the rows in a way that nobody knows
};

/// The columns of a key as the elements of an index.
[[nodiscard]] std::vector<schema::IndexElement> elements_of(const std::vector<std::string>& columns,
                                                            const std::vector<schema::KeyOrder>& order);

/// Writes the questions of a revision. A question that a table without rows answers, or that names a column which the
/// table has not, is not written.
class Questions {
public:
    explicit Questions(const RowRules& rules) : rules_(rules) {}

    void nulls(const Asked& asked, const schema::Column& column, const std::string& what_becomes);
    void no_value(const Asked& asked, const schema::Column& column);
    /// Values that are equal in all elements.
    void duplicates(const Asked& asked, const std::string& subject, const std::vector<schema::IndexElement>& elements,
                    const std::string& where, bool nulls_are_equal);
    /// `lost_before` is SQL that counts those that do not matter, or empty.
    void orphans(const Asked& asked, const schema::ForeignKey& key, const Asked& referred,
                 const std::string& lost_before);
    void refused(const Asked& asked, const schema::CheckConstraint& check);
    void excluded(const Asked& asked, const schema::ExcludeConstraint& exclude);
    /// Values that do not fit the column's type `to`.
    void misfits(const Asked& asked, const schema::Column& to, const TypeChange& change);
    void misfits(const Asked& asked, const std::string& column, const std::string& condition);
    /// Forgets what was asked, from a place on, of the values of a column that is dropped together with its change.
    void forget_values(std::size_t from, const Asked& asked, const std::string& column);
    [[nodiscard]] std::size_t size() const noexcept { return questions_.size(); }
    /// What cannot be asked.
    void unknown(const Asked& asked, const std::string& subject, const std::string& why);

    [[nodiscard]] std::vector<RowQuestion> take() { return std::move(questions_); }

private:
    [[nodiscard]] RowQuestion question(const Asked& asked, RowFault fault, std::string subject) const;
    /// Whether a question about these expressions can be asked; where it cannot, but matters, it is an unknown.
    [[nodiscard]] bool askable(const Asked& asked, const std::string& subject, const std::string& needed);
    void add(RowQuestion question, const Asked& asked, const std::string& condition, bool only, bool one_by_one);
    [[nodiscard]] std::string element(const Asked& asked, const schema::IndexElement& element) const;
    [[nodiscard]] std::string column(const Asked& asked, const std::string& name) const {
        return asked.rows.column(asked.table.name.name, name);
    }
    /// The column as users know it: by the name that the database has now.
    [[nodiscard]] static std::string column_subject(const Asked& asked, const std::string& name);

    const RowRules& rules_;
    std::vector<RowQuestion> questions_;
};

}  // namespace strata::migrate::row_check
