#include "waiting.hpp"

#include "operations/compiler.hpp"
#include "paint.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>

#include <iostream>
#include <string>
#include <thread>

namespace strata::migrate {

void wait_until_it_answers(const core::Engine& engine, std::chrono::steady_clock::time_point deadline) {
    const auto& compiler = detail::dialect_compiler(engine.dialect());
    for (bool told = false;; told = true) {
        try {
            static_cast<void>(engine.connect());
            return;
        } catch (const ConnectionError& error) {
            if (!compiler.may_come_up(error) || std::chrono::steady_clock::now() >= deadline) throw;
            // In one piece, for several threads may wait.
            if (!told)
                std::cerr << Paint::err().yellow("Waiting for the database:") + " " + one_line(error.what()) + "\n"
                          << std::flush;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
}

}  // namespace strata::migrate
