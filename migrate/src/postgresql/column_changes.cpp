#include "compilation.hpp"
#include "conversion.hpp"
#include "enum_types.hpp"
#include "indexes.hpp"
#include "operations/attached_indexes.hpp"
#include "operations/lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/constraint.hpp>
#include <strata/schema/internal/postgresql/object.hpp>
#include <strata/schema/internal/postgresql/sequence.hpp>
#include <strata/schema/internal/postgresql/table.hpp>

#include <algorithm>
#include <optional>

namespace strata::migrate::postgresql {

using core::internal::contains;
using schema::Table;
namespace statements = schema::postgresql::statements;

namespace {

// The time zone is restored, since one of the user's statements may follow. A psql script runs these statements too, so
// the old value is kept in a setting.
const char* const keep_time_zone = "SELECT set_config('strata.time_zone', current_setting('TimeZone'), true)";
const char* const utc_begins = "SET LOCAL TimeZone = 'UTC'";
const char* const utc_ends = "SELECT set_config('TimeZone', current_setting('strata.time_zone'), true)";

/// Whether the numbering is the same but for the comment of its sequence, so that the sequence can stay.
bool only_comment_differs(const schema::Identity& before, const schema::Identity& after) {
    auto options = before.options;
    options.comment = after.options.comment;
    return before.kind == after.kind && before.sequence == after.sequence && options == after.options &&
           before.options != after.options;
}

}  // namespace

void Compilation::compile(const AddColumn& o) {
    const auto on = table(o.table);
    prepare(o.column.type);
    if (o.column.identity.kind == schema::Numbering::serial) {
        const auto numbering = ddl_.add_numbering(on, o.column);  // the sequence first, its owner and comment last
        emit(numbering.front());
        alter(o.table, statements::add_column(ddl_.column_definition(on, o.column)));
        emit(std::vector<std::string>(numbering.begin() + 2, numbering.end()));
    } else {
        alter(o.table, statements::add_column(ddl_.column_definition(on, o.column)));
        if (!o.column.identity.options.comment.empty())
            emit(statements::comment_on_sequence_of(o.table, o.column.name, o.column.identity));
    }
    AlterColumn rest{o.table, o.column.name};
    schema::Column plain;
    plain.type = o.column.type;
    rest.patch = schema::difference(plain, o.column);
    using schema::Column;
    rest.patch.keep(&Column::computed).keep(&Column::compression);
    set_fields(rest, plain);
}

void Compilation::compile(const DropColumn& o) {
    const auto column = detail::column_in(table(o.table), o.column, opaque_);
    alter(o.table, statements::drop_column(dialect_, o.column));
    release_after(column.type);
}

void Compilation::compile(const RenameColumn& o) { alter(o.table, statements::rename_column(dialect_, o.from, o.to)); }

/// A label that the revision uses is added before its transaction, since it can be used only after its own; unless the
/// revision makes the type too.
void Compilation::add_labels_to(const schema::ObjectRef& type, const std::vector<std::string>& before,
                                const std::vector<std::string>& after) {
    const auto statements = add_labels(type, before, after);
    const bool used =
        known_types_.contains(type.name) && std::any_of(after.begin(), after.end(), [&](const std::string& label) {
            return !contains(before, label) &&
                   std::any_of(operations_.begin(), operations_.end(),
                               [&](const auto& each) { return may_use_label(each, label); });
        });
    for (const auto& sql : statements) {
        emit(sql);
        statements_.back().alone = used;
    }
}

bool Compilation::extend(const schema::Type& type) {
    const schema::Type* const wanted = type.enum_type();
    if (wanted == nullptr) return false;
    if (const auto found = extended_.find(wanted->name); found != extended_.end())
        return found->second == wanted->labels;
    const schema::Type* const there = enum_type_of_column(wanted->name, state_);
    if (there == nullptr || !only_adds_labels(*there, *wanted) || has_labels(*wanted, state_)) return false;
    add_labels_to({schema::ObjectKind::enum_type, wanted->name}, there->labels, wanted->labels);
    extended_.emplace(wanted->name, wanted->labels);
    return true;
}

void Compilation::prepare(const schema::Type& type) {
    if (extend(type)) return;
    auto list = ensure_type(type, state_);
    const bool anew = list.size() > 1;
    emit(std::move(list));
    if (!anew) return;
    const schema::ObjectRef ref{schema::ObjectKind::enum_type, type.enum_type()->name};
    if (const auto* known = state_.find(ref); known != nullptr && !known->comment.empty())
        emit(statements::comment_on(ref, known->comment));
    grant_again(ref);
}

void Compilation::release_after(const schema::Type& type) {
    if (type.enum_type() == nullptr) return;
    const auto& name = type.enum_type()->name;
    if (contains(released_, name)) return;
    released_.push_back(name);
    after_.emplace_back([this, type] { return drop_unused_type(type, state_); });
}

/// The table, its partitions, those of these and so on.
std::vector<const Table*> Compilation::with_partitions(const Table& table) const {
    std::vector<const Table*> family{&table};
    for (std::size_t i = 0; i < family.size(); ++i)
        for (const auto& other : state_.tables)
            if (other.partition_of == family[i]->name) family.push_back(&other);
    return family;
}

/// Whether the column is altered with that of a table that it comes from, which has the type already or is given it by
/// a later operation.
bool Compilation::follows(const Table& table, const schema::Column& column, const schema::Type& type) const {
    if (table.partition_of.empty() && !column.inherited) return false;
    auto parents = table.inherits;
    if (!table.partition_of.empty()) parents.push_back(table.partition_of);
    return std::any_of(parents.begin(), parents.end(), [&](const schema::QualifiedName& name) {
        const Table* const parent = state_.find(name);
        const schema::Column* const same = parent != nullptr ? parent->find_column(column.name) : nullptr;
        const auto given = [&](const Operation& later) {
            const auto* alter = std::get_if<AlterColumn>(&later);
            const auto* to = alter != nullptr ? alter->patch.find(&schema::Column::type) : nullptr;
            return to != nullptr && alter->table == name && alter->column == column.name && *to == type;
        };
        return same != nullptr && (same->type == type || std::any_of(rest_.begin(), rest_.end(), given));
    });
}

/// A CHECK, a predicate or an index expression is kept with casts for the column's old type, and its constants may not
/// compare with the new one. Drops all that mention the column, also in the partitions that have it from the table, and
/// returns the statements that create them again.
std::vector<std::string> Compilation::drop_dependents(const Table& table, const schema::Column& column) {
    std::vector<std::string> back;
    std::vector<std::string> checks;  // a partition's are dropped and added with those of the table
    std::vector<IndexPlace> dropped;
    for (const Table* each : with_partitions(table)) {
        for (const auto& check : each->checks) {
            if (!mentions(check.expression, column.name) || contains(checks, check.name)) continue;
            checks.push_back(check.name);
            alter(each->name, statements::drop_constraint(check.name));
            for (auto& sql : ddl_.add_check(*each, check)) back.push_back(std::move(sql));
        }
        for (const auto& index : each->indexes) {
            const schema::QualifiedName name(each->name.schema, index.name);
            if (!mentions_in_expression(index, column.name) ||
                std::any_of(dropped.begin(), dropped.end(), [&](const auto& other) { return other.name() == name; }))
                continue;
            // What is attached goes with the whole, and comes back with it.
            const auto wholes = with_wholes(state_, name);
            const auto gone =
                wholes.empty() ? std::vector{IndexPlace{each, &index}} : with_attached(state_, wholes.back());
            emit(ddl_.drop_index(*gone.front().table, *gone.front().index));
            dropped.insert(dropped.end(), gone.begin(), gone.end());
            for (auto& sql : indexes_again(state_, ddl_, gone)) back.push_back(std::move(sql));
        }
    }
    return back;
}

/// Works for every kind of numbering and any name of the sequence: a table may have been taken in with
/// a serial column that the history calls numbered.
void Compilation::drop_numbering(const schema::QualifiedName& table, const std::string& column) {
    alter(table, statements::drop_identity(column));
    alter(table, statements::drop_default(column));
    emit(statements::drop_owned_sequence(table, column));
}

void Compilation::set_fields(const AlterColumn& o, const schema::Column& before) {
    using schema::Column;
    const auto say = [&](const std::string& action) { alter(o.table, action); };
    const auto* type = o.patch.find(&Column::type);
    if (const auto* storage = o.patch.find(&Column::storage))
        say(statements::set_storage(o.column, *storage, type != nullptr ? *type : before.type));
    if (const auto* method = o.patch.find(&Column::compression)) say(statements::set_compression(o.column, *method));
    if (const auto* target = o.patch.find(&Column::statistics)) say(statements::set_statistics(o.column, *target));
    if (const auto* options = o.patch.find(&Column::options)) {
        if (const auto gone = dropped_parameters(before.options, *options); !gone.empty())
            say(statements::reset_options(o.column, gone));
        if (!options->empty()) say(statements::set_options(o.column, *options));
    }
    if (const auto* text = o.patch.find(&Column::comment))
        emit(statements::comment_on_column(o.table, o.column, *text));
}

void Compilation::compile(const AlterColumn& o) {
    const auto on = table(o.table);
    auto column = detail::column_in(on, o.column, opaque_);
    const auto drop_default = statements::drop_default(o.column);
    std::vector<std::string> actions;
    std::vector<std::string> back;

    using schema::Column;
    const auto* identity = o.patch.find(&Column::identity);
    const auto* type = o.patch.find(&Column::type);
    const auto* collation = o.patch.find(&Column::collation);
    const auto* computed = o.patch.find(&Column::computed);
    const bool becomes_plain = computed != nullptr && !*computed && column.computed;
    if (becomes_plain) {
        alter(o.table, statements::drop_expression(o.column));
        column.computed.reset();
    }
    for (const auto* lacking :
         {computed != nullptr ? "another expression" : nullptr,
          o.patch.find(&Column::computed_virtual) != nullptr ? "another way of computing" : nullptr})
        if (lacking != nullptr && !becomes_plain)
            throw MigrationError("column " + o.table + "." + o.column + " cannot be given " + lacking +
                                 " by PostgreSQL; drop it and add it again");
    if (const auto* action = o.patch.find(&Column::on_conflict); action != nullptr && !action->empty())
        throw MigrationError("column " + o.table + "." + o.column + " has ON CONFLICT, which PostgreSQL has not");
    if (identity != nullptr && only_comment_differs(column.identity, *identity)) {
        emit(statements::comment_on_sequence_of(o.table, o.column, *identity));
        identity = nullptr;
    }
    if (identity != nullptr) drop_numbering(o.table, o.column);
    std::optional<std::optional<schema::ServerDefault>> server_default;
    if (const auto* given = o.patch.find(&Column::server_default)) server_default = *given;
    bool in_utc = false;
    if (type != nullptr && only_adds_labels(column.type, *type) && extend(*type)) type = nullptr;
    if (type == nullptr && collation != nullptr) {
        back = drop_dependents(on, column);
        actions.push_back(statements::set_type(o.column, column.type, *collation));
    }
    if (type != nullptr && follows(on, column, *type)) {
        prepare(*type);  // the state has it from now on
        release_after(column.type);
    } else if (type != nullptr) {
        const auto& from = column.type;
        in_utc = depends_on_time_zone(from, *type) && o.using_expression.empty();
        back = drop_dependents(on, column);
        prepare(*type);
        auto using_expression = o.using_expression;
        if (using_expression.empty() && !column.computed) using_expression = conversion(ddl_, o.column, from, *type);
        // A default has the old type and may have no cast to the new one.
        const bool keeps_default = from.kind == type->kind && using_expression.empty();
        for (const Table* each : with_partitions(on)) {
            const auto* own = each->name == o.table ? nullptr : each->find_column(o.column);
            if (keeps_default || own == nullptr || !own->server_default) continue;
            alter(each->name, drop_default);
            back.push_back(ddl_.set_default(*each, *own));
        }
        if (column.server_default && !keeps_default) {
            actions.push_back(drop_default);
            if (!server_default) server_default = column.server_default;
        }
        actions.push_back(statements::set_type(o.column, *type, collation != nullptr ? *collation : column.collation,
                                               using_expression));
        release_after(from);
    }
    if (server_default && *server_default)
        actions.push_back(statements::set_default(o.table, o.column, **server_default));
    else if (server_default && (actions.empty() || actions.front() != drop_default))
        actions.push_back(drop_default);
    if (const auto* nullable = o.patch.find(&Column::nullable))
        actions.push_back(statements::set_nullable(o.column, *nullable));

    if (!actions.empty()) {
        std::string all;
        for (const auto& action : actions) all += (all.empty() ? "" : ", ") + action;
        if (in_utc) emit(keep_time_zone);
        if (in_utc) emit(utc_begins);
        alter(o.table, all);
        if (in_utc) emit(utc_ends);
    }
    if (identity != nullptr && *identity) {
        schema::Column numbered = column;
        if (type != nullptr) numbered.type = *type;
        numbered.identity = *identity;
        emit(ddl_.add_numbering(on, numbered));
        emit(statements::count_from_highest(o.table, o.column));
    }
    set_fields(o, column);
    trailing_ = std::move(back);
}

}  // namespace strata::migrate::postgresql
