#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace strata::core {

/// The name of a table or another object of a database, with the schema that it is in. An empty schema is the
/// connection's current one (on PostgreSQL the first of the search_path that exists); SQLite has no others. A text
/// converts to the name without a schema, whatever characters it has: a dot in it separates nothing.
struct QualifiedName {
    std::string schema;
    std::string name;

    QualifiedName() = default;
    // NOLINTBEGIN(google-explicit-constructor): a name is most often written without its schema
    QualifiedName(const char* its_name) : name(its_name) {}
    QualifiedName(std::string its_name) : name(std::move(its_name)) {}
    QualifiedName(std::string_view its_name) : name(its_name) {}
    // NOLINTEND(google-explicit-constructor)
    QualifiedName(std::string its_schema, std::string its_name)
        : schema(std::move(its_schema)), name(std::move(its_name)) {}

    [[nodiscard]] bool empty() const noexcept { return name.empty(); }
    /// For messages: `music.songs`, or `songs` in the current schema.
    [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }

    friend bool operator==(const QualifiedName&, const QualifiedName&) = default;
    friend std::strong_ordering operator<=>(const QualifiedName&, const QualifiedName&) = default;
    friend std::string operator+(std::string left, const QualifiedName& right) {
        left += right.text();
        return left;
    }
    friend std::string operator+(const char* left, const QualifiedName& right) { return std::string(left) + right; }
    friend std::string operator+(const QualifiedName& left, std::string_view right) {
        std::string text = left.text();
        text += right;
        return text;
    }
    /// Prints the text(); a template, so that <ostream> is not needed here.
    template <class Stream>
    friend auto operator<<(Stream& out, const QualifiedName& printed)
        -> decltype(out << std::declval<const std::string&>()) {
        return out << printed.text();
    }
};

}  // namespace strata::core
