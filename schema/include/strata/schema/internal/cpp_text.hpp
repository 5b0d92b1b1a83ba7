#pragma once

#include <strata/schema/internal/cpp_literal.hpp>
#include <strata/schema/internal/fields.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Values of the vocabulary as C++ that makes them again, in the words that revisions and models share.
namespace strata::schema::internal {

[[nodiscard]] std::string number(std::int64_t value);
/// Throws UsageError for what is not a finite number.
[[nodiscard]] std::string number(double value);
/// `"songs"`, or with its schema `{"music", "songs"}`.
[[nodiscard]] std::string name_text(const QualifiedName& name);
/// `String{100}`
[[nodiscard]] std::string type_text(const Type& type);
/// `now()`, `sql("...")`, `literal(5)`, `literal(Kind::date, "2026-11-20")`
[[nodiscard]] std::string default_text(const ServerDefault& value);
/// `5`, `true`: a literal that C++ writes as the database does, without quotes; nullopt for any other.
[[nodiscard]] std::optional<std::string> bare_literal(const ServerDefault& value);
/// `literal(Kind::date, "2026-11-20")`, which every literal has.
[[nodiscard]] std::string literal_text(const ServerDefault& value);
/// `{"title", desc("year")}`: an index's elements.
[[nodiscard]] std::string parts_text(const std::vector<IndexElement>& elements);

// A field's value as the argument of its word.

inline std::string argument(bool value) { return value ? "" : "false"; }
inline std::string argument(int value) { return std::to_string(value); }
inline std::string argument(const std::string& value) { return cpp_literal(value); }
inline std::string argument(const std::vector<std::string>& value) { return cpp_list(value); }
inline std::string argument(const QualifiedName& value) { return name_text(value); }
[[nodiscard]] std::string argument(ReferentialAction value);
[[nodiscard]] std::string argument(Deferrable value);
[[nodiscard]] std::string argument(Match value);
[[nodiscard]] std::string argument(Numbering value);
[[nodiscard]] std::string argument(Nulls value);
[[nodiscard]] std::string argument(const std::vector<KeyOrder>& value);
[[nodiscard]] std::string argument(const std::vector<QualifiedName>& value);
/// `ObjectKind::view`
[[nodiscard]] std::string kind_text(ObjectKind value);
/// `privileges({ObjectKind::table, "songs"}).owner("music").grant("reader", {"SELECT"})`
[[nodiscard]] std::string privileges_text(const Privileges& value);
/// `SequenceOptions{.start = 5}`
[[nodiscard]] std::string argument(const SequenceOptions& value);
[[nodiscard]] std::string argument(const Identity& value);

/// The words for the fields of a constraint, an index, an element or a column that differ from a plain one. `said` are
/// those that its first words say already.
template <class Struct>
std::string words(const Struct& value, std::initializer_list<std::string_view> said, const Struct& plain = {}) {
    std::string text;
    for_each_field<Struct>([&](const char* name, auto field) {
        if (value.*field == plain.*field || std::find(said.begin(), said.end(), name) != said.end()) return;
        if constexpr (requires { argument(value.*field); })
            text += "." + std::string(name) + "(" + argument(value.*field) + ")";
    });
    return text;
}

}  // namespace strata::schema::internal
