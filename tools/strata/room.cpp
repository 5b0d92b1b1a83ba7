#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>
#include <set>
#include <sstream>

namespace strata::tool {
namespace {

std::array<const Room*, 2> rooms() { return {&sqlite::room(), &postgresql::room()}; }

std::multiset<std::string> lines_of(const std::string& text) {
    std::multiset<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.insert(line);
    return lines;
}

void print_lines(const std::string& ours, const std::string& theirs, const char* sign) {
    const auto left = lines_of(ours);
    const auto right = lines_of(theirs);
    std::vector<std::string> only;
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(only));
    for (const auto& line : only) std::cout << "    " << sign << " " << printable(line) << "\n";
}

}  // namespace

std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = ' ';
    return text;
}

void blank_client_commands(std::string& sql, const core::detail::SqlLexis& lexis, char mark,
                           std::initializer_list<std::string_view> harmless, std::string_view client) {
    core::detail::SqlLexer lexer(sql, lexis);
    bool between = true;
    for (auto token = lexer.next(); token.kind != core::detail::SqlToken::Kind::end; token = lexer.next()) {
        if (!between || !token.symbol(mark)) {
            between = token.symbol(';');
            continue;
        }
        const std::size_t end = std::min(sql.find_first_of("\r\n", token.begin), sql.size());
        const auto line = std::string_view(sql).substr(token.begin + 1, end - token.begin - 1);
        const auto command = line.substr(0, line.find_first_of(" \t;"));
        if (std::find(harmless.begin(), harmless.end(), command) == harmless.end())
            throw UsageError("it has the command " + printable(mark + std::string(command)) + ", which only " +
                             std::string(client) + " runs; take it out");
        std::fill(sql.begin() + static_cast<std::ptrdiff_t>(token.begin),
                  sql.begin() + static_cast<std::ptrdiff_t>(end), ' ');
        lexer.seek(end);
    }
}

const Room& room_of(const core::Dialect& dialect) {
    for (const Room* room : rooms())
        if (&room->dialect() == &dialect) return *room;
    throw UsageError("this program does not know " + std::string(dialect.name()));
}

void check_is_sql(const std::string& file, std::string_view text) {
    for (const Room* room : rooms())
        if (const auto what = room->what_is(file, text); !what.empty()) throw UsageError(file + " is " + what);
}

std::string scratch_name() {
    std::random_device random;
    std::ostringstream name;
    name << "strata_scratch_" << std::hex << random() << random();
    return name.str();
}

std::size_t print_differences(const Listing& left, const Listing& right, const std::string& left_name,
                              const std::string& right_name) {
    std::size_t differences = 0;
    for (const auto& [name, text] : left) {
        const auto other = right.find(name);
        if (other != right.end() && other->second == text) continue;
        ++differences;
        if (other == right.end()) {
            std::cout << "only in " << left_name << ": " << printable(name) << "\n";
            continue;
        }
        std::cout << "differs: " << printable(name) << "\n";
        print_lines(text, other->second, "-");
        print_lines(other->second, text, "+");
    }
    for (const auto& [name, text] : right) {
        if (left.contains(name)) continue;
        ++differences;
        std::cout << "only in " << right_name << ": " << printable(name) << "\n";
    }
    return differences;
}

}  // namespace strata::tool
