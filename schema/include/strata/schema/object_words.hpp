#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>
#include <vector>

/// Makers for what is not a table, so that a MetaData's list reads well:
///     MetaData{extension("citext"), table(songs), view("song_list", "SELECT id, title FROM songs")}
namespace strata::schema {

/// An object while it is being said.
struct ObjectSpec : Object {
    ObjectSpec() = default;
    explicit ObjectSpec(Object object) : Object(std::move(object)) {}
    /// What it needs before it, for the order of creation: `.after({{ObjectKind::table, "songs"}})`.
    ObjectSpec& after(Needs objects) { return needs = std::move(objects), *this; }
    /// Statements that complete it: `ALTER TABLE t ENABLE ALWAYS TRIGGER x`.
    ObjectSpec& then(std::vector<std::string> statements) { return completions = std::move(statements), *this; }
    ObjectSpec& commented(std::string text) { return comment = std::move(text), *this; }
};

/// Any object by the statement that creates it.
[[nodiscard]] ObjectSpec object(ObjectRef ref, std::string definition);
inline ObjectSpec object(ObjectKind kind, QualifiedName name, std::string definition) {
    return object({kind, std::move(name), {}, {}}, std::move(definition));
}
[[nodiscard]] ObjectSpec schema_named(std::string name);
[[nodiscard]] ObjectSpec extension(std::string name);
[[nodiscard]] ObjectSpec enum_type(QualifiedName name, std::vector<std::string> labels);
/// `domain("positive", "integer CHECK (VALUE > 0)")`
[[nodiscard]] ObjectSpec domain(QualifiedName name, const std::string& definition);
[[nodiscard]] ObjectSpec sequence(QualifiedName name, const SequenceOptions& options = {});
/// The view of a query; a text that begins with CREATE is the whole statement.
[[nodiscard]] ObjectSpec view(QualifiedName name, std::string query);
[[nodiscard]] ObjectSpec materialized_view(QualifiedName name, std::string query);
/// A function, with the types of its arguments, which tell functions of one name apart, and the whole statement:
/// `function("rate", "integer", "CREATE FUNCTION rate(integer) ...")`.
[[nodiscard]] ObjectSpec function(QualifiedName name, std::string arguments, std::string definition);
[[nodiscard]] ObjectSpec procedure(QualifiedName name, std::string arguments, std::string definition);
[[nodiscard]] ObjectSpec aggregate(QualifiedName name, std::string arguments, std::string definition);
/// What belongs to a table or a view, with the whole statement.
[[nodiscard]] ObjectSpec trigger(std::string name, QualifiedName table, std::string definition);
[[nodiscard]] ObjectSpec rule(std::string name, QualifiedName table, std::string definition);
[[nodiscard]] ObjectSpec policy(std::string name, QualifiedName table, std::string definition);

}  // namespace strata::schema
