#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strata::migrate {

/// Sets what Operations::argument() tells revisions, for the whole program, until it is destroyed; then it is as it was
/// before. Construct and destroy it while no migration runs. The tool makes one of its `-x KEY=VALUE`.
class Arguments {
public:
    using Values = std::map<std::string, std::string, std::less<>>;

    explicit Arguments(Values values);
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;
    ~Arguments();

    /// Of the one that was constructed last; std::nullopt where there is none, or it has no such key.
    [[nodiscard]] static std::optional<std::string> find(std::string_view key);

private:
    const Values values_;
    const Arguments* const before_;
};

}  // namespace strata::migrate
