#include "dialect.hpp"

#include "connection/dialect_places.hpp"
#include "driver.hpp"
#include "session.hpp"
#include "value/text.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>
#include <strata/core/internal/text.hpp>

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <new>

namespace strata::core::postgresql {

namespace {

/// As a parameter of a URI, where each byte that is not a letter or a digit is encoded: SOCI splits a list of words at
/// its blanks, quoted or not, and takes words of its own out of it.
/// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING
void append_parameter(std::string& conninfo, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    conninfo += conninfo.ends_with('?') ? "" : "&";
    conninfo += name;
    conninfo += '=';
    for (const char c : value) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            conninfo += c;
            continue;
        }
        conninfo += '%';
        internal::append_hex(conninfo, c);
    }
}

/// As two lists; an empty element is the default.
void append_hosts(std::string& conninfo, const Url& url) {
    std::string names;
    std::string ports;
    bool named = false;
    bool numbered = false;
    for (const auto& host : url.hosts) {
        if (&host != &url.hosts.front()) {
            names += ',';
            ports += ',';
        }
        names += host.name;
        if (host.port != 0) ports += std::to_string(host.port);
        named = named || !host.name.empty();
        numbered = numbered || host.port != 0;
    }
    if (named || url.hosts.size() > 1) append_parameter(conninfo, "host", names);
    if (numbered) append_parameter(conninfo, "port", ports);
}

}  // namespace

std::string conninfo_of(const Url& url, const EngineOptions& options) {
    std::string conninfo = "postgresql://?";
    append_hosts(conninfo, url);
    append_parameter(conninfo, "user", url.user);
    append_parameter(conninfo, "password", url.password);
    append_parameter(conninfo, "dbname", url.database);
    const auto given = [&](const char* name) { return url.options.contains(name); };
    const auto seconds = std::min<std::int64_t>(options.connect_timeout.count(), std::numeric_limits<int>::max());
    if (!given("connect_timeout")) append_parameter(conninfo, "connect_timeout", std::to_string(seconds));
    if (!given("application_name")) append_parameter(conninfo, "application_name", options.application_name);
    append_parameter(conninfo, "client_encoding", "UTF8");
    for (const auto& [name, value] : url.options) append_parameter(conninfo, name, value);
    return conninfo;
}

namespace {

enum class Display : std::uint8_t { plain, secret, debug };

/// The options of the libpq that is installed, and how they are shown.
/// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PQCONNDEFAULTS
const std::map<std::string, Display, std::less<>>& libpq_options() {
    static const auto options = [] {
        std::map<std::string, Display, std::less<>> known;
        const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> list(PQconndefaults(), PQconninfoFree);
        if (!list) throw std::bad_alloc();
        for (const PQconninfoOption* option = list.get(); option->keyword != nullptr; ++option) {
            const std::string_view shown = option->dispchar;
            known.emplace(option->keyword, shown == "*"   ? Display::secret
                                           : shown == "D" ? Display::debug
                                                          : Display::plain);
        }
        return known;
    }();
    return options;
}

/// The part of libpq's message that says what happened, in one line.
std::string reason_line(std::string reason) {
    for (const std::string_view prefix : {"Cannot establish connection to the database.\n", "Connection failed: "}) {
        if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
    }
    if (const auto end = reason.find('\n'); end != std::string::npos) reason.erase(end);
    // SOCI's own words for a server that went away while it was let in.
    if (reason.starts_with("Cannot set ")) reason = "the server ended the connection while it was being set up";
    return reason;
}

/// The SQLSTATE with which a server that answers refuses a connection; empty where it lets us in, or refuses without
/// one. Of libpq's message for a connection the verbosity asks for nothing but the severity and the code
/// (https://www.postgresql.org/docs/15/libpq-control.html#LIBPQ-PQSETERRORVERBOSITY).
std::string refusal_code(const std::string& conninfo) {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectStart(conninfo.c_str()), PQfinish);
    if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) return {};
    PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
    const auto until = detail::Clock::now() + std::chrono::seconds(10);
    auto next = PGRES_POLLING_WRITING;
    while (next == PGRES_POLLING_WRITING || next == PGRES_POLLING_READING) {
        ::pollfd socket{PQsocket(connection.get()),
                        static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (detail::Clock::now() >= until) return {};
        if (::poll(&socket, 1, 1000) > 0) next = PQconnectPoll(connection.get());
    }
    if (next == PGRES_POLLING_OK) return {};
    std::string_view said = PQerrorMessage(connection.get());
    while (said.ends_with('\n')) said.remove_suffix(1);
    constexpr std::size_t length = 5;
    const auto code = said.size() > length ? said.substr(said.size() - length) : std::string_view();
    const bool is_code =
        said.substr(0, said.size() - code.size()).ends_with(' ') &&
        std::all_of(code.begin(), code.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    return is_code ? std::string(code) : std::string();
}

class PostgresDialect final : public Dialect, public detail::DialectPlaces {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "postgresql"; }
    [[nodiscard]] bool answers_to(std::string_view scheme) const noexcept override {
        return scheme == name() || scheme == "postgres";
    }
    void placeholder(std::string& sql, int number) const override {
        sql += '$';
        detail::append_integer(sql, number);
    }
    [[nodiscard]] std::string_view now() const noexcept override { return "now()"; }
    [[nodiscard]] std::size_t max_identifier_length() const noexcept override { return 63; }
    [[nodiscard]] StatementClass classify(std::string_view sql) const override {
        return detail::classify_words(sql, detail::postgresql_lexis);
    }
    [[nodiscard]] const detail::SqlLexis& lexis() const noexcept override { return detail::postgresql_lexis; }
    [[nodiscard]] std::string_view script_header() const noexcept override {
        return "\\set ON_ERROR_STOP on\n\nSET standard_conforming_strings = on;";
    }

    void literal(std::string& sql, const Value& value) const override {
        using Kind = Value::Kind;
        switch (value.kind()) {
            case Kind::null:
                sql += "NULL";
                return;
            case Kind::boolean:
                sql += value.number() != 0 ? "true" : "false";
                return;
            case Kind::integer:
            case Kind::numeric:
                detail::append_canonical(sql, value);
                return;
            case Kind::real: {
                std::string text;
                detail::append_real(text, value.floating());
                const bool word = text.find('I') != std::string::npos;
                sql += word ? "'" + text + "'::double precision" : text;
                return;
            }
            case Kind::text:
            case Kind::bytes:
            case Kind::date:
            case Kind::time:
            case Kind::timestamp:
            case Kind::timestamptz:
            case Kind::uuid:
            case Kind::json:
            case Kind::array:
                break;
        }
        std::string text;
        if (value.kind() == Kind::array) {
            text = detail::json_array_to_braces(value.chars());
        } else {
            detail::append_canonical(text, value);
        }
        detail::append_quoted(sql, text);
    }

    [[nodiscard]] std::unique_ptr<detail::Driver> open(const Url& url, const EngineOptions& options,
                                                       Access) const override {
        std::string reason;
        const std::string conninfo = conninfo_of(url, options);
        auto session = open_session(conninfo, reason);
        // A server that takes connections now may have been starting; when it refuses this one again, the login is
        // wrong.
        const bool answers = !session && PQping(conninfo.c_str()) == PQPING_OK;
        if (answers) session = open_session(conninfo, reason);
        if (!session) {
            ErrorDetails details;
            details.retryable = !answers;  // nothing was done; a server that starts answers soon
            if (answers) details.code = refusal_code(conninfo);
            throw ConnectionError("cannot connect to " + url.to_string() + ": " + reason_line(reason),
                                  std::move(details));
        }
        PGconn* handle = native_handle(*session);
        const auto own = url.options.find("options");
        detail::Deadline until;
        if (options.connect_timeout.count() > 0)
            until = {detail::after(detail::Clock::now(), options.connect_timeout), nullptr, true};
        return std::make_unique<Driver>(std::move(session), handle, options.pooler,
                                        own == url.options.end() ? std::string() : own->second, until);
    }

    void check(const Url& url) const override {
        if (url.database.find('/') != std::string::npos) {
            throw UsageError(
                "wrong database URL: postgresql://user@host/database has one name after the host; write a socket "
                "directory as ?host=/directory");
        }
        for (const auto& host : url.hosts) {
            if (host.name.find(',') != std::string::npos)
                throw UsageError("wrong database URL: a host's name holds a comma");
        }
        for (const auto& [name, value] : url.options) {
            if (name == "client_encoding")
                throw UsageError("wrong database URL: the option client_encoding is always UTF8; leave it out");
            const auto found = libpq_options().find(name);
            if (found == libpq_options().end() || found->second == Display::debug)
                throw UsageError("wrong database URL: postgresql knows no option " + name);
        }
    }

    /// `options` contains session settings, which may have any value.
    [[nodiscard]] bool is_secret(std::string_view option) const noexcept override {
        const auto found = libpq_options().find(option);
        return option == "options" || found == libpq_options().end() || found->second == Display::secret;
    }

    void adapt_environment(Url&) const override {}
    [[nodiscard]] bool is_missing(const Url&) const override { return false; }
    [[nodiscard]] bool single_connection(const Url&) const override { return false; }

    void back_up(const Url& url, const std::filesystem::path& file) const override { postgresql::back_up(url, file); }
    [[nodiscard]] detail::ScratchPlacePtr make_scratch_place(const Url& url) const override {
        return postgresql::make_scratch_place(url);
    }
    [[nodiscard]] detail::ScratchPlacePtr make_scratch_database(const Url& url) const override {
        return postgresql::make_scratch_database(url);
    }
};

}  // namespace

const Dialect& dialect() {
    static const PostgresDialect instance;
    return instance;
}

}  // namespace strata::core::postgresql
