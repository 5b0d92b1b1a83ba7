#include "dialect.hpp"

#include "connection/dialect_places.hpp"
#include "driver.hpp"
#include "error.hpp"
#include "session.hpp"
#include "value/text.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

namespace strata::core::sqlite {

namespace {

constexpr std::string_view in_memory = ":memory:";

/// Checks the file before it is opened; throws where SQLite would only say "unable to open database file".
bool check_file(const std::string& path, Access access) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path file(path);
    const bool exists = fs::exists(file, ignored);
    if (exists && fs::is_directory(file, ignored)) throw ConnectionError("cannot open " + path + ": it is a directory");
    const fs::path parent = file.parent_path();
    if (!parent.empty() && !fs::is_directory(parent, ignored)) {
        throw ConnectionError("cannot open " + path + ": there is no directory " + parent.string());
    }
    const std::string folder = parent.empty() ? "." : parent.string();
    if (!exists && access != Access::rows && ::access(folder.c_str(), W_OK) != 0)
        throw ConnectionError("cannot open " + path + ": nothing can be made in directory " +
                              fs::absolute(folder).string());
    if (!exists && access == Access::rows) {
        throw ConnectionError("cannot open " + path +
                              ": there is no such file; make the database by its migrations or create_all");
    }
    return exists && fs::file_size(file, ignored) > 0;
}

void run(::sqlite3* handle, const char* sql) {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle, {sql});
}

class SqliteDialect final : public Dialect, public detail::DialectPlaces {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "sqlite"; }
    void placeholder(std::string& sql, int) const override { sql += '?'; }
    [[nodiscard]] std::string_view now() const noexcept override { return "strftime('%Y-%m-%d %H:%M:%f000','now')"; }
    [[nodiscard]] std::size_t max_identifier_length() const noexcept override { return 1'000'000; }
    [[nodiscard]] StatementClass classify(std::string_view sql) const override {
        return detail::classify_words(sql, detail::sqlite_lexis);
    }
    [[nodiscard]] const detail::SqlLexis& lexis() const noexcept override { return detail::sqlite_lexis; }
    [[nodiscard]] std::string_view script_header() const noexcept override { return ".bail on"; }

    void literal(std::string& sql, const Value& value) const override {
        using Kind = Value::Kind;
        switch (value.kind()) {
            case Kind::null:
                sql += "NULL";
                break;
            case Kind::boolean:
                sql += value.number() != 0 ? '1' : '0';
                break;
            case Kind::real: {
                std::string text;
                detail::append_real(text, value.floating());
                if (text == "Infinity") text = "9e999";
                if (text == "-Infinity") text = "-9e999";
                if (text.find_first_of(".en") == std::string::npos) text += ".0";
                sql += text;
                break;
            }
            case Kind::integer:
            case Kind::numeric:
                detail::append_canonical(sql, value);
                break;
            case Kind::bytes: {
                std::string text;
                detail::append_canonical(text, value);
                sql += "X'" + text.substr(2) + "'";
                break;
            }
            case Kind::text:
            case Kind::date:
            case Kind::time:
            case Kind::timestamp:
            case Kind::timestamptz:
            case Kind::uuid:
            case Kind::json:
            case Kind::array: {
                std::string text;
                if (value.kind() == Kind::timestamptz) {
                    detail::append_timestamp(text, value.number());
                } else {
                    detail::append_canonical(text, value);
                }
                detail::append_quoted(sql, text);
            }
        }
    }

    [[nodiscard]] std::unique_ptr<detail::Driver> open(const Url& url, const EngineOptions& options,
                                                       Access access) const override {
        const std::string& path = url.database;
        const bool memory = path == in_memory;
        const bool existed = memory || check_file(path, access);
        if (!memory && Driver::is_inherited(path)) Driver::fail_inherited(path);
        std::unique_ptr<soci::session> session;
        try {
            session = open_session(path, memory || access != Access::rows);
        } catch (const std::runtime_error& error) {
            throw ConnectionError("cannot open " + path + ": " + error.what());
        }
        ::sqlite3* handle = native_handle(*session);
        auto driver = std::make_unique<Driver>(std::move(session), handle, options.busy_timeout);
        // The first read of the file: shows that it is not a database, or that it is locked.
        run(handle, "SELECT count(*) FROM sqlite_schema");
        // Best effort: several processes may create the file at once, and one of them switches the mode for all.
        if (!existed && access != Access::rows) driver->prefer_wal();
        return driver;
    }

    void check(const Url& url) const override {
        if (url.database.empty()) {
            throw UsageError(
                "wrong database URL: sqlite:/// needs a path after it (sqlite:///file.db, sqlite:////absolute.db, "
                "sqlite:///:memory:)");
        }
        if (!url.hosts.empty() || !url.user.empty() || !url.password.empty()) {
            throw UsageError(
                "wrong database URL: sqlite takes no host or user; write three slashes before a relative path, four "
                "before an absolute one");
        }
        if (!url.options.empty())
            throw UsageError("wrong database URL: sqlite knows no option " + url.options.begin()->first);
    }

    [[nodiscard]] bool is_secret(std::string_view) const noexcept override { return false; }

    void adapt_environment(Url& url) const override {
        url.hosts.clear();
        url.user.clear();
        url.password.clear();
    }

    [[nodiscard]] bool is_missing(const Url& url) const override {
        std::error_code ignored;
        const std::filesystem::path file(url.database);
        return url.database != in_memory && !std::filesystem::exists(file, ignored) &&
               (file.parent_path().empty() || std::filesystem::is_directory(file.parent_path(), ignored));
    }
    [[nodiscard]] bool single_connection(const Url& url) const override { return url.database == in_memory; }

    void back_up(const Url& url, const std::filesystem::path& file) const override { sqlite::back_up(url, file); }
    [[nodiscard]] detail::ScratchPlacePtr make_scratch_place(const Url& url) const override {
        return sqlite::make_scratch_place(url);
    }
    [[nodiscard]] detail::ScratchPlacePtr make_scratch_database(const Url& url) const override {
        return sqlite::make_scratch_database(url);
    }
};

}  // namespace

const Dialect& dialect() {
    static const SqliteDialect instance;
    return instance;
}

}  // namespace strata::core::sqlite
