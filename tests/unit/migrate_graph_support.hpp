#pragma once

#include <strata/core/error.hpp>
#include <strata/migrate/graph.hpp>

#include <deque>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace strata::test {

[[nodiscard]] inline std::vector<std::string> words(std::string text, char separator = ' ') {
    for (auto& c : text) c = c == separator ? ' ' : c;
    std::istringstream stream(text);
    std::vector<std::string> list;
    for (std::string word; stream >> word;) list.push_back(word);
    return list;
}

[[nodiscard]] inline std::string ids_of(const migrate::Revisions& revisions) {
    std::string text;
    for (const auto* revision : revisions) text += (text.empty() ? "" : " ") + revision->id;
    return text;
}

/// A history of revisions that do nothing. `"a b<a c1<b:billing m<b,c1~x"`: m has the parents b and c1 and depends on
/// x, and the branch of c1 is labelled billing. The files are named so that they sort as they are listed.
class GraphHistory {
public:
    explicit GraphHistory(const std::string& text = {}) {
        for (auto word : words(text)) {
            const auto take = [&word](char mark) {
                const auto at = word.find(mark);
                auto rest = at == std::string::npos ? std::string() : word.substr(at + 1);
                word = word.substr(0, at);
                return words(std::move(rest), ',');
            };
            auto dependencies = take('~');
            auto labels = take(':');
            auto parents = take('<');
            const auto file = std::to_string(10000 + list_.size()) + "_" + word + ".cpp";
            add(word, {std::move(parents), std::move(labels), std::move(dependencies)}, file);
        }
    }
    GraphHistory& add(std::string id, migrate::Parents parents, const std::string& file) {
        list_.emplace_back(
            std::move(id), "migrations/" + file, std::move(parents), "message", [](migrate::Operations&) {},
            [](migrate::Operations&) {});
        pointers_.push_back(&list_.back());
        return *this;
    }
    [[nodiscard]] const migrate::Revisions& revisions() const { return pointers_; }
    [[nodiscard]] migrate::RevisionGraph graph() const { return migrate::RevisionGraph(pointers_); }

private:
    std::deque<migrate::Revision> list_;
    migrate::Revisions pointers_;
};

/// A request to a graph and its answer: the ids, or the message after "! ".
struct GraphCase {
    const char* what;
    const char* current;
    const char* request;  ///< `upgrade +1`, `downgrade base`, `resolve head`, `range a:b`, `stamp a b`
    const char* answer;
};

[[nodiscard]] inline std::string answer_of(const migrate::RevisionGraph& graph, const GraphCase& each) {
    auto request = words(each.request);
    const auto command = request.front();
    request.erase(request.begin());
    const auto current = words(each.current);
    const auto joined = [](const migrate::RevisionIds& ids) {
        std::string text;
        for (const auto& id : ids) text += (text.empty() ? "" : " ") + id;
        return text;
    };
    try {
        if (command == "upgrade") return ids_of(graph.upgrade_path(current, request.front()));
        if (command == "downgrade") return ids_of(graph.downgrade_path(current, request.front()));
        if (command == "range") return ids_of(graph.range(request.front(), current));
        if (command == "stamp") return joined(graph.stamped(current, request));
        return joined(graph.resolve(request.front(), current));
    } catch (const MigrationError& error) {
        return std::string("! ") + error.what();
    }
}

}  // namespace strata::test
