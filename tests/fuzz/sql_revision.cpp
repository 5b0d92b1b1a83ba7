#include "targets.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/render.hpp>

#include <variant>

namespace strata::fuzz {

namespace {

/// Each text that a section gives is a part of the file, and no line is in two sections.
void check_sections(std::string_view text, const std::vector<migrate::Operation>& operations, std::size_t& length) {
    const std::string whole = std::string(text) + "\n";
    const auto check = [&](const std::string& sql) {
        expect(whole.find(sql) != std::string::npos || sql.empty(), "a section has text that the file has not");
        length += sql.size();
    };
    for (const auto& operation : operations) {
        const auto* execute = std::get_if<migrate::Execute>(&operation);
        expect(execute != nullptr, "a section is not SQL");
        check(execute->sql);
        for (const auto& [dialect, sql] : execute->per_dialect) {
            expect(dialect == "sqlite" || dialect == "postgresql", "a section of an unknown database");
            check(sql);
        }
    }
}

}  // namespace

/// A file is read into a revision or into its fault, in one line.
void sql_revision(std::string_view text) {
    const auto revision = migrate::detail::sql_revision("a1", "20260101_000000_a1_x.sql", text);
    expect(revision.fault.find('\n') == std::string::npos, "a fault of several lines");
    const auto name = migrate::revision_file_name({}, "a1", revision.message);
    expect(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos && name.size() < 80,
           "a file's name of other characters: " + name);
    if (!revision.fault.empty()) return;
    expect(static_cast<bool>(revision.upgrade), "no upgrade and no fault");
    for (const auto& id : revision.revises)
        expect(!id.empty() && id.find_first_of(", \n") == std::string::npos, "an id with blanks");
    std::size_t length = 0;
    check_sections(text, revision.upgrade_operations(), length);
    if (revision.downgrade) check_sections(text, revision.downgrade_operations(), length);
    expect(length <= text.size() + 1, "a line is in two sections");
}

}  // namespace strata::fuzz
