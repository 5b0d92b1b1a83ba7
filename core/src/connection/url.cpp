#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace strata::core {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw UsageError("wrong database URL: " + what); }

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            unsigned char byte = 0;
            const auto digits = text.substr(i + 1, 2);
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
                refuse("a '%' is not followed by two hexadecimal digits; write %25 for a percent sign");
            c = static_cast<char>(byte);
            i += 2;
        }
        if (c == '\0') refuse("it holds a NUL character");
        out += c;
    }
    return out;
}

bool letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Plain>
std::string percent_encoded(std::string_view text, const Plain& plain) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (plain(c)) {
            out += c;
        } else {
            out += '%';
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

/// Percent-encodes everything but letters, digits and these characters.
std::string encoded_but(std::string_view text, std::string_view plain) {
    return percent_encoded(text, [&](char c) { return letter_or_digit(c) || plain.find(c) != std::string_view::npos; });
}

/// Percent-encodes these characters, blanks and control characters.
std::string encoded(std::string_view text, std::string_view marks) {
    return percent_encoded(text, [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7F && marks.find(c) == std::string_view::npos;
    });
}

/// If the meaning of an option is unknown, it is treated as a secret.
bool is_secret(const std::string& scheme, const std::string& option, const std::string& value) {
    try {
        if (dialect_for(scheme).is_secret(option)) return true;
    } catch (const UsageError&) {
        return true;
    }
    // A whole URL or a list of settings, given as the value of another option.
    return value.find("://") != std::string::npos || value.find("password") != std::string::npos;
}

int parse_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
        refuse("a port is not a number from 1 to 65535");
    }
    return port;
}

/// name, name:port, [address], [address]:port or :port
Url::Host parse_host(std::string_view text) {
    Url::Host host;
    std::size_t end = 0;  // of the name
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) refuse("'[' without ']' in a host");
        host.name = percent_decoded(text.substr(1, close - 1));
        end = close + 1;
        if (end < text.size() && text[end] != ':') refuse("a host has more than ':port' after its ']'");
        if (host.name.find(':') == std::string::npos) refuse("a host in '[' and ']' is not an IPv6 address");
    } else {
        end = std::min(text.rfind(':'), text.size());
        host.name = percent_decoded(text.substr(0, end));
        if (text.substr(0, end).find(':') != std::string_view::npos)
            refuse("a host has two ':'; write an IPv6 address in '[' and ']'");
    }
    if (end + 1 < text.size()) host.port = parse_port(text.substr(end + 1));
    return host;
}

void parse_authority(Url& url, std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view login = authority.substr(0, at);
        const auto colon = login.find(':');
        url.user = percent_decoded(login.substr(0, colon));
        if (colon != std::string_view::npos) url.password = percent_decoded(login.substr(colon + 1));
        authority.remove_prefix(at + 1);
    }
    while (!authority.empty()) {
        const auto comma = authority.find(',');
        url.hosts.push_back(parse_host(authority.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        authority.remove_prefix(comma + 1);
        if (authority.empty()) url.hosts.emplace_back();
    }
    if (url.hosts == std::vector<Url::Host>(1)) url.hosts.clear();
}

void parse_options(Url& url, std::string_view query) {
    while (!query.empty()) {
        const auto amp = query.find('&');
        const std::string_view pair = query.substr(0, amp);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0)
            refuse("an option after '?' is not of the form name=value");
        const auto name = percent_decoded(pair.substr(0, equals));
        const auto value = percent_decoded(pair.substr(equals + 1));
        if (!std::all_of(name.begin(), name.end(), [](char c) { return letter_or_digit(c) || c == '_'; }))
            refuse("the name of an option after '?' has other characters than letters, digits and '_'");
        if (value.empty()) refuse("an option after '?' has no value; leave it out for the default");
        if (!url.options.emplace(name, value).second) refuse("an option after '?' is given twice");
        query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    }
}

const char* environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once at start-up
    return value != nullptr && *value != '\0' ? value : nullptr;
}

std::vector<Url::Host> hosts_from_environment() {
    const char* names = environment("DB_HOST");
    const char* number = environment("DB_PORT");
    const int port = number != nullptr ? parse_port(number) : 0;
    std::vector<Url::Host> hosts;
    if (names == nullptr && port == 0) return hosts;
    std::string_view rest = names != nullptr ? names : "";
    for (;;) {
        const auto comma = rest.find(',');
        hosts.push_back({std::string(rest.substr(0, comma)), port});
        if (comma == std::string_view::npos) return hosts;
        rest.remove_prefix(comma + 1);
    }
}

void append_host(std::string& text, const Url::Host& host) {
    const bool address = host.name.find(':') != std::string::npos && host.name.find('/') == std::string::npos;
    text += address ? '[' + encoded_but(host.name, "-._~:") + ']' : encoded_but(host.name, "-._~");
    if (host.port != 0) text += ':' + std::to_string(host.port);
}

}  // namespace

Url Url::parse(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";  // as a variable that is read from a file has them
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text.remove_suffix(text.size() - std::min(text.find_last_not_of(blanks) + 1, text.size()));
    const auto colon = text.find("://");
    const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
    const bool is_scheme = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return letter_or_digit(c) || c == '+' || c == '-' || c == '.' || c == '_';
    });
    if (colon == std::string_view::npos || scheme.empty() || !is_scheme) {
        refuse("it has to begin with a scheme such as sqlite:/// or postgresql://");
    }
    Url url;
    url.scheme = std::string(scheme);
    for (char& c : url.scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (const auto plus = url.scheme.find('+'); plus != std::string::npos) url.scheme.erase(plus);
    const Dialect& dialect = dialect_for(url.scheme);
    url.scheme = dialect.name();
    std::string_view rest = text.substr(colon + 3);
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        const auto query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
        // It may be a password that is split at its '?', so no part of it may be shown.
        if (query.find('@') != std::string_view::npos)
            refuse("an '@' is after the first '?'; write %3F for a '?' in a password, %40 for an '@' in an option");
        parse_options(url, query);
    }
    const auto slash = rest.find('/');
    const bool login_cut = slash != 0 && slash != std::string_view::npos && rest.find('@') > slash &&
                           rest.find('@') != std::string_view::npos;
    if (login_cut)
        refuse(
            "an '@' is after the first '/'; write %2F for a '/' in a user name or password, %40 for an '@' in a "
            "database name");
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
    url.hosts = hosts_from_environment();
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
        text += encoded_but(user, "-._~");
        if (!password.empty()) text += ":***";
        text += '@';
    }
    for (const auto& host : hosts) {
        if (&host != &hosts.front()) text += ',';
        append_host(text, host);
    }
    const bool is_path = text.ends_with("://");  // without a login an '@' is an ordinary character
    if (!database.empty()) text += '/' + encoded(database, is_path ? "%?" : "%?@");
    char separator = '?';
    for (const auto& [name, value] : options) {
        text += separator + encoded(name, "%&=@") + '=';
        text += is_secret(scheme, name, value) ? "***" : encoded(value, "%&@");
        separator = '&';
    }
    return text;
}

}  // namespace strata::core
