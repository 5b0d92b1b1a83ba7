#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

/// What is fed with random text. libFuzzer calls a target with what it makes up (tools/fuzz.sh), and a test with the
/// texts that are kept in corpus/NAME.
namespace strata::fuzz {

/// A target saw what must not be.
class Fault : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

inline void expect(bool right, const std::string& what) {
    if (!right) throw Fault(what);
}

/// Each takes any bytes and throws Fault, or what the code under test must not throw.
void url(std::string_view text);
void sql_lexer(std::string_view text);
void create_table(std::string_view text);
void table_edit(std::string_view text);
void sql_revision(std::string_view text);

struct Target {
    std::string_view name;
    void (*run)(std::string_view text);
};
inline constexpr Target targets[] = {{"url", url},
                                     {"sql_lexer", sql_lexer},
                                     {"create_table", create_table},
                                     {"table_edit", table_edit},
                                     {"sql_revision", sql_revision}};

}  // namespace strata::fuzz
