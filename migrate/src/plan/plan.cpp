#include "operations/compiler.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/schema/reflection.hpp>

#include <utility>

namespace strata::migrate {

std::string counted(const std::string& text, const std::string& number) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto end = text[at] == '{' ? text.find('}', at) : std::string::npos;
        if (end == std::string::npos) {
            result += text[at];
            continue;
        }
        const auto inner = text.substr(at + 1, end - at - 1);
        const auto bar = inner.find('|');
        if (inner == "n")
            result += number;
        else if (bar != std::string::npos)
            result += number == "1" ? inner.substr(0, bar) : inner.substr(bar + 1);
        else
            result += text.substr(at, end - at + 1);
        at = end;
    }
    return result;
}

Snapshot read_snapshot(core::Connection& connection) {
    auto snapshot = detail::dialect_compiler(connection.dialect()).read_shape(connection);
    snapshot.metadata = schema::reflect(connection);
    return snapshot;
}

std::vector<Phase> phases_of(std::vector<Statement> statements) {
    std::vector<Phase> phases;
    for (auto& statement : statements) {
        const bool joins = !phases.empty() && phases.back().transactional && !statement.alone;
        if (!joins) phases.push_back({!statement.alone, {}});
        phases.back().statements.push_back(std::move(statement));
    }
    return phases;
}

std::vector<Phase> plan(const Snapshot& snapshot, const std::vector<Operation>& operations,
                        const core::Dialect& dialect) {
    Snapshot shape = snapshot;
    return phases_of(operation_compiler(dialect).compile(operations, snapshot.metadata)->rehearse(shape));
}

}  // namespace strata::migrate
