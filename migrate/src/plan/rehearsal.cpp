#include "rehearsal.hpp"

#include "operations/compiler.hpp"
#include "operations/enum_labels.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace strata::migrate {
namespace {

/// An error of the call names the revision.
template <class Call>
auto named(const Revision& revision, const Call& call) {
    try {
        return call();
    } catch (const Error& error) {
        throw MigrationError("revision " + revision.label() + ": " + one_line(error.what()));
    }
}

}  // namespace

Rehearsal::Rehearsal(const core::Dialect& dialect, const RevisionGraph& graph, RevisionIds at)
    : compiler_(detail::dialect_compiler(dialect)), graph_(graph), at_(std::move(at)), history_(graph, &dialect) {}

Rehearsal::Rehearsal(core::Connection& connection, const RevisionGraph& graph, RevisionIds at)
    : compiler_(detail::dialect_compiler(connection.dialect())),
      graph_(graph),
      at_(std::move(at)),
      history_(graph, &connection.dialect()),
      shape_(compiler_.read_shape(connection)),
      live_([&connection] { return schema::reflect(connection); }) {}

std::unique_ptr<CompiledRevision> Rehearsal::compile(ReplayedHistory& history, const RevisionIds& ids,
                                                     const Revision& revision, const std::vector<Operation>& operations,
                                                     Snapshot& shape) const {
    auto prepared = history.prepare(ids, revision, operations, [&]() -> std::optional<schema::MetaData> {
        if (live_) return live_();
        if (shape.stored) return compiler_.metadata_of(shape);
        return std::nullopt;
    });
    shape.metadata = std::move(prepared.before);
    return named(revision, [&] {
        if (!prepared.blind) return compiler_.compile(operations, shape.metadata);
        // After the user's SQL, here of no text, the compiler takes what the operations name for granted.
        std::vector<Operation> after_sql{Execute{}};
        after_sql.insert(after_sql.end(), operations.begin(), operations.end());
        return compiler_.compile(after_sql, shape.metadata);
    });
}

/// What the database keeps as text is what the revisions have left from the beginning, their own SQL included.
void Rehearsal::follow_text() {
    if (shape_.stored || !compiler_.keeps_text()) return;
    Snapshot shape;
    shape.stored.emplace();
    ReplayedHistory history(graph_, &compiler_.dialect());
    RevisionIds ids;
    for (const Revision* revision : graph_.ancestors(at_)) {
        const auto operations = revision->upgrade_operations();
        const auto compiled = compile(history, ids, *revision, operations, shape);
        static_cast<void>(named(*revision, [&] { return compiled->rehearse(shape); }));
        ids = graph_.after_upgrade(ids, *revision);
        history.advance(ids, *revision, operations);
    }
    shape_ = std::move(shape);
}

std::vector<Statement> Rehearsal::next(const Revision& revision, Direction direction, const Write& write) {
    follow_text();
    const bool up = direction == Direction::up;
    const RehearsedRevision rehearsed{revision, direction,
                                      up ? revision.upgrade_operations() : revision.downgrade_operations(), at_,
                                      up ? graph_.after_upgrade(at_, revision) : graph_.after_downgrade(at_, revision)};
    const auto compiled = compile(history_, at_, revision, rehearsed.operations, shape_);
    auto statements = named(revision, [&] { return write(*compiled, shape_, rehearsed); });
    at_ = rehearsed.after;
    if (up) history_.advance(at_, revision, rehearsed.operations);
    live_ = nullptr;
    return statements;
}

bool Rehearsal::follows_sql() const { return compiler_.keeps_text() || follow_sql_ != nullptr; }

schema::MetaData Rehearsal::metadata() {
    if (!history_.at(at_).unknown().any || !follows_sql()) return replay(graph_, at_);
    if (compiler_.keeps_text()) follow_text();
    auto metadata = compiler_.keeps_text() ? compiler_.metadata_of(shape_) : follow_sql_(at_);
    // The database says neither how SQLite's enum types are called nor which rows belong to the schema.
    const auto& known = history_.at(at_).metadata();
    name_enum_types(metadata, known);
    std::ranges::copy_if(known.rows, std::back_inserter(metadata.rows), [&](const schema::SeedRows& list) {
        const schema::Table* const table = metadata.find(list.table);
        return table != nullptr && std::ranges::all_of(list.columns, [&](const std::string& column) {
                   return table->find_column(column) != nullptr;
               });
    });
    return metadata;
}

const ReplayState* Rehearsal::not_followed() {
    const auto& state = history_.at(at_);
    return !state.unknown().any || follows_sql() ? nullptr : &state;
}

}  // namespace strata::migrate
