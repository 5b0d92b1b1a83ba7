#include "room.hpp"

#include "json.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json/serialize.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace strata::tool::sqlite {
namespace {

namespace fs = std::filesystem;

class File final : public Scratch {
public:
    File() : folder_(fs::temp_directory_path() / scratch_name()) { fs::create_directory(folder_); }
    ~File() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    [[nodiscard]] core::Url url() const override {
        core::Url url;
        url.scheme = "sqlite";
        url.database = (folder_ / "scratch.db").string();
        return url;
    }

private:
    fs::path folder_;
};

/// Of the table or view ?1, or of all for NULL: what SQLite itself makes of the columns, indexes and foreign keys; its
/// names for the indexes of constraints, and the order of these, do not count.
constexpr const char* facts = R"(
    SELECT m.name, 'column ' || x.cid || ' ' || x.name || ' ' || replace(upper(x.type), ' ', '') ||
           ' key ' || x.pk || ' hidden ' || x.hidden
      FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE (?1 IS NULL OR m.name = ?1) AND m.type = 'table' AND x.cid >= 0
       AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'
    UNION ALL
    SELECT m.name, 'index of ' || i.origin || ' unique ' || i."unique" || ' partial ' || i.partial || ' (' ||
           (SELECT group_concat(coalesce(x.name, '-') || ' ' || x.desc || ' ' || coalesce(x.coll, '-') || x.key)
              FROM pragma_index_xinfo(i.name) x) || ')'
      FROM sqlite_schema m, pragma_index_list(m.name) i WHERE (?1 IS NULL OR m.name = ?1) AND m.type = 'table'
       AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'
    UNION ALL
    SELECT m.name, 'reference ' || lower(f."table") || ' ' || f.seq || ' ' || f."from" || ' ' || f.on_update || ' ' || f.on_delete
      FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE (?1 IS NULL OR m.name = ?1) AND m.type = 'table'
       AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'
    UNION ALL
    SELECT name, type || ' without rowid ' || wr || ' strict ' || strict FROM pragma_table_list
     WHERE schema = 'main' AND (?1 IS NULL OR name = ?1) AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 1, 2)";

/// A view's columns; nothing of a view that SQLite cannot read, such as one of a table that was dropped.
std::string view_columns(core::Connection& connection, const std::string& view) {
    const core::Value name[] = {core::Value::text(view)};
    std::string text;
    try {
        auto cursor = connection.query(
            "SELECT cid || ' ' || name || ' ' || replace(upper(type), ' ', '') FROM pragma_table_xinfo(?)", name);
        while (cursor.next()) text += "column " + std::string(cursor.row().text(0)) + "\n";
    } catch (const Error& error) {
        if (!schema::detail::sqlite::is_about_schema(error)) throw;
    }
    return text;
}

/// A constraint or a column as a line, so that the order of constraints does not count.
void add_lines(std::string& text, const boost::json::object& table) {
    std::vector<std::string> lines;
    for (const auto& [name, value] : table) {
        const std::string key(name);
        if (value.is_array() && key != "columns")
            for (const auto& each : value.get_array()) lines.push_back(key + " " + boost::json::serialize(each));
        else if (value.is_array())
            for (const auto& each : value.get_array()) lines.push_back("column " + boost::json::serialize(each));
        else if (key != "name")
            lines.push_back(key + " " + boost::json::serialize(value));
    }
    std::sort(lines.begin(), lines.end());
    for (const auto& line : lines) text += line + "\n";
}

class SqliteRoom final : public Room {
public:
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("sqlite"); }
    void check_schemas(const std::vector<std::string>& asked) const override {
        if (!asked.empty()) throw UsageError("--schema names a schema, and SQLite has no schemas; leave it out");
    }
    /// Without the right to change the schema: SQLite would make a file that is missing, and write to an empty one.
    [[nodiscard]] core::PooledConnection open(const core::Engine& engine) const override {
        if (dialect().is_missing(engine.url()))
            throw UsageError("there is no file " + engine.url().database + "; check the path of the URL");
        return engine.connect(core::Access::rows, core::Intent::read);
    }
    [[nodiscard]] std::string identity(core::Connection& connection) const override {
        const auto file = connection.scalar("SELECT file FROM pragma_database_list WHERE name = 'main'");
        struct ::stat found{};
        if (!file || file->empty() || ::stat(file->c_str(), &found) != 0) return {};
        return std::to_string(found.st_dev) + " " + std::to_string(found.st_ino);
    }
    [[nodiscard]] std::string from_anywhere(const std::string& text) const override {
        core::Url url = core::Url::parse(text);
        if (!dialect().single_connection(url)) url.database = fs::absolute(url.database).lexically_normal().string();
        return url.to_string();
    }
    /// https://www.sqlite.org/fileformat.html#magic_header_string
    [[nodiscard]] std::string what_is(const std::string& file, std::string_view text) const override {
        using namespace std::string_view_literals;
        return text.starts_with("SQLite format 3\0"sv) ? "an SQLite database; name it by sqlite:///" + file
                                                       : std::string();
    }
    [[nodiscard]] std::unique_ptr<Scratch> scratch(const core::Url&) const override { return std::make_unique<File>(); }

    void enter(core::Connection&, core::Connection&) const override {}
    [[nodiscard]] std::vector<std::string> opening(core::Connection&) const override { return {}; }
    void strip(core::Connection&, core::Connection&) const override {}

    [[nodiscard]] std::string statements_of(std::string file) const override {
        blank_client_commands(file, core::detail::sqlite_lexis, '.',
                              {"bail", "echo", "headers", "mode", "print", "timer", "changes"}, "sqlite3");
        return file;
    }
    [[nodiscard]] Listing list(core::Connection& connection, const std::vector<std::string>&,
                               bool /*with_privileges*/) const override {
        Listing result;
        std::map<std::string, std::string> kinds;  // of tables and views, by name
        {
            auto cursor = connection.query(
                "SELECT type, name, CASE WHEN type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL %' THEN sql ELSE "
                "'' "
                "END FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
            while (cursor.next()) {
                const auto& row = cursor.row();
                const std::string key = std::string(row.text(0)) + " " + std::string(row.text(1));
                if (row.text(0) == "table" || row.text(0) == "view") kinds[std::string(row.text(1))] = key;
                if (!row.text(2).empty() && row.text(0) != "table") result[key] += std::string(row.text(2)) + "\n";
                result.try_emplace(key);
            }
        }
        const auto read_facts = [&](const core::Value& name) {
            Listing found_facts;
            const core::Value values[] = {name};
            auto cursor = connection.query(facts, values);
            while (cursor.next())
                if (const auto found = kinds.find(std::string(cursor.row().text(0))); found != kinds.end())
                    found_facts[found->second] += std::string(cursor.row().text(1)) + "\n";
            for (const auto& [key, lines] : found_facts) result[key] += lines;
        };
        try {
            read_facts(core::Value::null());
        } catch (const Error& all) {
            if (!schema::detail::sqlite::is_about_schema(all)) throw;
            // One of them needs what is not there, such as a module; the others are read.
            for (const auto& [name, key] : kinds) {
                try {
                    read_facts(core::Value::text(name));
                } catch (const Error& error) {
                    if (!schema::detail::sqlite::is_about_schema(error)) throw;
                    result[key] += "cannot be read\n";
                }
            }
        }
        for (const auto& [name, key] : kinds)
            if (key.starts_with("view ")) result[key] += view_columns(connection, name);
        // What only the stored SQL says: defaults, checks, names, collations.
        for (const auto& table : schema::reflect(connection).tables) {
            const auto found = kinds.find(table.name.name);
            if (found != kinds.end())
                add_lines(result[found->second], json_of(table, schema::ddl_compiler(dialect())).as_object());
        }
        return result;
    }
};

}  // namespace

const Room& room() {
    static const SqliteRoom instance;
    return instance;
}

}  // namespace strata::tool::sqlite
