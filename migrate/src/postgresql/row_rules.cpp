#include "plan/row_rules.hpp"

#include "conversion.hpp"
#include "run/destructive.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/core/value.hpp>

#include <algorithm>
#include <optional>

namespace strata::migrate::postgresql {
namespace {

using core::TypeKind;
using row_check::RowRules;
using row_check::Rows;
using row_check::TypeChange;
using schema::Column;
using schema::Table;

/// The setting by which a DO block gives its answer.
constexpr const char* answer_setting = "strata.rows";

std::string labels_of(const core::Dialect& dialect, const schema::Type& type) {
    std::string list;
    for (const auto& label : type.labels) {
        if (!list.empty()) list += ", ";
        dialect.literal(list, core::Value::text(label));
    }
    return list;
}

/// A dollar quote that the text does not contain.
std::string dollar_quote(const std::string& text) {
    std::string tag = "$strata$";
    while (text.find(tag) != std::string::npos) tag.insert(tag.size() - 1, "_");
    return tag;
}

class PostgresqlRowRules final : public RowRules {
public:
    using RowRules::RowRules;

    [[nodiscard]] bool at_once() const noexcept override { return false; }
    [[nodiscard]] bool names_are_shared() const noexcept override { return true; }
    [[nodiscard]] bool only(const Table& table) const override { return table.partition_by.empty(); }
    [[nodiscard]] bool has_match_full() const noexcept override { return true; }
    /// A composite value whose fields are all NULL IS NULL, but NOT NULL takes it.
    [[nodiscard]] std::string is_null(const std::string& value, const schema::Type& type) const override {
        return value + (type.form == schema::TypeForm::user ? " IS NOT DISTINCT FROM NULL" : " IS NULL");
    }
    [[nodiscard]] bool key_takes_null(const Table&) const override { return false; }
    /// An enum type may not exist yet, or be made anew: its labels are compared as texts.
    [[nodiscard]] std::string stored(const std::string& value, const Column& column) const override {
        const bool castable = column.type.form != schema::TypeForm::unknown && column.type.enum_type() == nullptr;
        return (castable ? "CAST(" + value + " AS " + ddl().type_name(column.type) + ")" : "(" + value + ")") +
               row_check::collate(dialect(), column.collation);
    }
    [[nodiscard]] TypeChange change_type(const Table& table, const Column& from, const Column& to,
                                         const std::string& using_expression,
                                         const schema::MetaData& state) const override;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> misfits(const Table&, const Table&) const override {
        return {};
    }
    [[nodiscard]] std::string one_by_one(const Rows& rows, bool only, const Count& count) const override;
    [[nodiscard]] std::vector<RowFinding> ask(core::Connection& connection,
                                              const std::vector<RowQuestion>& questions) const override;

private:
    [[nodiscard]] TypeChange to_enum(const Column& from, const Column& to, const std::string& using_expression,
                                     const schema::MetaData& state) const;
};

/// The type is made with the column where it is new, and made anew where its labels change. So the question is whether
/// a text is one of the labels; an expression of the user's that casts to the type cannot be computed before.
TypeChange PostgresqlRowRules::to_enum(const Column& from, const Column& to, const std::string& using_expression,
                                       const schema::MetaData& state) const {
    TypeChange change;
    change.loose = true;
    if (!using_expression.empty()) {
        const auto& type = *to.type.enum_type();
        change.known = std::any_of(state.tables.begin(), state.tables.end(), [&](const Table& table) {
            return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
                const auto* known = column.type.enum_type();
                return known != nullptr && known->name == type.name && known->labels == type.labels;
            });
        });
        change.value = "CAST((" + using_expression + "\n) AS " + ddl().type_name(to.type) + ")";
        change.fails = true;
        change.may_be_null = true;
        return change;
    }
    const auto name = dialect().quoted(to.name);
    const auto labels = labels_of(dialect(), *to.type.enum_type());
    const bool labels_stay = widens(from.type, to.type);
    if (to.type.kind == TypeKind::array) {
        change.value = name + "::text[]";
        if (!labels_stay)
            change.misfit = "NOT (array_remove(" + change.value + ", NULL) <@ ARRAY[" + labels + "]::text[])";
    } else {
        change.value = name + "::text";
        if (!labels_stay) change.misfit = change.value + " NOT IN (" + labels + ")";
    }
    return change;
}

/// The new value is assigned to the column, which is an explicit cast but for a length: a cast cuts a text, and an
/// assignment takes only blanks away. https://www.postgresql.org/docs/15/datatype-character.html
TypeChange PostgresqlRowRules::change_type(const Table&, const Column& from, const Column& to,
                                           const std::string& using_expression, const schema::MetaData& state) const {
    if (to.type.enum_type() != nullptr) return to_enum(from, to, using_expression, state);
    TypeChange change;
    auto expression =
        using_expression.empty() ? conversion(ddl(), to.name, from.type, to.type) : "(" + using_expression + "\n)";
    if (expression.empty()) expression = dialect().quoted(to.name);
    change.value = stored(expression, to);
    change.fails = !using_expression.empty() || !widens(from.type, to.type);
    change.may_be_null = !using_expression.empty();
    const bool has_length = to.type.generic() && to.type.kind == TypeKind::text && to.type.length > 0;
    if (has_length && change.fails) {
        change.misfit =
            "rtrim(substr((" + expression + ")::text, " + std::to_string(to.type.length + 1) + "), ' ') <> ''";
        change.fails = !using_expression.empty() || from.type.kind == TypeKind::bytes;
    }
    return change;
}

/// Whether a cast takes a value is told by nothing but the cast: pg_input_is_valid() is of version 16, and only for
/// casts from text. So the rows are read at once in a savepoint, which is cheap and the rule, and only where that
/// fails, by SQLSTATE because of a value, each row is tried by itself in a block that catches the failure. That costs
/// some microseconds a row, needs neither a temporary object nor the words of a message, and is exact for every
/// expression.
std::string PostgresqlRowRules::one_by_one(const Rows& rows, bool only, const Count& count) const {
    const std::string table = (only ? "ONLY " : "") + dialect().quoted(rows.origin());
    std::string key = "NULL";
    for (std::size_t i = 0; i < rows.key().size(); ++i)
        key = (i == 0 ? "" : key + " || ', ' || ") + dialect().quoted(rows.key()[i]) + "::text";
    std::string order;
    for (const auto& name : rows.key()) order += (order.empty() ? " ORDER BY " : ", ") + dialect().quoted(name);
    const std::string body =
        "\n#variable_conflict use_column\n"
        "DECLARE strata_row record; strata_bad boolean; strata_count bigint := 0; strata_keys text[] := '{}';\n"
        "BEGIN\n"
        "FOR strata_row IN SELECT tableoid AS strata_table, ctid AS strata_place, " +
        key + " AS strata_key FROM " + table + order +
        " LOOP\n"
        "BEGIN strata_bad := (" +
        count("ctid = strata_row.strata_place AND tableoid = strata_row.strata_table") +
        ") > 0;\n"
        "EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN strata_bad := true;\n"
        "END;\n"
        "IF strata_bad THEN\n"
        "strata_count := strata_count + 1;\n"
        "IF strata_count <= 3 THEN strata_keys := strata_keys || strata_row.strata_key; END IF;\n"
        "END IF;\n"
        "END LOOP;\n"
        "PERFORM set_config('" +
        std::string(answer_setting) +
        "', array_to_json(strata_count::text || strata_keys)::text, true);\n"
        "END ";
    const auto quote = dollar_quote(body);
    return "DO " + quote + body + quote;
}

/// A savepoint in which the rows are read: nothing can be written in it, and a table whose policies would hide rows
/// from the role is refused instead of read in part.
class Reading {
public:
    explicit Reading(core::Connection& connection) : connection_(connection) { begin(); }

    /// After a failure, which ends a transaction.
    void begin_again() {
        transaction_.reset();
        begin();
    }

private:
    void begin() {
        static const std::vector<std::string> settings{"SET LOCAL row_security = off", "SET LOCAL TimeZone = 'UTC'",
                                                       "SET TRANSACTION READ ONLY"};
        transaction_.emplace(connection_);
        connection_.run_all(settings);
    }

    core::Connection& connection_;
    std::optional<core::Transaction> transaction_;  // rolled back
};

/// Whether a statement failed because of a value: data exception, integrity constraint violation.
/// https://www.postgresql.org/docs/15/errcodes-appendix.html
bool is_about_value(const Error& error) { return error.code().starts_with("22") || error.code().starts_with("23"); }

RowFinding ask_one_by_one(core::Connection& connection, const RowQuestion& question) {
    connection.execute(question.one_by_one);
    auto finding = row_check::finding_of(question, 0);
    auto cursor = connection.query("SELECT value FROM json_array_elements_text(current_setting('" +
                                   std::string(answer_setting) + "')::json)");
    for (bool first = true; cursor.next(); first = false) {
        if (first)
            finding.rows = std::stoll(std::string(cursor.row().text(0)));
        else if (!cursor.row().is_null(0))
            finding.key_values.emplace_back(cursor.row().text(0));
    }
    return finding;
}

/// std::nullopt where the database does not answer: the role may not read a table, say, or it is not what the history
/// says.
std::optional<RowFinding> ask_one(core::Connection& connection, Reading& reading, const RowQuestion& question) {
    const auto failed = [&](const Error& error) {
        if (error.connection_lost()) throw;
        core::log::write(core::log::Level::debug, std::string("the rows are not asked: ") + error.what());
        reading.begin_again();
    };
    try {
        return row_check::answer(connection, question);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        failed(error);
        if (!is_about_value(error) || question.one_by_one.empty()) return std::nullopt;
    }
    try {
        auto finding = ask_one_by_one(connection, question);
        if (finding.rows == 0) return std::nullopt;
        return finding;
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {  // the role may not use PL/pgSQL
        failed(error);
    }
    return row_check::finding_of(question, std::nullopt);
}

std::vector<RowFinding> PostgresqlRowRules::ask(core::Connection& connection,
                                                const std::vector<RowQuestion>& questions) const {
    std::vector<RowFinding> findings;
    std::optional<Reading> reading;
    for (const auto& question : questions) {
        if (question.count.empty()) {
            findings.push_back(row_check::finding_of(question, std::nullopt));
            continue;
        }
        if (!reading) reading.emplace(connection);
        if (auto finding = ask_one(connection, *reading, question)) findings.push_back(std::move(*finding));
    }
    return findings;
}

}  // namespace

const row_check::RowRules& row_rules() {
    static const PostgresqlRowRules rules(schema::ddl_compiler(core::dialect_for("postgresql")));
    return rules;
}

}  // namespace strata::migrate::postgresql
