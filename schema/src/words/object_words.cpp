#include <strata/core/detail/sql_lexer.hpp>
#include <strata/schema/internal/statements.hpp>
#include <strata/schema/object_words.hpp>

#include <algorithm>

namespace strata::schema {
namespace {

/// A name in double quotes, which both databases take.
std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += c;
        text += c;
    }
    return text + '"';
}
/// As PostgreSQL prints a name: in quotes only where it needs them.
std::string as_printed(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), plain) && (name[0] < '0' || name[0] > '9');
    return bare ? std::string(name) : quoted(name);
}
std::string quoted(const QualifiedName& name) {
    return name.schema.empty() ? quoted(std::string_view(name.name))
                               : quoted(std::string_view(name.schema)) + "." + quoted(std::string_view(name.name));
}

bool is_statement(std::string_view sql) {
    core::detail::SqlLexer lexer(sql, core::detail::postgresql_lexis);
    return lexer.next().is("CREATE");
}

ObjectSpec of_query(ObjectKind kind, QualifiedName name, std::string query, const char* words) {
    if (!is_statement(query)) query = words + quoted(name) + " AS " + query;
    return object(kind, std::move(name), std::move(query));
}

ObjectSpec called(ObjectKind kind, QualifiedName name, std::string arguments, std::string definition) {
    auto made = object(kind, std::move(name), std::move(definition));
    made.ref.arguments = std::move(arguments);
    return made;
}

ObjectSpec belonging(ObjectKind kind, std::string name, QualifiedName table, std::string definition) {
    auto made = object(kind, std::move(name), std::move(definition));
    made.ref.table = std::move(table);
    return made;
}

}  // namespace

ObjectSpec object(ObjectRef ref, std::string definition) {
    Object made;
    made.ref = std::move(ref);
    made.definition = std::move(definition);
    return ObjectSpec(std::move(made));
}

ObjectSpec schema_named(std::string name) {
    std::string sql = "CREATE SCHEMA IF NOT EXISTS " + as_printed(name);
    return object(ObjectKind::schema, std::move(name), std::move(sql));
}
ObjectSpec extension(std::string name) {
    std::string sql = "CREATE EXTENSION IF NOT EXISTS " + as_printed(name);
    return object(ObjectKind::extension, std::move(name), std::move(sql));
}
ObjectSpec enum_type(QualifiedName name, std::vector<std::string> labels) {
    auto made = object(ObjectKind::enum_type, std::move(name), {});
    made.labels = std::move(labels);
    return made;
}
ObjectSpec domain(QualifiedName name, const std::string& definition) {
    std::string sql = "CREATE DOMAIN " + quoted(name) + " AS " + definition;
    return object(ObjectKind::domain, std::move(name), std::move(sql));
}
ObjectSpec sequence(QualifiedName name, const SequenceOptions& options) {
    std::string sql = "CREATE SEQUENCE " + quoted(name);
    if (!options.type.empty()) sql += " AS " + options.type;
    sql += statements::sequence_options(options);
    return object(ObjectKind::sequence, std::move(name), std::move(sql));
}

ObjectSpec view(QualifiedName name, std::string query) {
    return of_query(ObjectKind::view, std::move(name), std::move(query), "CREATE VIEW ");
}
ObjectSpec materialized_view(QualifiedName name, std::string query) {
    return of_query(ObjectKind::materialized_view, std::move(name), std::move(query), "CREATE MATERIALIZED VIEW ");
}

ObjectSpec function(QualifiedName name, std::string arguments, std::string definition) {
    return called(ObjectKind::function, std::move(name), std::move(arguments), std::move(definition));
}
ObjectSpec procedure(QualifiedName name, std::string arguments, std::string definition) {
    return called(ObjectKind::procedure, std::move(name), std::move(arguments), std::move(definition));
}
ObjectSpec aggregate(QualifiedName name, std::string arguments, std::string definition) {
    return called(ObjectKind::aggregate, std::move(name), std::move(arguments), std::move(definition));
}

ObjectSpec trigger(std::string name, QualifiedName table, std::string definition) {
    return belonging(ObjectKind::trigger, std::move(name), std::move(table), std::move(definition));
}
ObjectSpec rule(std::string name, QualifiedName table, std::string definition) {
    return belonging(ObjectKind::rule, std::move(name), std::move(table), std::move(definition));
}
ObjectSpec policy(std::string name, QualifiedName table, std::string definition) {
    return belonging(ObjectKind::policy, std::move(name), std::move(table), std::move(definition));
}

}  // namespace strata::schema
