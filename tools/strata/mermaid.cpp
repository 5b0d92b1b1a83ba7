#include "mermaid.hpp"

#include "room.hpp"

#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

namespace strata::tool {
namespace {

using namespace schema;

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A type or a name of a column as Mermaid's lexer takes it: letters, digits, `_`, `-`, brackets and parentheses, of
/// which a letter or `_` is the first. PK, FK and UK in any case are keys to it, whatever but a letter follows.
std::string word(std::string_view text) {
    std::string result;
    bool replaced = false;
    for (const char c : text) {
        const bool taken = is_word_character(c) || c == '-' || c == '[' || c == ']' || c == '(' || c == ')';
        if (taken || !replaced) result += taken ? c : '_';
        replaced = !taken;
    }
    if (replaced) result.pop_back();
    while (!result.empty() && result.front() == '_' && text.front() != '_') result.erase(0, 1);
    if (result.empty() || !is_word_character(result.front()) || (result.front() >= '0' && result.front() <= '9'))
        result.insert(0, "n");
    const std::string start = core::internal::lower(result.substr(0, 2));
    if ((start == "pk" || start == "fk" || start == "uk") && (result.size() == 2 || !is_word_character(result[2])))
        result.insert(2, "_");
    return result;
}

/// A text in quotes. Mermaid has no escape for a quote, and takes `%` and `~` for something else there, too.
std::string quoted(std::string text) {
    text = printable(std::move(text));
    for (char& c : text)
        if (c == '"' || c == '\\' || c == '%' || c == '~') c = '\'';
    return '"' + text + '"';
}

/// Gives out names, each once: a number is added to one that was given already.
class DistinctNames {
public:
    std::string claim(const std::string& name) {
        std::string result = name;
        for (int number = 2; !taken_.insert(result).second; ++number) result = name + "_" + std::to_string(number);
        return result;
    }

private:
    std::set<std::string> taken_;
};

class Diagram {
public:
    Diagram(const MetaData& metadata, const DdlCompiler& ddl) : metadata_(metadata), ddl_(ddl) {
        for (const auto& table : metadata_.tables)
            if (shown(table)) entity(table.name);
    }

    void print() {
        std::cout << "erDiagram\n";
        for (const auto& table : metadata_.tables)
            if (shown(table)) print_table(table);
        for (const auto& table : metadata_.tables)
            if (shown(table))
                for (const auto& key : table.foreign_keys) print_reference(table, key);
        for (const auto& each : metadata_.notes.texts()) std::cout << "    %% note: " << printable(each) << "\n";
    }

private:
    /// A partition is as its parent.
    static bool shown(const Table& table) { return table.partition_of.empty(); }

    /// The table's name in quotes, without quotes in it.
    const std::string& entity(const QualifiedName& name) {
        const auto found = entities_.find(name);
        if (found != entities_.end()) return found->second;
        std::string text = quoted(name.text());
        text = '"' + entity_names_.claim(text.substr(1, text.size() - 2)) + '"';
        return entities_.emplace(name, std::move(text)).first->second;
    }

    void print_table(const Table& table) {
        std::cout << "    " << entity(table.name) << " {\n";
        DistinctNames names;
        for (const auto& column : table.columns) {
            const std::string own = word(column.name);  // one that needs no change is not given to another column
            if (own == column.name) names.claim(own);
        }
        for (const auto& column : table.columns) {
            const std::string own = word(column.name);
            print_column(table, column, own == column.name ? own : names.claim(own));
        }
        std::cout << "    }\n";
    }

    void print_column(const Table& table, const Column& column, const std::string& name) const {
        const auto in = [&](const std::vector<std::string>& columns) {
            return std::find(columns.begin(), columns.end(), column.name) != columns.end();
        };
        std::cout << "        " << word(ddl_.type_name(column.type)) << " " << name;
        std::vector<std::string> keys;
        if (table.primary_key && in(table.primary_key->columns)) keys.emplace_back("PK");
        if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                        [&](const auto& key) { return in(key.columns); }))
            keys.emplace_back("FK");
        if (std::any_of(table.uniques.begin(), table.uniques.end(),
                        [&](const auto& unique) { return unique.columns == std::vector<std::string>{column.name}; }))
            keys.emplace_back("UK");
        for (std::size_t i = 0; i < keys.size(); ++i) std::cout << (i == 0 ? " " : ", ") << keys[i];
        std::string note;
        if (name != column.name) note = column.name;
        if (column.nullable) note += note.empty() ? "NULL" : ", NULL";
        if (!note.empty()) std::cout << " " << quoted(note);
        std::cout << "\n";
    }

    void print_reference(const Table& table, const ForeignKey& key) {
        const bool optional = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
            const Column* column = table.find_column(name);
            return column == nullptr || column->nullable;
        });
        const bool single = (table.primary_key && table.primary_key->columns == key.columns) ||
                            std::any_of(table.uniques.begin(), table.uniques.end(),
                                        [&](const auto& unique) { return unique.columns == key.columns; });
        std::string label;
        for (const auto& column : key.columns) label += (label.empty() ? "" : ", ") + column;
        std::cout << "    " << entity(key.referred_table) << (optional ? " |o" : " ||") << "--"
                  << (single ? "o| " : "o{ ") << entity(table.name) << " : " << quoted(label) << "\n";
    }

    const MetaData& metadata_;
    const DdlCompiler& ddl_;
    DistinctNames entity_names_;
    std::map<QualifiedName, std::string> entities_;
};

}  // namespace

void print_mermaid(const MetaData& metadata, const DdlCompiler& ddl) { Diagram(metadata, ddl).print(); }

}  // namespace strata::tool
