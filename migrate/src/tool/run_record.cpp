#include "run_record.hpp"

#include "json_output.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>

#include <array>
#include <cstdio>

namespace strata::migrate {
namespace {

namespace json = boost::json;

std::string seconds(double number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f s", number);
    return text.data();
}

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

}  // namespace

std::string line_of(const HistoryEntry& entry, bool with_id) {
    auto line = entry.started.to_string().substr(0, 19) + " " + printable(std::string(text_of(entry)));
    if (with_id) line += " " + printable(entry.revision);
    if (entry.seconds) line += ", " + seconds(*entry.seconds);
    if (!entry.database_user.empty()) line += ", by " + printable(entry.database_user);
    line += ", with " + printable(entry.tool_version);
    if (entry.error) line += ", failed: " + one_line(*entry.error);
    return line;
}

json::object object_of(const HistoryEntry& entry) {
    return {{"revision", entry.revision},
            {"action", text_of(entry)},
            {"checksum", or_null(entry.checksum)},
            {"started", entry.started.to_string()},
            {"seconds", entry.seconds ? json::value(*entry.seconds) : json::value(nullptr)},
            {"tool_version", entry.tool_version},
            {"database_user", or_null(entry.database_user)},
            {"error", entry.error ? json::value(*entry.error) : json::value(nullptr)}};
}

boost::json::object object_of_run(const core::Engine& database, const RevisionIds& ran, const RevisionIds& at,
                                  bool rolled_back) {
    return {{"database", database.url().to_string()},
            {"ran", array_of(ran)},
            {"at", array_of(at)},
            {"rolled_back", rolled_back}};
}

}  // namespace strata::migrate
