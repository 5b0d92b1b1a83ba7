#include "sqlite/stored_forms.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/sqlite_storage.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>

#include <optional>

namespace strata::schema::sqlite {
namespace {

/// How values in another form become canonical.
struct Mending {
    std::string value;      ///< the canonical text
    std::string condition;  ///< for which values of another form it is that
};

/// What is to know of one kind of canonical texts, with the column's name in each expression.
struct Form {
    const char* what;     ///< "dates"
    const char* shown;    ///< "YYYY-MM-DD"
    std::string pattern;  ///< of GLOB
    std::vector<Mending> mendings;
};

std::string digits(const char* text) {
    std::string pattern;
    for (; *text != '\0'; ++text) pattern += *text == 'd' ? "[0-9]" : *text == 'x' ? "[0-9a-f]" : std::string(1, *text);
    return pattern;
}

/// The text of a time of day with the digits that it lacks.
std::string filled(const std::string& time) {
    return "substr(" + time + " || substr('00:00:00.000000', length(" + time + ") + 1), 1, 15)";
}

/// Whether the text begins with a day of the calendar, which SQLite's functions take for another one otherwise.
std::string begins_with_day(const std::string& name) {
    return "date(" + name + ", '+0 days') = substr(" + name + ", 1, 10)";
}

Form timestamp_form(const std::string& name, bool with_zone) {
    Form form{"timestamps", "YYYY-MM-DD HH:MM:SS.ffffff", digits("dddd-dd-dd dd:dd:dd.dddddd"), {}};
    const std::string between = "substr(" + name + ", 11, 1) IN ('', ' ', 'T')";
    form.mendings.push_back(
        {"substr(" + name + ", 1, 10) || ' ' || " + filled("substr(rtrim(" + name + ", 'Zz'), 12)"),
         begins_with_day(name) + " AND " + between + " AND substr(" + name + ", 12) NOT GLOB '*[^0-9:.Zz]*'"});
    // SQLite's functions know milliseconds at best, so that the fraction is copied.
    if (with_zone)
        form.mendings.push_back({"datetime(substr(" + name + ", 1, 19) || substr(" + name + ", -6)) || substr(substr(" +
                                     name + ", 20, length(" + name + ") - 25) || substr('.000000', length(" + name +
                                     ") - 24), 1, 7)",
                                 "datetime(" + name + ") IS NOT NULL AND " + between + " AND " + name + " GLOB '" +
                                     digits("dddd-dd-dd?dd:dd:dd*[+-]dd:dd") + "'"});
    return form;
}

std::optional<Form> form_of(const Type& type, const std::string& name) {
    if (!type.generic()) return std::nullopt;
    switch (type.kind) {
        case TypeKind::date:
            return Form{"dates",
                        "YYYY-MM-DD",
                        digits("dddd-dd-dd"),
                        {{"substr(" + name + ", 1, 10)",
                          begins_with_day(name) + " AND substr(" + name + ", 11) NOT GLOB '*[^ T0:.Zz]*'"}}};
        case TypeKind::time:
            return Form{
                "times of day",
                "HH:MM:SS.ffffff",
                digits("dd:dd:dd.dddddd"),
                {{filled(name), "time(" + name + ") IS NOT NULL AND substr(" + name + ", 1, 2) < '24' AND " + name +
                                    " GLOB '" + digits("dd:dd*") + "' AND " + name + " NOT GLOB '*[^0-9:.]*'"}}};
        case TypeKind::timestamp:
            return timestamp_form(name, false);
        case TypeKind::timestamptz:
            return timestamp_form(name, true);
        case TypeKind::uuid: {
            const std::string pattern = digits("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
            return Form{"UUIDs",
                        "lower case with hyphens",
                        pattern,
                        {{"lower(" + name + ")", "lower(" + name + ") GLOB '" + pattern + "'"}}};
        }
        default:
            return std::nullopt;
    }
}

class FormReader {
public:
    FormReader(core::Connection& connection, const Table& table)
        : connection_(connection), table_(table), quoted_table_(quoted(table.name.name)) {
        for (const auto& column : table.columns) {
            if (column.computed) continue;
            if (auto form = form_of(column.type, quoted(column.name))) columns_.push_back({&column, std::move(*form)});
        }
    }

    void read(UnmanagedList& notes) const {
        if (columns_.empty()) return;
        const auto found = other_rows();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto& [column, form] = columns_[i];
            std::string text;
            if (default_differs(*column, form))
                text = "its default " + column->server_default->text + " writes " + form.what + other_form(form) +
                       "; server_default() with now() or a value, and a migration, change it";
            if (found[i]) text += (text.empty() ? "" : "; ") + about_rows(*column, form);
            if (!text.empty())
                notes.push_back({{ObjectKind::table, table_.name, {}, {}}, "column " + column->name + ": " + text});
        }
    }

private:
    struct Part {
        const Column* column;
        Form form;
    };

    [[nodiscard]] static std::string other_form(const Form& form) {
        return std::string(" in another form than ") + form.shown + ", in which Strata writes and compares them";
    }

    [[nodiscard]] std::string quoted(const std::string& name) const { return connection_.dialect().quoted(name); }

    [[nodiscard]] static std::string is_other(const std::string& value, const Form& form) {
        return "(" + value + " IS NOT NULL AND NOT (typeof(" + value + ") = 'text' AND " + value + " GLOB '" +
               form.pattern + "'))";
    }

    /// In one pass over the table.
    [[nodiscard]] std::vector<bool> other_rows() const {
        std::string sql;
        for (const auto& [column, form] : columns_)
            sql += (sql.empty() ? "SELECT coalesce(max(" : ", coalesce(max(") + is_other(quoted(column->name), form) +
                   "), 0)";
        std::vector<bool> found(columns_.size());
        auto cursor = connection_.query(sql + " FROM " + quoted_table_);
        if (cursor.next())
            for (std::size_t i = 0; i < found.size(); ++i) found[i] = cursor.row().integer(static_cast<int>(i)) != 0;
        return found;
    }

    [[nodiscard]] bool has_rows(const std::string& condition) const {
        return connection_.scalar("SELECT 1 FROM " + quoted_table_ + " WHERE " + condition + " LIMIT 1").has_value();
    }

    [[nodiscard]] std::string about_rows(const Column& column, const Form& form) const {
        const std::string name = quoted(column.name);
        std::string rest = is_other(name, form);
        std::string updates;
        for (const auto& mending : form.mendings) {
            const std::string condition = name + " NOT GLOB '" + form.pattern + "' AND " + mending.condition;
            if (has_rows(condition))
                updates += (updates.empty() ? "" : " ") + ("UPDATE " + quoted_table_ + " SET " + name + " = ") +
                           mending.value + " WHERE " + condition + ";";
            rest += " AND NOT coalesce(" + mending.condition + ", 0)";
        }
        std::string text = "rows have " + std::string(form.what) + other_form(form) + ", so that queries miss them";
        if (has_rows(rest)) text += ", some of which only the program knows that wrote them";
        if (!updates.empty()) text += "; mend them by: " + updates;
        return text;
    }

    /// Whether the default's value has another form, which SQLite itself is asked.
    [[nodiscard]] bool default_differs(const Column& column, const Form& form) const {
        if (!column.server_default || column.server_default->kind != ServerDefault::Kind::sql) return false;
        try {
            return connection_.scalar("SELECT " + is_other("x", form) + " FROM (SELECT (" +
                                      column.server_default->text + ") AS x)") == "1";
        } catch (const Error& error) {  // it calls a function of the application's own
            if (!detail::sqlite::is_about_schema(error)) throw;
            return false;
        }
    }

    core::Connection& connection_;
    const Table& table_;
    std::string quoted_table_;
    std::vector<Part> columns_;
};

}  // namespace

UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata) {
    UnmanagedList notes;
    for (const auto& table : metadata.tables)
        if (table.module.empty()) FormReader(connection, table).read(notes);
    return notes;
}

}  // namespace strata::schema::sqlite
