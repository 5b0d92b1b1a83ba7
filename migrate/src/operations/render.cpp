#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>
#include <strata/schema/internal/cpp_literal.hpp>
#include <strata/schema/internal/cpp_text.hpp>
#include <strata/schema/internal/fields.hpp>

#include <algorithm>

namespace strata::migrate {

namespace {

using namespace schema::internal;

constexpr std::size_t widest = 120;

// A field's value as the argument of its word, where the vocabulary's own text does not have it.

using schema::internal::argument;
std::string argument(const schema::Type& value) { return type_text(value); }
std::string argument(const std::optional<std::string>& value) { return cpp_literal(value.value_or("")); }
std::string argument(const std::optional<schema::ServerDefault>& value) { return value ? default_text(*value) : ""; }

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
    auto text = "{" + kind_text(ref.kind) + ", " + name_text(ref.name);
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

/// An empty name alone would be one by the naming convention.
template <class Part>
const char* unnamed(const Part& part) {
    return part.name.empty() ? ".unnamed()" : "";
}

struct Renderer {
    std::string operator()(const CreateTable& op) const {
        const schema::Table& table = op.table;
        std::vector<std::string> entries;
        entries.reserve(table.columns.size());
        for (const auto& column : table.columns) entries.push_back(column_text(column));
        if (table.primary_key) {
            entries.push_back("primary_key(" + cpp_literal(table.primary_key->name) + ", " +
                              cpp_list(table.primary_key->columns) + ")" + unnamed(*table.primary_key) +
                              key_words(*table.primary_key));
        }
        for (const auto& unique : table.uniques) {
            entries.push_back("unique(" + cpp_literal(unique.name) + ", " + cpp_list(unique.columns) + ")" +
                              unnamed(unique) + key_words(unique));
        }
        for (const auto& key : table.foreign_keys) {
            entries.push_back("foreign_key(" + cpp_literal(key.name) + ", " + cpp_list(key.columns) + ", " +
                              name_text(key.referred_table) + ", " + cpp_list(key.referred_columns) + ")" +
                              unnamed(key) + key_words(key));
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
        return flagged(
            keeping(block("op.create_table(" + name_text(table.name) + ", ", entries), "restore", op.restored_from),
            op);
    }
    std::string operator()(const DropTable& op) const {
        return flagged(keeping(call("drop_table", {name_text(op.table)}), "keep", op.kept_as), op);
    }
    std::string operator()(const RenameTable& op) const {
        return call("rename_table", {name_text(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const AddColumn& op) const {
        return flagged(keeping("op.add_column(" + name_text(op.table) + ", " + column_text(op.column) + ");", "restore",
                               op.restored_from),
                       op);
    }
    std::string operator()(const DropColumn& op) const {
        return flagged(keeping(call("drop_column", {name_text(op.table), cpp_literal(op.column)}), "keep", op.kept_as),
                       op);
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
        return flagged("op.create_index(" + cpp_literal(op.index.name) + ", " + name_text(op.table) + ", " +
                           parts_text(op.index.elements) + ")" + index_options(op.index) + ";",
                       op);
    }
    std::string operator()(const DropIndex& op) const {
        return flagged(call("drop_index", {cpp_literal(op.name), name_text(op.table)}), op);
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
        return flagged(call("drop_constraint", {cpp_literal(op.name), name_text(op.table)}), op);
    }
    std::string operator()(const RenameIndex& op) const {
        return call("rename_index", {name_text(op.table), cpp_literal(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const RenameConstraint& op) const {
        return call("rename_constraint", {name_text(op.table), cpp_literal(op.from), cpp_literal(op.to)});
    }
    std::string operator()(const ValidateConstraint& op) const {
        return call("validate_constraint", {cpp_literal(op.name), name_text(op.table)});
    }
    std::string operator()(const RenameEnumLabel& op) const {
        return call("rename_enum_label", {name_text(op.type), cpp_literal(op.from), cpp_literal(op.to)});
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
    std::string operator()(const SetPrivileges& op) const {
        using schema::internal::privileges_text;
        return "op.set_privileges(" + (op.before ? privileges_text(*op.before) + ", " : std::string()) +
               privileges_text(op.after) + ");";
    }
    std::string operator()(const AllowDestructive& op) const {
        return call("allow_destructive", {cpp_literal(op.reason)});
    }
    std::string operator()(const Execute& op) const {
        auto text = execute_text(op);
        text.pop_back();  // the semicolon
        if (op.declared) {
            text += ".declares([](Operations& declared) {\n";
            for (const auto& operation : op.declared->operations) {
                text += "    declared";
                // Each is a statement on `op`, which the name of the revision's own would hide.
                for (const char c : render_operation(operation).substr(2))
                    text += c == '\n' ? "\n    " : std::string(1, c);
                text += '\n';
            }
            text += "})";
        }
        if (op.touched) {
            text += ".touches({";
            for (const auto& ref : *op.touched) text += (&ref == &op.touched->front() ? "" : ", ") + ref_text(ref);
            text += "})";
        }
        return text + ";";
    }
    static std::string execute_text(const Execute& op) {
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
        return block("op.bulk_insert(" + name_text(op.table) + ", " + cpp_list(op.columns) + ", ", row_texts(op.rows));
    }
    std::string operator()(const ChangeRows& op) const {
        const auto one_side = [&](const char* word, const schema::SeedRows& list) {
            return block("op." + std::string(word) + "(" + name_text(list.table) + ", " + cpp_list(list.key) + ", " +
                             cpp_list(list.columns) + ", ",
                         row_texts(list.rows));
        };
        if (op.before.rows.empty()) return one_side("insert_rows", op.after);
        if (op.after.rows.empty()) return one_side("delete_rows", op.before);
        std::string text = "op.change_rows(\n";
        for (const auto* list : {&op.before, &op.after}) {
            text +=
                "    {" + name_text(list->table) + ", " + cpp_list(list->key) + ", " + cpp_list(list->columns) + ", {";
            for (const auto& row : row_texts(list->rows)) text += "\n        " + row + ",";
            text += list == &op.before ? "\n    }},\n" : "\n    }});";
        }
        return text;
    }
    static std::vector<std::string> row_texts(const std::vector<std::vector<Literal>>& rows) {
        std::vector<std::string> entries;
        for (const auto& row : rows) {
            std::string entry = "{";
            for (const auto& value : row) {
                if (&value != &row.front()) entry += ", ";
                entry += literal_text(value);
            }
            entries.push_back(entry + "}");
        }
        return entries;
    }
    std::string operator()(const Fill& op) const {
        return call("fill", {name_text(op.table), cpp_literal(op.column), literal_text(op.value)});
    }
    std::string operator()(const Run& op) const {
        throw UsageError((op.name.empty() ? "a callback" : "the callback '" + op.name + "'") +
                         " cannot be written into a revision: it has no text");
    }

    /// The statement with `.keep("_dropped_genre_3f2a")`, if it has such a name.
    static std::string keeping(std::string statement, const char* word, const std::string& name) {
        if (name.empty()) return statement;
        statement.pop_back();
        return statement + "." + word + "(" + cpp_literal(name) + ");";
    }
    /// The statement with `.if_exists()`, `.if_not_exists()` and `.concurrently()`, as the operation says.
    template <class O>
    static std::string flagged(std::string statement, const O& op) {
        const auto add = [&](bool said, const char* word) {
            if (!said) return;
            statement.pop_back();
            statement += std::string(".") + word + "();";
        };
        if constexpr (requires { op.if_exists; }) add(op.if_exists, "if_exists");
        if constexpr (requires { op.if_not_exists; }) add(op.if_not_exists, "if_not_exists");
        if constexpr (requires { op.concurrently; }) add(op.concurrently, "concurrently");
        return statement;
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
    const auto arguments = [](const std::vector<std::string>& list) {
        const auto braced = cpp_list(list);
        return braced.substr(1, braced.size() - 2);
    };
    auto parents = "revises(" + arguments(revision.revises) + ")";
    for (const auto& label : revision.labels) parents += ".label(" + cpp_literal(label) + ")";
    if (!revision.replaces.empty()) parents += ".replaces(" + arguments(revision.replaces) + ")";
    if (!revision.depends_on.empty()) parents += ".depends_on(" + arguments(revision.depends_on) + ")";
    return "#include <strata/migrate/revision.hpp>\n"
           "\n"
           "using namespace strata::migrate;\n"
           "\n"
           "STRATA_REVISION(" +
           revision.id + ", " + parents + ", " + cpp_literal(revision.message) + ",\n" +
           callback(revision.upgrade, revision.upgrade_notes) + ",\n" +
           (revision.reversible ? callback(revision.downgrade, {}) : "    {}") + ")\n";
}

}  // namespace strata::migrate
