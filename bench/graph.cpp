#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <string>

/// `strata_bench_graph [REVISIONS]`: the milliseconds that it takes to read a history with branches, merges, labels and
/// dependencies and to plan an upgrade of an empty database to all its heads, and the same for one a tenth as long. Of
/// five runs it gives the best. The last line is JSON.
namespace {

using strata::migrate::Parents;

/// Of each twenty revisions five are a branch, which is merged again, or goes on for ever each twentieth time.
class History {
public:
    explicit History(int count) {
        int trunk = 0;
        int side = -1;
        add(0, {});
        for (int i = 1; i < count; ++i) {
            const int step = i % 20;
            const bool endless = i / 20 % 20 == 0;
            if (step == 3) {
                add(i, {{id(trunk)}, endless ? Labels{"branch" + std::to_string(i)} : Labels{}, {}});
                side = i;
            } else if (side >= 0 && step > 3 && step <= 7) {
                add(i, {{id(side)}, {}, step == 7 ? Labels{id(trunk)} : Labels{}});
                side = i;
            } else if (side >= 0 && step == 12 && !endless) {
                add(i, {{id(trunk), id(side)}, {}, {}});
                side = -1;
                trunk = i;
            } else {
                add(i, {{id(trunk)}, {}, {}});
                trunk = i;
            }
        }
    }
    [[nodiscard]] const strata::migrate::Revisions& all() const { return pointers_; }

private:
    using Labels = std::vector<std::string>;

    static std::string id(int number) { return "r" + std::to_string(number); }
    void add(int number, Parents parents) {
        char file[32];
        std::snprintf(file, sizeof file, "%08d_%s.cpp", number, id(number).c_str());
        list_.emplace_back(id(number), file, std::move(parents), "", strata::migrate::Revision::Callback(),
                           strata::migrate::Revision::Callback());
        pointers_.push_back(&list_.back());
    }

    std::deque<strata::migrate::Revision> list_;
    strata::migrate::Revisions pointers_;
};

double best_milliseconds(const strata::migrate::Revisions& revisions) {
    double best = 0;
    for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const strata::migrate::RevisionGraph graph(revisions);
        const auto planned = graph.upgrade_path({}, "heads").size();
        const double spent =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        if (planned != revisions.size()) throw std::runtime_error("not all revisions were planned");
        best = i == 0 ? spent : std::min(best, spent);
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const int most = argc > 1 ? std::atoi(argv[1]) : 10000;
        std::printf("%-12s%12s\n", "revisions", "plan ms");
        std::string json;
        for (const int count : {most / 10, most}) {
            const double spent = best_milliseconds(History(count).all());
            std::printf("%-12d%12.1f\n", count, spent);
            json += (json.empty() ? "{\"" : ",\"") + std::to_string(count) +
                    " revisions planned\":{\"milliseconds\":" + std::to_string(spent) + "}";
        }
        std::printf("%s}\n", json.c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
