#include "targets.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

namespace strata::fuzz {

namespace {

/// What is written after the first colon of the login: never to be in a message.
std::string_view password_in(std::string_view text) {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return {};
    const auto begin = text.find(':', scheme + 3);
    const auto end = text.rfind('@');
    if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) return {};
    return text.substr(begin + 1, end - begin - 1);
}

std::string refusal(std::string_view text) {
    try {
        static_cast<void>(core::Url::parse(text));
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

/// The same text with another password of the same marks.
std::string with_other_password(std::string_view text, std::string_view password) {
    std::string other(text);
    const auto begin = static_cast<std::size_t>(password.data() - text.data());
    for (std::size_t i = begin; i < begin + password.size(); ++i) {
        const char c = other[i];
        if (c >= 'a' && c <= 'y') other[i] = static_cast<char>(c + 1);
    }
    return other;
}

}  // namespace

/// A shown URL is the same URL but for what is masked, and nothing shows a password.
void url(std::string_view text) {
    core::Url first;
    try {
        first = core::Url::parse(text);
    } catch (const UsageError& error) {
        const std::string_view said = error.what();
        const auto password = password_in(text);
        const bool shown = password.size() >= 12 && said.find(password) != std::string_view::npos;
        expect(said.find('\n') == std::string_view::npos, "a message of several lines");
        // The password may be the words of our message.
        expect(!shown || refusal(with_other_password(text, password)) == said, "a message shows the password");
        return;
    }
    const auto shown = first.to_string();
    const auto second = core::Url::parse(shown);
    expect(second.to_string() == shown, "shown otherwise the second time: " + shown);
    expect(second.scheme == first.scheme && second.user == first.user && second.hosts == first.hosts &&
               second.database == first.database && second.options.size() == first.options.size(),
           "not the same when parsed again: " + shown);
    for (const auto& [name, value] : first.options) {
        const auto found = second.options.find(name);
        expect(found != second.options.end() && (found->second == value || found->second == "***"),
               "option " + name + " is not the same when parsed again: " + shown);
    }
    auto other = first;
    if (!other.password.empty()) other.password = "another";
    for (const char* secret : {"password", "sslpassword", "options"})
        if (other.options.contains(secret)) other.options[secret] = "another";
    expect(other.to_string() == shown, "what is shown depends on a secret");
    for (const char c : shown) expect(static_cast<unsigned char>(c) > 0x20, "a control character is shown");
}

}  // namespace strata::fuzz
