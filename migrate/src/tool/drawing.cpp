#include "drawing.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace strata::migrate {

namespace {

/// The columns of the drawing. Each is free, or waits for the revision that its line leads to.
class Drawing {
public:
    explicit Drawing(const Revisions& shown) {
        for (const Revision* revision : shown) shown_.insert(revision->id);
    }

    void add(const Revision& revision, const std::string& text) {
        const auto column = column_of(revision);
        join(revision.id, column);
        auto line = lines();
        line[2 * column] = '*';
        append(line + "  " + text);
        RevisionIds parents;
        for (const auto& parent : revision.revises)
            if (shown_.contains(parent)) parents.push_back(parent);
        columns_[column] = parents.empty() ? std::string() : parents.front();
        for (std::size_t i = 1; i < parents.size(); ++i) fork(column, parents[i]);
        while (!columns_.empty() && columns_.back().empty()) columns_.pop_back();
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::size_t free_column(std::size_t from) {
        for (auto at = from; at < columns_.size(); ++at)
            if (columns_[at].empty()) return at;
        columns_.resize(std::max(columns_.size(), from) + 1);
        return columns_.size() - 1;
    }

    std::size_t column_of(const Revision& revision) {
        const auto found = std::find(columns_.begin(), columns_.end(), revision.id);
        if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
        const auto column = free_column(0);
        columns_[column] = revision.id;
        return column;
    }

    /// The lines that go on, `|   | |`.
    [[nodiscard]] std::string lines() const {
        std::string line(2 * columns_.size(), ' ');
        for (std::size_t at = 0; at < columns_.size(); ++at)
            if (!columns_[at].empty()) line[2 * at] = '|';
        while (line.ends_with("  ")) line.pop_back();
        if (line.ends_with(' ')) line.pop_back();
        return line;
    }

    /// A line with a stroke between two columns: `|_|/` from the right one, `|_|\\` to it.
    void stroke(std::size_t left, std::size_t right, char end, std::string line) {
        line.resize(std::max(line.size(), 2 * right + 1), ' ');
        for (auto at = 2 * left + 1; at + 1 < 2 * right; ++at)
            if (line[at] == ' ') line[at] = '_';
        line[2 * right - 1] = end;
        append(line);
    }

    /// Leads the other columns that wait for the revision into its own.
    void join(const std::string& id, std::size_t column) {
        for (auto at = columns_.size(); at-- > column + 1;) {
            if (columns_[at] != id) continue;
            columns_[at].clear();
            stroke(column, at, '/', lines());
        }
    }

    void fork(std::size_t column, const std::string& parent) {
        const auto to = free_column(column + 1);
        const auto before = lines();
        columns_[to] = parent;
        stroke(column, to, '\\', before);
    }

    void append(std::string line) {
        line.erase(line.find_last_not_of(' ') + 1);
        text_ += line + "\n";
    }

    std::set<std::string> shown_;
    std::vector<std::string> columns_;
    std::string text_;
};

}  // namespace

std::string drawn(const Revisions& oldest_first, const std::function<std::string(const Revision&)>& text) {
    Drawing drawing(oldest_first);
    for (auto at = oldest_first.rbegin(); at != oldest_first.rend(); ++at) drawing.add(**at, text(**at));
    return drawing.text();
}

}  // namespace strata::migrate
