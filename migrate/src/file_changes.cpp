#include "file_changes.hpp"

#include <strata/core/error.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace strata::migrate {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, int error) {
    throw MigrationError("cannot write " + path.string() + ": " + std::strerror(error) + "; nothing was written");
}

fs::path beside(const fs::path& path) { return path.string() + ".new"; }

/// Writes the file; `mode` is fopen's. Returns errno, or 0.
int write(const fs::path& path, const char* mode, const std::string& text) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), mode), &std::fclose);
    if (!file) return errno;
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
    const int error = errno;
    if (std::fclose(file.release()) != 0) return errno;
    return is_written ? 0 : error;
}

/// Returns errno, or 0.
int put_in_place(const fs::path& path, const std::string& text) {
    const auto made = beside(path);
    int error = write(made, "w", text);
    std::error_code ignored;
    if (const auto status = fs::status(path, ignored); error == 0 && fs::exists(status))
        fs::permissions(made, status.permissions(), ignored);
    if (error == 0 && std::rename(made.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) fs::remove(made, ignored);
    return error;
}

}  // namespace

void FileChanges::add(fs::path path, std::string text) { changes_.push_back({std::move(path), std::move(text), true}); }

void FileChanges::replace(fs::path path, std::string text) {
    changes_.push_back({std::move(path), std::move(text), false});
}

void FileChanges::apply() {
    for (auto& change : changes_)
        if (std::error_code ignored; !change.is_new && fs::exists(change.path, ignored))
            change.before = text_of_file(change.path);
    auto next = changes_.begin();
    try {
        for (; next != changes_.end(); ++next) put(*next);
    } catch (...) {
        while (next != changes_.begin()) undo(*--next);
        throw;
    }
    changes_.clear();
}

void FileChanges::put(Change& change) {
    if (!change.is_new) {
        if (const int error = put_in_place(change.path, change.text); error != 0) fail(change.path, error);
        return;
    }
    const int error = write(change.path, "wx", change.text);
    if (error == 0) return;
    std::error_code ignored;
    if (error != EEXIST) fs::remove(change.path, ignored);  // a part of it
    fail(change.path, error);
}

void FileChanges::undo(const Change& change) noexcept {
    try {
        std::error_code ignored;
        if (change.before)
            put_in_place(change.path, *change.before);
        else
            fs::remove(change.path, ignored);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the failure itself is the one to report
    }
}

std::string text_of_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (!stream.is_open() || stream.bad()) throw MigrationError("cannot read " + path.string());
    return text;
}

}  // namespace strata::migrate
