#include "journal.hpp"

namespace strata::migrate::sqlite {

void Journal::execute(const std::string& sql, StatementKind kind) {
    copy_.execute(sql);
    Statement statement{sql, kind};
    statement.copy = written_as_;
    statements_.push_back(std::move(statement));
}

void Journal::expect_none(const std::string& from, std::string refusal) {
    Statement statement{"SELECT count(*) FROM " + from, StatementKind::assertion};
    static_cast<void>(copy_.scalar(statement.sql));  // it must be right, also where it counts nothing
    statement.refusal = std::move(refusal);
    statements_.push_back(std::move(statement));
}

void Journal::savepoint(const std::string& name) {
    copy_.savepoint(name);
    marks_.push_back(statements_.size());
}

void Journal::rollback_to_savepoint(const std::string& name) {
    copy_.rollback_to_savepoint(name);
    statements_.resize(marks_.back());
}

void Journal::release_savepoint(const std::string& name) {
    copy_.release_savepoint(name);
    marks_.pop_back();
}

}  // namespace strata::migrate::sqlite
