#include "questions.hpp"

#include "text.hpp"

#include <algorithm>
#include <utility>

namespace strata::migrate::row_check {
namespace {

constexpr const char* listed_keys = "3";
/// Two rows are compared with each other for an exclusion constraint, so a large table is not asked.
constexpr const char* compared_rows = "5000";

std::string conjunction(const std::vector<std::string>& conditions) {
    return conditions.empty() ? std::string() : " WHERE " + join(conditions, " AND ");
}

/// SQL of the user, which may end in a comment.
std::string user_sql(const std::string& expression) { return "(" + expression + "\n)"; }

std::string key_name(const std::string& kind, const std::string& name, const std::vector<std::string>& columns) {
    return kind + " " + (name.empty() ? "(" + join(columns) + ")" : name);
}

}  // namespace

std::vector<schema::IndexElement> elements_of(const std::vector<std::string>& columns,
                                              const std::vector<schema::KeyOrder>& order) {
    std::vector<schema::IndexElement> elements;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        schema::IndexElement element;
        element.column = columns[i];
        if (i < order.size()) element.collation = order[i].collation;
        elements.push_back(std::move(element));
    }
    return elements;
}

std::string Questions::column_subject(const Asked& asked, const std::string& name) {
    const auto* column = asked.rows.find(name);
    return "column " + (column != nullptr && !column->origin.empty() ? column->origin : name);
}

RowQuestion Questions::question(const Asked& asked, RowFault fault, std::string subject) const {
    RowQuestion question;
    question.fault = fault;
    question.operation = asked.operation;
    question.table = asked.rows.empty() ? asked.table.name : asked.rows.origin();
    question.subject = std::move(subject);
    question.key = asked.rows.key();
    return question;
}

void Questions::unknown(const Asked& asked, const std::string& subject, const std::string& why) {
    auto open = question(asked, RowFault::unknown, subject);
    open.problem = "the rows cannot be asked before the revision runs, since " + why;
    questions_.push_back(std::move(open));
}

bool Questions::askable(const Asked& asked, const std::string& subject, const std::string& needed) {
    if (asked.touched) {
        unknown(asked, subject, "an earlier operation of it may change them");
        return false;
    }
    if (asked.rows.empty()) return false;
    if (asked.rows.knows(needed)) return true;
    unknown(asked, subject, "it makes the values itself");
    return false;
}

/// Adds a question that each row answers by itself.
void Questions::add(RowQuestion question, const Asked& asked, const std::string& condition, bool only,
                    bool one_by_one) {
    const std::string& alias = asked.table.name.name;
    const auto count = [&](std::string_view where) {
        return "SELECT count(*) FROM " + asked.rows.from({alias, condition, only, where}) + " WHERE " + condition;
    };
    question.count = count({});
    if (!question.key.empty())
        question.keys = "SELECT " + asked.rows.key_text(alias) + " FROM " +
                        asked.rows.from({alias, condition, only, {}, true}) + " WHERE " + condition + " ORDER BY " +
                        asked.rows.key_order(alias) + " LIMIT " + listed_keys;
    if (one_by_one) question.one_by_one = rules_.one_by_one(asked.rows, only, count);
    questions_.push_back(std::move(question));
}

void Questions::nulls(const Asked& asked, const schema::Column& column, const std::string& what_becomes) {
    if (asked.rows.find(column.name) == nullptr) return;
    const auto subject = column_subject(asked, column.name);
    const auto value = this->column(asked, column.name);
    if (!askable(asked, subject, value)) return;
    auto nulls = question(asked, RowFault::null_value, subject);
    nulls.problem = "with NULL";
    nulls.advice = "give them a value before " + what_becomes;
    add(std::move(nulls), asked, rules_.is_null(value, column.type), false, false);
}

void Questions::no_value(const Asked& asked, const schema::Column& column) {
    const auto subject = "column " + column.name;
    if (!askable(asked, subject, {})) return;
    auto rows = question(asked, RowFault::no_value, subject);
    rows.problem = "would be without a value";
    rows.advice =
        "give the column a default, or add it nullable, fill it and alter it to NOT NULL then (migrate --fill " +
        asked.table.name + "." + column.name + "=VALUE writes that)";
    rows.key.clear();  // it is all of them
    rows.count = "SELECT count(*) FROM " + asked.rows.from({asked.table.name.name, {}});
    questions_.push_back(std::move(rows));
}

std::string Questions::element(const Asked& asked, const schema::IndexElement& element) const {
    return (element.column.empty() ? user_sql(element.expression) : column(asked, element.column)) +
           collate(rules_.dialect(), element.collation);
}

void Questions::duplicates(const Asked& asked, const std::string& subject,
                           const std::vector<schema::IndexElement>& elements, const std::string& where,
                           bool nulls_are_equal) {
    std::vector<std::string> values;
    std::vector<std::string> conditions;
    if (!where.empty()) conditions.push_back(user_sql(where));
    for (const auto& each : elements) {
        if (!each.column.empty() && asked.rows.find(each.column) == nullptr) return;
        values.push_back(element(asked, each));
        if (!nulls_are_equal) conditions.push_back(values.back() + " IS NOT NULL");
    }
    const auto group = join(values);
    const auto needed = group + " " + where;
    if (!askable(asked, subject, needed)) return;
    auto equal = question(asked, RowFault::duplicate, subject);
    equal.problem = "with values that another row has too";
    equal.advice = "change or delete all but one of each";
    const std::string& alias = asked.table.name.name;
    const bool only = rules_.only(asked.table);
    const auto condition = conjunction(conditions);
    equal.count = "SELECT coalesce(sum(strata_rows), 0) FROM (SELECT count(*) AS strata_rows FROM " +
                  asked.rows.from({alias, needed, only}) + condition + " GROUP BY " + group +
                  " HAVING count(*) > 1) AS strata_equal";
    if (!equal.key.empty())
        equal.keys = "SELECT strata_key FROM (SELECT " + asked.rows.key_text(alias) +
                     " AS strata_key, count(*) OVER (PARTITION BY " + group +
                     ") AS strata_rows, row_number() OVER (ORDER BY " + asked.rows.key_order(alias) +
                     ") AS strata_place FROM " + asked.rows.from({alias, needed, only, {}, true}) + condition +
                     ") AS strata_equal WHERE strata_rows > 1 ORDER BY strata_place LIMIT " + listed_keys;
    questions_.push_back(std::move(equal));
}

/// https://www.postgresql.org/docs/15/sql-createtable.html (MATCH): a reference with a NULL in it is none; with MATCH
/// FULL all of its columns must be NULL then.
void Questions::orphans(const Asked& asked, const schema::ForeignKey& key, const Asked& referred,
                        const std::string& lost_before) {
    const auto subject = key_name("foreign key", key.name, key.columns);
    const auto& names = key.referred_columns.empty() && referred.table.primary_key ? referred.table.primary_key->columns
                                                                                   : key.referred_columns;
    if (names.size() != key.columns.size()) return;
    const std::string parent = "strata_referred";
    std::vector<std::string> conditions;
    std::vector<std::string> values;
    std::vector<std::string> matches;
    std::string parents;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (asked.rows.find(key.columns[i]) == nullptr) return;
        if (!referred.rows.empty() && referred.rows.find(names[i]) == nullptr) return;
        values.push_back(column(asked, key.columns[i]));
        conditions.push_back(values.back() + " IS NOT NULL");
        parents += referred.rows.column(parent, names[i]) + " ";
        matches.push_back(referred.rows.column(parent, names[i]) + " = " + values.back());
    }
    if (!askable(asked, subject, join(values))) return;
    if (referred.touched || !referred.rows.knows(parents)) {
        unknown(asked, subject, "an earlier operation of it may change those of " + referred.table.name);
        return;
    }
    auto lost = question(asked, RowFault::orphan, subject);
    lost.problem = "with a reference to a row of " + key.referred_table + " that does not exist";
    lost.advice = "add what they refer to, or change or delete them";
    const bool full = key.match == schema::Match::full && rules_.has_match_full();
    auto condition = "(" + join(conditions, full ? " OR " : " AND ") + ")";
    if (!referred.rows.empty())
        condition += " AND NOT EXISTS (SELECT 1 FROM " +
                     referred.rows.from({parent, parents, rules_.only(referred.table)}) + conjunction(matches) + ")";
    add(std::move(lost), asked, condition, rules_.only(asked.table), false);
    if (lost_before.empty()) return;
    auto& count = questions_.back().count;
    count =
        "SELECT CASE WHEN strata_after > strata_before THEN strata_after - strata_before ELSE 0 END FROM (SELECT (" +
        count + ") AS strata_after, (" + lost_before + ") AS strata_before) AS strata_lost";
}

void Questions::refused(const Asked& asked, const schema::CheckConstraint& check) {
    const auto subject =
        check.name.empty() ? "check " + one_line(without_literals(check.expression), 60) : "check " + check.name;
    const auto condition = "NOT " + user_sql(check.expression);
    if (!askable(asked, subject, condition)) return;
    if (asked.rows.is_loose(condition)) {
        unknown(asked, subject, "it makes the values itself");
        return;
    }
    auto refused = question(asked, RowFault::refused_by_check, subject);
    refused.problem = "that it refuses";
    refused.advice = "change or delete them first";
    add(std::move(refused), asked, condition, check.no_inherit && rules_.only(asked.table),
        !asked.rows.fails(condition));
}

void Questions::excluded(const Asked& asked, const schema::ExcludeConstraint& exclude) {
    const auto subject = "exclusion constraint " + exclude.name;
    if (exclude.operators.size() != exclude.elements.size()) return;
    const std::string& alias = asked.table.name.name;
    std::string list = "row_number() OVER () AS strata_row";
    std::string needed = exclude.where;
    std::vector<std::string> conflicts{"strata_other.strata_row <> strata_this.strata_row"};
    for (std::size_t i = 0; i < exclude.elements.size(); ++i) {
        const auto& each = exclude.elements[i];
        if (!each.column.empty() && asked.rows.find(each.column) == nullptr) return;
        const auto name = "strata_" + std::to_string(i + 1);
        needed += " " + element(asked, each);
        list += ", " + element(asked, each) + " AS " + name;
        conflicts.push_back("strata_this." + name + " " + exclude.operators[i] + " strata_other." + name);
    }
    if (!askable(asked, subject, needed)) return;
    auto conflict = question(asked, RowFault::refused_by_exclusion, subject);
    conflict.problem = "that another row excludes";
    conflict.advice = "change or delete all but one of those that exclude each other";
    const auto with = [&](const std::string& columns, bool with_key) {
        return "WITH strata_all AS (SELECT " + columns + " FROM " +
               asked.rows.from({alias, needed, rules_.only(asked.table), {}, with_key}) +
               conjunction(exclude.where.empty() ? std::vector<std::string>() : std::vector{user_sql(exclude.where)}) +
               ") SELECT ";
    };
    const auto rest = std::string(" FROM strata_all AS strata_this WHERE (SELECT count(*) FROM strata_all) <= ") +
                      compared_rows + " AND EXISTS (SELECT 1 FROM strata_all AS strata_other" + conjunction(conflicts) +
                      ")";
    conflict.count = with(list, false) + "count(*)" + rest;
    if (!conflict.key.empty())
        conflict.keys = with(list + ", " + asked.rows.key_text(alias) + " AS strata_key, row_number() OVER (ORDER BY " +
                                 asked.rows.key_order(alias) + ") AS strata_place",
                             true) +
                        "strata_key" + rest + " ORDER BY strata_place LIMIT " + listed_keys;
    questions_.push_back(std::move(conflict));
}

void Questions::misfits(const Asked& asked, const schema::Column& to, const TypeChange& change) {
    if (change.known && change.misfit.empty() && !change.fails) return;
    const auto subject = column_subject(asked, to.name);
    if (!askable(asked, subject, change.value + " " + change.misfit)) return;
    if (!change.known) {
        unknown(asked, subject, "it makes the values itself");
        return;
    }
    auto misfit = question(asked, RowFault::value_does_not_fit, subject);
    misfit.problem = "with a value that " + rules_.ddl().type_name(to.type) + " cannot take";
    misfit.advice = "change them first, or say how with using_()";
    if (!change.misfit.empty()) {
        add(std::move(misfit), asked, change.misfit, false, change.fails);
        return;
    }
    // Computing all values fails, or the number of rows in the way is 0.
    const auto count = [&](std::string_view where) {
        return "SELECT 0 * count(" + change.value + ") FROM " +
               asked.rows.from({asked.table.name.name, change.value, false, where});
    };
    misfit.count = count({});
    misfit.one_by_one = rules_.one_by_one(asked.rows, false, count);
    questions_.push_back(std::move(misfit));
}

void Questions::misfits(const Asked& asked, const std::string& column, const std::string& condition) {
    const auto subject = column_subject(asked, column);
    if (!askable(asked, subject, condition)) return;
    auto misfit = question(asked, RowFault::value_does_not_fit, subject);
    misfit.problem = "with a value that its declared type cannot take";
    misfit.advice = "change them first";
    add(std::move(misfit), asked, condition, false, false);
}

void Questions::forget_values(std::size_t from, const Asked& asked, const std::string& column) {
    const auto subject = column_subject(asked, column);
    questions_.erase(std::remove_if(questions_.begin() + static_cast<std::ptrdiff_t>(from), questions_.end(),
                                    [&](const RowQuestion& each) { return each.subject == subject; }),
                     questions_.end());
}

}  // namespace strata::migrate::row_check
