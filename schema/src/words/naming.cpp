#include "strata/schema/naming.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/constraint_names.hpp>

#include <algorithm>

namespace strata::schema {
namespace {

// PostgreSQL's NAMEDATALEN - 1, used for both databases so that a name is the same on both.
constexpr std::size_t max_length = 63;

using core::internal::name_hash;
std::string fitted(const std::string& name, std::size_t length = max_length) {
    return core::internal::fitted_name(name, length);
}

void append(std::string& name, std::string_view part) {
    name += '_';
    name += part;
}

}  // namespace

std::string primary_key_name(std::string_view table) { return core::internal::primary_key_name(table); }

std::string unique_name(std::string_view table, const std::vector<std::string>& columns) {
    return core::internal::unique_name(table, columns);
}

std::string foreign_key_name(std::string_view table, const std::vector<std::string>& columns,
                             std::string_view referred_table) {
    return core::internal::foreign_key_name(table, columns, referred_table);
}

std::string check_name(std::string_view table, std::string_view name) {
    if (name.starts_with("ck_")) return fitted(std::string(name));
    return fitted("ck_" + std::string(table) + "_" + std::string(name));
}

std::string unnamed_check_name(std::string_view table, std::string_view expression) {
    return check_name(table, name_hash(expression));
}

void name_checks(Table& table) {
    for (auto& check : table.checks)
        if (check.name.empty()) check.name = unnamed_check_name(table.name.name, check.expression);
}

std::string type_check_name(std::string_view table, std::string_view column, std::string_view kind) {
    std::string name = "ck_" + std::string(table) + "_" + std::string(column);
    return fitted(name, max_length - kind.size() - 1) + "_" + std::string(kind);
}

std::string index_name(std::string_view table, const std::vector<IndexElement>& elements) {
    std::string name = "ix_" + std::string(table);
    for (const auto& element : elements)
        append(name, element.column.empty() ? name_hash(element.expression) : element.column);
    return fitted(name);
}

void name_constraints(Table& table) {
    if (table.primary_key && table.primary_key->name.empty())
        table.primary_key->name = primary_key_name(table.name.name);
    for (auto& unique : table.uniques)
        if (unique.name.empty()) unique.name = unique_name(table.name.name, unique.columns);
    for (auto& key : table.foreign_keys)
        if (key.name.empty()) key.name = foreign_key_name(table.name.name, key.columns, key.referred_table.name);
    for (auto& index : table.indexes)
        if (index.name.empty()) index.name = index_name(table.name.name, index.elements);
}

namespace {

/// The values of a template's tokens; what a constraint does not have is empty.
struct Tokens {
    std::string table;
    std::vector<std::string> columns;
    std::string referred_table;
    std::string referred_column;
    std::string constraint;

    [[nodiscard]] std::string value(std::string_view token) const {
        if (token == "table_name") return table;
        if (token == "column_0_name") return columns.empty() ? std::string() : columns.front();
        if (token == "column_0_N_name" || token == "column_0N_name") {
            std::string all;
            for (const auto& column : columns) {
                if (!all.empty() && token == "column_0_N_name") all += '_';
                all += column;
            }
            return all;
        }
        if (token == "referred_table_name") return referred_table;
        if (token == "referred_column_0_name") return referred_column;
        if (token == "constraint_name") return constraint;
        throw UsageError("a naming convention has the token %(" + std::string(token) +
                         ")s, which is not known; see NamingConvention");
    }
};

std::string filled(std::string_view text, const Tokens& tokens) {
    std::string name;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.substr(at).starts_with("%(") ? text.find(")s", at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            name += text[at++];
            continue;
        }
        name += tokens.value(text.substr(at + 2, end - at - 2));
        at = end + 2;
    }
    return fitted(name);
}

std::vector<std::string> names_of(const std::vector<IndexElement>& elements) {
    std::vector<std::string> names;
    for (const auto& element : elements)
        names.push_back(element.column.empty() ? name_hash(element.expression) : element.column);
    return names;
}

/// The names of a table's parts. A constraint and an index may share one, unless the index keeps the constraint; two
/// names that were said are the database's matter, since SQLite takes the same one for two constraints.
class TakenNames {
public:
    /// Where `lenient`, the convention is a guess, and only two of its own names are compared.
    TakenNames(QualifiedName table, bool lenient) : table_(std::move(table)), lenient_(lenient) {}
    void constraint(const std::string& name, bool derived) { take(constraints_, {name, derived}); }
    void index(const std::string& name, bool derived) { take(indexes_, {name, derived}); }
    void index_of_constraint(const std::string& name, bool derived) {
        constraint(name, derived);
        index(name, derived);
    }

private:
    struct Name {
        std::string text;
        bool derived;  ///< from the convention
    };

    void take(std::vector<Name>& names, const Name& name) const {
        if (name.text.empty()) return;
        for (const Name& other : names) {
            const bool compared = lenient_ ? name.derived && other.derived : name.derived || other.derived;
            if (compared && other.text == name.text)
                throw UsageError("table " + table_ + ": the name " + name.text +
                                 " is used twice; say it once, or name one");
        }
        names.push_back(name);
    }

    QualifiedName table_;
    bool lenient_;
    std::vector<Name> constraints_;
    std::vector<Name> indexes_;
};

}  // namespace

Table named_by(Table table, const NamingConvention& convention, bool lenient) {
    TakenNames taken(table.name, lenient);
    /// Whether the convention gives the name.
    const auto resolve = [&](std::string& name, std::string_view text, Tokens tokens) {
        if (name == detail::no_name) {
            name.clear();
            return false;
        }
        if (!name.empty()) return false;
        tokens.table = table.name.name;
        name = filled(text, tokens);
        return true;
    };
    if (auto& key = table.primary_key)
        taken.index_of_constraint(key->name, resolve(key->name, convention.pk, {.columns = key->columns}));
    for (auto& unique : table.uniques)
        taken.index_of_constraint(unique.name, resolve(unique.name, convention.uq, {.columns = unique.columns}));
    for (auto& key : table.foreign_keys) {
        const std::string referred = key.referred_columns.empty() ? std::string() : key.referred_columns.front();
        taken.constraint(
            key.name,
            resolve(key.name, convention.fk,
                    {.columns = key.columns, .referred_table = key.referred_table.name, .referred_column = referred}));
    }
    for (auto& check : table.checks) {
        bool derived = true;
        if (check.name.starts_with(detail::complete_name)) {
            check.name.erase(0, 1);
            derived = false;
        } else if (check.name != detail::no_name && check.name.starts_with("ck_")) {
            check.name = fitted(check.name);
        } else if (check.name.empty() && convention.ck.find("%(constraint_name)s") != std::string::npos &&
                   convention.ck != "%(constraint_name)s") {
            if (!lenient)
                throw UsageError("table " + table.name + R"(: a check has no name; check("name", "expression"))");
        } else if (check.name == detail::no_name) {
            check.name.clear();
        } else {
            derived = !lenient && convention.ck != "%(constraint_name)s";
            check.name = filled(convention.ck, {.table = table.name.name, .constraint = check.name});
        }
        taken.constraint(check.name, derived);
    }
    for (auto& exclude : table.excludes)
        taken.index_of_constraint(exclude.name,
                                  resolve(exclude.name, convention.ex, {.columns = names_of(exclude.elements)}));
    for (auto& index : table.indexes)
        taken.index(index.name, resolve(index.name, convention.ix, {.columns = names_of(index.elements)}));
    return table;
}

}  // namespace strata::schema
