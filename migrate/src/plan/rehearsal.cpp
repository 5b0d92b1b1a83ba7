#include "rehearsal.hpp"

#include "operations/compiler.hpp"
#include "operations/enum_labels.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <iterator>
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
    : compiler_(detail::dialect_compiler(dialect)), graph_(graph), at_(std::move(at)), history_(graph) {}

Rehearsal::Rehearsal(core::Connection& connection, const RevisionGraph& graph, RevisionIds at)
    : compiler_(detail::dialect_compiler(connection.dialect())),
      graph_(graph),
      at_(std::move(at)),
      history_(graph),
      shape_(compiler_.read_shape(connection)),
      live_([&connection] { return schema::reflect(connection); }) {}

PreparedState Rehearsal::prepare(const HistoryState& history, const Revision& revision,
                                 const std::vector<Operation>& operations, Snapshot& shape) const {
    auto prepared = prepare_state(history, revision, operations, [&] {
        if (live_) return live_();
        return shape.stored ? compiler_.metadata_of(shape) : schema::MetaData();
    });
    shape.metadata = prepared.live ? *prepared.live : history.metadata;
    return prepared;
}

/// What the database keeps as text is what the revisions have left from the beginning, their own SQL included.
void Rehearsal::follow_text() {
    if (shape_.stored || !compiler_.keeps_text()) return;
    Snapshot shape;
    shape.stored.emplace();
    HistoryState state;
    for (const Revision* revision : graph_.ancestors(at_)) {
        const auto operations = revision->upgrade_operations();
        auto prepared = prepare(state, *revision, operations, shape);
        static_cast<void>(
            named(*revision, [&] { return compiler_.compile(operations, shape.metadata)->rehearse(shape); }));
        state = std::move(prepared.after);
    }
    shape_ = std::move(shape);
}

std::vector<Statement> Rehearsal::next(const Revision& revision, Direction direction, const Write& write) {
    follow_text();
    const bool up = direction == Direction::up;
    const RehearsedRevision rehearsed{revision, direction,
                                      up ? revision.upgrade_operations() : revision.downgrade_operations(), at_,
                                      up ? graph_.after_upgrade(at_, revision) : graph_.after_downgrade(at_, revision)};
    auto prepared = prepare(history_.at(at_), revision, rehearsed.operations, shape_);
    auto statements = named(revision, [&] {
        const auto compiled = compiler_.compile(rehearsed.operations, shape_.metadata);
        return write(*compiled, shape_, rehearsed);
    });
    at_ = rehearsed.after;
    if (up) history_.advance(at_, std::move(prepared.after));
    live_ = nullptr;
    return statements;
}

schema::MetaData Rehearsal::metadata() {
    if (!history_.at(at_).opaque || !compiler_.keeps_text()) return replay(graph_, at_);
    follow_text();
    auto metadata = compiler_.metadata_of(shape_);
    // The text says neither how enum types are called nor which rows belong to the schema.
    const auto& known = history_.at(at_).metadata;
    name_enum_types(metadata, known);
    std::ranges::copy_if(known.rows, std::back_inserter(metadata.rows), [&](const schema::SeedRows& list) {
        const schema::Table* const table = metadata.find(list.table);
        return table != nullptr && std::ranges::all_of(list.columns, [&](const std::string& column) {
                   return table->find_column(column) != nullptr;
               });
    });
    return metadata;
}

}  // namespace strata::migrate
