// Measures Strata beside the bare drivers in one run: strata_bench [--json FILE] [--postgres URL] [benchmark options].

#include "core_jobs.hpp"
#include "jobs.hpp"
#include "queries.hpp"
#include "report.hpp"

#include <strata/core/error.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string_view>

namespace bench {

namespace {

void expect(benchmark::State& state, bool good) {
    if (!good) state.SkipWithError("the result is not what was written");
}

using Job = std::function<void(benchmark::State&)>;

/// A job of a few milliseconds needs more turns for a steady median than one that takes a second.
constexpr int turns_of_quick = 51;

void add(const std::string& name, const Job& job, int repetitions = 11) {
    benchmark::RegisterBenchmark(name.c_str(), job)
        ->Iterations(1)
        ->Repetitions(repetitions)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace

void register_jobs(const std::string& database, std::int64_t rows, const BareDriver& bare,
                   const strata::dal::Database& db) {
    const auto data = std::make_shared<std::vector<Item>>(make_items(rows));
    const auto timed = [rows](benchmark::State& state, const auto& prepare, const auto& work) {
        for ([[maybe_unused]] auto _ : state) {
            state.PauseTiming();
            prepare();
            state.ResumeTiming();
            work();
        }
        state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * rows);
    };
    const auto first = std::make_shared<std::int64_t>();  // the lowest key that stands
    const auto filled = [=] {
        if (db(items).count() != rows) {
            bare.clear();
            bare.insert_many(*data);
        }
        *first = db(items).order_by(items.id).first()->id;
    };
    const std::string insert = database + "/insert in a transaction/";
    const auto insert_fresh = [=](benchmark::State& state, const auto& work) {  // both sides fill the rows' keys
        std::vector<Item> fresh;
        const auto prepare = [&] {
            bare.clear();
            fresh = *data;
        };
        timed(state, prepare, [&] { work(fresh); });
        expect(state, db(items).count() == rows);
    };
    constexpr int turns_of_insert = 31;
    add(insert + "bare", [=](benchmark::State& state) { insert_fresh(state, bare.insert); }, turns_of_insert);
    add(
        insert + "strata",
        [=](benchmark::State& state) {
            insert_fresh(state, [&](std::vector<Item>& fresh) {
                db.transaction([&](strata::dal::Transaction& tx) {
                    for (Item& item : fresh) tx.insert_in_place(item);
                });
            });
        },
        turns_of_insert);
    const std::string many = database + "/insert_many/";
    const Job many_bare = [=](benchmark::State& state) { timed(state, bare.clear, [&] { bare.insert_many(*data); }); };
    const Job many_strata = [=](benchmark::State& state) {
        timed(state, bare.clear, [&] { db.insert_many(*data); });
        expect(state, db(items).count() == rows);
    };
    add(many + "bare", many_bare, turns_of_quick);
    add(many + "strata", many_strata, turns_of_quick);
    const std::string select = database + "/select all into structs/";
    const Job select_bare = [=](benchmark::State& state) {
        timed(state, filled, [&] { expect(state, bare.select_all().size() == data->size()); });
    };
    const Job select_strata = [=](benchmark::State& state) {
        timed(state, filled, [&] { expect(state, db(items).all().size() == data->size()); });
    };
    add(select + "bare", select_bare, turns_of_quick);
    add(select + "strata", select_strata, turns_of_quick);
    const std::string key = database + "/by key/";
    add(key + "bare", [=](benchmark::State& state) {
        timed(state, filled, [&] {
            for (std::int64_t i = 0; i < rows; ++i) expect(state, bare.by_key(*first + i).id == *first + i);
        });
    });
    add(key + "strata", [=](benchmark::State& state) {
        timed(state, filled, [&] {
            for (std::int64_t i = 0; i < rows; ++i) expect(state, db.get(items, *first + i)->id == *first + i);
        });
    });
    const std::string update = database + "/update 10,000 rows by key/";
    const auto update_some = [=](benchmark::State& state, const auto& work) {
        std::vector<Item> changed;
        const auto prepare = [&] {
            filled();
            changed.assign(data->begin(), data->begin() + 10'000);
            for (std::size_t i = 0; i < changed.size(); ++i) {
                changed[i].id = *first + static_cast<std::int64_t>(i);
                changed[i].quantity += 1;
            }
        };
        timed(state, prepare, [&] { work(changed); });
        state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 10'000);
        expect(state, db.get(items, *first + 9'999)->quantity == (*data)[9'999].quantity + 1);
    };
    add(update + "bare", [=](benchmark::State& state) { update_some(state, bare.update_many); }, turns_of_quick);
    add(
        update + "strata",
        [=](benchmark::State& state) {
            update_some(state,
                        [&](const std::vector<Item>& changed) { expect(state, db.update_many(changed) == 10'000); });
        },
        turns_of_quick);
}

}  // namespace bench

int main(int argc, char** argv) {
    std::string json;
    std::string postgres;
    std::vector<char*> rest{argv[0]};
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        if (word == "--json" && i + 1 < argc) {
            json = argv[++i];
        } else if (word == "--postgres" && i + 1 < argc) {
            postgres = argv[++i];
        } else {
            rest.push_back(argv[i]);
        }
    }
    // Noise hits both sides alike when they take turns.
    std::string interleave = "--benchmark_enable_random_interleaving=true";
    rest.push_back(interleave.data());
    int count = static_cast<int>(rest.size());
    benchmark::Initialize(&count, rest.data());
    if (benchmark::ReportUnrecognizedArguments(count, rest.data())) return 2;

    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("strata-bench-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directory(folder);
    int status = 0;
    try {
        bench::register_sqlite((folder / "bench.db").string());
        bench::register_queries_sqlite((folder / "queries.db").string());
        bench::register_create_all_sqlite(folder.string());
        bench::register_pool(folder.string());
        if (!postgres.empty()) {
            bench::register_postgresql(postgres);
            bench::register_queries_postgresql(postgres);
            bench::register_streaming_postgresql(postgres);
            bench::register_create_all_postgresql(postgres);
        }
        bench::RatioReporter reporter;
        benchmark::RunSpecifiedBenchmarks(&reporter);
        if (!json.empty()) std::ofstream(json) << reporter.json() << '\n';
    } catch (const strata::Error& error) {
        std::cerr << "strata_bench: " << error.what() << '\n';
        status = 2;
    }
    std::filesystem::remove_all(folder);
    return status;
}
