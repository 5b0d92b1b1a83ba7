#include "room.hpp"

#include "postgresql/listing.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <algorithm>

namespace strata::tool::postgresql {
namespace {

class Database final : public Scratch {
public:
    explicit Database(const core::Url& beside) : server_(beside), url_(beside) {
        url_.database = scratch_name();
        const core::Engine engine(server_);
        const auto connection = engine.connect();
        if (connection->scalar(
                "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user") != "t")
            throw UsageError("a scratch database is needed, and the role may not create one; use a role with CREATEDB");
        // With the encoding and the locale of the database that it is compared with.
        const auto clause = connection->scalar(
            "SELECT format('ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, "
            "datctype) FROM "
            "pg_catalog.pg_database WHERE datname = current_database()");
        connection->execute("CREATE DATABASE " + engine.dialect().quoted(url_.database) + " TEMPLATE template0 " +
                            clause.value_or(""));
    }
    ~Database() override {
        try {
            const core::Engine engine(server_);
            engine.connect()->execute("DROP DATABASE IF EXISTS " + engine.dialect().quoted(url_.database) +
                                      " WITH (FORCE)");
        } catch (const std::exception&) {  // it is left, under a name that says what it is
        }
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    [[nodiscard]] core::Url url() const override { return url_; }

private:
    core::Url server_;
    core::Url url_;
};

/// Puts blanks in the place of each COPY ... FROM STDIN with the rows that follow it, as pg_dump writes them.
void blank_rows(std::string& sql) {
    core::detail::SqlLexer lexer(sql, core::detail::postgresql_lexis);
    std::size_t begin = 0;
    bool between = true;
    bool copies = false;
    bool from_client = false;
    core::detail::SqlToken before;
    for (auto token = lexer.next(); token.kind != core::detail::SqlToken::Kind::end;
         before = token, token = lexer.next()) {
        if (between && token.symbol('\\')) {  // a command of psql, which is one line
            lexer.seek(std::min(sql.find('\n', token.begin), sql.size()));
            continue;
        }
        if (between) {
            begin = token.begin;
            copies = token.is("COPY");
            from_client = false;
        }
        from_client = from_client || (before.is("FROM") && token.is("STDIN"));
        between = token.symbol(';');
        if (!between || !copies || !from_client) continue;
        const std::size_t last = sql.find("\n\\.", token.begin);
        const std::size_t end = last == std::string::npos ? sql.size() : last + 3;
        for (std::size_t at = begin; at < end; ++at)
            if (sql[at] != '\n') sql[at] = ' ';
        lexer.seek(end);
    }
}

class PostgresqlRoom final : public Room {
public:
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("postgresql"); }
    [[nodiscard]] std::string identity(core::Connection& connection) const override {
        return connection
            .scalar(
                "SELECT oid || ' ' || extract(epoch FROM pg_catalog.pg_postmaster_start_time()) FROM "
                "pg_catalog.pg_database WHERE datname = current_database()")
            .value_or("");
    }
    [[nodiscard]] std::string what_is(const std::string&, std::string_view text) const override {
        return text.starts_with("PGDMP") ? "an archive of pg_dump; make SQL of it by pg_restore -f FILE.sql"
                                         : std::string();
    }
    [[nodiscard]] std::unique_ptr<Scratch> scratch(const core::Url& beside) const override {
        return std::make_unique<Database>(beside);
    }

    void enter(core::Connection& connection, core::Connection& original) const override {
        std::string path;
        auto cursor = original.query(
            "SELECT name::text FROM unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (name, place) "
            "ORDER "
            "BY place");
        while (cursor.next()) {
            const std::string schema(cursor.row().text(0));
            const std::string name = dialect().quoted(schema);
            const core::Value values[] = {core::Value::text(schema)};
            if (path.empty() && !connection.scalar("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", values))
                connection.execute("CREATE SCHEMA " + name);
            path += (path.empty() ? "" : ", ") + name;
        }
        connection.execute("SET search_path = " + (path.empty() ? "''" : path));
    }

    /// A name without a schema is one of the schema `public`, which a new database has, unless that is said.
    [[nodiscard]] std::vector<std::string> opening(core::Connection& original) const override {
        const auto schema = original.scalar("SELECT pg_catalog.current_schema()::text");
        if (!schema || *schema == "public") return {};
        const std::string name = dialect().quoted(*schema);
        std::string text;
        dialect().literal(text, core::Value::text(*schema));
        std::string create;
        dialect().literal(create, core::Value::text("CREATE SCHEMA " + name));
        std::string tag = "$strata$";
        while (schema->find(tag) != std::string::npos) tag.insert(tag.size() - 1, "_");
        // CREATE SCHEMA IF NOT EXISTS needs a right in the database even where the schema is there.
        return {"DO " + tag + " BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = " + text +
                    ") THEN EXECUTE " + create + "; END IF; END " + tag,
                "SET LOCAL search_path = " + name + ", pg_temp"};
    }

    void strip(core::Connection& scratch, core::Connection& original) const override {
        if (!original.scalar("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'public'"))
            scratch.execute("DROP SCHEMA IF EXISTS public");
    }

    [[nodiscard]] std::string statements_of(std::string file) const override {
        blank_rows(file);
        blank_client_commands(file, core::detail::postgresql_lexis, '\\',
                              {"set", "unset", "restrict", "unrestrict", "echo", "qecho", "pset", "timing"}, "psql");
        return file;
    }

    [[nodiscard]] Listing list(core::Connection& connection, const std::vector<std::string>& schemas,
                               bool with_privileges) const override {
        // Every name with its schema; constants alike whatever the session's settings are.
        core::Transaction transaction(connection);
        for (const char* setting :
             {"search_path = pg_catalog", "timezone = 'UTC'", "bytea_output = hex", "extra_float_digits = 1"})
            connection.execute(std::string("SET LOCAL ") + setting);
        std::string list = "{";
        for (const auto& schema : schemas) {
            list += list.size() > 1 ? ",\"" : "\"";
            for (const char c : schema) {
                if (c == '"' || c == '\\') list += '\\';
                list += c;
            }
            list += '"';
        }
        list += '}';
        const bool all = schemas.empty();
        const core::Value values[] = {all ? core::Value::null() : core::Value::text(list)};
        Listing result;
        for (const char* sql : {listing, privileges_listing}) {
            if (sql == privileges_listing && !with_privileges) continue;
            auto cursor = connection.query(sql, values);
            while (cursor.next()) {
                const auto& row = cursor.row();
                result[std::string(row.text(0))] += (row.is_null(1) ? std::string() : std::string(row.text(1))) + "\n";
            }
        }
        return result;
    }
};

}  // namespace

const Room& room() {
    static const PostgresqlRoom instance;
    return instance;
}

}  // namespace strata::tool::postgresql
