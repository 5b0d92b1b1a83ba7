#pragma once

#include <string>

namespace strata::migrate {

/// Colours texts where a person reads them: on a terminal, unless NO_COLOR is set (https://no-color.org) or TERM is
/// `dumb`. A text for a pipe, a file or a program stays as it is.
class Paint {
public:
    enum class When { automatic, always, never };

    /// Of standard output and of standard error. JSON is never given to them.
    [[nodiscard]] static const Paint& out();
    [[nodiscard]] static const Paint& err();
    /// Decides for both, as --color says. Called once, before commands run.
    static void choose(When when);

    [[nodiscard]] std::string red(const std::string& text) const { return painted("31", text); }
    [[nodiscard]] std::string yellow(const std::string& text) const { return painted("33", text); }
    [[nodiscard]] std::string green(const std::string& text) const { return painted("32", text); }
    [[nodiscard]] std::string cyan(const std::string& text) const { return painted("36", text); }

private:
    explicit Paint(int descriptor);
    [[nodiscard]] static Paint& of(int descriptor);
    [[nodiscard]] std::string painted(const char* colour, const std::string& text) const;

    bool on_;
};

}  // namespace strata::migrate
