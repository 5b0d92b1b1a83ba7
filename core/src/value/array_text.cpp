#include "text.hpp"

#include <strata/core/internal/array_text.hpp>

#include <boost/json.hpp>

namespace strata::core {

void internal::append_array_element(std::string& braces, std::string_view element) {
    if (braces.size() > 1) braces += ',';
    braces += '"';
    for (const char c : element) {
        if (c == '"' || c == '\\') braces += '\\';
        braces += c;
    }
    braces += '"';
}

void internal::append_array_null(std::string& braces) { braces += braces.size() > 1 ? ",NULL" : "NULL"; }

bool internal::read_array_elements(std::string_view braces, detail::FunctionRef<void(const std::string*)> visit) {
    if (braces.size() < 2 || braces.front() != '{' || braces.back() != '}') return false;
    std::string element;
    std::size_t at = 1;
    const std::size_t end = braces.size() - 1;
    while (at < end) {
        element.clear();
        bool quoted = false;
        if (braces[at] == '"') {
            quoted = true;
            for (++at; at < end && braces[at] != '"'; ++at) {
                if (braces[at] == '\\') ++at;
                if (at < end) element += braces[at];
            }
            if (at >= end) return false;
            ++at;
        } else {
            if (braces[at] == '{') return false;
            while (at < end && braces[at] != ',') element += braces[at++];
        }
        visit(!quoted && element == "NULL" ? nullptr : &element);
        if (at < end) {
            if (braces[at] != ',') return false;
            ++at;
        }
    }
    return true;
}

namespace detail {

std::string json_array_to_braces(std::string_view json) {
    std::string braces = "{";
    const boost::json::value document = boost::json::parse({json.data(), json.size()});
    for (const boost::json::value& element : document.as_array()) {
        if (element.is_null())
            internal::append_array_null(braces);
        else if (element.is_string())
            internal::append_array_element(braces, element.get_string());
        else
            internal::append_array_element(braces, boost::json::serialize(element));
    }
    return braces += '}';
}

std::string braces_to_json_array(std::string_view braces) {
    if (const auto bounds = braces.find("]="); bounds != std::string_view::npos && braces.starts_with('[')) {
        braces.remove_prefix(bounds + 2);  // "[2:3]={...}": lower bounds other than 1 are ignored
    }
    std::string json = "[";
    const bool read = internal::read_array_elements(braces, [&](const std::string* element) {
        if (json.size() > 1) json += ',';
        if (element == nullptr)
            json += "null";
        else
            append_json_string(json, *element);
    });
    if (!read) fail_value("22P02", "the text is not an array of one dimension");
    return json += ']';
}

}  // namespace detail
}  // namespace strata::core
