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

template <class E>
std::string enumerator(const char* type, E value) {
    return std::string(type) + "::" + boost::describe::enum_to_string(value, "");
}

std::string parts_text(const std::vector<schema::IndexElement>& elements);

/// The C++ text of a field's value, as the argument of the field's word. A new type of field does not compile until its
/// text is said here.
std::string value_text(bool value) { return value ? "true" : "false"; }
std::string value_text(int value) { return std::to_string(value); }
std::string value_text(std::int64_t value) { return number(value); }
std::string value_text(const std::string& text) { return cpp_literal(text); }
std::string value_text(const std::vector<std::string>& texts) { return cpp_list(texts); }
std::string value_text(const schema::QualifiedName& name) { return name_text(name); }
std::string value_text(const schema::Type& type) { return type_text(type); }
std::string value_text(const schema::ServerDefault& value) { return default_text(value); }
std::string value_text(schema::ReferentialAction action) { return action_name(action); }
std::string value_text(schema::Deferrable value) { return enumerator("Deferrable", value); }
std::string value_text(schema::Match value) { return enumerator("Match", value); }
std::string value_text(schema::Nulls value) { return enumerator("Nulls", value); }
std::string value_text(schema::Numbering value) { return enumerator("Numbering", value); }
std::string value_text(schema::ObjectKind kind) { return enumerator("ObjectKind", kind); }
std::string value_text(const schema::ObjectRef& ref) {
    return "ObjectRef{" + value_text(ref.kind) + ", " + name_text(ref.name) + ", " + name_text(ref.table) + ", " +
           cpp_literal(ref.arguments) + "}";
}
std::string value_text(const std::vector<schema::IndexElement>& elements) { return parts_text(elements); }
template <class T>
std::string value_text(const std::optional<T>& value) {
    return value ? value_text(*value) : "std::nullopt";
}
std::string value_text(const std::vector<schema::QualifiedName>& names) {
    std::string text = "{";
    for (const auto& name : names) {
        if (&name != &names.front()) text += ", ";
        text += "QualifiedName{" + cpp_literal(name.schema) + ", " + cpp_literal(name.name) + "}";
    }
    return text + "}";
}
std::string value_text(const std::vector<schema::KeyOrder>& orders) {
    std::string text = "{";
    for (const auto& order : orders) {
        if (&order != &orders.front()) text += ", ";
        text += "KeyOrder{" + cpp_literal(order.collation) + ", " + value_text(order.descending) + "}";
    }
    return text + "}";
}
std::string value_text(const schema::SequenceOptions& options) {
    std::string text;
    const schema::SequenceOptions plain;
    schema::internal::for_each_field<schema::SequenceOptions>([&](const char* name, auto field) {
        if (options.*field == plain.*field) return;
        text += (text.empty() ? "." : ", .") + std::string(name) + " = " + value_text(options.*field);
    });
    return "SequenceOptions{" + text + "}";
}
std::string value_text(const schema::Identity& identity) {
    if (!identity) return "false";
    if (identity.sequence.empty() && identity.options == schema::SequenceOptions()) {
        return identity.kind == schema::Numbering::automatic ? "" : value_text(identity.kind);
    }
    return "Identity{" + value_text(identity.kind) + ", " + name_text(identity.sequence) + ", " +
           value_text(identity.options) + "}";
}

/// The words of the fields that are not said otherwise and differ from the default: `.unique().where("x > 0")`.
/// `positional` are the fields that the call's arguments say.
template <class Struct>
std::string words(const Struct& value, std::initializer_list<std::string_view> positional) {
    std::string text;
    const Struct plain{};
    schema::internal::for_each_field<Struct>([&](std::string_view name, auto field) {
        if (std::find(positional.begin(), positional.end(), name) != positional.end()) return;
        if (value.*field == plain.*field) return;
        text += "." + std::string(name) + "(";
        if constexpr (!std::is_same_v<std::decay_t<decltype(value.*field)>, bool>) text += value_text(value.*field);
        text += ")";
    });
    return text;
}

/// The word for a table's option.
std::string option_word(std::string_view field) { return std::string(field == "module" ? "virtual_table" : field); }

std::string column_text(const schema::Column& column) {
    return "column(" + cpp_literal(column.name) + ", " + type_text(column.type) + ")" + words(column, {"name", "type"});
}

std::string element_text(const schema::IndexElement& element) {
    auto part =
        element.column.empty() ? "expression(" + cpp_literal(element.expression) + ")" : cpp_literal(element.column);
    const auto more = words(element, {"column", "expression", "descending"});
    if (element.descending)
        part = "desc(" + part + ")";
    else if (!more.empty() && !element.column.empty())
        part = "asc(" + part + ")";
    return part + more;
}
std::string parts_text(const std::vector<schema::IndexElement>& elements) {
    std::string text = "{";
    for (const auto& element : elements) text += (&element == &elements.front() ? "" : ", ") + element_text(element);
    return text + "}";
}
std::string exclusions_text(const schema::ExcludeConstraint& exclude) {
    std::string text = "{";
    for (std::size_t i = 0; i < exclude.elements.size(); ++i) {
        text += (i > 0 ? ", {" : "{") + element_text(exclude.elements[i]) + ", " +
                cpp_literal(i < exclude.operators.size() ? exclude.operators[i] : std::string()) + "}";
    }
    return text + "}";
}

std::string options_of(const schema::PrimaryKey& key) { return words(key, {"name", "columns"}); }
std::string options_of(const schema::UniqueConstraint& unique) { return words(unique, {"name", "columns"}); }
std::string options_of(const schema::ForeignKey& key) {
    return words(key, {"name", "columns", "referred_table", "referred_columns"});
}
std::string options_of(const schema::CheckConstraint& check) { return words(check, {"name", "expression"}); }
std::string options_of(const schema::Index& index) { return words(index, {"name", "elements"}); }
std::string options_of(const schema::ExcludeConstraint& exclude) {
    auto text = words(exclude, {"name", "elements", "operators", "method"});
    if (exclude.method != "gist") text = ".method(" + cpp_literal(exclude.method) + ")" + text;
    return text;
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

/// Whether a field of a table can be an option, by its type: the parts of a table are not.
template <class T, class... Parts>
inline constexpr bool is_none_of = (!std::is_same_v<T, Parts> && ...);
template <class T>
inline constexpr bool is_option_value =
    is_none_of<T, std::vector<schema::Column>, std::optional<schema::PrimaryKey>, std::vector<schema::UniqueConstraint>,
               std::vector<schema::ForeignKey>, std::vector<schema::CheckConstraint>, std::vector<schema::Index>,
               std::vector<schema::ExcludeConstraint>>;

struct Renderer {
    std::string operator()(const CreateTable& op) const {
        const schema::Table& table = op.table;
        std::vector<std::string> entries;
        entries.reserve(table.columns.size());
        for (const auto& column : table.columns) entries.push_back(column_text(column));
        if (table.primary_key) {
            entries.push_back("primary_key(" + cpp_literal(table.primary_key->name) + ", " +
                              cpp_list(table.primary_key->columns) + ")" + options_of(*table.primary_key));
        }
        for (const auto& unique : table.uniques) {
            entries.push_back("unique(" + cpp_literal(unique.name) + ", " + cpp_list(unique.columns) + ")" +
                              options_of(unique));
        }
        for (const auto& key : table.foreign_keys) {
            entries.push_back("foreign_key(" + cpp_literal(key.name) + ", " + cpp_list(key.columns) + ", " +
                              name_text(key.referred_table) + ", " + cpp_list(key.referred_columns) + ")" +
                              options_of(key));
        }
        for (const auto& check : table.checks) {
            entries.push_back("check(" + cpp_literal(check.name) + ", " + cpp_literal(check.expression) + ")" +
                              options_of(check));
        }
        for (const auto& exclude : table.excludes) {
            entries.push_back("exclude(" + cpp_literal(exclude.name) + ", " + exclusions_text(exclude) + ")" +
                              options_of(exclude));
        }
        for (const auto& index : table.indexes) {
            entries.push_back("index(" + cpp_literal(index.name) + ", " + parts_text(index.elements) + ")" +
                              options_of(index));
        }
        if (!table.comment.empty()) entries.push_back("comment(" + cpp_literal(table.comment) + ")");
        const schema::Table plain;
        schema::internal::for_each_field<schema::Table>([&](std::string_view name, auto field) {
            using T = std::decay_t<decltype(table.*field)>;
            if constexpr (is_option_value<T>) {
                if (schema::internal::has_own_operations<schema::Table>(name) || table.*field == plain.*field) return;
                entries.push_back(option_word(name) + "(" +
                                  (std::is_same_v<T, bool> ? std::string() : value_text(table.*field)) + ")");
            }
        });
        return block("op.create_table(" + name_text(table.name) + ", ", entries);
    }
    std::string operator()(const DropTable& op) const { return call("drop_table", {name_text(op.table)}); }
    std::string operator()(const RenameTable& op) const {
        return call("rename_table", {name_text(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const AddColumn& op) const {
        return "op.add_column(" + name_text(op.table) + ", " + column_text(op.column) + ");";
    }
    std::string operator()(const DropColumn& op) const {
        return call("drop_column", {name_text(op.table), cpp_literal(op.column)});
    }
    std::string operator()(const RenameColumn& op) const {
        return call("rename_column", {name_text(op.table), cpp_literal(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const AlterColumn& op) const {
        std::string text = "op.alter_column(" + name_text(op.table) + ", " + cpp_literal(op.column) + ")";
        schema::internal::for_each_field<schema::Column>([&](const char* name, auto field) {
            const auto* value = op.patch.find(field);
            if (value == nullptr) return;
            if constexpr (requires { value->has_value(); }) {
                if (!value->has_value()) {
                    text += std::string(".drop_") + name + "()";
                    return;
                }
            }
            text += std::string(".") + name + "(" + value_text(*value) + ")";
        });
        if (!op.using_expression.empty()) text += ".using_(" + cpp_literal(op.using_expression) + ")";
        return text + ";";
    }
    std::string operator()(const AlterTable& op) const {
        std::string text = "op.alter_table(" + name_text(op.table) + ")";
        schema::internal::for_each_field<schema::Table>([&](const char* name, auto field) {
            if constexpr (is_option_value<std::decay_t<decltype(schema::Table().*field)>>) {
                if (const auto* value = op.patch.find(field))
                    text += "." + option_word(name) + "(" + value_text(*value) + ")";
            }
        });
        return text + ";";
    }
    std::string operator()(const CreateIndex& op) const {
        return "op.create_index(" + cpp_literal(op.index.name) + ", " + name_text(op.table) + ", " +
               parts_text(op.index.elements) + ")" + options_of(op.index) + ";";
    }
    std::string operator()(const DropIndex& op) const {
        return call("drop_index", {cpp_literal(op.name), name_text(op.table)});
    }
    std::string operator()(const AddUnique& op) const {
        return "op.create_unique_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_list(op.constraint.columns) + ")" + options_of(op.constraint) + ";";
    }
    std::string operator()(const AddForeignKey& op) const {
        return "op.create_foreign_key(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               name_text(op.constraint.referred_table) + ", " + cpp_list(op.constraint.columns) + ", " +
               cpp_list(op.constraint.referred_columns) + ")" + options_of(op.constraint) + ";";
    }
    std::string operator()(const AddCheck& op) const {
        return "op.create_check_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_literal(op.constraint.expression) + ")" + options_of(op.constraint) + ";";
    }
    std::string operator()(const AddExclude& op) const {
        return "op.create_exclude_constraint(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               exclusions_text(op.constraint) + ")" + options_of(op.constraint) + ";";
    }
    std::string operator()(const AddPrimaryKey& op) const {
        return "op.create_primary_key(" + cpp_literal(op.constraint.name) + ", " + name_text(op.table) + ", " +
               cpp_list(op.constraint.columns) + ")" + options_of(op.constraint) + ";";
    }
    std::string operator()(const DropConstraint& op) const {
        return call("drop_constraint", {cpp_literal(op.name), name_text(op.table)});
    }
    std::string operator()(const SetTableComment& op) const {
        return call("set_table_comment", {name_text(op.table), cpp_literal(op.comment)});
    }
    std::string operator()(const CreateObject& op) const {
        const auto& object = op.object;
        std::string text;
        if (object.ref.kind == schema::ObjectKind::enum_type && object.definition.empty()) {
            text = "op.create_enum(" + name_text(object.ref.name) + ", " + cpp_list(object.labels) + ")" +
                   words(object.ref, {"kind", "name"}) + words(object, {"ref", "definition", "labels"});
        } else {
            text = "op.create_object(" + value_text(object.ref.kind) + ", " + name_text(object.ref.name) + ", " +
                   cpp_literal(object.definition, 4) + ")" + words(object.ref, {"kind", "name"}) +
                   words(object, {"ref", "definition"});
        }
        return text + ";";
    }
    std::string operator()(const DropObject& op) const { return "op.drop_object(" + value_text(op.object) + ");"; }
    std::string operator()(const ReplaceObject& op) const {
        return "op.replace_object(" + (op.before ? object_text(*op.before) + ", " : std::string()) +
               object_text(op.after) + ");";
    }
    std::string operator()(const RenameObject& op) const {
        return "op.rename_object(" + value_text(op.object) + ", " + cpp_literal(op.name) + ");";
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

    static std::string object_text(const schema::Object& object) {
        return "Object{" + value_text(object.ref) + ", " + cpp_literal(object.definition) + ", " +
               cpp_list(object.completions) + ", " + cpp_list(object.labels) + ", " + cpp_literal(object.comment) +
               ", {}}";
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

std::string callback(const std::vector<Operation>& operations) {
    if (operations.empty()) return "    []([[maybe_unused]] Operations& op) {\n    }";
    if (operations.size() == 1) {
        const auto statement = render_operation(operations.front());
        auto line = "    [](Operations& op) { " + statement + " }";
        if (statement.find('\n') == std::string::npos && line.size() + 1 <= widest) return line;
    }
    std::string text = "    [](Operations& op) {\n";
    for (const auto& operation : operations) text += wrapped(render_operation(operation), 8) + "\n";
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
           ",\n" + callback(revision.upgrade) + ",\n" + callback(revision.downgrade) + ")\n";
}

}  // namespace strata::migrate
