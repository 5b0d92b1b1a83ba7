#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata::migrate {

/// Files that are written together: all of them or, where one cannot be, none. What is not applied changes nothing.
class FileChanges {
public:
    /// A file that must not be there yet.
    void add(std::filesystem::path path, std::string text);
    /// The file's whole text, at once: who reads it meanwhile sees the old text or the new one. The file keeps its
    /// permissions; it may be a new one.
    void replace(std::filesystem::path path, std::string text);
    /// Throws MigrationError, after which the files are what they were.
    void apply();

private:
    struct Change {
        std::filesystem::path path;
        std::string text;
        bool is_new;
        std::optional<std::string> before{};  // what was in the file
    };
    void put(Change& change);
    static void undo(const Change& change) noexcept;

    std::vector<Change> changes_;
};

/// Throws MigrationError.
[[nodiscard]] std::string text_of_file(const std::filesystem::path& path);

}  // namespace strata::migrate
