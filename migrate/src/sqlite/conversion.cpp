#include "conversion.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/sqlite_storage.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/core/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace strata::migrate::sqlite {
namespace {

using core::TypeKind;
using schema::Type;

using core::internal::is_float;
using core::internal::is_integer;
using core::internal::is_number;
using core::internal::is_timestamp;

bool is_decimal_text(const Type& type) {
    return core::sqlite::stored_as(type.kind, type.precision) == core::sqlite::Storage::decimal_text;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", value);
    return text;
}

class Converter {
public:
    Converter(const schema::DdlCompiler& ddl, const std::string& column, const Type& from, const Type& to)
        : ddl_(ddl), name_(ddl.dialect().quoted(column)), from_(from), to_(to) {}

    /// Returns false when there is no conversion.
    bool run() {
        result_.expression = name_;
        if (!from_.generic() || !to_.generic()) return true;
        switch (to_.kind) {
            case TypeKind::small_integer:
                return integer("-32768", "32767");
            case TypeKind::integer:
                return integer("-2147483648", "2147483647");
            case TypeKind::big_integer:
                return integer({}, {});
            case TypeKind::real:
            case TypeKind::double_precision:
                result_.after = "typeof(" + name_ + ") IN ('real', 'integer')";
                return is_number(from_.kind) || from_.kind == TypeKind::boolean || from_.kind == TypeKind::text;
            case TypeKind::numeric:
                return decimal();
            case TypeKind::boolean:
                return boolean();
            case TypeKind::text:
                return text();
            case TypeKind::bytes:
                return bytes();
            case TypeKind::date:
                return date();
            case TypeKind::time:
                return time();
            case TypeKind::timestamp:
            case TypeKind::timestamptz:
                return timestamp();
            case TypeKind::uuid:
                return uuid();
            case TypeKind::json:
                result_.before = "json_valid(" + name_ + ")";
                return from_.kind == TypeKind::text || from_.kind == TypeKind::json;
            case TypeKind::enumeration:
                return enumeration();
            case TypeKind::array:
                return array();
        }
        return false;
    }
    Conversion take() { return std::move(result_); }

private:
    bool integer(const std::string& lowest, const std::string& highest) {
        // The new column's affinity turns '12' and 12.0 into 12 and leaves everything else unchanged.
        result_.after = "typeof(" + name_ + ") = 'integer'";
        if (!lowest.empty()) result_.after += " AND " + name_ + " BETWEEN " + lowest + " AND " + highest;
        return is_number(from_.kind) || from_.kind == TypeKind::boolean || from_.kind == TypeKind::text;
    }

    bool decimal() {
        if (!is_number(from_.kind) && from_.kind != TypeKind::boolean && from_.kind != TypeKind::text) return false;
        const auto highest = to_.precision > 0 ? number(std::pow(10.0, to_.precision - to_.scale)) : std::string();
        if (is_decimal_text(to_)) {
            result_.expression = or_null(stored_decimal());
            result_.after = "json_valid(" + name_ + ") AND json_type(" + name_ + ") IN ('integer', 'real')";
            if (!highest.empty()) result_.after += " AND abs(CAST(" + name_ + " AS REAL)) < " + highest;
            return true;
        }
        const bool finer = from_.kind == TypeKind::numeric && from_.scale <= to_.scale && !is_decimal_text(from_);
        if (!finer && from_.kind != TypeKind::text && !is_integer(from_.kind))
            result_.expression = "round(" + name_ + ", " + std::to_string(to_.scale) + ")";
        result_.after = "typeof(" + name_ + ") IN ('real', 'integer')";
        if (!highest.empty())
            result_.after += " AND abs(round(" + name_ + ", " + std::to_string(to_.scale) + ")) < " + highest;
        return true;
    }

    bool boolean() {
        if (from_.kind == TypeKind::text)
            result_.expression = "CASE WHEN lower(trim(" + name_ +
                                 ")) IN ('t', 'true', 'y', 'yes', 'on', '1') THEN 1 " + "WHEN lower(trim(" + name_ +
                                 ")) IN ('f', 'false', 'n', 'no', 'off', '0') THEN 0 ELSE " + name_ + " END";
        result_.before = "(" + result_.expression + ") IN (0, 1)";
        return is_number(from_.kind) || from_.kind == TypeKind::boolean || from_.kind == TypeKind::text;
    }

    bool text() {
        if (from_.kind == TypeKind::boolean)
            result_.expression = "CASE " + name_ + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE " + name_ + " END";
        if (from_.kind == TypeKind::bytes) result_.expression = "CAST(" + name_ + " AS TEXT)";
        if (from_.kind == TypeKind::numeric && !is_decimal_text(from_)) result_.expression = decimal_text();
        const bool wider = from_.kind == TypeKind::text && from_.length > 0 && from_.length <= to_.length;
        if (to_.length > 0 && !wider) result_.after = "length(" + name_ + ") <= " + std::to_string(to_.length);
        return true;
    }

    bool bytes() {
        if (from_.kind == TypeKind::text) result_.expression = "CAST(" + name_ + " AS BLOB)";
        return from_.kind == TypeKind::text || from_.kind == TypeKind::bytes;
    }

    bool date() {
        if (is_timestamp(from_.kind)) result_.expression = "substr(" + name_ + ", 1, 10)";
        result_.after =
            name_ + " IS date(" + name_ + ", '+0 days')";  // date() turns the 30th of February into a day of March
        return from_.kind == TypeKind::date || from_.kind == TypeKind::text || is_timestamp(from_.kind);
    }

    bool time() {
        if (is_timestamp(from_.kind)) result_.expression = "substr(" + name_ + ", 12)";
        result_.after = name_ + " GLOB '[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*' AND time(" + name_ + ") IS NOT NULL";
        return from_.kind == TypeKind::time || from_.kind == TypeKind::text || is_timestamp(from_.kind);
    }

    bool timestamp() {
        if (is_timestamp(from_.kind)) return true;
        if (from_.kind == TypeKind::date || from_.kind == TypeKind::text) {
            const auto whole = name_ + " || ' 00:00:00.000000'";
            const auto seconds = "replace(substr(" + name_ + ", 1, 19), 'T', ' ')";
            const auto fraction = "substr(substr(" + name_ + ", 21) || '000000', 1, 6)";
            result_.expression = from_.kind == TypeKind::date
                                     ? whole
                                     : "CASE WHEN length(" + name_ + ") = 10 THEN " + whole + " ELSE " + seconds +
                                           " || '.' || " + fraction + " END";
            result_.before = "length(" + name_ + ") <= 26 AND substr(" + name_ + ", 20, 1) IN ('', '.')";
            result_.after = "datetime(" + name_ + ", '+0 days') = substr(" + name_ + ", 1, 19) AND substr(" + name_ +
                            ", 21) GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'";
            return true;
        }
        return false;
    }

    bool uuid() {
        std::string hex;
        for (const int digits : {8, 4, 4, 4, 12}) {
            if (!hex.empty()) hex += '-';
            for (int i = 0; i < digits; ++i) hex += "[0-9a-f]";
        }
        if (from_.kind == TypeKind::text) result_.expression = "lower(" + name_ + ")";
        result_.after = name_ + " GLOB '" + hex + "'";
        return from_.kind == TypeKind::text || from_.kind == TypeKind::uuid;
    }

    bool enumeration() {
        std::string labels;
        for (const auto& label : to_.labels) {
            if (!labels.empty()) labels += ", ";
            ddl_.dialect().literal(labels, core::Value::text(label));
        }
        result_.before = name_ + " IN (" + labels + ")";
        return from_.kind == TypeKind::text || from_.kind == TypeKind::enumeration;
    }

    /// Elements are strings in canonical form, whatever their type; an array within one is of the same elements.
    bool array() {
        if (from_.kind != TypeKind::array && from_.kind != TypeKind::text) return false;
        const TypeKind to = to_.element.front().kind;
        const bool from_text = from_.kind == TypeKind::text;
        const auto length = to_.element.front().length;
        if (!from_text) {
            const auto& element = from_.element.front();
            const bool fits = length == 0 || (element.length > 0 && element.length <= length);
            if (element.kind == to && (to != TypeKind::text || fits)) return true;
            if (to == TypeKind::text && length == 0) return true;
            if (is_integer(element.kind) && is_integer(to) && highest_of(element.kind) <= highest_of(to)) return true;
        }
        const auto elements = "SELECT 1 FROM json_tree(" + name_ + ") WHERE type <> 'array' AND ";
        result_.before = "NOT EXISTS (" + elements + "NOT (" + is_element(to, length) + "))";
        if (from_text)
            result_.before = "CASE WHEN json_valid(" + name_ + ") THEN json_type(" + name_ + ") = 'array' AND " +
                             result_.before + " ELSE 0 END";
        return true;
    }
    /// Whether `atom` is an element of such an array as it is stored. Of types whose form is not told from others by a
    /// few words only NULL is.
    [[nodiscard]] static std::string is_element(TypeKind kind, int length) {
        if (kind == TypeKind::text) {
            const auto fits = length > 0 ? " AND length(atom) <= " + std::to_string(length) : std::string();
            return "type = 'null' OR (type = 'text'" + fits + ")";
        }
        if (!is_integer(kind)) return "type = 'null'";
        const auto highest = highest_of(kind);
        return "type = 'null' OR (type = 'text' AND CAST(CAST(atom AS INTEGER) AS TEXT) = atom AND CAST(atom AS "
               "INTEGER) BETWEEN " +
               std::to_string(-highest - 1) + " AND " + std::to_string(highest) + ")";
    }
    static std::int64_t highest_of(TypeKind kind) {
        return kind == TypeKind::small_integer ? std::numeric_limits<std::int16_t>::max()
               : kind == TypeKind::integer     ? std::numeric_limits<std::int32_t>::max()
                                               : std::numeric_limits<std::int64_t>::max();
    }

    [[nodiscard]] std::string or_null(const std::string& expression) const {
        return "CASE WHEN " + name_ + " IS NOT NULL THEN " + expression + " END";
    }
    [[nodiscard]] std::string decimal_text() const {
        return or_null("printf('%." + std::to_string(from_.scale) + "f', " + name_ + ")");
    }

    /// Each decimal stored as text has exactly one form, since equality compares the text.
    [[nodiscard]] std::string stored_decimal() const {
        std::string text = "CAST(" + name_ + " AS TEXT)";
        if (from_.kind == TypeKind::numeric && !is_decimal_text(from_)) text = decimal_text();
        if (is_float(from_.kind))
            text = to_.precision > 0 ? "printf('%." + std::to_string(to_.scale + 1) + "f', " + name_ + ")"
                                     : "printf('%!.15g', " + name_ + ")";
        if (to_.precision == 0)
            return "CASE WHEN instr(" + text + ", '.') > 0 THEN rtrim(rtrim(" + text + ", '0'), '.') ELSE " + text +
                   " END";
        return rescaled(text, to_.scale);
    }
    /// The decimal with that many digits after the point, rounded half away from zero as PostgreSQL rounds. A value
    /// that is not a decimal becomes NULL.
    static std::string rescaled(const std::string& text, int scale) {
        const auto digits = std::to_string(scale);
        const std::string zeros(static_cast<std::size_t>(scale) + 1, '0');
        // The value is taken with one digit more than wanted, the point is removed and the last digit rounded away:
        // nines at the end become zeros and the digit before them grows by one.
        const auto longer = "(SELECT t LIKE '-%' AS minus, ltrim(t, '-') AS t FROM (SELECT " + text + " AS t))";
        const auto cut = "(SELECT minus, substr(t || CASE WHEN instr(t, '.') > 0 THEN '' ELSE '.' END || '" + zeros +
                         "', 1, instr(t || '.', '.') + " + digits + " + 1) AS t FROM " + longer + ")";
        const auto parted =
            "(SELECT minus, substr(t, -1) >= '5' AS up, '0' || replace(substr(t, 1, "
            "length(t) - 1), '.', '') AS t FROM " +
            cut + ")";
        const auto rounded =
            "(SELECT minus, CASE WHEN up THEN substr(rtrim(t, '9'), 1, length(rtrim(t, '9')) - 1) || "
            "(substr(rtrim(t, '9'), -1) + 1) || substr('" +
            std::string(60, '0') + "', 1, length(t) - length(rtrim(t, '9'))) ELSE t END AS t FROM " + parted + ")";
        const auto whole = "coalesce(nullif(ltrim(substr(t, 1, length(t) - " + digits + "), '0'), ''), '0')";
        const auto fraction = scale > 0 ? " || '.' || substr(t, -" + digits + ")" : std::string();
        return "(SELECT CASE WHEN minus AND ltrim(t, '0') <> '' THEN '-' ELSE '' END || " + whole + fraction +
               " FROM " + rounded + ")";
    }

    const schema::DdlCompiler& ddl_;
    std::string name_;
    const Type& from_;
    const Type& to_;
    Conversion result_;
};

}  // namespace

Conversion conversion(const schema::DdlCompiler& ddl, const std::string& table, const std::string& column,
                      const Type& from, const Type& to) {
    Converter converter(ddl, column, from, to);
    if (!converter.run())
        throw MigrationError("column " + table + "." + column + ": " + ddl.type_name(from) + " does not become " +
                             ddl.type_name(to) + " by itself; say how with using_()");
    return converter.take();
}

}  // namespace strata::migrate::sqlite
