#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/plan.hpp>

#include <string>
#include <vector>

namespace strata::migrate::sqlite {

/// A database in memory that has the shape of another and no rows, on which a revision is tried before it runs.
class Scratch {
public:
    /// What cannot be made in a copy is left out; need() says why, where it is wanted.
    explicit Scratch(const Snapshot& shape);

    [[nodiscard]] core::Connection& connection() noexcept { return connection_; }
    /// Throws MigrationError where the table could not be made in the copy.
    void need(const std::string& table) const;
    /// Does to the shape what the statement does. Assertions, inserted rows and callbacks do nothing to it.
    void run(const Statement& statement);
    /// Sets what the database keeps of the shape; the metadata stays.
    void write_to(Snapshot& shape);

private:
    struct Missing {
        std::string type;
        std::string name;
        std::string reason;
    };
    void copy(const std::vector<StoredObject>& objects, const Snapshot& shape);

    core::Connection connection_;
    std::vector<Missing> missing_;
};

/// What SQLite keeps of the connected database's shape: all of a snapshot but the metadata.
[[nodiscard]] Snapshot stored_shape(core::Connection& connection);

}  // namespace strata::migrate::sqlite
