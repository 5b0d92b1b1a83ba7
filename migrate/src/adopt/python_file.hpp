#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::adopt {

/// What is read of a file of Python without running it.
struct PythonFile {
    /// A value that is written as a literal: None (no texts), a string (one), or a tuple or list of strings.
    struct Value {
        std::vector<std::string> texts{};
        bool is_sequence = false;
        std::size_t line = 0;
    };

    std::string docstring{};
    std::map<std::string, Value> values{};  ///< by the variable's name
};

/// Reads the docstring, and the assignments to these variables that begin a line, with or without an annotation:
/// `revision: str = "ae10"`. All else is passed over. Throws MigrationError, with the line, for such a variable that is
/// assigned twice, or anything but None, a string, or a tuple or list of strings; `where` names the file.
[[nodiscard]] PythonFile read_python(std::string_view text, const std::string& where,
                                     const std::vector<std::string>& variables);

}  // namespace strata::migrate::adopt
