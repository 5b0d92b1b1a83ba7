#include "history.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/upgrade.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <stdexcept>

/// `strata_bench_migrate FILE [REVISIONS]`: the seconds that it takes to compute a schema from its history, and to
/// write the history as a script, and the same for one a tenth as long. Of three runs it gives the best.
namespace {

double seconds_of(const std::function<void()>& job) {
    double best = 0;
    for (int i = 0; i < 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        job();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = i == 0 ? seconds : std::min(best, seconds);
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 2) throw std::runtime_error("usage: strata_bench_migrate FILE [REVISIONS]");
        const int most = argc > 2 ? std::atoi(argv[2]) : 10000;
        std::ofstream file(argv[1]);
        const char* separator = "{";
        std::printf("%-12s%12s%12s%12s\n", "revisions", "tables", "replay s", "script s");
        for (const int revisions : {most / 10, most}) {
            const bench::History history(revisions);
            std::size_t tables = 0;
            const double replayed = seconds_of([&] {
                const strata::migrate::RevisionGraph graph(history.all());
                tables = strata::migrate::replay(graph, {history.head()}).tables.size();
            });
            const double scripted = seconds_of([&] {
                static_cast<void>(
                    strata::migrate::upgrade_script(strata::core::dialect_for("postgresql"), "head", history.all()));
            });
            std::printf("%-12d%12zu%12.3f%12.3f\n", revisions, tables, replayed, scripted);
            file << separator << '"' << revisions << " revisions\":{\"tables\":" << tables
                 << ",\"replay_seconds\":" << replayed << ",\"script_seconds\":" << scripted << '}';
            separator = ",";
        }
        file << "}\n";
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
