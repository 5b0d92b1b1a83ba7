#include "fitting.hpp"

#include "operations/expression_names.hpp"
#include "operations/identifiers.hpp"
#include "operations/lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

/// The names that tables and indexes take, each with what has it. The first one wins.
using Taken = std::map<QualifiedName, std::string>;

void take_names(const Table& table, const detail::DialectOperationCompiler& compiler, Taken& taken,
                std::vector<std::pair<QualifiedName, std::string>>& twice) {
    const auto take = [&](const std::string& name, const std::string& what) {
        if (name.empty()) return;
        const QualifiedName whole(table.name.schema, name);
        if (!taken.emplace(whole, what).second) twice.emplace_back(whole, what);
    };
    take(table.name.name, "table " + table.name);
    for (const auto& index : table.indexes) take(index.name, "an index of table " + table.name);
    for (const auto& name : compiler.names_of_constraints(table)) take(name, "a constraint of table " + table.name);
}

std::vector<std::pair<QualifiedName, std::string>> names_taken_twice(const MetaData& state,
                                                                     const detail::DialectOperationCompiler& compiler,
                                                                     Taken& taken) {
    std::vector<std::pair<QualifiedName, std::string>> twice;
    for (const auto& table : state.tables) take_names(table, compiler, taken, twice);
    for (const auto& object : state.objects) {
        using schema::ObjectKind;
        const auto kind = object.ref.kind;
        if (kind != ObjectKind::view && kind != ObjectKind::materialized_view && kind != ObjectKind::sequence) continue;
        if (!taken.emplace(object.ref.name, object.ref.text()).second)
            twice.emplace_back(object.ref.name, object.ref.text());
    }
    return twice;
}

/// No name has got a second owner.
void need_free_names(const MetaData& before, const MetaData& after, const detail::DialectOperationCompiler& compiler) {
    Taken taken;
    const auto twice = names_taken_twice(after, compiler, taken);
    if (twice.empty()) return;
    Taken taken_before;
    const auto twice_before = names_taken_twice(before, compiler, taken_before);
    for (const auto& each : twice)
        if (!contains(twice_before, each))
            refuse("the name " + each.first + " is that of " + taken.at(each.first) + " already");
}

/// An enum type has the same labels wherever it is.
void need_same_labels(const MetaData& before, const MetaData& after) {
    const auto first_clash = [](const MetaData& state) -> std::string {
        std::map<QualifiedName, const std::vector<std::string>*> labels;
        for (const auto& table : state.tables) {
            for (const auto& column : table.columns) {
                const auto* type = column.type.enum_type();
                if (type == nullptr) continue;
                const auto [known, added] = labels.emplace(type->name, &type->labels);
                if (!added && *known->second != type->labels) return type->name.text();
            }
        }
        return {};
    };
    const auto clash = first_clash(after);
    if (!clash.empty() && first_clash(before).empty())
        refuse("enum type " + clash + " is there already with other labels");
}

void need_names(const Table& table, const std::string& expression) {
    for (const auto& [token, role] : detail::names_in(expression)) {
        if (role != detail::Role::column && role != detail::Role::qualified) continue;
        const auto name = core::detail::name_value(token).value_or(core::internal::lower(token.text));
        const bool there = std::ranges::any_of(table.columns, [&](const schema::Column& column) {
            return column.name == name || core::internal::lower(column.name) == core::internal::lower(name);
        });
        if (!there) refuse("table " + table.name + " has no column " + name);
    }
}

template <class Indexed>
void need_names_of(const Table& table, const Indexed& index) {
    for (const auto& element : index.elements) need_names(table, element.expression);
    need_names(table, index.where);
}

/// Whether a foreign key may refer to these columns.
bool is_unique(const Table& table, std::vector<std::string> columns) {
    std::ranges::sort(columns);
    const auto same = [&](std::vector<std::string> others) {
        std::ranges::sort(others);
        return others == columns;
    };
    if (table.primary_key && (columns.empty() || same(table.primary_key->columns))) return true;
    if (std::ranges::any_of(table.uniques, [&](const auto& unique) { return same(unique.columns); })) return true;
    return std::ranges::any_of(table.indexes, [&](const schema::Index& index) {
        if (!index.unique || !index.where.empty()) return false;
        std::vector<std::string> names;
        for (const auto& element : index.elements) names.push_back(element.column);
        return same(names);
    });
}

/// Every table that a foreign key refers to, at the end of a revision: on SQLite it may come later in it.
void need_referred(const MetaData& before, const MetaData& after) {
    for (const auto& table : after.tables) {
        for (const auto& key : table.foreign_keys) {
            if (key.dangling || after.find(key.referred_table) != nullptr) continue;
            const Table* const was = before.find(table.name);
            if (was == nullptr || !contains(was->foreign_keys, key))
                refuse("foreign key " + key.name + " of table " + table.name + " refers to table " +
                       key.referred_table + ", which is not there");
        }
    }
}

/// Every foreign key that has become one without a key to refer to.
void need_keys(const MetaData& before, const MetaData& after) {
    for (const auto& table : after.tables) {
        for (const auto& key : table.foreign_keys) {
            const Table* const now = after.find(key.referred_table);
            if (key.dangling || now == nullptr || is_unique(*now, key.referred_columns)) continue;
            const Table* const was = before.find(table.name);
            const Table* const referred = before.find(key.referred_table);
            const bool bad_before = was != nullptr && referred != nullptr && contains(was->foreign_keys, key) &&
                                    !is_unique(*referred, key.referred_columns);
            if (!bad_before)
                refuse("foreign key " + key.name + " of table " + table.name +
                       " refers to what is not unique in table " + key.referred_table);
        }
    }
}

/// What replay does not look at, of one operation and the states before and after it.
struct Needs {
    const MetaData& before;
    const MetaData& after;

    [[nodiscard]] const Table& now(const QualifiedName& name) const { return table_in(after, name); }

    void operator()(const CreateTable& op) const {
        const Table& table = now(op.table.name);
        for (const auto& column : table.columns)
            if (column.computed) need_names(table, *column.computed);
        for (const auto& check : table.checks) need_names(table, check.expression);
        for (const auto& index : table.indexes) need_names_of(table, index);
        for (const auto& exclude : table.excludes) need_names_of(table, exclude);
    }
    void operator()(const AddColumn& op) const {
        if (op.column.computed) need_names(now(op.table), *op.column.computed);
    }
    void operator()(const AlterColumn& op) const {
        const auto* computed = op.patch.find(&schema::Column::computed);
        if (computed != nullptr && *computed) need_names(now(op.table), **computed);
        need_names(now(op.table), op.using_expression);
    }
    void operator()(const CreateIndex& op) const { need_names_of(now(op.table), op.index); }
    void operator()(const AddCheck& op) const { need_names(now(op.table), op.constraint.expression); }
    void operator()(const AddExclude& op) const { need_names_of(now(op.table), op.constraint); }
    void operator()(const ReplaceObject& op) const {
        const auto* was = before.find(op.after.ref);
        if (was == nullptr) refuse("there is no " + op.after.ref.text());
        if (op.before && *was != *op.before) refuse(op.after.ref.text() + " is not what the revision replaces");
    }
    void operator()(const SetPrivileges& op) const {
        const auto found = std::ranges::find_if(before.privileges, [&](const schema::Privileges& each) {
            return each.ref == op.after.ref && each.future == op.after.future;
        });
        if (op.before && found != before.privileges.end() && *found != *op.before)
            refuse("the privileges of " + op.after.ref.text() + " are not what the revision replaces");
    }
    void operator()(const BulkInsert& op) const {
        const Table& table = table_in(before, op.table);
        for (const auto& column : op.columns) (void)column_in(table, column);
        for (const auto& column : table.columns) {
            const bool given = column.nullable || column.server_default || column.computed || column.identity ||
                               contains(op.columns, column.name);
            if (!given) refuse("the rows have no value for " + op.table + "." + column.name + ", which is NOT NULL");
        }
    }
    void operator()(const ChangeRows& op) const {
        const Table& table = table_in(before, op.after.table);
        for (const auto* side : {&op.before, &op.after})
            for (const auto& column : side->columns) (void)column_in(table, column);
        const auto found = std::ranges::find(before.rows, op.after.table, &schema::SeedRows::table);
        if (!op.before.rows.empty() && (found == before.rows.end() || *found != op.before))
            refuse("the rows of table " + op.after.table + " are not what the revision changes");
    }
    void operator()(const Fill& op) const { (void)column_in(table_in(before, op.table), op.column); }
    template <class O>
    void operator()(const O&) const {}
};

/// The table that the operation is about, where it is about one.
struct TableOf {
    const QualifiedName* operator()(const CreateTable& op) const { return &op.table.name; }
    const QualifiedName* operator()(const RenameTable& op) const { return &op.from; }
    const QualifiedName* operator()(const ChangeRows& op) const { return &op.after.table; }
    template <class O>
    const QualifiedName* operator()(const O& op) const {
        if constexpr (requires { op.table; })
            return &op.table;
        else
            return nullptr;
    }
};

/// A table or column that the definition names and that is not there, although an operation of `gone` took it away.
void need_named(const MetaData& state, const schema::Object& object, const std::vector<Operation>& gone) {
    const auto names_table = [&](const QualifiedName& table) {
        return object.ref.table == table || mentions(object.definition, table.name) ||
               contains(object.needs, schema::ObjectRef{schema::ObjectKind::table, table});
    };
    const auto need_column = [&](const QualifiedName& table, const std::string& column) {
        const Table* const there = state.find(table);
        if (there != nullptr && there->find_column(column) == nullptr && names_table(table) &&
            mentions(object.definition, column))
            refuse("table " + table + " has no column " + column);
    };
    for (const auto& operation : gone) {
        if (const auto* dropped = std::get_if<DropTable>(&operation)) {
            if (state.find(dropped->table) == nullptr && names_table(dropped->table))
                refuse("there is no table " + dropped->table);
        } else if (const auto* renamed = std::get_if<RenameTable>(&operation)) {
            if (state.find(renamed->from) == nullptr && names_table(renamed->from))
                refuse("there is no table " + renamed->from);
        } else if (const auto* column = std::get_if<DropColumn>(&operation)) {
            need_column(column->table, column->column);
        } else if (const auto* other = std::get_if<RenameColumn>(&operation)) {
            need_column(other->table, other->from);
        }
    }
}

}  // namespace

void apply_fitting(MetaData& state, const std::vector<Operation>& operations,
                   const detail::DialectOperationCompiler& compiler, const Fitting& fitting) {
    const auto begin = state;
    for (const auto& operation : operations) {
        const auto* const table = std::visit(TableOf{}, operation);
        if (table != nullptr && fitting.known && !fitting.known(*table)) continue;
        const auto before = state;
        try {
            apply(state, operation);
            std::visit(Needs{before, state}, operation);
            if (const auto* created = std::get_if<CreateObject>(&operation))
                need_named(state, created->object, fitting.gone);
            if (const auto* replaced = std::get_if<ReplaceObject>(&operation))
                need_named(state, replaced->after, fitting.gone);
            need_free_names(before, state, compiler);
            need_same_labels(before, state);
            if (!fitting.dangling_keys) need_keys(before, state);
        } catch (const MigrationError& error) {
            throw MigrationError(describe(operation) + ": " + error.what());
        }
    }
    if (!fitting.dangling_keys) need_referred(begin, state);
}

}  // namespace strata::migrate
