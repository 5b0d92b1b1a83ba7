#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/migrate/render.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <random>

namespace strata::migrate {

namespace {

constexpr std::size_t longest_slug = 40;

/// The words of the message in lower case, joined by underscores.
std::string slug(std::string_view message) {
    std::string text;
    for (const char letter : message) {
        const char c = core::internal::lower(letter);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            text += c;
        } else if (!text.empty() && text.back() != '_') {
            text += '_';
        }
    }
    if (text.size() > longest_slug) {
        const auto word = text.rfind('_', longest_slug);
        text.resize(word == std::string::npos ? longest_slug : word);
    }
    while (text.ends_with('_')) text.pop_back();
    return text.empty() ? "revision" : text;
}

}  // namespace

std::string random_revision_id() {
    static constexpr char digits[] = "0123456789abcdef";
    std::random_device device;
    std::uniform_int_distribution<std::size_t> digit(0, 15);
    std::string id;
    while (id.size() < 12) id += digits[digit(device)];
    return id;
}

std::string revision_file_name(std::chrono::system_clock::time_point when, std::string_view id,
                               std::string_view message) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char stamp[32];
    const auto length = std::strftime(stamp, sizeof stamp, "%Y%m%d_%H%M%S", &utc);
    return std::string(stamp, length) + "_" + std::string(id) + "_" + slug(message) + ".cpp";
}

std::filesystem::path write_revision(const std::filesystem::path& directory, const RevisionText& revision) {
    const auto text = render_revision(revision);
    const auto path = directory / revision_file_name(std::chrono::system_clock::now(), revision.id, revision.message);
    const auto fail = [&](const char* what) -> void {
        throw MigrationError(std::string(what) + " " + path.string() + ": " + std::strerror(errno));
    };
    std::error_code ignored;
    if (!std::filesystem::is_directory(directory, ignored)) {
        throw MigrationError("there is no folder " + directory.string() + " for revisions; make it with 'init'");
    }
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wx"), &std::fclose);
    if (!file) fail("cannot write");
    if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0) {
        std::filesystem::remove(path, ignored);
        fail("cannot write");
    }
    return path;
}

}  // namespace strata::migrate
