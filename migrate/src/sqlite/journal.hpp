#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/plan.hpp>

#include <string>
#include <vector>

namespace strata::migrate::sqlite {

/// Writes down the statements of a change as they run on a copy of the database that has no rows.
class Journal {
public:
    Journal(core::Connection& copy, std::vector<Statement>& statements) : copy_(copy), statements_(statements) {}

    /// The copy.
    [[nodiscard]] core::Connection& connection() const noexcept { return copy_; }
    void execute(const std::string& sql, StatementKind kind = StatementKind::ddl);
    /// `SELECT count(*) FROM ` + from must give 0; else the revision fails with the refusal, see Statement.
    void expect_none(const std::string& from, std::string refusal);

    /// From now on rows of `table` are written under the name of a copy; empty: no more.
    void writes_as(std::string copy, std::string table) { written_as_ = {std::move(copy), std::move(table)}; }

    void savepoint(const std::string& name);
    /// Forgets the statements since then.
    void rollback_to_savepoint(const std::string& name);
    void release_savepoint(const std::string& name);

private:
    core::Connection& copy_;
    std::vector<Statement>& statements_;
    std::pair<std::string, std::string> written_as_;
    std::vector<std::size_t> marks_;
};

}  // namespace strata::migrate::sqlite
