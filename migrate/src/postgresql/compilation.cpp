#include "compilation.hpp"

#include "enum_types.hpp"
#include "indexes.hpp"
#include "locks.hpp"
#include "operations/enum_labels.hpp"
#include "operations/lookup.hpp"
#include "operations/seed_rows.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/condition.hpp>
#include <strata/schema/internal/postgresql/constraint.hpp>
#include <strata/schema/internal/postgresql/enum_type.hpp>
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

namespace {

/// Whether the operation is compiled although its work is done in the state: the database may lack it all the same.
bool make_anyway(const Operation& operation) {
    const auto* dropped = std::get_if<DropIndex>(&operation);
    return (dropped != nullptr && dropped->concurrently) || std::holds_alternative<CreateTable>(operation) ||
           std::holds_alternative<AddColumn>(operation) || std::holds_alternative<CreateIndex>(operation);
}

/// The SQL that is true where a conditional operation has something to do.
struct Condition {
    std::string operator()(const CreateTable& o) const { return statements::lacks_relation(o.table.name); }
    std::string operator()(const DropTable& o) const { return statements::has_relation(o.table); }
    std::string operator()(const AddColumn& o) const { return statements::lacks_column(o.table, o.column.name); }
    std::string operator()(const DropColumn& o) const { return statements::has_column(o.table, o.column); }
    std::string operator()(const CreateIndex& o) const {
        return statements::lacks_relation({o.table.schema, o.index.name});
    }
    std::string operator()(const DropIndex& o) const { return statements::has_relation({o.table.schema, o.name}); }
    std::string operator()(const DropConstraint& o) const { return statements::has_constraint(o.table, o.name); }
    std::string operator()(const auto&) const { return "true"; }
};
std::string condition_of(const Operation& operation) { return std::visit(Condition{}, operation); }

/// The drop of what only the database knows.
struct PlainDrop {
    const core::Dialect& dialect;

    std::string operator()(const DropTable& o) const { return statements::drop_table(dialect, o.table); }
    std::string operator()(const DropColumn& o) const {
        return alter(o.table, statements::drop_column(dialect, o.column));
    }
    std::string operator()(const DropIndex& o) const {
        return statements::drop_index(dialect, {o.table.schema, o.name});
    }
    std::string operator()(const DropConstraint& o) const {
        return alter(o.table, statements::drop_constraint(o.name));
    }
    std::string operator()(const auto&) const { return {}; }

private:
    [[nodiscard]] std::string alter(const schema::QualifiedName& table, const std::string& action) const {
        return statements::alter_table(dialect, table, action);
    }
};

}  // namespace

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
        // What the state lacks is dropped only where the database has it; the state says no more of it.
        const bool unknown = is_done(state_, operation) && !make_anyway(operation);
        if (!unknown) std::visit([&](const auto& o) { compile(o); }, operation);
        detail::advance(state_, operation, opaque_);
        for (const auto& after : after_) emit(after());
        after_.clear();
        released_.clear();
        for (auto& sql : trailing_) emit(std::move(sql));
        trailing_.clear();
        emit(replacements_.put_back(state_, rest_));
        if (is_conditional(operation)) make_conditional(operation, begun);
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

void Compilation::need_only_concurrent() const {
    for (const auto& operation : operations_) {
        const auto* created = std::get_if<CreateIndex>(&operation);
        const auto* dropped = std::get_if<DropIndex>(&operation);
        const bool alone = (created != nullptr && created->concurrently) ||
                           (dropped != nullptr && dropped->concurrently) ||
                           std::holds_alternative<AllowDestructive>(operation);
        if (!alone)
            throw MigrationError(describe(operation) +
                                 " stands beside an index that is made or dropped concurrently, which runs outside of "
                                 "the revision's transaction; put the one or the other in a revision of its own");
    }
}

/// An attempt that failed has left an index that is not used; it is dropped, so that another run makes it.
void Compilation::compile(const CreateIndex& o) {
    auto list = ddl_.add_index(table(o.table), attachable(state_, o.index));
    if (!o.concurrently) return emit(std::move(list));
    need_only_concurrent();
    emit(statements::drop_invalid_index({o.table.schema, o.index.name}));
    for (auto& sql : list) emit(statements::concurrently(std::move(sql)));
    for (auto at = statements_.size() - list.size() - 1; at < statements_.size(); ++at) statements_[at].alone = true;
}
void Compilation::compile(const DropIndex& o) {
    if (!o.concurrently) return emit(drop_index(state_, ddl_, table(o.table), o.name));
    need_only_concurrent();
    emit(statements::concurrently(ddl_.drop_index(table(o.table), schema::Index{o.name})));
    statements_.back().alone = true;
}

void Compilation::make_conditional(const Operation& operation, std::size_t begun) {
    if (begun < statements_.size() && statements_[begun].alone) return;  // says so itself
    std::string text;
    for (std::size_t i = begun; i < statements_.size(); ++i) text += statements::in_block(statements_[i].sql);
    if (text.empty()) text = statements::in_block(std::visit(PlainDrop{dialect_}, operation));
    statements_.resize(begun);
    emit(statements::block_if(condition_of(operation), text));
}

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
void Compilation::compile(const ValidateConstraint& o) { alter(o.table, statements::validate_constraint(o.name)); }
/// Labels that the revision adds to the type are added before its transaction, beside the new name.
void Compilation::compile(const RenameEnumLabel& o) {
    const bool extends = std::any_of(rest_.begin(), rest_.end(), [&](const Operation& later) {
        const auto* altered = std::get_if<AlterColumn>(&later);
        const auto* type = altered == nullptr ? nullptr : altered->patch.find(&schema::Column::type);
        const auto* own = type == nullptr ? nullptr : type->enum_type();
        const auto* replaced = std::get_if<ReplaceObject>(&later);
        return (own != nullptr && own->name == o.type) ||
               (replaced != nullptr && replaced->after.ref == schema::ObjectRef{schema::ObjectKind::enum_type, o.type});
    });
    if (!extends || !known_types_.contains(o.type)) return emit(statements::rename_label(o.type, o.from, o.to));
    emit(statements::rename_label_once(o.type, o.from, o.to));
    statements_.back().alone = true;
}
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
void Compilation::check_now(const Table& on) {
    const auto waits = [](const auto& constraint) {
        return constraint.deferrable == schema::Deferrable::initially_deferred;
    };
    if (std::any_of(on.foreign_keys.begin(), on.foreign_keys.end(), waits) ||
        std::any_of(on.uniques.begin(), on.uniques.end(), waits) ||
        std::any_of(on.excludes.begin(), on.excludes.end(), waits))
        emit("SET CONSTRAINTS ALL IMMEDIATE");
}
void Compilation::compile(const Fill& o) {
    const auto on = table(o.table);
    (void)detail::column_in(on, o.column, opaque_);  // it exists
    emit(detail::compile_fill(o, dialect_));
    statements_.back().kind = StatementKind::data;
    check_now(on);
}
void Compilation::compile(const ChangeRows& o) {
    const auto on = table(o.after.table);
    emit(compile_changed_rows(o, on, ddl_));
    check_now(on);
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
