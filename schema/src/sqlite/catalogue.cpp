#include "sqlite/catalogue.hpp"

#include "ddl/foreign_key.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/stored_forms.hpp"
#include "sqlite/table_reader.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/internal/table_index.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace strata::schema::sqlite {
namespace {

using namespace detail::sqlite;

/// A row of sqlite_schema.
struct SchemaRow {
    std::string type;
    std::string name;
    std::string table;
    std::string sql;  ///< empty when SQLite made the object for a constraint
};

bool internal(const std::string& name) { return name.starts_with("sqlite_"); }

std::vector<SchemaRow> objects(core::Connection& connection) {
    std::vector<SchemaRow> result;
    auto cursor =
        connection.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY rowid");
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        result.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
    }
    return result;
}

/// Shadow tables, in which virtual tables store their rows, where SQLite knows the module.
std::set<std::string, NameOrder> shadow_tables(core::Connection& connection) {
    std::set<std::string, NameOrder> result;
    auto cursor = connection.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'");
    while (cursor.next()) result.emplace(cursor.row().text(0));
    return result;
}

bool is_virtual(const SchemaRow& row) { return row.type == "table" && row.sql.starts_with("CREATE VIRTUAL "); }

/// The name of a virtual table's module; empty where its statement cannot be read.
std::string module_of(const SchemaRow& row) {
    try {
        const std::string module = parse_create_virtual_table(row.sql).module;
        return module.substr(0, module.find_first_of("( \t\n"));
    } catch (const UsageError&) {
        return {};
    }
}

/// The names in which SQLite's own modules end their shadow tables', for a database whose module is not there.
/// https://sqlite.org/fts5.html, https://sqlite.org/fts3.html, https://sqlite.org/rtree.html
bool known_shadow(std::string_view ending) {
    static constexpr std::array<std::string_view, 11> endings{
        "data", "idx", "content", "docsize", "config", "stat", "segments", "segdir", "node", "rowid", "parent"};
    return std::any_of(endings.begin(), endings.end(),
                       [&](auto each) { return detail::sqlite::same_name(each, ending); });
}

/// SQLite takes "" as a name; no identifier of ours is empty.
bool has_empty_name(const ParsedTable& table) {
    return table.name.empty() ||
           std::any_of(table.columns.begin(), table.columns.end(), [](const auto& each) { return each.name.empty(); });
}

bool refers_to_empty_name(const ParsedTable& table) {
    const auto refers = [](const Clause& clause) {
        if (clause.kind != ClauseKind::foreign_key) return false;
        const auto& columns = clause.references->columns;
        return clause.references->table.empty() || std::find(columns.begin(), columns.end(), "") != columns.end();
    };
    return std::any_of(table.constraints.begin(), table.constraints.end(), refers) ||
           std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
               return std::any_of(column.clauses.begin(), column.clauses.end(), refers);
           });
}

class Reader {
public:
    explicit Reader(core::Connection& connection) : connection_(connection) {}

    MetaData read() {
        const core::Transaction snapshot(connection_);
        objects_ = objects(connection_);
        shadows_ = shadow_tables(connection_);
        add_unknown_shadows();
        parse_tables();
        for (const auto& object : objects_) {
            const auto stored = stored_.find(object.name);
            if (object.type == "table" && stored != stored_.end())
                metadata_.tables.push_back(read_table(stored->second, stored_));
            else if (is_virtual(object))
                read_virtual(object);
        }
        check_columns();
        {
            const schema::internal::TableIndex<MetaData> tables(metadata_);
            for (const auto& object : objects_) read_other(object, tables);
            for (auto& table : metadata_.tables)
                for (auto& key : table.foreign_keys) {
                    const Table* referred = tables.find(key.referred_table);
                    key.dangling = referred == nullptr || !detail::has_referred_key(*referred, key, &catalogue());
                }
        }
        note_unusable();
        return std::move(metadata_);
    }

private:
    /// The tables whose module is not there, and the views that need them. They are read like the others.
    void note_unusable() {
        for (bool more = !unusable_.empty(); more;) {
            more = false;
            for (const auto& object : metadata_.objects)
                for (const auto& need : object.needs)
                    if (object.ref.kind == ObjectKind::view && unusable_.contains(need))
                        more = unusable_.emplace(object.ref, "it needs " + need.text() + ", which cannot be used")
                                   .second ||
                               more;
        }
        for (const auto& [ref, reason] : unusable_) metadata_.notes.push_back({ref, reason});
    }

    /// SQLite does not know the shadow tables of a module that is not there.
    void add_unknown_shadows() {
        std::set<std::string, NameOrder> modules;
        auto cursor = connection_.query("SELECT name FROM pragma_module_list");
        while (cursor.next()) modules.emplace(cursor.row().text(0));
        for (const auto& owner : objects_) {
            if (!is_virtual(owner) || modules.contains(module_of(owner))) continue;
            unusable_.emplace(
                ObjectRef{ObjectKind::table, owner.name},
                "its module " + module_of(owner) + " is not there, so it can be neither used nor created");
            for (const auto& object : objects_) {
                const std::string& name = object.name;
                const auto length = owner.name.size();
                if (object.type == "table" && name.size() > length && name[length] == '_' &&
                    detail::sqlite::same_name(name.substr(0, length), owner.name) &&
                    known_shadow(std::string_view(name).substr(length + 1)))
                    shadows_.insert(name);
            }
        }
    }

    void parse_tables() {
        for (const auto& object : objects_) {
            if (object.type == "table" || object.type == "view") {
                relations_.emplace(
                    object.name, ObjectRef{object.type == "view" ? ObjectKind::view : ObjectKind::table, object.name});
            }
            if (object.type != "table" || internal(object.name) || is_virtual(object)) continue;
            if (shadows_.contains(object.name) || is_version_table(object.name)) continue;
            try {
                StoredTable table{object.sql, parse_create_table(object.sql)};
                if (has_empty_name(table.parsed))
                    cannot_compare(object.name, "it has an empty name, or a column of it has");
                else if (refers_to_empty_name(table.parsed))
                    cannot_compare(object.name, "a foreign key of it refers to an empty name");
                else
                    stored_.emplace(object.name, std::move(table));
            } catch (const UsageError& error) {
                cannot_compare(object.name, error.what());
            }
        }
    }

    /// A table that cannot be parsed does not keep the others from being compared.
    void cannot_compare(const std::string& table, const std::string& reason) {
        metadata_.unmanaged.push_back({{ObjectKind::table, table}, reason});
    }

    /// Compares with SQLite's own view of the columns: adds the NOT NULL that SQLite implies, and finds SQL that was
    /// misread.
    void check_columns() {
        auto cursor = connection_.query(
            "SELECT m.name, x.name, x.\"notnull\" FROM main.sqlite_schema AS m, pragma_table_xinfo(m.name, 'main') AS "
            "x "
            "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY m.rowid, x.cid");
        const schema::internal::TableIndex<MetaData> tables(metadata_);
        std::map<const Table*, std::size_t> counts;
        std::set<std::string> misread;
        std::string of;  // the table whose columns are being read, one after the other
        Table* table = nullptr;
        std::size_t* count = nullptr;
        while (cursor.next()) {
            const core::Row& row = cursor.row();
            if (const auto name = row.text(0); count == nullptr || name != of) {
                of = name;
                table = tables.find(QualifiedName(of));
                count = &counts[table];
            }
            if (table == nullptr) continue;
            const auto name = row.text(1);
            const std::size_t place = (*count)++;
            Column* column = place < table->columns.size() && table->columns[place].name == name
                                 ? &table->columns[place]
                                 : table->find_column(name);
            if (column == nullptr)
                misread.insert(of);
            else if (row.integer(2) != 0)
                column->nullable = false;
        }
        for (const auto& each : metadata_.tables)
            if (counts[&each] != each.columns.size()) misread.insert(each.name.name);
        for (const auto& name : misread)
            cannot_compare(name, "its stored SQL does not say the columns that SQLite sees; please report it");
        std::erase_if(metadata_.tables, [&](const Table& each) { return misread.contains(each.name.name); });
    }

    void read_virtual(const SchemaRow& object) {
        try {
            auto parsed = parse_create_virtual_table(object.sql);
            Table table;
            table.name = object.name;
            table.needs = needs_of(object, parsed.module);
            table.module = std::move(parsed.module);
            metadata_.tables.push_back(std::move(table));
        } catch (const UsageError& error) {
            cannot_compare(object.name, error.what());
        }
    }

    /// The tables and views that a text names, whatever it does with them: a name too many only orders the objects.
    [[nodiscard]] Needs needs_of(const SchemaRow& object, const std::string& sql) const {
        std::set<ObjectRef> found;
        for (const Token& token : tokenize(sql)) {
            if (token.kind == TokenKind::symbol || token.kind == TokenKind::number) continue;
            const auto relation = relations_.find(identifier(token.span.of(sql)));
            if (relation == relations_.end() || detail::sqlite::same_name(relation->first, object.name)) continue;
            if (!internal(relation->first) && !shadows_.contains(relation->first)) found.insert(relation->second);
        }
        Needs needs;
        needs.assign(found.begin(), found.end());
        return needs;
    }

    void read_other(const SchemaRow& object, const schema::internal::TableIndex<MetaData>& tables) {
        if (object.type == "index") {
            Table* table = tables.find(on_table(object));
            if (object.sql.empty() || table == nullptr) return;
            try {
                table->indexes.push_back(read_index(object.sql, stored_.at(table->name.name).parsed));
            } catch (const UsageError& error) {
                table->unmanaged.push_back({{ObjectKind::index, object.name, table->name}, error.what()});
            }
        } else if (object.type == "trigger" || object.type == "view") {
            const bool trigger = object.type == "trigger";
            schema::Object read;
            read.ref.kind = trigger ? ObjectKind::trigger : ObjectKind::view;
            read.ref.name = object.name;
            if (trigger) read.ref.table = on_table(object);
            read.definition = object.sql;
            try {
                read.needs = needs_of(object, object.sql);
            } catch (const UsageError&) {  // a quote that is not closed, which SQLite has taken
                read.needs = {};
            }
            metadata_.objects.push_back(std::move(read));
        }
    }

    /// The table's or view's name as its own CREATE spells it; an index or a trigger may use other case.
    [[nodiscard]] std::string on_table(const SchemaRow& object) const {
        const auto found = relations_.find(object.table);
        return found == relations_.end() ? object.table : found->first;
    }

    core::Connection& connection_;
    std::vector<SchemaRow> objects_;
    std::set<std::string, NameOrder> shadows_;
    std::map<std::string, ObjectRef, NameOrder> relations_;  ///< tables and views
    StoredTables stored_;
    std::map<ObjectRef, std::string> unusable_;  ///< and why
    MetaData metadata_;
};

/// The columns of a view. Throws Error when the view cannot be read.
std::vector<Column> columns_of(core::Connection& connection, const std::string& view) {
    const core::Value name[] = {core::Value::text(view)};
    auto cursor = connection.query("SELECT name, type FROM pragma_table_xinfo(?, 'main') ORDER BY cid", name);
    std::vector<Column> columns;
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        Column column;
        column.name = row.text(0);
        column.type = parse_type(std::string(row.text(1)));
        column.nullable = true;
        columns.push_back(std::move(column));
    }
    return columns;
}

class SqliteCatalogue final : public detail::Catalogue {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override {
        static const core::Dialect& dialect = core::dialect_for("sqlite");
        return dialect;
    }

    [[nodiscard]] std::string current_schema(core::Connection&) const override { return "main"; }

    [[nodiscard]] std::vector<std::string> schema_names(core::Connection&) const override { return {"main"}; }

    [[nodiscard]] bool has_table(core::Connection& connection, const std::string& schema,
                                 std::string_view name) const override {
        const core::Value values[] = {core::Value::text(name)};
        return connection
            .scalar("SELECT 1 FROM " + dialect().quoted(schema) +
                        ".sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
                    values)
            .has_value();
    }

    [[nodiscard]] MetaData reflect(core::Connection& connection, const ReflectOptions&) const override {
        return Reader(connection).read();
    }

    [[nodiscard]] UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata) const override {
        return sqlite::other_forms(connection, metadata);
    }

    [[nodiscard]] UnmanagedList notes(core::Connection& connection, const ReflectOptions&) const override {
        return Reader(connection).read().notes;
    }

    [[nodiscard]] std::map<QualifiedName, std::vector<Column>> view_columns(core::Connection& connection,
                                                                            const ReflectOptions&) const override {
        std::vector<std::string> views;
        {
            auto cursor = connection.query("SELECT name FROM main.sqlite_schema WHERE type = 'view' ORDER BY name");
            while (cursor.next()) views.emplace_back(cursor.row().text(0));
        }
        std::map<QualifiedName, std::vector<Column>> result;
        for (const auto& view : views) {
            try {
                result.emplace(view, columns_of(connection, view));
            } catch (const Error& error) {  // it needs what is not there any more, and cannot be read
                if (!detail::sqlite::is_about_schema(error)) throw;
            }
        }
        return result;
    }

    [[nodiscard]] std::vector<detail::Relation> relations(core::Connection& connection,
                                                          const std::set<std::string>& /*it has one*/) const override {
        std::vector<detail::Relation> result;
        for (const auto& object : objects(connection))
            if (object.type == "table" || object.type == "view") result.push_back({object.name, object.type});
        return result;
    }

    [[nodiscard]] bool same_name(const std::string& left, const std::string& right) const override {
        return detail::sqlite::same_name(left, right);
    }

    /// SQLite looks a parent row up by the column's own collation, so it takes no index in another one; the rowid has
    /// none. https://sqlite.org/foreignkeys.html#fk_indexes
    [[nodiscard]] bool is_key_by(const Table& table, const std::string& column,
                                 const std::string& collation) const override {
        const Column* found = table.find_column(column);
        if (collation.empty() || found == nullptr || (found->identity && !table.without_rowid)) return true;
        return detail::sqlite::same_name(collation, found->collation.empty() ? "BINARY" : found->collation.name);
    }

    [[nodiscard]] std::vector<Type> enum_types(core::Connection&) const override { return {}; }

    // With foreign keys on, DROP TABLE first deletes the rows, and the deletes cascade. The pragma has no effect inside
    // a transaction, so it is set before it.
    void before_drop(core::Connection& connection) const override {
        if (connection.in_transaction())
            throw UsageError("tables cannot be dropped inside a transaction of SQLite; end it first");
        connection.execute("PRAGMA foreign_keys = OFF");
    }

    [[nodiscard]] bool after_drop(core::Connection& connection) const noexcept override {
        try {
            connection.execute("PRAGMA foreign_keys = ON");
            return connection.scalar("PRAGMA foreign_keys") == "1";
        } catch (const std::exception&) {
            return false;
        }
    }

    void drop_tables(core::Connection& connection, const std::vector<QualifiedName>& names) const override {
        std::vector<std::string> statements;
        statements.reserve(names.size());
        for (const auto& name : names) statements.push_back("DROP TABLE " + dialect().quoted(name));
        connection.run_all(statements);
    }

    void drop_enum_type(core::Connection&, const QualifiedName&) const override {}

    [[nodiscard]] std::unique_ptr<ExpressionComparer> comparer(core::Connection&) const override {
        return token_comparer();
    }
};

}  // namespace

const detail::Catalogue& catalogue() {
    static const SqliteCatalogue instance;
    return instance;
}

}  // namespace strata::schema::sqlite
