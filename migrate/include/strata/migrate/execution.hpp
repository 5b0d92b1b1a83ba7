#pragma once

#include <strata/migrate/operation.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace strata::migrate {

class Operations;

/// Your own SQL that `op.execute(...)` has recorded. What it does to the schema is known to the history only if it is
/// said here; otherwise the tables and other objects that it names are read from the database where they matter.
class Execution {
public:
    /// Says what the SQL does, as operations that are not run:
    /// `op.execute("CREATE TABLE ...").declares([](Operations& made) { made.create_table(...); })`.
    Execution& declares(const std::function<void(Operations&)>& what);
    /// Says that the SQL makes, changes or drops these and nothing else; none: it works on rows only.
    Execution& touches(std::vector<schema::ObjectRef> objects);

private:
    friend class Operations;
    Execution(std::vector<Operation>& operations, std::string revision)
        : operations_(operations), position_(operations.size() - 1), revision_(std::move(revision)) {}
    [[nodiscard]] Execute& execute() const { return std::get<Execute>(operations_[position_]); }
    std::vector<Operation>& operations_;
    std::size_t position_;
    std::string revision_;
};

}  // namespace strata::migrate
