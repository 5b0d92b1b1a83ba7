#pragma once

#include "support/database.hpp"

#include <optional>

namespace strata::test {

/// An empty database for one of many rounds of a test: a file of its own or, on PostgreSQL, `db`, emptied.
class Fresh {
public:
    explicit Fresh(const TestDatabase& db) : db_(db.is_sqlite() ? file_.emplace(TestDialect::sqlite) : db) {
        if (db.is_postgresql()) db.clear();
    }
    const TestDatabase& operator*() const { return db_; }

private:
    std::optional<TestDatabase> file_;
    const TestDatabase& db_;
};

}  // namespace strata::test
