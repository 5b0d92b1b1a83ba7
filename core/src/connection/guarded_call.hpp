#pragma once

#include <strata/core/log.hpp>

#include <exception>
#include <string>

namespace strata::core::detail {

/// Calls a function of the user's where nobody could receive its exception: that goes to the log, after `what`.
template <class Call>
void guarded_call(const char* what, const Call& call) noexcept {
    try {
        try {
            call();
        } catch (const std::exception& error) {
            log::write(log::Level::error, std::string(what) + ": " + error.what());
        } catch (...) {
            log::write(log::Level::error, std::string(what) + ": it threw something that is no std::exception");
        }
    } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for the line
    }
}

}  // namespace strata::core::detail
