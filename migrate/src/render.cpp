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

/// The properties of the table itself, an entry each.
void add_options(const schema::Table& table, std::vector<std::string>& entries) {
    const schema::Table plain;
    schema::internal::for_each_field<schema::Table>([&](std::string_view name, auto field) {
        using Field = std::decay_t<decltype(table.*field)>;
        if constexpr (requires(const Field& value) { argument(value); }) {
            if (name == "name" || name == "comment" || name == "partition_bound" || table.*field == plain.*field)
                return;
            std::string word(name);
            if (word == "parameters") word = "storage_parameters";
            if (word == "module") word = "virtual_table";
            std::string arguments = argument(table.*field);
            if (word == "partition_of") arguments += ", " + cpp_literal(table.partition_bound);
            entries.push_back(word + "(" + arguments + ")");
        }
    });
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
        if (op.type) text += ".type(" + type_text(*op.type) + ")";
        if (op.nullable) text += std::string(".nullable(") + (*op.nullable ? "true" : "false") + ")";
        if (op.server_default) {
            text += *op.server_default ? ".server_default(" + default_text(**op.server_default) + ")"
                                       : ".drop_server_default()";
        }
        if (op.identity) text += ".identity(" + argument(*op.identity) + ")";
        if (op.comment) text += ".comment(" + cpp_literal(*op.comment) + ")";
        if (!op.using_expression.empty()) text += ".using_(" + cpp_literal(op.using_expression) + ")";
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
