#include "detail/adopt.hpp"
#include "detail/driver.hpp"

#include <strata/core/detail/statement_class.hpp>

namespace strata::core::detail {

void rethrow_from_script(const Error& error, std::size_t number, std::size_t count, std::string_view statement,
                         SqlLexis lexis) {
    if (count == 1) throw;
    const std::string message = "statement " + std::to_string(number) + " of " + std::to_string(count) + " (" +
                                first_line(statement, lexis) + "): " + error.what();
    rethrow_with(error, message, error.details());
}

std::string without_values(std::string message, std::string_view statement) {
    const auto foreign = [&](std::size_t begin, std::size_t end) {
        return statement.find(std::string_view(message).substr(begin, end - begin)) == std::string_view::npos;
    };
    const auto first = message.find_first_of("\"'");
    if (first != std::string::npos) {
        // Each quoted part; a value that holds a quote itself leaves one over.
        bool values = false;
        std::size_t last = first;
        for (auto open = first; open != std::string::npos; open = message.find_first_of("\"'", last + 1)) {
            last = message.find(message[open], open + 1);
            values = values || last == std::string::npos || foreign(open + 1, last);
            if (last == std::string::npos) break;
        }
        last = message.find_last_of("\"'");
        if (values) message.replace(first + 1, last > first ? last - first - 1 : std::string::npos, "...");
        return message;
    }
    if (const auto colon = message.rfind(": "); colon != std::string::npos && foreign(colon + 2, message.size()))
        message.replace(colon + 2, std::string::npos, "...");
    return message;
}

}  // namespace strata::core::detail
