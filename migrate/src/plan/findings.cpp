#include "row_rules.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/preflight.hpp>

#include <utility>

namespace strata::migrate {
namespace {

/// `3 rows`; `rows` where nobody knows how many.
std::string rows_text(std::optional<std::int64_t> rows) {
    if (!rows) return "rows";
    return std::to_string(*rows) + (*rows == 1 ? " row" : " rows");
}

/// ` (id 4, 7, 9, ...)`, ` (user_id, song_id 1, 2; 1, 3)`
std::string keys_text(const RowFinding& finding) {
    if (finding.key_values.empty()) return {};
    std::vector<std::string> values;
    for (const auto& value : finding.key_values) values.push_back(one_line(value, 60));
    const bool more = finding.rows && std::cmp_greater(*finding.rows, values.size());
    return " (" + join(finding.key) + " " + join(values, finding.key.size() > 1 ? "; " : ", ") + (more ? ", ..." : "") +
           ")";
}

std::string message_of(const std::string& revision, const std::vector<RowFinding>& findings) {
    std::vector<std::string> texts;
    for (const auto& finding : findings) texts.push_back(finding.text());
    return "revision " + revision + " was not started, since rows are in its way: " + join(texts, "; ");
}

}  // namespace

std::string_view code_of(RowFault fault) {
    switch (fault) {
        case RowFault::null_value:
            return "null_value";
        case RowFault::no_value:
            return "no_value";
        case RowFault::duplicate:
            return "duplicate";
        case RowFault::orphan:
            return "orphan";
        case RowFault::refused_by_check:
            return "refused_by_check";
        case RowFault::refused_by_exclusion:
            return "refused_by_exclusion";
        case RowFault::value_does_not_fit:
            return "value_does_not_fit";
        case RowFault::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string RowFinding::text() const {
    const std::string where = table + ", " + subject + ": ";
    if (fault == RowFault::unknown) return where + problem;
    return where + rows_text(rows) + " " + problem + keys_text(*this) + "; " + advice;
}

std::vector<RowFinding> ask_rows(core::Connection& connection, const std::vector<RowQuestion>& questions) {
    if (questions.empty()) return {};
    return row_check::row_rules(connection.dialect()).ask(connection, questions);
}

std::vector<RowFinding> preflight(core::Connection& connection, const std::vector<Operation>& operations,
                                  const schema::MetaData& before) {
    return ask_rows(connection, row_questions(operations, before, connection.dialect()));
}

RowsInTheWay::RowsInTheWay(std::string revision, std::vector<RowFinding> findings)
    : MigrationError(message_of(revision, findings)), revision_(std::move(revision)), findings_(std::move(findings)) {}

namespace row_check {

const RowRules& row_rules(const core::Dialect& dialect) {
    for (const auto* rules : {&sqlite::row_rules(), &postgresql::row_rules()})
        if (&rules->dialect() == &dialect) return *rules;
    throw UsageError("no rules for the rows of " + std::string(dialect.name()));
}

RowFinding finding_of(const RowQuestion& question, std::optional<std::int64_t> rows) {
    RowFinding finding;
    finding.fault = question.fault;
    finding.operation = question.operation;
    finding.table = question.table;
    finding.subject = question.subject;
    finding.rows = rows;
    finding.key = question.key;
    finding.problem = question.problem;
    finding.advice = question.advice;
    return finding;
}

std::optional<RowFinding> answer(core::Connection& connection, const RowQuestion& question) {
    const auto rows = std::stoll(connection.scalar(question.count).value_or("0"));
    if (rows == 0) return std::nullopt;
    auto finding = finding_of(question, rows);
    if (question.keys.empty()) return finding;
    auto cursor = connection.query(question.keys);
    while (cursor.next())
        if (!cursor.row().is_null(0)) finding.key_values.emplace_back(cursor.row().text(0));
    return finding;
}

std::string collate(const core::Dialect& dialect, const schema::QualifiedName& collation) {
    return collation.empty() ? std::string() : " COLLATE " + dialect.quoted(collation);
}

}  // namespace row_check
}  // namespace strata::migrate
