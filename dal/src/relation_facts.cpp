#include "detail/relation_facts.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>

#include <algorithm>
#include <string>

namespace strata::dal::detail {

namespace {

using core::ReferenceFact;
using core::TableInfo;

/// The two sides of a reference.
struct Sides {
    RelationColumns referring;
    RelationColumns referred;
};

bool is_same_table(const TableInfo& left, const TableInfo& right) {
    return std::string_view(left.name) == right.name && std::string_view(left.schema) == right.schema;
}

bool refers_to(const ReferenceFact& reference, const TableInfo& table) {
    return reference.referred != nullptr ? is_same_table(*reference.referred, table)
                                         : reference.referred_name == table.qualified_name();
}

bool is_of(const ReferenceFact& reference, const RelationColumns& columns) {
    return columns.count == 0 ||
           std::equal(reference.columns.begin(), reference.columns.end(), columns.at, columns.at + columns.count);
}

std::string columns_of(const TableInfo& table, const RelationColumns& columns) {
    std::string names;
    for (int i = 0; i < columns.count; ++i)
        names += (names.empty() ? "" : ", ") + std::string(table.column(columns.at[i]).name);
    return names;
}

[[noreturn]] void fail(const TableInfo& referring, const RelationColumns& columns, const TableInfo& referred,
                       bool several) {
    const std::string of = columns.count == 0 ? "" : " of " + columns_of(referring, columns);
    const std::string where = std::string("the facts of ") + referring.model + " state ";
    if (several)
        throw UsageError(where + "several references" + of + " to " + referred.name +
                         ": name the column, or declare the relation by its columns");
    throw UsageError(where + "no reference" + of + " to " + referred.name +
                     ": add references(...) to them, or declare the relation by its columns");
}

/// The referred columns by their names, since another model of the table may have them elsewhere.
RelationColumns referred_by(const ReferenceFact& reference, const TableInfo& referred) {
    RelationColumns found;
    const auto add = [&](std::string_view name) {
        const int at = referred.find(name);
        if (at < 0)
            throw UsageError(std::string(referred.model) + " has no member for the column " + std::string(name) +
                             ", which a reference names");
        found.at[found.count++] = at;
    };
    if (reference.referred != nullptr) {
        for (const int column : reference.referred_columns) add(reference.referred->column(column).name);
    } else {
        for (const std::string& column : reference.referred_by_name) add(column);
    }
    return found;
}

/// The one reference from a table to another one. No columns: of any.
Sides stated(const TableInfo& referring, const RelationColumns& columns, const TableInfo& referred) {
    const ReferenceFact* found = nullptr;
    for (const ReferenceFact& reference : referring.facts().references) {
        if (!refers_to(reference, referred) || !is_of(reference, columns)) continue;
        if (found != nullptr) fail(referring, columns, referred, true);
        found = &reference;
    }
    if (found == nullptr || found->columns.size() > relation_width) fail(referring, columns, referred, false);
    Sides sides{{}, referred_by(*found, referred)};
    for (const int column : found->columns) sides.referring.at[sides.referring.count++] = column;
    return sides;
}

}  // namespace

RelationInfo with_stated_columns(const RelationInfo& relation, const TableInfo& rows) {
    RelationInfo complete = relation;
    const TableInfo& related = *relation.related->table;
    switch (relation.facts) {
        case RelationFacts::declared:
            break;
        case RelationFacts::of_related: {
            const Sides sides = stated(related, relation.matched, rows);
            complete.matched = sides.referring;
            complete.own = sides.referred;
            break;
        }
        case RelationFacts::of_rows: {
            const Sides sides = stated(rows, relation.own, related);
            complete.own = sides.referring;
            complete.matched = sides.referred;
            break;
        }
        case RelationFacts::of_link: {
            const TableInfo& link = *relation.link->table;
            const Sides back = stated(link, {}, rows);
            const Sides on = stated(link, {}, related);
            complete.own = back.referred;
            complete.matched = back.referring;
            complete.onward = on.referring;
            complete.reached = on.referred;
            break;
        }
    }
    return complete;
}

}  // namespace strata::dal::detail
