#include "revision_file.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/migrate/render.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <random>
#include <utility>

namespace strata::migrate {

namespace {

constexpr std::size_t longest_slug = 40;

/// The words of the message in lower case, joined by underscores.
std::string slug(std::string_view message) {
    std::string text;
    for (const char letter : message) {
        const char c = core::internal::lower(letter);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            text += c;
        } else if (!text.empty() && text.back() != '_') {
            text += '_';
        }
    }
    if (text.size() > longest_slug) {
        const auto word = text.rfind('_', longest_slug);
        text.resize(word == std::string::npos ? longest_slug : word);
    }
    while (text.ends_with('_')) text.pop_back();
    return text.empty() ? "revision" : text;
}

bool is_id(std::string_view text) {
    return text.size() == 12 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_of_a_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.';
}

/// A part of the time in a file's name, and how strftime writes it.
struct TimeToken {
    std::string_view name;
    const char* format;
};
constexpr std::array time_tokens{TimeToken{"date", "%Y%m%d"}, TimeToken{"time", "%H%M%S"}, TimeToken{"year", "%Y"},
                                 TimeToken{"month", "%m"},    TimeToken{"day", "%d"},      TimeToken{"hour", "%H"},
                                 TimeToken{"minute", "%M"},   TimeToken{"second", "%S"}};

std::string formatted(const std::tm& time, const char* format) {
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &time)};
}

}  // namespace

std::string random_revision_id() {
    static constexpr char digits[] = "0123456789abcdef";
    std::random_device device;
    std::uniform_int_distribution<std::size_t> digit(0, 15);
    std::string id;
    while (id.size() < 12) id += digits[digit(device)];
    return id;
}

std::string revision_file_name(std::chrono::system_clock::time_point when, std::string_view id,
                               std::string_view message, std::string_view file_template) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    const auto refuse = [&](const std::string& why) {
        return UsageError("file_template is \"" + printable(file_template) + "\", " + why);
    };
    std::string name;
    for (auto rest = file_template; !rest.empty();) {
        const char c = rest.front();
        if (c != '{') {
            if (!is_of_a_name(c))
                throw refuse("and a file's name has letters, digits, and the characters _ - . beside its {...}");
            name += c;
            rest.remove_prefix(1);
            continue;
        }
        const auto end = rest.find('}');
        const auto token = end == std::string_view::npos ? rest.substr(1) : rest.substr(1, end - 1);
        if (end == std::string_view::npos) throw refuse("which has {" + printable(token) + " without a }");
        if (token == "id")
            name += id;
        else if (token == "slug")
            name += slug(message);
        else if (const auto* const part = std::ranges::find(time_tokens, token, &TimeToken::name);
                 part != time_tokens.end())
            name += formatted(utc, part->format);
        else
            throw refuse("which has {" + printable(token) + "}; known are {date}, {time}, {id}, {slug}, {year}, " +
                         "{month}, {day}, {hour}, {minute} and {second}");
        rest.remove_prefix(end + 1);
    }
    name += ".cpp";
    if (file_template.find("{id}") == std::string_view::npos)
        throw refuse("and must have {id} as a part of its own, as in " + std::string(default_file_template));
    if (name.front() == '.') throw refuse("and a revision's file is not a hidden one");
    if (is_id(id) && id_in_file_name(name) != id)
        throw refuse("so that " + name + " would not be found as revision " + std::string(id) +
                     ": the id must be the first part of 12 hexadecimal digits between _ . and -");
    return name;
}

std::string id_in_file_name(std::string_view name) {
    while (!name.empty()) {
        const auto end = std::min(name.find_first_of("_.-"), name.size());
        if (is_id(name.substr(0, end))) return std::string(name.substr(0, end));
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return {};
}

std::filesystem::path add_revision(FileChanges& changes, const std::filesystem::path& directory,
                                   const RevisionText& revision, std::string_view file_template) {
    auto text = render_revision(revision);
    auto path =
        directory / revision_file_name(std::chrono::system_clock::now(), revision.id, revision.message, file_template);
    if (std::error_code ignored; !std::filesystem::is_directory(directory, ignored))
        throw MigrationError("there is no folder " + directory.string() + " for revisions; make it with 'init'");
    changes.add(path, std::move(text));
    return path;
}

std::filesystem::path write_revision(const std::filesystem::path& directory, const RevisionText& revision,
                                     std::string_view file_template) {
    FileChanges changes;
    auto path = add_revision(changes, directory, revision, file_template);
    changes.apply();
    return path;
}

}  // namespace strata::migrate
