#pragma once

#include "operations/compiler.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Makes SQL that another tool ran fit for a section of a revision's file.
namespace strata::migrate::adopt {

/// The text of a file. Throws MigrationError, naming it, where it cannot be read or is not UTF-8.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

/// Fits SQL into revisions. Borrows the notes.
class ForeignSql {
public:
    ForeignSql(const detail::DialectOperationCompiler& compiler, std::vector<std::string>& notes)
        : compiler_(compiler), notes_(notes) {}

    /// The SQL without a BEGIN and a COMMIT around all of it, without the word CONCURRENTLY of indexes, and with
    /// comments that a revision's file would take for its own lines made harmless. `where` names it in messages. Throws
    /// MigrationError, with the line, for what a revision cannot run: commands of psql or sqlite3, other statements
    /// that control the transaction or cannot run in one, rows in the text (COPY ... FROM STDIN), a quote that is not
    /// closed.
    [[nodiscard]] std::string fit(std::string_view sql, const std::string& where) const;

    /// The statements, each closed by a semicolon, as one text.
    [[nodiscard]] std::string joined(const std::vector<std::string_view>& statements) const;
    [[nodiscard]] std::vector<std::string_view> statements_of(std::string_view sql) const {
        return compiler_.statements_of(sql);
    }
    [[nodiscard]] const core::Dialect& dialect() const { return compiler_.dialect(); }

private:
    const detail::DialectOperationCompiler& compiler_;
    std::vector<std::string>& notes_;
};

/// Whether the statement begins, ends or takes back a whole transaction; savepoints do not.
[[nodiscard]] bool controls_transaction(std::string_view statement, const core::Dialect& dialect);

/// The number of the line in which the offset is; the first is 1.
[[nodiscard]] std::size_t line_of(std::string_view text, std::size_t offset);

}  // namespace strata::migrate::adopt
