#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace strata::core {

namespace {

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
        if (out.back() == '\0') throw UsageError("wrong database URL: it holds a NUL character");
    }
    return out;
}

std::string percent_encoded(std::string_view text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

bool is_secret(std::string_view option) { return option == "password" || option == "sslpassword"; }

int parse_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
        throw UsageError("wrong database URL: the port is no number from 1 to 65535");
    }
    return port;
}

void parse_authority(Url& url, std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view login = authority.substr(0, at);
        const auto colon = login.find(':');
        url.user = percent_decoded(login.substr(0, colon));
        if (colon != std::string_view::npos) url.password = percent_decoded(login.substr(colon + 1));
        authority.remove_prefix(at + 1);
    }
    std::string_view port;
    if (authority.starts_with('[')) {  // an IPv6 address
        const auto close = authority.find(']');
        if (close == std::string_view::npos) throw UsageError("wrong database URL: '[' without ']' in the host");
        url.host = std::string(authority.substr(1, close - 1));
        authority.remove_prefix(close + 1);
        if (authority.starts_with(':')) port = authority.substr(1);
    } else {
        const auto colon = authority.rfind(':');
        url.host = percent_decoded(authority.substr(0, colon));
        if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    }
    if (!port.empty()) url.port = parse_port(port);
}

void parse_options(Url& url, std::string_view query) {
    while (!query.empty()) {
        const auto amp = query.find('&');
        const std::string_view pair = query.substr(0, amp);
        const auto equals = pair.find('=');
        if (!pair.empty()) {
            if (equals == std::string_view::npos || equals == 0) {
                throw UsageError("wrong database URL: an option behind '?' is not of the form name=value");
            }
            url.options[percent_decoded(pair.substr(0, equals))] = percent_decoded(pair.substr(equals + 1));
        }
        query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    }
}

const char* environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once at start-up
    return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

Url Url::parse(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";  // as a variable that is read from a file has them
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text.remove_suffix(text.size() - std::min(text.find_last_not_of(blanks) + 1, text.size()));
    const auto colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) {
        throw UsageError("wrong database URL: it has to begin with a scheme such as sqlite:/// or postgresql://");
    }
    Url url;
    url.scheme = std::string(text.substr(0, colon));
    for (char& c : url.scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (const auto plus = url.scheme.find('+'); plus != std::string::npos) url.scheme.erase(plus);
    const Dialect& dialect = dialect_for(url.scheme);
    url.scheme = dialect.name();
    std::string_view rest = text.substr(colon + 3);
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        parse_options(url, rest.substr(mark + 1));
        rest = rest.substr(0, mark);
    }
    const auto slash = rest.find('/');
    const bool login_cut = slash != 0 && slash != std::string_view::npos && rest.find('@') > slash &&
                           rest.find('@') != std::string_view::npos;
    if (login_cut) {
        throw UsageError(
            "wrong database URL: an '@' stands behind the first '/'; write %2F for a '/' in a user name or password, "
            "%40 for an '@' in a database name");
    }
    parse_authority(url, rest.substr(0, slash));
    if (slash != std::string_view::npos) url.database = percent_decoded(rest.substr(slash + 1));
    dialect.check(url);
    return url;
}

Url Url::from_environment() {
    if (const char* text = environment("DATABASE_URL")) return parse(text);
    const char* type = environment("DB_TYPE");
    if (type == nullptr) throw UsageError("no database is named: set DATABASE_URL, or DB_TYPE and DB_NAME");
    Url url;
    url.scheme = type;
    if (const auto plus = url.scheme.find('+'); plus != std::string::npos) url.scheme.erase(plus);
    const Dialect& dialect = dialect_for(url.scheme);
    url.scheme = dialect.name();
    if (const char* host = environment("DB_HOST")) url.host = host;
    if (const char* port = environment("DB_PORT")) url.port = parse_port(port);
    if (const char* name = environment("DB_NAME")) url.database = name;
    if (const char* user = environment("DB_USER")) url.user = user;
    if (const char* password = environment("DB_PASS")) url.password = password;
    if (url.database.empty()) throw UsageError("no database is named: DB_TYPE is set but DB_NAME is not");
    dialect.adapt_environment(url);
    dialect.check(url);
    return url;
}

std::string Url::to_string() const {
    std::string text = scheme + "://";
    if (!user.empty() || !password.empty()) {
        text += percent_encoded(user);
        if (!password.empty()) text += ":***";
        text += '@';
    }
    const bool address = host.find(':') != std::string::npos && host.find_first_of("/@?") == std::string::npos;
    if (address) {
        text += '[' + host + ']';  // IPv6
    } else {
        text += host.find_first_of(":/@?") == std::string::npos ? host : percent_encoded(host);
    }
    if (port != 0) text += ':' + std::to_string(port);
    if (!database.empty()) text += '/' + database;
    char separator = '?';
    for (const auto& [name, value] : options) {
        text += separator + name + '=' + (is_secret(name) ? "***" : value);
        separator = '&';
    }
    return text;
}

}  // namespace strata::core
