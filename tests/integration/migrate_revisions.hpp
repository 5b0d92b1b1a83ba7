#pragma once

#include <strata/migrate/revision.hpp>

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

namespace strata::test {

/// Revisions said in a test's own code.
class History {
public:
    History& add(std::string id, std::vector<std::string> parents, migrate::Revision::Callback upgrade,
                 migrate::Revision::Callback downgrade, std::string message = "message");
    [[nodiscard]] const migrate::Revisions& revisions() const { return pointers_; }

private:
    std::deque<migrate::Revision> list_;
    migrate::Revisions pointers_;
};

/// Compiles a revision's file as a project would, warnings being errors, and loads it into this program.
/// Throws std::runtime_error with what the compiler says. What was loaded stays for the program's life.
[[nodiscard]] const migrate::Revision& load_revision(const std::filesystem::path& file);
/// Several files in the order given, in the time that one takes: those not loaded yet are compiled together.
[[nodiscard]] migrate::Revisions load_revision_files(const std::vector<std::filesystem::path>& files);
/// Every .cpp of the folder, compiled and loaded, and every .sql, read.
[[nodiscard]] migrate::Revisions load_revisions(const std::filesystem::path& folder);

}  // namespace strata::test
