#include "random_schemas.hpp"

#include <strata/core/value.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

namespace strata::test {

using namespace strata::schema;
using core::TypeKind;
using core::Value;

namespace {

bool refers_to(const Table& table, const QualifiedName& other) {
    return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                       [&](const auto& key) { return key.referred_table == other; });
}

bool is_key(const Table& table, const std::string& column) {
    return table.primary_key && std::find(table.primary_key->columns.begin(), table.primary_key->columns.end(),
                                          column) != table.primary_key->columns.end();
}

bool has(const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

/// Whether a constraint, an index or a generated column of the table mentions the column.
bool is_used(const Table& table, const std::string& name) {
    const auto mentioned = [&](const std::string& text) { return text.find(name) != std::string::npos; };
    bool used = is_key(table, name);
    for (const auto& unique : table.uniques) used = used || has(unique.columns, name);
    for (const auto& key : table.foreign_keys) used = used || has(key.columns, name);
    for (const auto& check : table.checks) used = used || mentioned(check.expression);
    for (const auto& index : table.indexes) {
        used = used || mentioned(index.where);
        for (const auto& element : index.elements)
            used = used || element.column == name || mentioned(element.expression);
    }
    for (const auto& column : table.columns) used = used || (column.computed && mentioned(*column.computed));
    return used;
}

/// Whether values of the type can be compared, and indexed by every method that is used here.
bool is_simple(const Type& type) {
    return type.generic() && type.kind != TypeKind::json && type.kind != TypeKind::array &&
           type.kind != TypeKind::bytes;
}

/// The name as an expression has it.
std::string spelt(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    return plain ? name : '"' + name + '"';
}

/// The value of a row in a column, as SQL that both databases read alike.
std::string value(const Table& table, const Column& column, int row) {
    for (const auto& key : table.foreign_keys)
        if (has(key.columns, column.name)) return column.nullable && row == 2 ? "NULL" : std::to_string(row);
    const auto number = std::to_string(row);
    switch (column.type.kind) {
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return number;
        case TypeKind::numeric:
            return number + ".25";
        case TypeKind::real:
        case TypeKind::double_precision:
            return number + ".5";
        case TypeKind::boolean:
            return row == 1 ? "TRUE" : "FALSE";
        case TypeKind::date:
            return "'2026-01-0" + number + "'";
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
            return "'2026-01-0" + number + " 10:00:00.000000'";
        case TypeKind::enumeration:
            return "'" + column.type.labels[static_cast<std::size_t>(row) % 2] + "'";
        default:
            return "'text " + number + "'";
    }
}

}  // namespace

Type RandomSchemas::type() {
    switch (below(10)) {
        case 0:
            return SmallInteger();
        case 1:
            return Integer();
        case 2:
            return BigInteger();
        case 3:
            return String(static_cast<int>(20 + below(3) * 20));
        case 4:
            return Text();
        case 5:
            return Numeric(10, 2);
        case 6:
            return Boolean();
        case 7:
            return DateTime();
        case 8:
            return Enum("kind_" + std::to_string(names_), {"a", "b"});
        default:
            return DateType();
    }
}

Column RandomSchemas::column(const std::string& name) {
    Column column = schema::column(name, type());
    column.nullable = one_in(2);
    return column;
}

void RandomSchemas::add_column(Table& table, bool filled) {
    Column added = column("c" + std::to_string(++names_));
    const bool text = added.type.kind == TypeKind::text;
    const bool number = added.type.kind == TypeKind::integer || added.type.kind == TypeKind::big_integer;
    if (text && one_in(2)) added.server_default = ServerDefault::literal(Value::text("it's"));
    if (number && one_in(2)) added.server_default = ServerDefault::literal(Value::integer(7));
    if (filled && !added.server_default) added.nullable = true;
    table.columns.push_back(std::move(added));
    if (!one_in(6)) return;
    const auto& source = table.columns[below(table.columns.size())];
    if (source.computed || source.type.kind != TypeKind::integer) return;
    Column computed = schema::column("g" + std::to_string(++names_), Integer());
    computed.computed = spelt(source.name) + " + 1";
    computed.nullable = true;
    table.columns.push_back(std::move(computed));
}

void RandomSchemas::add_part(Table& table, const MetaData& others) {
    const auto name = std::to_string(++names_);
    const Column chosen = table.columns[below(table.columns.size())];
    if (!is_simple(chosen.type)) return;
    const std::string expressed = spelt(chosen.name);
    const bool distinct = !rows_of_others_ && chosen.type.kind != TypeKind::boolean &&
                          chosen.type.kind != TypeKind::enumeration && !chosen.server_default && !chosen.computed;
    switch (below(6)) {
        case 0:
            if (distinct) table.uniques.push_back({"uq_" + name, {chosen.name}});
            break;
        case 1:
            table.checks.push_back({"ck_" + name, expressed + " IS NULL OR " + expressed + " = " + expressed});
            break;
        case 2:
            if (chosen.type.kind == TypeKind::text)
                table.indexes.push_back({"ix_" + name, {{"", "lower(" + expressed + ")"}}});
            else
                table.indexes.push_back({"ix_" + name, {{chosen.name, "", true}}});
            break;
        case 3: {
            Index index{"ix_" + name, {{chosen.name}}};
            index.where = expressed + " IS NOT NULL";
            table.indexes.push_back(std::move(index));
            break;
        }
        case 4: {
            if (others.tables.empty()) break;
            const Table& other = others.tables[below(others.tables.size())];
            const bool keyed = other.primary_key && other.primary_key->columns == std::vector<std::string>{"id"};
            if (!keyed || other.name == table.name) break;
            Column referring = schema::column("r" + name, BigInteger()).nullable();
            table.columns.push_back(std::move(referring));
            table.foreign_keys.push_back({"fk_" + name,
                                          {"r" + name},
                                          other.name,
                                          {"id"},
                                          one_in(2) ? ReferentialAction::cascade : ReferentialAction::no_action,
                                          ReferentialAction::no_action});
            break;
        }
        default:
            table.indexes.push_back({"ix_" + name, {{chosen.name}}, distinct && one_in(2)});
            break;
    }
}

Table RandomSchemas::table(const MetaData& others) {
    Table table;
    table.name = "t" + std::to_string(++names_);
    if (one_in(5)) {
        table.columns = {schema::column("k1", Integer()), schema::column("k2", String(40))};
        table.primary_key = PrimaryKey{"pk_" + table.name.name, {"k1", "k2"}};
    } else {
        table.columns = {schema::column("id", BigInteger()).identity()};
        table.primary_key = PrimaryKey{"pk_" + table.name.name, {"id"}};
    }
    for (auto count = 1 + below(4); count > 0; --count) add_column(table, false);
    for (auto count = below(4); count > 0; --count) add_part(table, others);
    return table;
}

MetaData RandomSchemas::schema() {
    MetaData schema;
    for (auto count = 1 + below(4); count > 0; --count) schema.tables.push_back(table(schema));
    return schema;
}

void RandomSchemas::drop_part(Table& table) {
    switch (below(4)) {
        case 0:
            if (!table.uniques.empty()) table.uniques.pop_back();
            break;
        case 1:
            if (!table.checks.empty()) table.checks.pop_back();
            break;
        case 2:
            if (!table.indexes.empty()) table.indexes.erase(table.indexes.begin());
            break;
        default:
            if (!table.foreign_keys.empty()) table.foreign_keys.pop_back();
            break;
    }
}

void RandomSchemas::drop_column(MetaData& schema, Table& table) {
    const auto at = below(table.columns.size());
    const auto name = table.columns[at].name;
    if (table.columns.size() < 3 || is_key(table, name)) return;
    if (is_used(table, name) && one_in(2)) return;
    // What needs the column goes with it.
    std::erase_if(table.uniques, [&](const auto& each) { return has(each.columns, name); });
    std::erase_if(table.foreign_keys, [&](const auto& each) { return has(each.columns, name); });
    std::erase_if(table.checks, [&](const auto& each) { return each.expression.find(name) != std::string::npos; });
    std::erase_if(table.indexes, [&](const Index& each) {
        return each.where.find(name) != std::string::npos ||
               std::any_of(each.elements.begin(), each.elements.end(), [&](const auto& element) {
                   return element.column == name || element.expression.find(name) != std::string::npos;
               });
    });
    std::erase_if(table.columns, [&](const Column& each) {
        return each.name == name || (each.computed && each.computed->find(name) != std::string::npos);
    });
    static_cast<void>(schema);
}

void RandomSchemas::change_column(MetaData& schema, Column& column) {
    if (column.computed || column.identity || !column.type.generic()) return;
    switch (below(4)) {
        case 0:
            column.nullable = true;
            break;
        case 1:
            if (column.type.kind == TypeKind::text && column.type.length > 0)
                column.type = one_in(2) ? Type(Text()) : Type(String(column.type.length + 30));
            else if (column.type.kind == TypeKind::small_integer)
                column.type = Integer();
            else if (column.type.kind == TypeKind::integer)
                column.type = one_in(2) ? Type(BigInteger()) : Type(Numeric(12, 2));
            else if (column.type.kind == TypeKind::numeric)
                column.type = Numeric(column.type.precision + 2, column.type.scale);
            break;
        case 2:
            if (column.type.kind == TypeKind::text)
                column.server_default =
                    column.server_default ? std::nullopt : std::optional(ServerDefault::literal(Value::text("new")));
            break;
        default:
            if (column.type.kind == TypeKind::enumeration) {
                // Every column of the type has its labels.
                auto labels = column.type.labels;
                labels.insert(labels.begin() + static_cast<std::ptrdiff_t>(below(labels.size() + 1)),
                              "l" + std::to_string(++names_));
                const auto type_name = column.type.name;
                for (auto& table : schema.tables)
                    for (auto& other : table.columns)
                        if (other.type.kind == TypeKind::enumeration && other.type.name == type_name)
                            other.type.labels = labels;
            }
            break;
    }
}

void RandomSchemas::change(MetaData& schema, Table& chosen, std::size_t how) {
    switch (how) {
        case 0:
            schema.tables.push_back(table(schema));
            break;
        case 1: {
            const auto name = chosen.name;
            const bool needed = std::any_of(schema.tables.begin(), schema.tables.end(), [&](const Table& other) {
                return other.name != name && refers_to(other, name);
            });
            if (!needed && schema.tables.size() > 1)
                std::erase_if(schema.tables, [&](const Table& each) { return each.name == name; });
            break;
        }
        case 2:
            add_column(chosen, true);
            break;
        case 3:
            drop_column(schema, chosen);
            break;
        case 4:
            drop_part(chosen);
            break;
        case 5:
        case 6: {
            auto& column = chosen.columns[below(chosen.columns.size())];
            if (!rows_of_others_ || !is_used(chosen, column.name)) change_column(schema, column);
            break;
        }
        default:
            add_part(chosen, schema);
            break;
    }
}

MetaData RandomSchemas::changed(MetaData schema) {
    for (auto count = 1 + below(6); count > 0; --count) {
        auto& chosen = schema.tables[below(schema.tables.size())];
        change(schema, chosen, below(8));
    }
    return schema;
}

MetaData RandomSchemas::edited(MetaData schema, std::size_t changes) {
    rows_of_others_ = true;
    const auto named = [&](const Table& table) {
        return std::any_of(schema.objects.begin(), schema.objects.end(), [&](const Object& object) {
            return object.ref.table == table.name || object.definition.find(table.name.name) != std::string::npos;
        });
    };
    const auto related = [&](const Table& table) {
        return !table.partition_by.empty() || !table.partition_of.empty() || !table.inherits.empty() ||
               !table.of_type.empty() || !table.module.empty();
    };
    const auto referred = [&](const Table& table) {
        return std::any_of(schema.tables.begin(), schema.tables.end(),
                           [&](const Table& other) { return refers_to(other, table.name); });
    };
    for (std::size_t done = 0; done < changes; ++done) {
        std::vector<std::size_t> free;
        for (std::size_t i = 0; i < schema.tables.size(); ++i)
            if (!named(schema.tables[i]) && !related(schema.tables[i])) free.push_back(i);
        if (free.empty()) break;
        Table& chosen = schema.tables[free[below(free.size())]];
        // What a table refers to by other columns than its key stays.
        auto how = below(8);
        while (referred(chosen) && (how == 3 || how == 4)) how = below(8);
        change(schema, chosen, how);
    }
    return schema;
}

std::string RandomSchemas::rows(const MetaData& schema) {
    std::string sql;
    for (const auto& table : schema.tables) {
        for (int row = 1; row <= 3; ++row) {
            std::string names, values;
            for (const auto& column : table.columns) {
                if (column.computed) continue;
                names += (names.empty() ? "\"" : ", \"") + column.name + "\"";
                values += (values.empty() ? "" : ", ") + value(table, column, row);
            }
            sql += "INSERT INTO \"" + table.name.name + "\" (" + names + ") VALUES (" + values + ");\n";
        }
    }
    return sql;
}

}  // namespace strata::test
