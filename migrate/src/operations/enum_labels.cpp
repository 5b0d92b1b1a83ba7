#include "operations/enum_labels.hpp"

#include "expression_names.hpp"
#include "operations/identifiers.hpp"
#include "operations/lookup.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::Column;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;
using schema::Type;

/// `'a''b'`
std::string string_literal(std::string_view text) {
    std::string sql = "'";
    for (const char c : text) {
        if (c == '\'') sql += c;
        sql += c;
    }
    return sql + "'";
}

/// The SQL with each string constant that equals `from` replaced.
std::string with_string(std::string_view sql, const std::string& from, const std::string& to) {
    std::string result;
    std::size_t at = 0;
    const std::string old = string_literal(from);
    for (const auto& token : detail::tokens_of(sql)) {
        if (token.kind != core::detail::SqlToken::Kind::string || token.text != old) continue;
        result += sql.substr(at, token.begin - at);
        result += string_literal(to);
        at = token.end();
    }
    result += sql.substr(at);
    return result;
}

bool has_type(const Column& column, const QualifiedName& type) {
    const Type* const own = column.type.enum_type();
    return own != nullptr && own->name == type;
}

std::vector<std::string> columns_with(const Table& table, const QualifiedName& type) {
    std::vector<std::string> names;
    for (const Column& column : table.columns)
        if (has_type(column, type)) names.push_back(column.name);
    return names;
}

/// Calls `change` with each SQL expression about the table's own columns.
template <class Change>
void for_expressions(Table& table, const Change& change) {
    const auto of_index = [&](auto& index) {
        for (auto& element : index.elements) change(element.expression);
        change(index.where);
    };
    for (auto& column : table.columns) {
        if (column.computed) change(*column.computed);
        if (column.server_default && column.server_default->kind == schema::ServerDefault::Kind::sql)
            change(column.server_default->text);
    }
    for (auto& check : table.checks) change(check.expression);
    for (auto& exclude : table.excludes) of_index(exclude);
    for (auto& index : table.indexes) of_index(index);
    change(table.partition_by);
    change(table.partition_bound);
}

void rename_in(Type& type, const RenameEnumLabel& operation) {
    Type& own = type.kind == core::TypeKind::array && !type.element.empty() ? type.element.front() : type;
    std::replace(own.labels.begin(), own.labels.end(), operation.from, operation.to);
}

void rename_in(Table& table, const RenameEnumLabel& operation, Unread& unread) {
    const auto names = columns_with(table, operation.type);
    if (names.empty()) return;
    for (Column& column : table.columns) {
        if (!contains(names, column.name)) continue;
        rename_in(column.type, operation);
        auto& value = column.server_default;
        if (value && value->kind == schema::ServerDefault::Kind::literal && value->text == operation.from)
            value->text = operation.to;
    }
    for_expressions(table, [&](std::string& expression) {
        auto changed = with_string(expression, operation.from, operation.to);
        if (changed == expression) return;
        const bool of_others = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
            return !contains(names, column.name) && mentions(expression, column.name);
        });
        if (of_others)
            unread.tables.insert(table.name);
        else
            expression = std::move(changed);
    });
}

/// SQL that gives a column's values with the label renamed.
std::string renamed_values(const Column& column, const RenameEnumLabel& operation) {
    const auto renamed = [&](const std::string& value) {
        return "CASE " + value + " WHEN " + string_literal(operation.from) + " THEN " + string_literal(operation.to) +
               " ELSE " + value + " END";
    };
    const auto name = quoted(column.name);
    if (column.type.kind != core::TypeKind::array) return renamed(name);
    // json_each has columns that may be called as this one.
    return "CASE WHEN " + name + " IS NULL THEN NULL ELSE (SELECT json_group_array(" + renamed("json_each.value") +
           ") FROM (SELECT " + name + " AS list) AS own, json_each(own.list)) END";
}

class ComparerBeforeRenames final : public schema::ExpressionComparer {
public:
    ComparerBeforeRenames(schema::ExpressionComparer& comparer, std::vector<RenameEnumLabel> renames)
        : comparer_(comparer), renames_(std::move(renames)) {}

    bool equal(const Table& table, Role role, const std::string& column, const std::string& left,
               const std::string& right) override {
        return comparer_.equal(table, role, column, before(table, left), before(table, right));
    }
    bool same_object(const schema::Object& stored, const schema::Object& wanted) override {
        return comparer_.same_object(stored, wanted);
    }

private:
    [[nodiscard]] std::string before(const Table& table, std::string expression) const {
        for (auto rename = renames_.rbegin(); rename != renames_.rend(); ++rename)
            if (!columns_with(table, rename->type).empty())
                expression = with_string(expression, rename->to, rename->from);
        return expression;
    }

    schema::ExpressionComparer& comparer_;
    std::vector<RenameEnumLabel> renames_;
};

}  // namespace

const std::vector<std::string>* labels_of(const MetaData& state, const QualifiedName& type) {
    for (const Table& table : state.tables)
        for (const Column& column : table.columns)
            if (has_type(column, type)) return &column.type.enum_type()->labels;
    const auto* const object = state.find(schema::ObjectRef{schema::ObjectKind::enum_type, type});
    return object == nullptr ? nullptr : &object->labels;
}

std::vector<QualifiedName> enum_types_of_columns(const MetaData& state) {
    std::vector<QualifiedName> names;
    for (const Table& table : state.tables)
        for (const Column& column : table.columns)
            if (const Type* const type = column.type.enum_type(); type != nullptr && !contains(names, type->name))
                names.push_back(type->name);
    return names;
}

void name_enum_types(MetaData& database, const MetaData& known) {
    for (Table& table : database.tables) {
        const Table* const other = known.find(table.name);
        if (other == nullptr) continue;
        for (Column& column : table.columns) {
            const Column* const wanted = other->find_column(column.name);
            const Type* const named = wanted == nullptr ? nullptr : wanted->type.enum_type();
            const bool array = column.type.array_of(core::TypeKind::enumeration);
            if (named == nullptr || array != (wanted->type.kind == core::TypeKind::array)) continue;
            Type& own = array ? column.type.element.front() : column.type;
            if (!own.generic() || own.kind != core::TypeKind::enumeration || !own.name.empty()) continue;
            own.name = named->name;
            if (array && own.labels.empty()) own.labels = named->labels;  // the database keeps none
        }
    }
}

void rename_label(MetaData& state, const RenameEnumLabel& operation, Unread& unread) {
    const auto* const labels = labels_of(state, operation.type);
    if (labels == nullptr) refuse("there is no enum type " + operation.type);
    if (!contains(*labels, operation.from)) refuse("enum type " + operation.type + " has no label " + operation.from);
    if (contains(*labels, operation.to))
        refuse("enum type " + operation.type + " has a label " + operation.to + " already");
    const auto sql_has_label = [&](const std::string& sql) {
        return with_string(sql, operation.from, operation.to) != sql;
    };
    for (schema::SeedRows& list : state.rows) {
        const Table* const table = state.find(list.table);
        if (table == nullptr) continue;
        for (const auto& name : columns_with(*table, operation.type)) {
            const auto at = std::find(list.columns.begin(), list.columns.end(), name) - list.columns.begin();
            for (auto& row : list.rows)
                if (static_cast<std::size_t>(at) < row.size() &&
                    row[static_cast<std::size_t>(at)] == schema::Literal(operation.from))
                    row[static_cast<std::size_t>(at)] = operation.to;
        }
    }
    for (Table& table : state.tables) rename_in(table, operation, unread);
    for (schema::Object& object : state.objects) {
        if (object.ref == schema::ObjectRef{schema::ObjectKind::enum_type, operation.type})
            std::replace(object.labels.begin(), object.labels.end(), operation.from, operation.to);
        else if (sql_has_label(object.definition))
            unread.objects.insert(object.ref);
    }
}

std::vector<Operation> label_parts(const RenameEnumLabel& operation, const MetaData& state) {
    MetaData after = state;
    Unread unread;
    rename_label(after, operation, unread);
    std::vector<Operation> parts;
    for (const Table& table : state.tables) {
        const Table& renamed = *after.find(table.name);
        if (renamed == table) continue;
        for (std::size_t i = 0; i < table.checks.size(); ++i)
            if (table.checks[i] != renamed.checks[i])
                parts.emplace_back(DropConstraint{table.name, known_name(table.name, table.checks[i])});
        for (std::size_t i = 0; i < table.indexes.size(); ++i)
            if (table.indexes[i] != renamed.indexes[i])
                parts.emplace_back(DropIndex{table.name, table.indexes[i].name});
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (table.columns[i] == renamed.columns[i]) continue;
            AlterColumn change{table.name, table.columns[i].name,
                               schema::difference(table.columns[i], renamed.columns[i])};
            if (has_type(table.columns[i], operation.type))
                change.using_expression = renamed_values(table.columns[i], operation);
            parts.emplace_back(std::move(change));
        }
        for (std::size_t i = 0; i < table.checks.size(); ++i)
            if (table.checks[i] != renamed.checks[i]) parts.emplace_back(AddCheck{table.name, renamed.checks[i]});
        for (std::size_t i = 0; i < table.indexes.size(); ++i)
            if (table.indexes[i] != renamed.indexes[i]) parts.emplace_back(CreateIndex{table.name, renamed.indexes[i]});
    }
    return parts;
}

std::unique_ptr<schema::ExpressionComparer> comparer_before_renames(schema::ExpressionComparer& comparer,
                                                                    const std::vector<Operation>& renames) {
    std::vector<RenameEnumLabel> labels;
    for (const Operation& operation : renames)
        if (const auto* rename = std::get_if<RenameEnumLabel>(&operation)) labels.push_back(*rename);
    return std::make_unique<ComparerBeforeRenames>(comparer, std::move(labels));
}

}  // namespace strata::migrate
