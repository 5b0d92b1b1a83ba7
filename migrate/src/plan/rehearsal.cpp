#include "rehearsal.hpp"

#include "operations/compiler.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

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
    : compiler_(detail::dialect_compiler(dialect)), graph_(graph), at_(std::move(at)), history_(graph) {
    // Only a database follows the user's own SQL; where a shape does too, it has to from the beginning.
    if (compiler_.tries_user_sql() && history_.at(at_).opaque) shape_ = shape_at(graph_.ancestors(at_));
}

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

Snapshot Rehearsal::shape_at(const Revisions& ancestors) const {
    Snapshot shape;
    shape.stored.emplace();
    HistoryState state;
    for (const Revision* revision : ancestors) {
        const auto operations = revision->upgrade_operations();
        auto prepared = prepare(state, *revision, operations, shape);
        static_cast<void>(
            named(*revision, [&] { return compiler_.compile(operations, shape.metadata)->rehearse(shape); }));
        state = std::move(prepared.after);
    }
    return shape;
}

std::vector<Statement> Rehearsal::next(const Revision& revision, Direction direction, const Write& write) {
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
    if (shape_.stored) return compiler_.metadata_of(shape_);
    return replay(graph_, at_);
}

}  // namespace strata::migrate
