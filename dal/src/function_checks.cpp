#include <strata/core/error.hpp>
#include <strata/core/internal/canonical.hpp>
#include <strata/dal/json_functions.hpp>
#include <strata/dal/number_functions.hpp>
#include <strata/dal/text_functions.hpp>
#include <strata/dal/time_functions.hpp>

#include <string>

namespace strata::dal::detail {

void check_part(std::int64_t part) {
    if (part == 0) throw UsageError("split_part() counts from 1, or from -1 at the end");
}

void check_digits(std::int64_t digits) {
    if (digits < 0 || digits > 15) throw UsageError("round() takes 0 to 15 digits after the point");
}

const char* name_of(Unit unit) {
    constexpr const char* names[] = {"year", "quarter", "month", "week", "day", "hour", "minute", "second"};
    return names[static_cast<std::size_t>(unit)];
}

void check_date_unit(Unit unit) {
    if (unit > Unit::day) throw UsageError("a date has no hours, minutes and seconds to truncate to");
}

void check_date_interval(const Interval& interval) {
    if (interval.microseconds != 0)
        throw UsageError("only months and days are added to a date; cast it to a timestamp for a part of a day");
}

void check_format(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        constexpr std::string_view fields = "YmdHMSfj%";
        if (++i == format.size() || fields.find(format[i]) == std::string_view::npos)
            throw UsageError("format() knows the fields %Y %m %d %H %M %S %f %j and %%");
    }
}

void append_key(std::string& path, std::string_view key) {
    if (key.find_first_of("\"\\") != std::string_view::npos)
        throw UsageError("a key of a JSON path has no \" and no \\, which SQLite cannot name");
    path.append(".\"").append(key).append("\"");
}

void append_index(std::string& path, std::int64_t index) {
    path += index < 0 ? "[#" : "[";
    path += std::to_string(index);
    path += ']';
}

void check_path(std::string_view path) {
    if (path == "$") throw UsageError("a change of a JSON document names a place in it: json(column).at(...)");
}

namespace {

void bind_text(Fragment& fragment, std::string_view document) {
    fragment.bind(core::type_of<Json>::info, core::Value::json(document), {});
}

}  // namespace

void bind_json(Fragment& fragment, std::string_view text) {
    std::string document;
    core::internal::append_json_string(document, text);
    bind_text(fragment, document);
}
void bind_json(Fragment& fragment, std::int64_t number) { bind_text(fragment, std::to_string(number)); }
void bind_json(Fragment& fragment, double number) {
    std::string document;
    core::internal::append_json_number(document, number);
    bind_text(fragment, document);
}
void bind_json(Fragment& fragment, bool value) { bind_text(fragment, value ? "true" : "false"); }
void bind_json(Fragment& fragment, std::nullopt_t) { bind_text(fragment, "null"); }

}  // namespace strata::dal::detail
