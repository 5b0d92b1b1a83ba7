#include "compilation.hpp"

#include "enum_types.hpp"
#include "indexes.hpp"
#include "locks.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/constraint.hpp>
#include <strata/schema/internal/postgresql/index.hpp>
#include <strata/schema/internal/postgresql/object.hpp>
#include <strata/schema/internal/postgresql/sequence.hpp>
#include <strata/schema/internal/postgresql/table.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

namespace strata::migrate::postgresql {

using core::internal::contains;
using schema::MetaData;
using schema::Table;
namespace statements = schema::postgresql::statements;

Compilation::Compilation(const schema::DdlCompiler& ddl, MetaData before)
    : ddl_(ddl), dialect_(ddl.dialect()), state_(std::move(before)) {}

void Compilation::let_functions_name_what_comes(const std::vector<Operation>& operations) {
    MetaData made;
    for (const auto& operation : operations) {
        if (const auto* create = std::get_if<CreateObject>(&operation)) made.objects.push_back(create->object);
        if (const auto* replace = std::get_if<ReplaceObject>(&operation)) made.objects.push_back(replace->after);
    }
    if (operations.size() > 1) emit(ddl_.before_creating(made));
}

std::vector<Statement> Compilation::run(const std::vector<Operation>& operations) {
    operations_ = operations;
    for (const auto& table : state_.tables)
        for (const auto& column : table.columns)
            if (const auto* type = column.type.enum_type()) known_types_.insert(type->name);
    for (const auto& object : state_.objects)
        if (object.ref.kind == schema::ObjectKind::enum_type) known_types_.insert(object.ref.name);
    let_functions_name_what_comes(operations);
    for (const auto& operation : operations) {
        rest_ = std::span(operations).subspan(place_ + 1);
        const auto begun = statements_.size();
        std::visit([&](const auto& o) { compile(o); }, operation);
        detail::advance(state_, operation, opaque_);
        for (const auto& after : after_) emit(after());
        after_.clear();
        released_.clear();
        for (auto& sql : trailing_) emit(std::move(sql));
        trailing_.clear();
        emit(replacements_.put_back(state_, rest_));
        const auto locks = locks_of(operation);
        for (auto i = begun; i < statements_.size(); ++i) {
            statements_[i].place = {place_, place_};
            statements_[i].locks = locks;
        }
        ++place_;
    }
    check_labels(state_);
    replacements_.check_complete();
    // A reference to a table that was never created is left for PostgreSQL to refuse, by name.
    for (const auto& late : pending_) {
        emit(altered(late.table, statements::add_constraint(dialect_, late.key)));
        statements_.back().place = {late.operation, late.operation};
    }
    std::stable_partition(statements_.begin(), statements_.end(),
                          [](const auto& statement) { return statement.alone; });
    return std::move(statements_);
}

void Compilation::emit(std::string sql) { statements_.push_back(Statement{std::move(sql)}); }
void Compilation::emit(std::vector<std::string> list) {
    for (auto& sql : list) emit(std::move(sql));
}
void Compilation::emit(std::vector<Statement> list) {
    std::move(list.begin(), list.end(), std::back_inserter(statements_));
}
std::string Compilation::altered(const schema::QualifiedName& table, const std::string& action) const {
    return statements::alter_table(dialect_, table, action);
}
Table Compilation::table(const schema::QualifiedName& name) const { return detail::table_in(state_, name, opaque_); }

void Compilation::compile(const CreateTable& o) {
    auto table = o.table;
    schema::name_constraints(table);  // PostgreSQL has none without a name
    schema::name_checks(table);
    std::vector<schema::QualifiedName> later;
    for (const auto& key : table.foreign_keys)
        if (key.referred_table != table.name && state_.find(key.referred_table) == nullptr) {
            later.push_back(key.referred_table);
            pending_.push_back({table.name, key, place_});
        }
    for (const auto& column : table.columns)
        if (has_other_labels(column.type, state_)) prepare(column.type);
    emit(ddl_.create_table(with_attachable(state_, table), state_, later));
    std::erase_if(pending_, [&](const auto& entry) {
        if (entry.key.referred_table != o.table.name) return false;
        trailing_.push_back(altered(entry.table, statements::add_constraint(dialect_, entry.key)));
        return true;
    });
}

void Compilation::compile(const DropTable& o) {
    emit(statements::drop_table(dialect_, o.table));
    std::vector<schema::Type> types;
    for (const auto& column : table(o.table).columns)
        if (!contains(types, column.type)) types.push_back(column.type);
    for (const auto& type : types) release_after(type);
}

void Compilation::compile(const RenameTable& o) { emit(statements::rename_table(dialect_, o.from, o.to)); }
void Compilation::compile(const SetTableComment& o) {
    emit(statements::comment_on({schema::ObjectKind::table, o.table}, o.comment));
}

std::vector<std::string> dropped_parameters(std::vector<std::string> before, const std::vector<std::string>& after) {
    std::erase_if(before, [&](const std::string& parameter) {
        return std::any_of(after.begin(), after.end(), [&](const std::string& other) {
            return parameter.substr(0, parameter.find('=')) == other.substr(0, other.find('='));
        });
    });
    return before;
}

void Compilation::compile(const AlterTable& o) {
    using schema::Table;
    const auto before = table(o.table);
    const auto say = [&](const std::string& action) { alter(o.table, action); };
    const auto& patch = o.patch;
    if (patch.find(&Table::partition_by) != nullptr)
        throw MigrationError("table " + o.table + ": PostgreSQL cannot change how a table is partitioned");
    if (const auto* module = patch.find(&Table::module); module != nullptr && !module->empty())
        throw MigrationError("table " + o.table + ": it is a virtual table, which PostgreSQL has not");
    if (const auto* yes = patch.find(&Table::unlogged)) say(statements::set_unlogged(*yes));
    if (const auto* parents = patch.find(&Table::inherits)) {
        for (const auto& parent : before.inherits)
            if (!contains(*parents, parent)) say(statements::no_inherit(parent));
        for (const auto& parent : *parents)
            if (!contains(before.inherits, parent)) say(statements::inherit(parent));
    }
    if (patch.find(&Table::partition_of) != nullptr || patch.find(&Table::partition_bound) != nullptr) {
        auto after = before;
        patch.apply(after);
        if (!before.partition_of.empty()) alter(before.partition_of, statements::detach_partition(o.table));
        if (!after.partition_of.empty())
            alter(after.partition_of, statements::attach_partition(o.table, after.partition_bound));
    }
    if (const auto* type = patch.find(&Table::of_type)) say(statements::set_type_of_table(*type));
    if (const auto* parameters = patch.find(&Table::parameters)) {
        if (const auto gone = dropped_parameters(before.parameters, *parameters); !gone.empty())
            say(statements::reset_parameters(gone));
        if (!parameters->empty()) say(statements::set_parameters(*parameters));
    }
    if (const auto* space = patch.find(&Table::tablespace)) say(statements::set_tablespace(*space));
    if (const auto* method = patch.find(&Table::access_method)) say(statements::set_access_method(*method));
    if (const auto* identity = patch.find(&Table::replica_identity)) say(statements::set_replica_identity(*identity));
    if (const auto* constraint = patch.find(&Table::cluster_on)) {
        const bool on_index = std::any_of(before.indexes.begin(), before.indexes.end(),
                                          [](const auto& index) { return index.clustered; });
        if (!constraint->empty())
            say(statements::cluster_on(*constraint));
        else if (!on_index)
            say(statements::set_without_cluster());
    }
    if (const auto* yes = patch.find(&Table::row_security)) say(statements::set_row_security(*yes));
    if (const auto* yes = patch.find(&Table::force_row_security)) say(statements::force_row_security(*yes));
}

void Compilation::compile(const CreateIndex& o) { emit(ddl_.add_index(table(o.table), attachable(state_, o.index))); }
void Compilation::compile(const DropIndex& o) { emit(drop_index(state_, ddl_, table(o.table), o.name)); }

template <class O>
void Compilation::add_constraint(const O& o) {
    if constexpr (requires { o.constraint.on_conflict; })
        if (!o.constraint.on_conflict.empty())
            throw MigrationError("constraint " + o.constraint.name + " of table " + o.table +
                                 " has ON CONFLICT, which PostgreSQL has not");
    if constexpr (requires { o.constraint.dangling; })
        if (o.constraint.dangling)
            throw MigrationError("foreign key " + o.constraint.name + " of table " + o.table +
                                 " is dangling, which PostgreSQL has not; create table " + o.constraint.referred_table +
                                 " and leave .dangling() out");
    alter(o.table, statements::add_constraint(dialect_, o.constraint));
    if (!o.constraint.comment.empty())
        emit(statements::comment_on_constraint(o.table, o.constraint.name, o.constraint.comment));
    if constexpr (requires { o.constraint.index_comment; })
        emit(ddl_.index_details(table(o.table), schema::index_of(o.constraint)));
}
void Compilation::compile(const AddUnique& o) { add_constraint(o); }
void Compilation::compile(const AddForeignKey& o) { add_constraint(o); }
void Compilation::compile(const AddCheck& o) {
    AddCheck named = o;
    if (named.constraint.name.empty())
        named.constraint.name = schema::unnamed_check_name(o.table.name, o.constraint.expression);
    add_constraint(named);
}
void Compilation::compile(const AddExclude& o) { add_constraint(o); }
void Compilation::compile(const AddPrimaryKey& o) { add_constraint(o); }
void Compilation::compile(const DropConstraint& o) { alter(o.table, statements::drop_constraint(o.name)); }
void Compilation::compile(const RenameIndex& o) { emit(statements::rename_index({o.table.schema, o.from}, o.to)); }
void Compilation::compile(const RenameConstraint& o) { alter(o.table, statements::rename_constraint(o.from, o.to)); }

void Compilation::grant_again(const schema::ObjectRef& ref) {
    for (const auto& privileges : state_.privileges)
        if (!privileges.future && privileges.ref == ref) emit(ddl_.set_privileges(nullptr, privileges));
}
void Compilation::compile(const CreateObject& o) { emit(replacements_.create(state_, o.object, rest_)); }
void Compilation::compile(const DropObject& o) { emit(replacements_.drop(state_, o.object, rest_)); }
void Compilation::compile(const RenameObject& o) { emit(statements::rename_object(o.object, o.name)); }
void Compilation::compile(const ReplaceObject& o) {
    using schema::ObjectKind;
    const auto* known = state_.find(o.after.ref);
    const auto* before = known != nullptr ? known : o.before ? &*o.before : nullptr;
    const auto was = [&]() -> const schema::Object& {
        if (before == nullptr)
            throw MigrationError(o.after.ref.text() + " is not known, so it cannot be changed; say what it was before");
        return *before;
    };
    if (before != nullptr && before->comment != o.after.comment) {
        auto commented = *before;
        commented.comment = o.after.comment;
        if (commented == o.after) {
            emit(ddl_.comment_object(o.after));
            return;
        }
    }
    // What others use or what counts is altered. Dropping it would fail, or it would count from the start.
    if (o.after.ref.kind == ObjectKind::enum_type) {
        const schema::Type* const column_type = enum_type_of_column(o.after.ref.name, state_);  // it may be made anew
        add_labels_to(o.after.ref, column_type != nullptr ? column_type->labels : was().labels, o.after.labels);
        if (was().comment != o.after.comment) emit(statements::comment_on(o.after.ref, o.after.comment));
        return;
    }
    if (o.after.ref.kind == ObjectKind::sequence) {
        emit(statements::alter_sequence(was(), o.after));
        if (was().comment != o.after.comment) emit(statements::comment_on(o.after.ref, o.after.comment));
        return;
    }
    // What calls a function keeps it, so it is not dropped.
    const bool called = o.after.ref.kind == ObjectKind::function || o.after.ref.kind == ObjectKind::procedure;
    auto after = o.after;
    if (auto replacing = called ? statements::replacing(after.definition) : std::nullopt) {
        after.definition = std::move(*replacing);
        emit(ddl_.create_object(after));
        emit(after.completions);
        return;
    }
    emit(replacements_.replace(state_, was(), after, rest_));
}

void Compilation::compile(const SetPrivileges& o) {
    const auto known = std::find_if(state_.privileges.begin(), state_.privileges.end(),
                                    [&](const schema::Privileges& each) { return each.same_thing(o.after); });
    const schema::Privileges* before = o.before ? &*o.before : known != state_.privileges.end() ? &*known : nullptr;
    emit(ddl_.set_privileges(before, o.after));
}

void Compilation::compile(const Execute& o) { emit(detail::compile_execute(o, dialect_)); }
void Compilation::compile(const Run& o) { emit(detail::compile_callback(o)); }
/// A table cannot be altered while constraints wait for the end of the transaction to check its new rows.
void Compilation::compile(const Fill& o) {
    const auto on = table(o.table);
    (void)detail::column_in(on, o.column, opaque_);  // it exists
    emit(detail::compile_fill(o, dialect_));
    statements_.back().kind = StatementKind::data;
    const auto waits = [](const auto& constraint) {
        return constraint.deferrable == schema::Deferrable::initially_deferred;
    };
    if (std::any_of(on.foreign_keys.begin(), on.foreign_keys.end(), waits) ||
        std::any_of(on.uniques.begin(), on.uniques.end(), waits) ||
        std::any_of(on.excludes.begin(), on.excludes.end(), waits))
        emit("SET CONSTRAINTS ALL IMMEDIATE");
}
void Compilation::compile(const BulkInsert& o) {
    emit(detail::compile_rows(o, dialect_));
    const auto* table = state_.find(o.table);
    if (table == nullptr || o.rows.empty()) return;
    for (const auto& name : o.columns) {
        const auto* column = table->find_column(name);
        if (column == nullptr || !column->identity) continue;
        // Explicit keys do not advance the sequence, so the next insert would fail.
        emit(statements::count_past_highest(o.table, name));
    }
}

}  // namespace strata::migrate::postgresql
