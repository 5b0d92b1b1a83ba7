#include "operations/lookup.hpp"

#include <vector>

namespace strata::migrate {

using core::internal::contains;

void need_unreferred(const schema::MetaData& state, const schema::QualifiedName& table, const std::string* column) {
    for (const auto& other : state.tables) {
        for (const auto& key : other.foreign_keys) {
            if (key.referred_table != table || (other.name == table && column == nullptr)) continue;
            if (column != nullptr && !contains(key.referred_columns, *column)) continue;
            if (column != nullptr && other.name == table && contains(key.columns, *column)) continue;
            refuse((column != nullptr ? "column " + table + "." + *column : "table " + table) +
                   " is referred to by the foreign key " + key.name + " of table " + other.name + "; drop that first");
        }
    }
}

void need_not_computed_from(const schema::Table& table, const std::string& column) {
    for (const auto& other : table.columns)
        if (other.computed && other.name != column && mentions(*other.computed, column))
            refuse("column " + table.name + "." + other.name + " is computed from " + column + "; drop it first");
}

namespace {

template <class Named>
bool has_named(const std::vector<Named>& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const Named& each) { return each.name == name; });
}

struct Done {
    const schema::MetaData& state;

    bool operator()(const CreateTable& op) const { return op.if_not_exists && state.find(op.table.name) != nullptr; }
    bool operator()(const DropTable& op) const { return op.if_exists && state.find(op.table) == nullptr; }
    bool operator()(const AddColumn& op) const { return op.if_not_exists && has_column(op.table, op.column.name); }
    bool operator()(const DropColumn& op) const { return op.if_exists && !has_column(op.table, op.column); }
    bool operator()(const CreateIndex& op) const { return op.if_not_exists && has_index(op.table, op.index.name); }
    bool operator()(const DropIndex& op) const { return op.if_exists && !has_index(op.table, op.name); }
    bool operator()(const DropConstraint& op) const {
        const schema::Table* const table = state.find(op.table);
        return op.if_exists && (table == nullptr || !has_constraint(*table, op.name));
    }
    bool operator()(const auto&) const { return false; }

private:
    [[nodiscard]] bool has_column(const schema::QualifiedName& table, const std::string& column) const {
        const schema::Table* const known = state.find(table);
        return known != nullptr && known->find_column(column) != nullptr;
    }
    [[nodiscard]] bool has_index(const schema::QualifiedName& table, const std::string& index) const {
        const schema::Table* const known = state.find(table);
        return known != nullptr && has_named(known->indexes, index);
    }
};

}  // namespace

bool has_constraint(const schema::Table& table, const std::string& name) {
    return (table.primary_key && table.primary_key->name == name) || has_named(table.uniques, name) ||
           has_named(table.foreign_keys, name) || find_check(table.checks, table.name, name) != table.checks.end() ||
           has_named(table.excludes, name);
}

bool is_conditional(const Operation& operation) {
    return std::visit(
        [](const auto& op) {
            if constexpr (requires { op.if_exists; }) return op.if_exists;
            if constexpr (requires { op.if_not_exists; }) return op.if_not_exists;
            return false;
        },
        operation);
}

bool is_done(const schema::MetaData& state, const Operation& operation) { return std::visit(Done{state}, operation); }

bool is_type_of_column(const schema::MetaData& state, const schema::ObjectRef& object) {
    return object.kind == schema::ObjectKind::enum_type &&
           std::any_of(state.tables.begin(), state.tables.end(), [&](const auto& table) {
               return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
                   const schema::Type* const type = column.type.enum_type();
                   return type != nullptr && type->name == object.name;
               });
           });
}

}  // namespace strata::migrate
