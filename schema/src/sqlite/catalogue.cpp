#include "sqlite/catalogue.hpp"

#include "sqlite/table_reader.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <set>

namespace strata::schema::sqlite {
namespace {

using namespace detail::sqlite;

/// A row of sqlite_schema.
struct Object {
    std::string type;
    std::string name;
    std::string table;
    std::string sql;  ///< empty when SQLite made the object for a constraint
};

bool internal(const std::string& name) { return name.starts_with("sqlite_"); }

std::vector<Object> objects(core::Connection& connection) {
    std::vector<Object> result;
    auto cursor =
        connection.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY rowid");
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        result.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
    }
    return result;
}

/// Virtual tables and their shadow tables, which store their rows: name -> "virtual" or "shadow".
std::map<std::string, std::string, NameOrder> virtual_tables(core::Connection& connection) {
    std::map<std::string, std::string, NameOrder> result;
    auto cursor = connection.query(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')");
    while (cursor.next()) result.emplace(std::string(cursor.row().text(0)), std::string(cursor.row().text(1)));
    return result;
}

class Reader {
public:
    explicit Reader(core::Connection& connection) : connection_(connection) {}

    MetaData read() {
        const core::Transaction snapshot(connection_);
        objects_ = objects(connection_);
        virtual_ = virtual_tables(connection_);
        parse_tables();
        for (const auto& object : objects_) {
            const auto stored = stored_.find(object.name);
            if (object.type == "table" && stored != stored_.end())
                metadata_.tables.push_back(read_table(stored->second, stored_));
        }
        check_columns();
        for (const auto& object : objects_) read_other(object);
        return std::move(metadata_);
    }

private:
    void parse_tables() {
        for (const auto& object : objects_) {
            if (object.type != "table" || internal(object.name) || virtual_.contains(object.name)) continue;
            if (is_version_table(object.name)) continue;
            try {
                stored_.emplace(object.name, StoredTable{object.sql, parse_create_table(object.sql)});
            } catch (const UsageError& error) {
                cannot_compare(object.name, error.what());
            }
        }
    }

    /// A table that cannot be parsed does not keep the others from being compared.
    void cannot_compare(const std::string& table, const std::string& reason) {
        metadata_.not_compared.push_back("table " + table + " (" + reason + ")");
    }

    /// Compares with SQLite's own view of the columns: adds the NOT NULL that SQLite implies, and finds SQL that was
    /// misread.
    void check_columns() {
        auto cursor = connection_.query(
            "SELECT m.name, x.name, x.\"notnull\" FROM main.sqlite_schema AS m, pragma_table_xinfo(m.name, 'main') AS "
            "x "
            "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.rowid, x.cid");
        std::map<std::string, std::size_t> counts;
        std::set<std::string> misread;
        while (cursor.next()) {
            const core::Row& row = cursor.row();
            Table* table = metadata_.find(row.text(0));
            if (table == nullptr) continue;
            Column* column = table->find_column(row.text(1));
            ++counts[table->name.name];
            if (column == nullptr)
                misread.insert(table->name.name);
            else if (row.integer(2) != 0)
                column->nullable = false;
        }
        for (const auto& table : metadata_.tables)
            if (counts[table.name.name] != table.columns.size()) misread.insert(table.name.name);
        for (const auto& name : misread)
            cannot_compare(name, "its stored SQL does not say the columns that SQLite sees; please report it");
        std::erase_if(metadata_.tables, [&](const Table& table) { return misread.contains(table.name.name); });
    }

    void read_other(const Object& object) {
        Table* table = metadata_.find(on_table(object));
        if (object.type == "index") {
            if (object.sql.empty() || table == nullptr) return;
            try {
                table->indexes.push_back(read_index(object.sql, stored_.at(table->name.name).parsed));
            } catch (const UsageError& error) {
                table->not_compared.push_back("index " + object.name + " (" + error.what() + ")");
            }
        } else if (object.type == "trigger") {
            (table != nullptr ? table->not_compared : metadata_.not_compared).push_back("trigger " + object.name);
        } else if (object.type == "view") {
            metadata_.not_compared.push_back("view " + object.name);
        } else if (const auto found = virtual_.find(object.name); found != virtual_.end()) {
            metadata_.not_compared.push_back(found->second + " table " + object.name);
        }
    }

    /// The table's name as its CREATE TABLE spells it; an index may use other case.
    [[nodiscard]] std::string on_table(const Object& object) const {
        const auto found = stored_.find(object.table);
        return found == stored_.end() ? object.table : found->second.parsed.name;
    }

    core::Connection& connection_;
    std::vector<Object> objects_;
    std::map<std::string, std::string, NameOrder> virtual_;
    StoredTables stored_;
    MetaData metadata_;
};

class SqliteCatalogue final : public detail::Catalogue {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override {
        static const core::Dialect& dialect = core::dialect_for("sqlite");
        return dialect;
    }

    [[nodiscard]] std::string current_schema(core::Connection&) const override { return "main"; }

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
