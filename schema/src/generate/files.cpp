#include "generate/own_code.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/generate.hpp>

#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace strata::schema {
namespace {

namespace fs = std::filesystem;
using namespace generation;

std::optional<std::string> read(const fs::path& path) {
    const std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool is_generated(const std::string& text) {
    const auto line = std::string_view(text).substr(0, text.find('\n'));
    return line.ends_with(generated_mark);
}

/// Where the lines between the marks begin and end; nothing where there are no marks.
std::optional<std::pair<std::size_t, std::size_t>> own_code(const std::string& text) {
    const auto mark = text.find(own_code_begins);
    if (mark == std::string::npos) return std::nullopt;
    const auto begin = text.find('\n', mark) + 1;
    const auto end_mark = text.find(own_code_ends, begin);
    if (end_mark == std::string::npos) return std::nullopt;
    return std::pair(begin, text.rfind('\n', end_mark) + 1);
}

std::string with_own_code(std::string text, const std::string& before) {
    const auto from = own_code(before);
    const auto to = own_code(text);
    if (from && to) text.insert(to->first, before, from->first, from->second - from->first);
    return text;
}

bool has_own_code(const std::string& text) {
    const auto region = own_code(text);
    return region && region->second > region->first;
}

}  // namespace

bool is_generated_file(const fs::path& file) {
    const auto text = read(file);
    return text && is_generated(*text);
}

bool has_generated_models(const fs::path& folder) {
    for (const fs::path& place : {folder, folder / "tables"}) {
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(place, none)) {
            if (entry.path().extension() != ".hpp") continue;
            const auto text = read(entry.path());
            if (text && is_generated(*text) &&
                (text->find("\nSTRATA_MODEL(") != std::string::npos ||
                 text->find("\nSTRATA_VIEW(") != std::string::npos))
                return true;
        }
    }
    return false;
}

std::vector<std::string> write_generated(const std::vector<GeneratedFile>& files, const fs::path& folder) {
    std::vector<std::pair<fs::path, std::string>> texts;
    std::set<fs::path> names;
    for (const auto& file : files) {
        const fs::path path = folder / file.name;
        names.insert(path);
        const auto before = read(path);
        if (before && !is_generated(*before))
            throw UsageError(path.string() + " was not generated and is not written over; choose another folder");
        if (before && has_own_code(*before) && !own_code(file.text))
            throw UsageError(path.string() +
                             " has own code, and what is generated now has no place for it; move it away");
        texts.emplace_back(path, before ? with_own_code(file.text, *before) : file.text);
    }
    std::vector<std::string> left;
    for (const fs::path& place : {folder, folder / "tables"}) {
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(place, none)) {
            if (!entry.is_regular_file() || names.contains(entry.path())) continue;
            const auto text = read(entry.path());
            if (!text || !is_generated(*text)) continue;
            if (has_own_code(*text))
                left.push_back(entry.path().string());
            else
                fs::remove(entry.path());
        }
    }
    for (const auto& [path, text] : texts) {
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        if (read(path) == text) continue;  // an unchanged file is not compiled again
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file) throw UsageError("cannot write " + path.string() + "; check the folder and its rights");
    }
    return left;
}

}  // namespace strata::schema
