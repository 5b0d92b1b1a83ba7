#include "operations/attached_indexes.hpp"
#include "operations/dependents.hpp"
#include "operations/enum_labels.hpp"
#include "operations/families.hpp"
#include "operations/identifiers.hpp"
#include "operations/index_marks.hpp"
#include "operations/kept.hpp"
#include "operations/lookup.hpp"
#include "operations/seed_rows.hpp"
#include "operations/unread.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace strata::migrate {

namespace {

using core::internal::contains;
using schema::Column;
using schema::Index;
using schema::MetaData;
using schema::Table;

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    std::replace(names.begin(), names.end(), from, to);
}

template <class Named>
auto find_named(std::vector<Named>& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(), [&](const Named& item) { return item.name == name; });
}
template <class Named>
const Named* find_named(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& item) { return item.name == name; });
    return found == list.end() ? nullptr : &*found;
}

/// For a state that is read and one that is changed.
template <class State>
auto& object_in(State& state, const schema::ObjectRef& ref) {
    auto* object = state.find(ref);
    if (object == nullptr) refuse("there is no " + ref.text());
    return *object;
}

void need_columns(const Table& table, const std::vector<std::string>& names) {
    for (const auto& name : names) (void)column_in(table, name);
}

void need_free_constraint(const Table& table, const std::string& name) {
    if (has_constraint(table, name)) refuse("table " + table.name + " has a constraint " + name + " already");
}

/// Calls `change` with each SQL expression of the table's own columns.
template <class Change>
void for_expressions(Table& table, const Change& change) {
    const auto of_index = [&](auto& index) {
        for (auto& element : index.elements) change(element.expression);
        change(index.where);
    };
    for (auto& column : table.columns)
        if (column.computed) change(*column.computed);
    for (auto& check : table.checks) change(check.expression);
    for (auto& exclude : table.excludes) of_index(exclude);
    for (auto& index : table.indexes) of_index(index);
    change(table.partition_by);
}

struct Application {
    MetaData& state;
    Unread& unread;

    void apply_all(const std::vector<Operation>& operations) const {
        for (const auto& operation : operations) apply(state, operation, unread);
    }

    void operator()(const CreateTable& op) const {
        if (!op.restored_from.empty()) return apply_all(parts_of(op, state, true));
        if (state.find(op.table.name) != nullptr) refuse("table " + op.table.name + " already exists");
        state.tables.push_back(op.table);
        schema::name_constraints(state.tables.back());
    }
    void operator()(const DropTable& op) const {
        if (!op.kept_as.empty()) return apply_all(parts_of(op, state, true));
        (void)table_in(state, op.table);
        need_unreferred(state, op.table, nullptr);
        std::erase_if(state.tables, [&](const Table& table) { return table.name == op.table; });
        std::erase_if(state.rows, [&](const schema::SeedRows& list) { return list.table == op.table; });
        std::erase_if(state.objects, [&](const schema::Object& object) { return object.ref.table == op.table; });
        forget_privileges({schema::ObjectKind::table, op.table});
        unread.tables.erase(op.table);
        std::erase_if(unread.objects, [&](const schema::ObjectRef& ref) { return ref.table == op.table; });
    }
    void operator()(const RenameTable& op) const {
        Table& table = table_in(state, op.from);
        const schema::QualifiedName renamed(op.from.schema, op.to);
        if (state.find(renamed) != nullptr) refuse("table " + renamed + " already exists");
        table.name = renamed;
        for (auto& list : state.rows)
            if (list.table == op.from) list.table = renamed;
        for (auto& each : state.privileges)
            if (!each.future && each.ref == schema::ObjectRef{schema::ObjectKind::table, op.from})
                each.ref.name = renamed;
        for (auto& other : state.tables) {
            for (auto& key : other.foreign_keys) {
                if (key.referred_table == op.from) key.referred_table = renamed;
            }
            if (other.partition_of == op.from) other.partition_of = renamed;
            std::replace(other.inherits.begin(), other.inherits.end(), op.from, renamed);
        }
        if (unread.tables.erase(op.from) > 0) unread.tables.insert(renamed);
        for_expressions(table, [&](std::string& expression) {
            if (auto changed = with_table_renamed(expression, op.from.name, op.to))
                expression = std::move(*changed);
            else
                unread.tables.insert(renamed);
        });
        for (auto& object : state.objects) rename_table_in(object, op, renamed);
    }
    void rename_table_in(schema::Object& object, const RenameTable& op, const schema::QualifiedName& renamed) const {
        if (object.ref.table == op.from) {
            const bool was_unread = unread.objects.erase(object.ref) > 0;
            object.ref.table = renamed;
            if (was_unread) unread.objects.insert(object.ref);
        }
        const schema::ObjectRef table{schema::ObjectKind::table, op.from};
        std::replace(object.needs.begin(), object.needs.end(), table, {schema::ObjectKind::table, renamed});
        const auto change = [&](std::string& sql) {
            if (auto changed = statement_with_table_renamed(sql, op.from, op.to))
                sql = std::move(*changed);
            else
                unread.objects.insert(object.ref);
        };
        change(object.definition);
        for (auto& sql : object.completions) change(sql);
    }
    void operator()(const AddColumn& op) const {
        if (!op.restored_from.empty()) return apply_all(parts_of(op, state, true));
        Table& table = table_in(state, op.table);
        if (table.find_column(op.column.name) != nullptr) {
            refuse("table " + op.table + " has a column " + op.column.name + " already");
        }
        table.columns.push_back(op.column);
    }
    void operator()(const DropColumn& op) const {
        if (!op.kept_as.empty()) return apply_all(parts_of(op, state, true));
        Table& table = table_in(state, op.table);
        (void)column_in(table, op.column);
        if (table.columns.size() == 1) refuse("column " + op.column + " is the last one of table " + op.table);
        need_unreferred(state, op.table, &op.column);
        need_not_computed_from(table, op.column);
        if (table.primary_key && holds(*table.primary_key, op.column)) table.primary_key.reset();
        std::erase_if(table.uniques, [&](const auto& unique) { return holds(unique, op.column); });
        std::erase_if(table.foreign_keys, [&](const auto& key) { return contains(key.columns, op.column); });
        std::erase_if(table.checks, [&](const auto& check) { return mentions(check.expression, op.column); });
        std::erase_if(table.indexes, [&](const Index& index) { return uses(index, op.column); });
        std::erase_if(table.excludes, [&](const auto& exclude) { return uses(exclude, op.column); });
        std::erase_if(table.columns, [&](const Column& column) { return column.name == op.column; });
        drop_column_of_rows(state, op);
        for_grants_of(op.table, [&](schema::Grant& grant) {
            const bool of_columns = !grant.columns.empty();
            std::erase(grant.columns, op.column);
            return !of_columns || !grant.columns.empty();
        });
    }
    void operator()(const RenameColumn& op) const {
        Table& table = table_in(state, op.table);
        Column& column = column_in(table, op.from);
        if (table.find_column(op.to) != nullptr) refuse("table " + op.table + " has a column " + op.to + " already");
        for_expressions(table, [&](std::string& expression) {
            if (auto changed = with_column_renamed(expression, table, op.from, op.to))
                expression = std::move(*changed);
            else
                unread.tables.insert(op.table);
        });
        for (const auto& object : state.objects)
            if (mentions(object.definition, op.from) &&
                (object.ref.table == op.table || mentions(object.definition, op.table.name)))
                unread.objects.insert(object.ref);
        column.name = op.to;
        rename_column_of_rows(state, op);
        for_grants_of(op.table, [&](schema::Grant& grant) {
            replace(grant.columns, op.from, op.to);
            return true;
        });
        const auto rename_key = [&](auto& key) {
            replace(key.columns, op.from, op.to);
            replace(key.include, op.from, op.to);
        };
        const auto rename_index = [&](auto& index) {
            for (auto& element : index.elements) {
                if (element.column == op.from) element.column = op.to;
            }
            replace(index.include, op.from, op.to);
        };
        if (table.primary_key) rename_key(*table.primary_key);
        for (auto& unique : table.uniques) rename_key(unique);
        for (auto& key : table.foreign_keys) {
            replace(key.columns, op.from, op.to);
            replace(key.set_columns, op.from, op.to);
        }
        for (auto& exclude : table.excludes) rename_index(exclude);
        for (auto& index : table.indexes) rename_index(index);
        for (auto& other : state.tables) {
            for (auto& key : other.foreign_keys) {
                if (key.referred_table == op.table) replace(key.referred_columns, op.from, op.to);
            }
        }
    }
    void operator()(const AlterColumn& op) const {
        Column& column = column_in(table_in(state, op.table), op.column);
        op.patch.apply(column);
        if (!column.computed) column.computed_virtual = false;
    }
    void operator()(const AlterTable& op) const { op.patch.apply(table_in(state, op.table)); }
    void operator()(const CreateIndex& op) const {
        Table& table = table_in(state, op.table);
        if (find_named(std::as_const(table.indexes), op.index.name) != nullptr) {
            refuse("table " + op.table + " has an index " + op.index.name + " already");
        }
        for (const auto& element : op.index.elements) {
            if (!element.column.empty()) (void)column_in(table, element.column);
        }
        table.indexes.push_back(op.index);
    }
    void operator()(const DropIndex& op) const {
        Table& table = table_in(state, op.table);
        const auto found = find_named(table.indexes, op.name);
        if (found == table.indexes.end()) refuse("table " + op.table + " has no index " + op.name);
        table.indexes.erase(found);
        detail::marks_of(table, op.name).forget(table);
        // No index is detached: what was attached to an ONLY index was dropped with it and made again alone.
        for (auto& other : state.tables)
            for (auto& index : other.indexes)
                if (index.attached_to == schema::QualifiedName(op.table.schema, op.name)) index.attached_to = {};
    }
    void operator()(const AddUnique& op) const {
        Table& table = table_in(state, op.table);
        need_free_constraint(table, op.constraint.name);
        need_columns(table, op.constraint.columns);
        table.uniques.push_back(op.constraint);
    }
    void operator()(const AddForeignKey& op) const {
        Table& table = table_in(state, op.table);
        need_free_constraint(table, op.constraint.name);
        need_columns(table, op.constraint.columns);
        if (!op.constraint.dangling)
            need_columns(table_in(state, op.constraint.referred_table), op.constraint.referred_columns);
        table.foreign_keys.push_back(op.constraint);
    }
    void operator()(const AddCheck& op) const {
        Table& table = table_in(state, op.table);
        need_free_constraint(table, op.constraint.name);
        table.checks.push_back(op.constraint);
    }
    void operator()(const AddExclude& op) const {
        Table& table = table_in(state, op.table);
        need_free_constraint(table, op.constraint.name);
        for (const auto& element : op.constraint.elements)
            if (!element.column.empty()) (void)column_in(table, element.column);
        table.excludes.push_back(op.constraint);
    }
    void operator()(const AddPrimaryKey& op) const {
        Table& table = table_in(state, op.table);
        if (table.primary_key) refuse("table " + op.table + " has a primary key already");
        need_columns(table, op.constraint.columns);
        table.primary_key = op.constraint;
    }
    void operator()(const DropConstraint& op) const {
        Table& table = table_in(state, op.table);
        if (!has_constraint(table, op.name)) refuse("table " + op.table + " has no constraint " + op.name);
        if (table.primary_key && table.primary_key->name == op.name) table.primary_key.reset();
        const auto named = [&](const auto& item) { return item.name == op.name; };
        std::erase_if(table.uniques, named);
        std::erase_if(table.foreign_keys, named);
        if (const auto check = find_check(table.checks, table.name, op.name); check != table.checks.end())
            table.checks.erase(check);
        std::erase_if(table.excludes, named);
        detail::marks_of(table, op.name).forget(table);
    }
    void operator()(const RenameIndex& op) const {
        Table& table = table_in(state, op.table);
        const auto found = find_named(table.indexes, op.from);
        if (found == table.indexes.end()) refuse("table " + op.table + " has no index " + op.from);
        if (find_named(std::as_const(table.indexes), op.to) != nullptr)
            refuse("table " + op.table + " has an index " + op.to + " already");
        found->name = op.to;
        detail::marks_of(table, op.from).rename(table, op.to);
        const schema::QualifiedName whole(op.table.schema, op.from);
        for (auto& other : state.tables)
            for (auto& index : other.indexes)
                if (index.attached_to == whole) index.attached_to.name = op.to;
    }
    void operator()(const RenameConstraint& op) const {
        Table& table = table_in(state, op.table);
        if (!has_constraint(table, op.from)) refuse("table " + op.table + " has no constraint " + op.from);
        need_free_constraint(table, op.to);
        const auto rename = [&](auto& list) {
            if (const auto found = find_named(list, op.from); found != list.end()) found->name = op.to;
        };
        if (table.primary_key && table.primary_key->name == op.from) table.primary_key->name = op.to;
        rename(table.uniques);
        rename(table.foreign_keys);
        if (const auto check = find_check(table.checks, table.name, op.from); check != table.checks.end())
            check->name = op.to;
        rename(table.excludes);
        detail::marks_of(table, op.from).rename(table, op.to);
    }
    void operator()(const ValidateConstraint& op) const {
        Table& table = table_in(state, op.table);
        if (!has_constraint(table, op.name)) refuse("table " + op.table + " has no constraint " + op.name);
        const auto validate = [&](auto& list) {
            if (const auto found = find_named(list, op.name); found != list.end()) found->not_valid = false;
        };
        validate(table.foreign_keys);
        validate(table.checks);
    }
    void operator()(const RenameEnumLabel& op) const { rename_label(state, op, unread); }
    void operator()(const SetTableComment& op) const { table_in(state, op.table).comment = op.comment; }
    void operator()(const CreateObject& op) const {
        if (state.find(op.object.ref) != nullptr) refuse(op.object.ref.text() + " already exists");
        state.objects.push_back(op.object);
    }
    void operator()(const DropObject& op) const {
        (void)object_in(state, op.object);
        std::erase_if(state.objects, [&](const schema::Object& object) {
            return object.ref == op.object || belongs_to(object.ref, op.object);
        });
        forget_privileges(op.object);
        std::erase_if(unread.objects,
                      [&](const schema::ObjectRef& ref) { return ref == op.object || belongs_to(ref, op.object); });
    }
    void operator()(const ReplaceObject& op) const {
        object_in(state, op.after.ref) = op.after;
        unread.objects.erase(op.after.ref);
    }
    void operator()(const RenameObject& op) const {
        auto renamed = op.object;
        renamed.name.name = op.name;
        if (state.find(renamed) != nullptr) refuse(renamed.text() + " already exists");
        auto& object = object_in(state, op.object);
        for (auto& each : state.privileges)
            if (!each.future && each.ref == op.object) each.ref = renamed;
        object.ref = renamed;
        if (unread.objects.erase(op.object) > 0) unread.objects.insert(renamed);
        // The first place that has the name says whose definition it is.
        object.definition = with_first_renamed(object.definition, op.object.name.name, op.name);
        for (auto& sql : object.completions) sql = with_first_renamed(sql, op.object.name.name, op.name);
    }
    void operator()(const SetPrivileges& op) const {
        std::erase_if(state.privileges, [&](const auto& each) { return each.same_thing(op.after); });
        // What is as if nothing had been said is not said.
        const auto plain = schema::as_new(op.after);
        if (op.after.owner != plain.owner || !schema::same_grants(op.after, plain))
            state.privileges.push_back(op.after);
    }
    /// Calls `change` with each grant on the table; false removes the grant.
    template <class Change>
    void for_grants_of(const schema::QualifiedName& table, const Change& change) const {
        for (auto& each : state.privileges)
            if (!each.future && each.ref == schema::ObjectRef{schema::ObjectKind::table, table})
                std::erase_if(each.grants, [&](schema::Grant& grant) { return !change(grant); });
    }
    void forget_privileges(const schema::ObjectRef& ref) const {
        std::erase_if(state.privileges, [&](const auto& each) { return !each.future && each.ref == ref; });
    }
    void operator()(const AllowDestructive&) const {}
    void operator()(const Execute& op) const {
        if (op.declared) apply_all(op.declared->operations);
    }
    void operator()(const BulkInsert&) const {}
    void operator()(const ChangeRows& op) const {
        need_columns(table_in(state, op.after.table), op.after.columns);
        change_rows(state, op);
    }
    void operator()(const Fill& op) const { (void)column_in(table_in(state, op.table), op.column); }
    void operator()(const Run&) const {}
};

using Reverse = std::vector<Operation>;

struct Reversal {
    const MetaData& before;

    Reverse operator()(const CreateTable& op) const { return {DropTable{op.table.name, op.restored_from}}; }
    Reverse operator()(const DropTable& op) const {
        Reverse list{CreateTable{table_in(before, op.table), op.kept_as}};
        if (!op.kept_as.empty()) return list;  // what belongs to the table has stayed with it
        for (const auto& object : before.objects)
            if (object.ref.table == op.table) list.emplace_back(CreateObject{object});
        add_privileges({schema::ObjectKind::table, op.table}, list);
        return list;
    }
    void add_privileges(const schema::ObjectRef& ref, Reverse& list) const {
        for (const auto& each : before.privileges)
            if (!each.future && each.ref == ref) list.emplace_back(SetPrivileges{std::nullopt, each});
    }
    Reverse operator()(const RenameTable& op) const { return {RenameTable{{op.from.schema, op.to}, op.from.name}}; }
    Reverse operator()(const AddColumn& op) const { return {DropColumn{op.table, op.column.name, op.restored_from}}; }
    Reverse operator()(const DropColumn& op) const {
        const Table& table = table_in(before, op.table);
        Reverse list{AddColumn{op.table, column_in(table, op.column), op.kept_as}};
        if (table.primary_key && holds(*table.primary_key, op.column)) {
            list.emplace_back(AddPrimaryKey{op.table, *table.primary_key});
        }
        for (const auto& unique : table.uniques) {
            if (holds(unique, op.column)) list.emplace_back(AddUnique{op.table, unique});
        }
        for (const auto& key : table.foreign_keys) {
            if (contains(key.columns, op.column)) list.emplace_back(AddForeignKey{op.table, key});
        }
        for (const auto& check : table.checks) {
            if (mentions(check.expression, op.column)) list.emplace_back(AddCheck{op.table, check});
        }
        for (const auto& exclude : table.excludes) {
            if (uses(exclude, op.column)) list.emplace_back(AddExclude{op.table, exclude});
        }
        for (const auto& index : table.indexes) {
            if (uses(index, op.column)) list.emplace_back(CreateIndex{op.table, index});
        }
        return list;
    }
    Reverse operator()(const RenameColumn& op) const { return {RenameColumn{op.table, op.to, op.from}}; }
    Reverse operator()(const AlterColumn& op) const {
        const Column& column = column_in(table_in(before, op.table), op.column);
        const auto* computed = op.patch.find(&Column::computed);
        if (computed == nullptr || *computed || !column.computed)
            return {AlterColumn{op.table, op.column, op.patch.reversed(column)}};
        // No database makes a plain column a generated one. Its values are derived.
        const DropColumn drop{op.table, op.column};
        Reverse list{drop};
        for (auto& operation : (*this)(drop)) list.push_back(std::move(operation));
        return list;
    }
    Reverse operator()(const AlterTable& op) const {
        return {AlterTable{op.table, op.patch.reversed(table_in(before, op.table))}};
    }
    Reverse operator()(const CreateIndex& op) const {
        return {DropIndex{op.table, op.index.name, false, op.concurrently}};
    }
    Reverse operator()(const DropIndex& op) const {
        const Table& table = table_in(before, op.table);
        const auto* index = find_named(table.indexes, op.name);
        if (index == nullptr) refuse("table " + op.table + " has no index " + op.name);
        auto list = with_marks(table, op.name, CreateIndex{op.table, *index, false, op.concurrently});
        if (!index->only) return list;
        // An index is attached when it is made, so those that have stayed without this one are made again.
        std::vector<IndexPlace> made;
        for (const auto& each : with_attached(before, {before.find(op.table), index})) {
            if (each.index == index || contains(made, each)) continue;
            list.emplace_back(DropIndex{each.table->name, each.index->name});
            const auto anew = each.index->only ? std::vector{each} : with_attached(before, each);
            for (const auto& part : in_making_order(before, anew)) {
                list.emplace_back(CreateIndex{part.table->name, *part.index});
                made.push_back(part);
            }
        }
        return list;
    }
    /// What is made again, and what its table said of it.
    static Reverse with_marks(const Table& table, const std::string& name, Operation made) {
        Reverse list{std::move(made)};
        schema::TablePatch patch;
        detail::marks_of(table, name).say_in(patch, table);
        if (!patch.empty()) list.emplace_back(AlterTable{table.name, std::move(patch)});
        return list;
    }
    Reverse operator()(const AddUnique& op) const { return {DropConstraint{op.table, op.constraint.name}}; }
    Reverse operator()(const AddForeignKey& op) const { return {DropConstraint{op.table, op.constraint.name}}; }
    Reverse operator()(const AddCheck& op) const {
        return {DropConstraint{op.table, known_name(op.table, op.constraint)}};
    }
    Reverse operator()(const AddExclude& op) const { return {DropConstraint{op.table, op.constraint.name}}; }
    Reverse operator()(const AddPrimaryKey& op) const { return {DropConstraint{op.table, op.constraint.name}}; }
    Reverse operator()(const DropConstraint& op) const {
        const Table& table = table_in(before, op.table);
        if (table.primary_key && table.primary_key->name == op.name) {
            return with_marks(table, op.name, AddPrimaryKey{op.table, *table.primary_key});
        }
        if (const auto* unique = find_named(table.uniques, op.name))
            return with_marks(table, op.name, AddUnique{op.table, *unique});
        if (const auto* key = find_named(table.foreign_keys, op.name)) return {AddForeignKey{op.table, *key}};
        if (const auto check = find_check(table.checks, table.name, op.name); check != table.checks.end())
            return {AddCheck{op.table, *check}};
        if (const auto* exclude = find_named(table.excludes, op.name))
            return with_marks(table, op.name, AddExclude{op.table, *exclude});
        refuse("table " + op.table + " has no constraint " + op.name);
    }
    Reverse operator()(const RenameIndex& op) const { return {RenameIndex{op.table, op.to, op.from}}; }
    Reverse operator()(const RenameConstraint& op) const { return {RenameConstraint{op.table, op.to, op.from}}; }
    /// No database makes a constraint unchecked again, so it is made anew.
    Reverse operator()(const ValidateConstraint& op) const {
        const Table& table = table_in(before, op.table);
        const auto* const key = find_named(table.foreign_keys, op.name);
        const auto* const check = find_named(table.checks, op.name);
        if (key != nullptr && key->not_valid) return {DropConstraint{op.table, op.name}, AddForeignKey{op.table, *key}};
        if (check != nullptr && check->not_valid)
            return {DropConstraint{op.table, op.name}, AddCheck{op.table, *check}};
        return {};
    }
    Reverse operator()(const RenameEnumLabel& op) const { return {RenameEnumLabel{op.type, op.to, op.from}}; }
    Reverse operator()(const SetTableComment& op) const {
        return {SetTableComment{op.table, table_in(before, op.table).comment}};
    }
    Reverse operator()(const CreateObject& op) const { return {DropObject{op.object.ref}}; }
    Reverse operator()(const DropObject& op) const {
        Reverse list{CreateObject{object_in(before, op.object)}};
        for (const auto& object : before.objects)
            if (belongs_to(object.ref, op.object)) list.emplace_back(CreateObject{object});
        add_privileges(op.object, list);
        return list;
    }
    Reverse operator()(const SetPrivileges& op) const {
        if (op.before) return {SetPrivileges{op.after, *op.before}};
        for (const auto& each : before.privileges)
            if (each.same_thing(op.after)) return {SetPrivileges{op.after, each}};
        return {SetPrivileges{op.after, schema::as_new(op.after)}};
    }
    Reverse operator()(const ReplaceObject& op) const {
        auto old = object_in(before, op.after.ref);
        // The labels of a column's enum type are changed and changed back by the column's operations.
        if (op.before && op.after.ref.kind == schema::ObjectKind::enum_type) old.labels = op.before->labels;
        return {ReplaceObject{op.after, std::move(old)}};
    }
    Reverse operator()(const RenameObject& op) const {
        auto renamed = op.object;
        renamed.name.name = op.name;
        return {RenameObject{renamed, op.object.name.name}};
    }
    Reverse operator()(const AllowDestructive&) const { return {}; }
    Reverse operator()(const Execute&) const { return {}; }
    Reverse operator()(const BulkInsert&) const { return {}; }
    Reverse operator()(const ChangeRows& op) const { return {ChangeRows{op.after, op.before}}; }
    Reverse operator()(const Fill&) const { return {}; }
    Reverse operator()(const Run&) const { return {}; }
};

bool has_expression(const Index& index) {
    return !index.where.empty() || std::any_of(index.elements.begin(), index.elements.end(),
                                               [](const auto& element) { return !element.expression.empty(); });
}

/// What a drop has taken is made again from the state, which must know it.
void need_known(const Reverse& reversed, const Operation& operation, const Unread& unread) {
    for (const auto& each : reversed) {
        const auto* column = std::get_if<AddColumn>(&each);
        const auto* check = std::get_if<AddCheck>(&each);
        const auto* exclude = std::get_if<AddExclude>(&each);
        const auto* index = std::get_if<CreateIndex>(&each);
        const auto* table = std::get_if<CreateTable>(&each);
        const bool unknown =
            (column != nullptr && column->column.computed && unread.tables.contains(column->table)) ||
            (check != nullptr && unread.tables.contains(check->table)) ||
            (exclude != nullptr && unread.tables.contains(exclude->table)) ||
            (index != nullptr && has_expression(index->index) && unread.tables.contains(index->table)) ||
            (table != nullptr && table->restored_from.empty() && unread.tables.contains(table->table.name));
        if (unknown)
            refuse(describe(operation) + ": a name was renamed before, and what that makes of its SQL is not known; " +
                   "put the rename in a revision of its own, and run that first");
    }
}

/// An index that is ONLY a partitioned table's is made after the partitions, which would be attached to it otherwise,
/// and what is attached to it after that.
std::vector<Operation> with_only_indexes_late(std::vector<Operation> list) {
    std::set<schema::QualifiedName> only;
    std::vector<CreateIndex> late;
    std::size_t enough = 0;  // where the last partition is there
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto* altered = std::get_if<AlterTable>(&list[i]);
        if (altered != nullptr && altered->patch.find(&Table::partition_of) != nullptr) enough = i;
        auto* created = std::get_if<CreateTable>(&list[i]);
        if (created == nullptr || !created->restored_from.empty()) continue;
        const Table& table = created->table;
        const auto waiting = late.size();
        std::erase_if(created->table.indexes, [&](const Index& index) {
            const bool waits = index.only || only.contains(index.attached_to);
            if (index.only) only.emplace(table.name.schema, index.name);
            if (waits) late.push_back(CreateIndex{table.name, index});
            return waits;
        });
        if (waiting != late.size() || !table.partition_of.empty()) enough = i;
    }
    if (late.empty()) return list;
    std::vector<Operation> result;
    const auto make = [&](const schema::QualifiedName* table) {
        const auto all = std::exchange(late, {});
        for (const auto& each : all)
            if (table == nullptr || each.table == *table)
                result.emplace_back(each);
            else
                late.push_back(each);
    };
    for (std::size_t i = 0; i < list.size(); ++i) {
        // A table that is renamed or dropped between is not there afterwards.
        if (const auto* renamed = std::get_if<RenameTable>(&list[i])) make(&renamed->from);
        if (const auto* dropped = std::get_if<DropTable>(&list[i])) make(&dropped->table);
        result.push_back(std::move(list[i]));
        if (i == enough) make(nullptr);
    }
    return result;
}

}  // namespace

void apply(schema::MetaData& state, const Operation& operation, Unread& unread) {
    if (is_done(state, operation)) return;
    take_from_descendants(state, operation);
    std::visit(Application{state, unread}, operation);
    hand_down(state, operation, unread);
}

void apply(schema::MetaData& state, const Operation& operation) {
    Unread unread;
    apply(state, operation, unread);
}

std::vector<Operation> reverse(const Operation& operation, const schema::MetaData& before) {
    if (is_done(before, operation)) return {};
    return with_descendants(operation, std::visit(Reversal{before}, operation), before);
}

std::vector<Operation> reverse_all(const std::vector<Operation>& operations, schema::MetaData before) {
    std::vector<std::vector<Operation>> parts;
    parts.reserve(operations.size());
    Unread unread;
    for (const auto& operation : operations) {
        parts.push_back(reverse(operation, before));
        need_known(parts.back(), operation, unread);
        apply(before, operation, unread);
    }
    std::vector<Operation> result;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        result.insert(result.end(), part->begin(), part->end());
    }
    leave_out_lost_parts(result, std::move(before));
    // What is dropped later loses its privileges by itself.
    std::set<schema::ObjectRef> dropped;
    for (auto at = result.size(); at-- > 0;) {
        if (const auto* object = std::get_if<DropObject>(&result[at])) dropped.insert(object->object);
        if (const auto* table = std::get_if<DropTable>(&result[at]); table != nullptr && table->kept_as.empty())
            dropped.insert({schema::ObjectKind::table, table->table});
        const auto* set = std::get_if<SetPrivileges>(&result[at]);
        if (set != nullptr && !set->after.future && dropped.contains(set->after.ref))
            result.erase(result.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return with_only_indexes_late(std::move(result));
}

}  // namespace strata::migrate
