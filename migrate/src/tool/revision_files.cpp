#include "revision_files.hpp"

#include "history/sql_directive.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>

#include <algorithm>
#include <sstream>

namespace strata::migrate {
namespace {

bool is_sql(const std::filesystem::path& file) { return file.extension() == ".sql"; }

/// The end of the C++ string literal, comment or single character that begins there.
std::size_t end_of_piece(std::string_view text, std::size_t at) {
    if (text.substr(at).starts_with("//")) return std::min(text.find('\n', at), text.size());
    if (text.substr(at).starts_with("/*")) {
        const auto end = text.find("*/", at + 2);
        return end == std::string_view::npos ? text.size() : end + 2;
    }
    if (text[at] != '"') return at + 1;
    const bool raw = at > 0 && text[at - 1] == 'R';
    if (raw) {
        const auto open = text.find('(', at);
        if (open == std::string_view::npos) return text.size();
        const auto close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
        const auto end = text.find(close, open);
        return end == std::string_view::npos ? text.size() : end + close.size();
    }
    for (auto i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return text.size();
}

/// Where the word stands outside of comments and strings.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
    for (auto at = from; at < text.size(); at = end_of_piece(text, at))
        if (text.substr(at).starts_with(word)) return at;
    return std::string_view::npos;
}

std::string cpp_with_parents(const std::string& text, const RevisionIds& parents) {
    const auto macro = find_word(text, "STRATA_REVISION", 0);
    const auto word = macro == std::string::npos ? macro : find_word(text, "revises", macro);
    const auto open = word == std::string::npos ? word : find_word(text, "(", word);
    const auto close = open == std::string::npos ? open : find_word(text, ")", open);
    if (close == std::string::npos) return {};
    std::string list;
    for (const auto& id : parents) list += (list.empty() ? "\"" : ", \"") + id + "\"";
    return text.substr(0, open + 1) + list + text.substr(close);
}

std::string sql_with_parents(const std::string& text, const RevisionIds& parents) {
    const auto line = "-- revises: " + (parents.empty() ? "nothing" : join(parents));
    std::string result;
    bool said = false;
    bool header = true;
    std::istringstream lines(text);
    for (std::string each; std::getline(lines, each);) {
        const auto bare = trimmed(each);
        header = header && !detail::sql_directive(bare, "upgrade") && !detail::sql_directive(bare, "downgrade");
        if (header && detail::sql_directive(bare, "revises")) {
            if (!said) result += line + "\n";
            said = true;
            continue;
        }
        if (!header && !said) {
            result += line + "\n";
            said = true;
        }
        result += each + "\n";
    }
    return result;
}

/// Whether autogenerate writes such comments.
bool is_note(std::string_view comment) {
    return comment.find("destructive: ") != std::string_view::npos ||
           comment.find("perhaps a rename to ") != std::string_view::npos;
}

/// The C++ without white space and the tool's own comments, to tell whether somebody has changed more than the layout.
std::string bare(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = end_of_piece(text, at);
        const auto piece = text.substr(at, end - at);
        const bool comment = piece.starts_with("//") || piece.starts_with("/*");
        const bool space = piece == " " || piece == "\n" || piece == "\t" || piece == "\r";
        if (comment ? !is_note(piece) : !space) result += piece;
        at = end;
    }
    return result;
}

/// What the revision does now, where that is not what it did: `add column tracks.genre, not add column songs.genre`.
std::string difference_in_words(const std::vector<Operation>& before, const std::vector<Operation>& after) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i)
        if (before[i] != after[i]) list.push_back(describe(after[i]) + ", not " + describe(before[i]));
    return join(list, "; ");
}

}  // namespace

std::string with_parents(const std::filesystem::path& file, const std::string& text, const RevisionIds& parents) {
    auto changed = is_sql(file) ? sql_with_parents(text, parents) : cpp_with_parents(text, parents);
    if (changed.empty())
        throw MigrationError(file.string() +
                             " does not say its parents as revises(...) inside STRATA_REVISION; write there what "
                             "it revises by hand");
    return changed;
}

std::string rebased_text(const std::filesystem::path& file, const std::string& text, RebasedRevision& revision) {
    const auto& was = *revision.was;
    if (!revision.changed || is_sql(file)) return with_parents(file, text, revision.revises);
    RevisionText rendered{was.id, was.revises, was.message, was.upgrade_operations(),
                          {},     {},          was.labels,  was.depends_on};
    rendered.replaces = was.replaces;
    rendered.reversible = static_cast<bool>(was.downgrade);
    if (was.downgrade) rendered.downgrade = was.downgrade_operations();
    const bool upgrade_changed = rendered.upgrade != revision.upgrade;
    bool as_written = false;
    try {
        as_written = bare(render_revision(rendered)) == bare(text);
    } catch (const UsageError&) {  // a callback, which has no text
        as_written = false;
    }
    if (as_written) {
        rendered.revises = revision.revises;
        rendered.upgrade = revision.upgrade;
        rendered.upgrade_notes = revision.upgrade_notes;
        rendered.downgrade = revision.downgrade.value_or(std::vector<Operation>());
        return render_revision(rendered);
    }
    if (upgrade_changed)
        throw MigrationError("revision " + was.label() +
                             " was changed by hand, and behind the other branch it has to do something else: " +
                             one_line(difference_in_words(was.upgrade_operations(), revision.upgrade)) +
                             "; write that into the file, and rebase again");
    revision.notes.emplace_back(
        "it was changed by hand, so its downgrade stays as it is; look whether it is right behind "
        "the other branch");
    return with_parents(file, text, revision.revises);
}

}  // namespace strata::migrate
