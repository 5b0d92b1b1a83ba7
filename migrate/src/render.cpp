#include "cpp_literal.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>
#include <strata/schema/internal/fields.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace strata::migrate {

namespace {

using schema::TypeKind;

constexpr std::size_t widest = 120;

std::string number(std::int64_t value) {
    // The smallest integer has no literal of its own.
    if (value == INT64_MIN) return "-9223372036854775807 - 1";
    return std::to_string(value);
}

std::string number(double value) {
    if (std::isnan(value) || std::isinf(value))
        throw UsageError("a value that is not a finite number cannot be written into a revision");
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string result(text.data(), end);
    if (result.find_first_of(".e") == std::string::npos) result += ".0";
    return result;
}

std::string kind_name(TypeKind kind) {
    switch (kind) {
        case TypeKind::boolean:
            return "Boolean{}";
        case TypeKind::small_integer:
            return "SmallInteger{}";
        case TypeKind::integer:
            return "Integer{}";
        case TypeKind::big_integer:
            return "BigInteger{}";
        case TypeKind::real:
            return "Real{}";
        case TypeKind::double_precision:
            return "Double{}";
        case TypeKind::text:
            return "Text{}";
        case TypeKind::bytes:
            return "LargeBinary{}";
        case TypeKind::numeric:
            return "Numeric{}";
        case TypeKind::date:
            return "DateType{}";
        case TypeKind::time:
            return "TimeType{}";
        case TypeKind::timestamp:
            return "DateTime{}";
        case TypeKind::timestamptz:
            return "DateTimeTz{}";
        case TypeKind::uuid:
            return "UuidType{}";
        case TypeKind::json:
            return "JsonType{}";
        case TypeKind::array:
        case TypeKind::enumeration:
            break;
    }
    throw UsageError("a type without its parts cannot be written into a revision");
}

/// `"songs"`, or with its schema `{"music", "songs"}`.
std::string name_text(const schema::QualifiedName& name) {
    return name.schema.empty() ? cpp_literal(name.name) : cpp_list({name.schema, name.name});
}

std::string enumeration(const schema::Type& type) {
    return "Enum{" + name_text(type.name) + ", " + cpp_list(type.labels) + "}";
}

std::string type_text(const schema::Type& type) {
    switch (type.form) {
        case schema::TypeForm::native:
            return "Native{" + cpp_literal(type.native) + "}";
        case schema::TypeForm::user:
            return "UserType{" + name_text(type.name) +
                   (type.native.empty() ? std::string() : ", " + cpp_literal(type.native)) + "}";
        case schema::TypeForm::none:
            return "NoType{}";
        case schema::TypeForm::unknown:
            throw UsageError("a column whose type is not known cannot be written into a revision");
        case schema::TypeForm::generic:
            break;
    }
    const auto digits = [&](const char* name) {
        return name + ("{" + (type.fraction < 0 ? std::string() : std::to_string(type.fraction)) + "}");
    };
    switch (type.kind) {
        case TypeKind::text:
            return type.length > 0 ? "String{" + std::to_string(type.length) + "}" : kind_name(type.kind);
        case TypeKind::numeric:
            if (type.precision == 0 && type.scale == 0) return kind_name(type.kind);
            return "Numeric{" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + "}";
        case TypeKind::enumeration:
            return enumeration(type);
        case TypeKind::array:
            return "Array{" + type_text(type.element.front()) +
                   (type.dimensions > 1 ? ", " + std::to_string(type.dimensions) : std::string()) + "}";
        case TypeKind::time:
            return digits("TimeType");
        case TypeKind::timestamp:
            return digits("DateTime");
        case TypeKind::timestamptz:
            return digits("DateTimeTz");
        case TypeKind::boolean:
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::bytes:
        case TypeKind::date:
        case TypeKind::uuid:
        case TypeKind::json:
            break;
    }
    return kind_name(type.kind);
}

const char* value_kind_name(core::Value::Kind kind) {
    using Kind = core::Value::Kind;
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "boolean";
        case Kind::integer:
            return "integer";
        case Kind::real:
            return "real";
        case Kind::text:
            return "text";
        case Kind::bytes:
            return "bytes";
        case Kind::numeric:
            return "numeric";
        case Kind::date:
            return "date";
        case Kind::time:
            return "time";
        case Kind::timestamp:
            return "timestamp";
        case Kind::timestamptz:
            return "timestamptz";
        case Kind::uuid:
            return "uuid";
        case Kind::json:
            return "json";
        case Kind::array:
            return "array";
    }
    return "text";
}

std::string default_text(const schema::ServerDefault& value) {
    using Kind = core::Value::Kind;
    switch (value.kind) {
        case schema::ServerDefault::Kind::now:
            return "now()";
        case schema::ServerDefault::Kind::sql:
            return "sql(" + cpp_literal(value.text) + ")";
        case schema::ServerDefault::Kind::literal:
            break;
    }
    // The plain form is used where it means the same.
    if (value.type == Kind::text) return "literal(" + cpp_literal(value.text) + ")";
    if (value.type == Kind::boolean && (value.text == "true" || value.text == "false"))
        return "literal(" + value.text + ")";
    std::int64_t integer = 0;
    const char* end = value.text.data() + value.text.size();
    if (value.type == Kind::integer && std::from_chars(value.text.data(), end, integer).ptr == end &&
        std::to_string(integer) == value.text && integer != INT64_MIN) {
        return "literal(" + value.text + ")";
    }
    return std::string("literal(Kind::") + value_kind_name(value.type) + ", " + cpp_literal(value.text) + ")";
}

const char* action_name(schema::ReferentialAction action) {
    using Action = schema::ReferentialAction;
    switch (action) {
        case Action::no_action:
            return "no_action";
        case Action::restrict:
            return "restrict";
        case Action::cascade:
            return "cascade";
        case Action::set_null:
            return "set_null";
        case Action::set_default:
            return "set_default";
    }
    return "no_action";
}

// A field's value as the argument of its word.

std::string parts_text(const std::vector<schema::IndexElement>& elements);

std::string argument(bool value) { return value ? "" : "false"; }
std::string argument(int value) { return std::to_string(value); }
std::string argument(const std::string& value) { return cpp_literal(value); }
std::string argument(const std::vector<std::string>& value) { return cpp_list(value); }
std::string argument(const schema::QualifiedName& value) { return name_text(value); }
std::string argument(schema::ReferentialAction value) { return action_name(value); }
template <class E>
    requires std::is_enum_v<E>
std::string argument(E value) {
    const std::string type = std::is_same_v<E, schema::Deferrable>  ? "Deferrable::"
                             : std::is_same_v<E, schema::Match>     ? "Match::"
                             : std::is_same_v<E, schema::Numbering> ? "Numbering::"
                                                                    : "Nulls::";
    return type + boost::describe::enum_to_string(value, "");
}
std::string argument(const std::vector<schema::KeyOrder>& value) {
    std::string text = "{";
    for (const auto& order : value)
        text += (&order == &value.front() ? "{" : ", {") + cpp_literal(order.collation) +
                (order.descending ? ", true}" : "}");
    return text + "}";
}
std::string argument(const std::vector<schema::QualifiedName>& value) {
    std::string text = "{";
    for (const auto& name : value) text += (&name == &value.front() ? "" : ", ") + name_text(name);
    return text + "}";
}

/// `SequenceOptions{.start = 5}`
std::string argument(const schema::SequenceOptions& value) {
    std::string text;
    const schema::SequenceOptions plain;
    schema::internal::for_each_field<schema::SequenceOptions>([&](const char* name, auto field) {
        if (value.*field == plain.*field) return;
        text += (text.empty() ? "." : ", .") + std::string(name) + " = ";
        if constexpr (std::is_same_v<std::decay_t<decltype(value.*field)>, std::optional<std::int64_t>>)
            text += number(*(value.*field));
        else if constexpr (std::is_same_v<std::decay_t<decltype(value.*field)>, bool>)
            text += "true";
        else
            text += cpp_literal(value.*field);
    });
    return "SequenceOptions{" + text + "}";
}

std::string argument(const schema::Identity& value) {
    if (value.kind == schema::Numbering::automatic) return "";
    if (value.kind == schema::Numbering::none) return "false";
    const std::string kind = argument(value.kind);
    if (value.sequence.empty() && value.options == schema::SequenceOptions()) return kind;
    return "{" + kind + ", " + name_text(value.sequence) + ", " + argument(value.options) + "}";
}

std::string argument(const schema::Type& value) { return type_text(value); }
std::string argument(const std::optional<std::string>& value) { return cpp_literal(value.value_or("")); }
std::string argument(const std::optional<schema::ServerDefault>& value) { return value ? default_text(*value) : ""; }

/// The words for the fields of a constraint, an index, an element or a column that differ from a plain one. `said` are
/// those that its first words say already.
template <class Struct>
std::string words(const Struct& value, std::initializer_list<std::string_view> said) {
    std::string text;
    const Struct plain;
    schema::internal::for_each_field<Struct>([&](const char* name, auto field) {
        if (value.*field == plain.*field || std::find(said.begin(), said.end(), name) != said.end()) return;
        if constexpr (requires { argument(value.*field); })
            text += "." + std::string(name) + "(" + argument(value.*field) + ")";
    });
    return text;
}

std::string column_text(const schema::Column& column) {
    std::string text = "column(" + cpp_literal(column.name) + ", " + type_text(column.type) + ")";
    if (column.nullable) text += ".nullable()";
    if (column.identity) text += ".identity(" + argument(column.identity) + ")";
    if (column.server_default) text += ".server_default(" + default_text(*column.server_default) + ")";
    if (column.computed) text += ".computed(" + cpp_literal(*column.computed) + ")";
    return text + words(column, {"name", "type", "nullable", "identity", "server_default", "computed"});
}

std::string key_words(const schema::ForeignKey& key) {
    return words(key, {"name", "columns", "referred_table", "referred_columns"});
}
template <class Key>
std::string key_words(const Key& key) {
    return words(key, {"name", "columns"});
}
std::string key_words(const schema::CheckConstraint& check) { return words(check, {"name", "expression"}); }
std::string key_words(const schema::ExcludeConstraint& exclude) {
    return words(exclude, {"name", "method", "elements", "operators"});
}

std::string parts_text(const std::vector<schema::IndexElement>& elements) {
    std::string text = "{";
    for (const auto& element : elements) {
        if (&element != &elements.front()) text += ", ";
        const std::string more = words(element, {"column", "expression", "descending"});
        auto part = element.column.empty() ? "expression(" + cpp_literal(element.expression) + ")"
                                           : cpp_literal(element.column);
        if (element.descending)
            part = "desc(" + part + ")";
        else if (!element.column.empty() && !more.empty())
            part = "element(" + part + ")";
        text += part + more;
    }
    return text + "}";
}

// What makes an index invalid is not a property that could be asked for.
std::string index_options(const schema::Index& index) { return words(index, {"name", "elements", "invalid"}); }

/// Calls `write(word, arguments)` for each property that the patch sets. A partition's parent and bound have one word.
template <class Write>
void for_each_option(const schema::TablePatch& patch, const Write& write) {
    schema::internal::for_each_field<schema::Table>([&](std::string_view name, auto field) {
        const auto* value = patch.find(field);
        if (value == nullptr) return;
        if constexpr (requires { argument(*value); }) {
            std::string word(name);
            if (word == "parameters") word = "storage_parameters";
            if (word == "module") word = "virtual_table";
            if (word == "partition_of" || word == "partition_bound") {
                if (word == "partition_bound" && patch.find(&schema::Table::partition_of) != nullptr) return;
                const auto* parent = patch.find(&schema::Table::partition_of);
                const auto* bound = patch.find(&schema::Table::partition_bound);
                write("partition_of", (parent != nullptr ? name_text(*parent) : cpp_literal("")) + ", " +
                                          cpp_literal(bound != nullptr ? *bound : std::string()));
            } else {
                write(word, argument(*value));
            }
        }
    });
}

/// The properties of the table itself, an entry each.
void add_options(const schema::Table& table, std::vector<std::string>& entries) {
    for_each_option(schema::difference(schema::Table(), table),
                    [&](const std::string& word, const std::string& arguments) {
                        entries.push_back(word + "(" + arguments + ")");
                    });
}

/// `{ObjectKind::trigger, "touch", "songs"}`
std::string ref_text(const schema::ObjectRef& ref) {
    auto text =
        "{ObjectKind::" + std::string(boost::describe::enum_to_string(ref.kind, "")) + ", " + name_text(ref.name);
    if (!ref.table.empty() || !ref.arguments.empty())
        text += ", " + (ref.table.empty() ? std::string("{}") : name_text(ref.table));
    if (!ref.arguments.empty()) text += ", " + cpp_literal(ref.arguments);
    return text + "}";
}

std::string object_text(const schema::Object& object) {
    const std::vector<std::string> fields{
        object.definition.empty() ? "" : cpp_literal(object.definition, 4),
        object.completions.empty() ? "" : cpp_list(object.completions),
        object.labels.empty() ? "" : cpp_list(object.labels),
        object.comment.empty() ? "" : cpp_literal(object.comment),
    };
    auto text = "{" + ref_text(object.ref);
    std::size_t said = fields.size();
    while (said > 0 && fields[said - 1].empty()) --said;
    for (std::size_t i = 0; i < said; ++i) text += ", " + (fields[i].empty() ? std::string("{}") : fields[i]);
    return text + "}";
}

std::string literal_text(const Literal& value) {
    switch (value.kind) {
        case core::Value::Kind::null:
            return "nullptr";
        case core::Value::Kind::boolean:
            return value.number != 0 ? "true" : "false";
        case core::Value::Kind::integer:
            return number(value.number);
        case core::Value::Kind::real:
            return number(value.floating);
        case core::Value::Kind::text:
        case core::Value::Kind::bytes:
        case core::Value::Kind::numeric:
        case core::Value::Kind::date:
        case core::Value::Kind::time:
        case core::Value::Kind::timestamp:
        case core::Value::Kind::timestamptz:
        case core::Value::Kind::uuid:
        case core::Value::Kind::json:
        case core::Value::Kind::array:
            break;
    }
    return cpp_literal(value.chars);
}

/// A call whose list is written on lines of its own: `op.create_table("t", {` ... `});`
std::string block(const std::string& head, const std::vector<std::string>& entries) {
    if (entries.empty()) return head + "{});";
    std::string text = head + "{\n";
    for (const auto& entry : entries) text += "    " + entry + ",\n";
    return text + "});";
}

struct Renderer {
    std::string operator()(const CreateTable& op) const {
        const schema::Table& table = op.table;
        std::vector<std::string> entries;
        entries.reserve(table.columns.size());
        for (const auto& column : table.columns) entries.push_back(column_text(column));
        if (table.primary_key) {
            entries.push_back("primary_key(" + cpp_literal(table.primary_key->name) + ", " +
                              cpp_list(table.primary_key->columns) + ")" + key_words(*table.primary_key));
        }
        for (const auto& unique : table.uniques) {
            entries.push_back("unique(" + cpp_literal(unique.name) + ", " + cpp_list(unique.columns) + ")" +
                              key_words(unique));
        }
        for (const auto& key : table.foreign_keys) {
            entries.push_back("foreign_key(" + cpp_literal(key.name) + ", " + cpp_list(key.columns) + ", " +
                              name_text(key.referred_table) + ", " + cpp_list(key.referred_columns) + ")" +
                              key_words(key));
        }
        for (const auto& check : table.checks) {
            entries.push_back("check(" + cpp_literal(check.name) + ", " + cpp_literal(check.expression) + ")" +
                              key_words(check));
        }
        for (const auto& exclude : table.excludes) {
            entries.push_back("exclude(" + cpp_literal(exclude.name) + ", " + cpp_literal(exclude.method) + ", " +
                              parts_text(exclude.elements) + ", " + cpp_list(exclude.operators) + ")" +
                              key_words(exclude));
        }
        for (const auto& index : table.indexes) {
            entries.push_back("index(" + cpp_literal(index.name) + ", " + parts_text(index.elements) + ")" +
                              index_options(index));
        }
        add_options(table, entries);
        if (!table.comment.empty()) entries.push_back("comment(" + cpp_literal(table.comment) + ")");
        return keeping(block("op.create_table(" + name_text(table.name) + ", ", entries), "restore", op.restored_from);
    }
    std::string operator()(const DropTable& op) const {
        return keeping(call("drop_table", {name_text(op.table)}), "keep", op.kept_as);
    }
    std::string operator()(const RenameTable& op) const {
        return call("rename_table", {name_text(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const AddColumn& op) const {
        return keeping("op.add_column(" + name_text(op.table) + ", " + column_text(op.column) + ");", "restore",
                       op.restored_from);
    }
    std::string operator()(const DropColumn& op) const {
        return keeping(call("drop_column", {name_text(op.table), cpp_literal(op.column)}), "keep", op.kept_as);
    }
    std::string operator()(const RenameColumn& op) const {
        return call("rename_column", {name_text(op.table), cpp_literal(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const AlterColumn& op) const {
        std::string text = "op.alter_column(" + name_text(op.table) + ", " + cpp_literal(op.column) + ")";
        schema::internal::for_each_field<schema::Column>([&](const char* name, auto field) {
            const auto* value = op.patch.find(field);
            if (value == nullptr) return;
            if constexpr (requires { value->has_value(); })
                if (!value->has_value()) {
                    text += std::string(".drop_") + name + "()";
                    return;
                }
            const bool set = std::string_view(name) == "nullable" && argument(*value).empty();
            text += "." + std::string(name) + "(" + (set ? "true" : argument(*value)) + ")";
        });
        if (!op.using_expression.empty()) text += ".using_(" + cpp_literal(op.using_expression) + ")";
        return text + ";";
    }
    std::string operator()(const AlterTable& op) const {
        auto text = "op.alter_table(" + name_text(op.table) + ")";
        for_each_option(op.patch, [&](const std::string& word, const std::string& arguments) {
            text += "." + word + "(" + arguments + ")";
        });
        return text + ";";
    }
    std::string operator()(const CreateIndex& op) const {
        return "op.create_index(" + cpp_literal(op.index.name) + ", " + name_text(op.table) + ", " +
               parts_text(op.index.elements) + ")" + index_options(op.index) + ";";
    }
    std::string operator()(const DropIndex& op) const {
        return call("drop_index", {cpp_literal(op.name), name_text(op.table)});
    }
    std::string operator()(const AddUnique& op) const {
        return "op.create_unique_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_list(op.constraint.columns) + ")" + key_words(op.constraint) + ";";
    }
    std::string operator()(const AddForeignKey& op) const {
        return "op.create_foreign_key(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               name_text(op.constraint.referred_table) + ", " + cpp_list(op.constraint.columns) + ", " +
               cpp_list(op.constraint.referred_columns) + ")" + key_words(op.constraint) + ";";
    }
    std::string operator()(const AddCheck& op) const {
        return "op.create_check_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_literal(op.constraint.expression) + ")" + key_words(op.constraint) + ";";
    }
    std::string operator()(const AddExclude& op) const {
        return "op.create_exclude_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_literal(op.constraint.method) + ", " + parts_text(op.constraint.elements) + ", " +
               cpp_list(op.constraint.operators) + ")" + key_words(op.constraint) + ";";
    }
    std::string operator()(const AddPrimaryKey& op) const {
        return "op.create_primary_key(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_list(op.constraint.columns) + ")" + key_words(op.constraint) + ";";
    }
    std::string operator()(const DropConstraint& op) const {
        return call("drop_constraint", {cpp_literal(op.name), name_text(op.table)});
    }
    std::string operator()(const SetTableComment& op) const {
        return call("set_table_comment", {name_text(op.table), cpp_literal(op.comment)});
    }
    std::string operator()(const CreateObject& op) const { return "op.create_object(" + object_text(op.object) + ");"; }
    std::string operator()(const DropObject& op) const { return "op.drop_object(" + ref_text(op.object) + ");"; }
    std::string operator()(const ReplaceObject& op) const {
        return "op.replace_object(" + (op.before ? object_text(*op.before) + ", " : std::string()) +
               object_text(op.after) + ");";
    }
    std::string operator()(const RenameObject& op) const {
        return "op.rename_object(" + ref_text(op.object) + ", " + cpp_literal(op.name) + ");";
    }
    std::string operator()(const AllowDestructive& op) const {
        return call("allow_destructive", {cpp_literal(op.reason)});
    }
    std::string operator()(const Execute& op) const {
        if (op.per_dialect.empty()) return "op.execute(" + cpp_literal(op.sql, 4) + ");";
        std::vector<std::string> entries;
        for (const auto& [dialect, sql] : op.per_dialect) {
            const auto text = cpp_literal(sql, 8);
            entries.push_back("{" + cpp_literal(dialect) + (text.starts_with('\n') ? "," : ", ") + text + "}");
        }
        if (op.sql.empty()) return block("op.execute(", entries);
        return block("op.execute(" + cpp_literal(op.sql, 4) + ", ", entries);
    }
    std::string operator()(const BulkInsert& op) const {
        std::vector<std::string> entries;
        for (const auto& row : op.rows) {
            std::string entry = "{";
            for (const auto& value : row) {
                if (&value != &row.front()) entry += ", ";
                entry += literal_text(value);
            }
            entries.push_back(entry + "}");
        }
        return block("op.bulk_insert(" + name_text(op.table) + ", " + cpp_list(op.columns) + ", ", entries);
    }
    std::string operator()(const Run&) const {
        throw UsageError("a callback cannot be written into a revision: it has no text");
    }

    /// The statement with `.keep("_dropped_genre_3f2a")`, if it has such a name.
    static std::string keeping(std::string statement, const char* word, const std::string& name) {
        if (name.empty()) return statement;
        statement.pop_back();
        return statement + "." + word + "(" + cpp_literal(name) + ");";
    }
    static std::string call(const std::string& name, const std::vector<std::string>& arguments /* C++ text */) {
        std::string text = "op." + name + "(";
        for (const auto& argument : arguments) text += (&argument == &arguments.front() ? "" : ", ") + argument;
        return text + ");";
    }
};

/// Breaks a statement that is too wide after a comma or before a dot, never inside a literal and preferably not inside
/// a list.
std::string wrapped(const std::string& statement, std::size_t indent) {
    std::string text;
    std::string line(indent, ' ');
    std::size_t start = indent;  // where the current line begins
    std::size_t break_at = 0;    // the last place where it can be broken
    int depth = 0;               // how many lists are open
    bool breaks_in_list = false;
    bool inside = false;
    for (std::size_t at = 0; at < statement.size(); ++at) {
        const char c = statement[at];
        if (c == '\n') {
            text += line + "\n";
            line.assign(indent, ' ');
            start = indent + statement.find_first_not_of(' ', at + 1) - at - 1;
            break_at = 0;
            depth = 0;
            continue;
        }
        if (c == '\\') {  // only literals contain backslashes
            line.append(statement, at++, 2);
            continue;
        }
        if (c == '"') inside = !inside;
        line += c;
        if (line.size() > widest && break_at > start) {
            text += line.substr(0, break_at) + "\n";
            auto rest = line.substr(break_at);
            if (rest.starts_with(' ')) rest.erase(0, 1);
            line = std::string(start + 4, ' ') + rest;
            break_at = 0;
        }
        if (inside || at + 1 == statement.size()) continue;
        if (c == '{') ++depth;
        if (c == '}') --depth;
        const bool here = (c == ',' && statement[at + 1] == ' ') || (c == ')' && statement[at + 1] == '.');
        if (here && (depth == 0 || break_at == 0 || breaks_in_list)) {
            break_at = line.size();
            breaks_in_list = depth > 0;
        }
    }
    return text + line;
}

/// `notes` are comments, one for each operation; an empty one, or none, is not written.
std::string callback(const std::vector<Operation>& operations, const std::vector<std::string>& notes) {
    const auto note = [&](std::size_t i) { return i < notes.size() ? notes[i] : std::string(); };
    if (operations.empty()) return "    []([[maybe_unused]] Operations& op) {\n    }";
    if (operations.size() == 1 && note(0).empty()) {
        const auto statement = render_operation(operations.front());
        auto line = "    [](Operations& op) { " + statement + " }";
        if (statement.find('\n') == std::string::npos && line.size() + 1 <= widest) return line;
    }
    std::string text = "    [](Operations& op) {\n";
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (!note(i).empty()) text += "        // " + note(i) + "\n";
        text += wrapped(render_operation(operations[i]), 8) + "\n";
    }
    return text + "    }";
}

}  // namespace

std::string render_operation(const Operation& operation) { return std::visit(Renderer{}, operation); }

std::string render_revision(const RevisionText& revision) {
    const auto parents = cpp_list(revision.revises);
    return "#include <strata/migrate/revision.hpp>\n"
           "\n"
           "using namespace strata::migrate;\n"
           "\n"
           "STRATA_REVISION(" +
           revision.id + ", revises(" + parents.substr(1, parents.size() - 2) + "), " + cpp_literal(revision.message) +
           ",\n" + callback(revision.upgrade, revision.upgrade_notes) + ",\n" + callback(revision.downgrade, {}) +
           ")\n";
}

}  // namespace strata::migrate
