#include "plan/row_rules.hpp"

#include "conversion.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/core/log.hpp>
#include <strata/core/value.hpp>

#include <algorithm>
#include <cctype>

namespace strata::migrate::sqlite {
namespace {

using row_check::RowRules;
using row_check::Rows;
using row_check::TypeChange;
using schema::Column;
using schema::Table;

/// https://sqlite.org/datatype3.html#determination_of_column_affinity
enum class Affinity : unsigned char { blob, text, integer, real, numeric };

Affinity affinity_of(std::string declared) {
    std::transform(declared.begin(), declared.end(), declared.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto has = [&](const char* part) { return declared.find(part) != std::string::npos; };
    if (has("INT")) return Affinity::integer;
    if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::text;
    if (declared.empty() || has("BLOB")) return Affinity::blob;
    if (has("REAL") || has("FLOA") || has("DOUB")) return Affinity::real;
    return Affinity::numeric;
}

/// The type's name as CAST takes it; empty for the affinity that changes nothing.
const char* name_of(Affinity affinity) {
    switch (affinity) {
        case Affinity::text:
            return "TEXT";
        case Affinity::integer:
            return "INTEGER";
        case Affinity::real:
            return "REAL";
        case Affinity::numeric:
            return "NUMERIC";
        case Affinity::blob:
            break;
    }
    return "";
}

/// The value that a column of the affinity stores for a value that is written into it. A CAST would force every value;
/// a text that is not a number stays a text here. A comparison with a NUMERIC value tells whether it is one, since the
/// text is then converted in the way in which it would be stored.
/// https://sqlite.org/datatype3.html#type_affinity
std::string stored_as(const std::string& value, Affinity affinity) {
    const std::string is_number_text = "typeof(strata_value) = 'text' AND strata_value = CAST(strata_value AS NUMERIC)";
    std::string cases;
    switch (affinity) {
        case Affinity::blob:
            return value;
        case Affinity::text:
            cases = "WHEN typeof(strata_value) IN ('integer', 'real') THEN CAST(strata_value AS TEXT)";
            break;
        case Affinity::real:
            cases = "WHEN typeof(strata_value) = 'integer' OR " + is_number_text + " THEN CAST(strata_value AS REAL)";
            break;
        case Affinity::integer:
        case Affinity::numeric:
            cases = "WHEN " + is_number_text +
                    " THEN CAST(strata_value AS NUMERIC) WHEN typeof(strata_value) = 'real' AND strata_value = "
                    "CAST(strata_value AS INTEGER) THEN CAST(strata_value AS INTEGER)";
            break;
    }
    return "(SELECT CASE " + cases + " ELSE strata_value END FROM (SELECT " + value + " AS strata_value))";
}

/// Whether all values of the type are of one class, so that a CAST changes none. A date's column has NUMERIC affinity
/// and holds texts.
bool is_one_class(const schema::Type& type, Affinity affinity) {
    return type.generic() &&
           (affinity == Affinity::text || core::internal::is_number(type.kind) || type.kind == core::TypeKind::boolean);
}

/// The value with the affinity and the collation of its column, which an expression loses.
std::string as_column(const core::Dialect& dialect, const std::string& stored, Affinity affinity,
                      const Column& column) {
    const std::string name = is_one_class(column.type, affinity) ? name_of(affinity) : "";
    return (name.empty() ? "(" + stored + ")" : "CAST(" + stored + " AS " + name + ")") +
           row_check::collate(dialect, column.collation);
}

class SqliteRowRules final : public RowRules {
public:
    using RowRules::RowRules;

    // Consecutive changes are one copy of the table, and PRAGMA foreign_key_check runs before the commit.
    [[nodiscard]] bool at_once() const noexcept override { return true; }
    [[nodiscard]] bool names_are_shared() const noexcept override { return false; }
    [[nodiscard]] bool only(const Table&) const override { return false; }
    /// https://sqlite.org/foreignkeys.html#fk_unsupported
    [[nodiscard]] bool has_match_full() const noexcept override { return false; }
    [[nodiscard]] std::string is_null(const std::string& value, const schema::Type&) const override {
        return value + " IS NULL";
    }
    /// https://sqlite.org/lang_createtable.html#the_primary_key
    [[nodiscard]] bool key_takes_null(const Table& table) const override {
        return !table.without_rowid && !table.strict;
    }
    [[nodiscard]] std::string stored(const std::string& value, const Column& column) const override {
        const auto affinity = affinity_of(ddl().type_name(column.type));
        return as_column(dialect(), stored_as(value, affinity), affinity, column);
    }
    [[nodiscard]] TypeChange change_type(const Table& table, const Column& from, const Column& to,
                                         const std::string& using_expression,
                                         const schema::MetaData& state) const override;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> misfits(const Table& before,
                                                                           const Table& after) const override;
    // A function of SQLite gives NULL for a value that it cannot take.
    [[nodiscard]] std::string one_by_one(const Rows&, bool, const Count&) const override { return {}; }
    [[nodiscard]] std::vector<RowFinding> ask(core::Connection& connection,
                                              const std::vector<RowQuestion>& questions) const override;

private:
    /// The condition that a STRICT table refuses the value of its column; empty where it takes all.
    [[nodiscard]] std::string refused_by_strict(const std::string& value, const Column& column) const;
};

/// https://sqlite.org/stricttables.html
std::string SqliteRowRules::refused_by_strict(const std::string& value, const Column& column) const {
    const auto type = ddl().type_name(column.type);
    const auto affinity = affinity_of(type);
    if (type == "ANY") return {};
    const char* const classes = affinity == Affinity::integer ? "'integer'"
                                : affinity == Affinity::real  ? "'real', 'integer'"
                                : affinity == Affinity::text  ? "'text'"
                                                              : "'blob'";
    return "typeof(" + stored_as(value, affinity) + ") NOT IN (" + classes + ", 'null')";
}

/// The rules are those of conversion(), by which the table's copy is checked.
TypeChange SqliteRowRules::change_type(const Table& table, const Column& from, const Column& to,
                                       const std::string& using_expression, const schema::MetaData&) const {
    const auto affinity = affinity_of(ddl().type_name(to.type));
    const auto name = dialect().quoted(to.name);
    TypeChange change;
    const bool generic = from.type.generic() && to.type.generic();
    change.loose = !using_expression.empty() || !generic;
    if (!using_expression.empty()) {
        const auto value = stored_as("(" + using_expression + "\n)", affinity);
        change.value = "(" + value + ")" + row_check::collate(dialect(), to.collation);
        change.may_be_null = true;
        if (table.strict) change.misfit = refused_by_strict("(" + using_expression + "\n)", to);
        return change;
    }
    Conversion rules;
    try {
        rules = conversion(ddl(), table.name.text(), to.name, ddl().as_stored(table, from).type,
                           ddl().as_stored(table, to).type);
    } catch (const MigrationError&) {  // the compiler refuses it
        change.known = false;
        return change;
    }
    const auto stored = stored_as(rules.expression, affinity);
    change.value = change.loose ? "(" + stored + ")" + row_check::collate(dialect(), to.collation)
                                : as_column(dialect(), stored, affinity, to);
    change.may_be_null = rules.expression != name;
    std::string fits;
    if (!rules.before.empty()) fits = "(" + rules.before + ") IS TRUE";
    // The second condition is on the new value, under the column's name.
    if (!rules.after.empty())
        fits += (fits.empty() ? "" : " AND ") + ("(SELECT " + name + " IS NULL OR (" + rules.after + ") FROM (SELECT " +
                                                 stored + " AS " + name + ")) IS TRUE");
    if (!fits.empty()) change.misfit = name + " IS NOT NULL AND NOT (" + fits + ")";
    if (fits.empty() && table.strict) change.misfit = refused_by_strict(rules.expression, to);
    return change;
}

std::vector<std::pair<std::string, std::string>> SqliteRowRules::misfits(const Table& before,
                                                                         const Table& after) const {
    std::vector<std::pair<std::string, std::string>> list;
    if (before.strict || !after.strict) return list;
    for (const auto& column : after.columns) {
        if (column.computed) continue;
        auto condition = refused_by_strict(dialect().quoted(column.name), column);
        if (!condition.empty()) list.emplace_back(column.name, std::move(condition));
    }
    return list;
}

std::vector<RowFinding> SqliteRowRules::ask(core::Connection& connection,
                                            const std::vector<RowQuestion>& questions) const {
    std::vector<RowFinding> findings;
    for (const auto& question : questions) {
        if (question.count.empty()) {
            findings.push_back(row_check::finding_of(question, std::nullopt));
            continue;
        }
        try {
            if (auto finding = row_check::answer(connection, question)) findings.push_back(std::move(*finding));
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {  // a table that is not what the history says, say: the revision itself decides
            if (error.connection_lost()) throw;
            core::log::write(core::log::Level::debug, std::string("the rows are not asked: ") + error.what());
        }
    }
    return findings;
}

}  // namespace

const row_check::RowRules& row_rules() {
    static const SqliteRowRules rules(schema::ddl_compiler(core::dialect_for("sqlite")));
    return rules;
}

}  // namespace strata::migrate::sqlite
