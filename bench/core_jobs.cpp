#include "core_jobs.hpp"

#include <strata/core/engine.hpp>

#include <libpq-fe.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace bench {

void add_job(const std::string& name, std::int64_t count, const std::function<void()>& prepare,
             const std::function<void()>& work, int repetitions) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [=](benchmark::State& state) {
                                     for ([[maybe_unused]] auto _ : state) {
                                         state.PauseTiming();
                                         prepare();
                                         state.ResumeTiming();
                                         work();
                                     }
                                     state.SetItemsProcessed(count);
                                 })
        ->Iterations(1)
        ->Repetitions(repetitions)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
}

namespace {

constexpr std::int64_t million = 1'000'000;
constexpr const char* million_rows = "SELECT i, 'name ' || i, i * 2 FROM generate_series(1, 1000000) AS i";

void expect_sum(std::int64_t sum) {
    if (sum != million * (million + 1) / 2) throw std::runtime_error("the rows are not those that were asked for");
}

void stream_bare(PGconn* handle) {
    PQsendQueryParams(handle, million_rows, 0, nullptr, nullptr, nullptr, nullptr, 0);
    PQsetSingleRowMode(handle);
    std::int64_t sum = 0;
    std::size_t bytes = 0;
    while (PGresult* row = PQgetResult(handle)) {
        if (PQresultStatus(row) == PGRES_SINGLE_TUPLE) {
            sum += std::strtoll(PQgetvalue(row, 0, 0), nullptr, 10);
            bytes += static_cast<std::size_t>(PQgetlength(row, 0, 1));
            benchmark::DoNotOptimize(std::strtoll(PQgetvalue(row, 0, 2), nullptr, 10));
        }
        PQclear(row);
    }
    benchmark::DoNotOptimize(bytes);
    expect_sum(sum);
}

void stream_strata(strata::Connection& connection) {
    std::int64_t sum = 0;
    std::size_t bytes = 0;
    auto cursor = connection.query(million_rows, {}, {.fetch = strata::core::Fetch::stream});
    while (cursor.next()) {
        sum += cursor.row().integer(0);
        bytes += cursor.row().text(1).size();
        benchmark::DoNotOptimize(cursor.row().integer(2));
    }
    benchmark::DoNotOptimize(bytes);
    expect_sum(sum);
}

/// The least that lends things to threads; who waits longest is not served first.
class BarePool {
public:
    explicit BarePool(int size) {
        for (int i = 0; i < size; ++i) free_.push_back(i);
    }
    int take() {
        std::unique_lock lock(mutex_);
        freed_.wait(lock, [&] { return !free_.empty(); });
        const int taken = free_.back();
        free_.pop_back();
        return taken;
    }
    void give_back(int taken) {
        {
            const std::lock_guard lock(mutex_);
            free_.push_back(taken);
        }
        freed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<int> free_;
};

constexpr int pool_threads = 64;
constexpr int pool_connections = 8;
constexpr int pool_turns = 500;

template <class Turn>
void contend(const Turn& turn) {
    std::vector<std::thread> threads;
    for (int i = 0; i < pool_threads; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < pool_turns; ++k) turn();
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

void register_streaming_postgresql(const std::string& url) {
    const std::shared_ptr<PGconn> bare(PQconnectdb(url.c_str()), PQfinish);
    const auto strata = std::make_shared<strata::Connection>(strata::Url::parse(url));
    const auto nothing = [] {};
    add_job("postgresql/stream a million rows/bare", million, nothing, [=] { stream_bare(bare.get()); }, 7);
    add_job("postgresql/stream a million rows/strata", million, nothing, [=] { stream_strata(*strata); }, 7);
}

void register_pool(const std::string& folder) {
    const auto bare = std::make_shared<BarePool>(pool_connections);
    strata::EngineOptions options;
    options.pool_size = pool_connections;
    options.max_overflow = 0;
    const strata::Engine engine("sqlite:////" + folder.substr(1) + "/pool.db", options);
    constexpr std::int64_t turns = static_cast<std::int64_t>(pool_threads) * pool_turns;
    const auto nothing = [] {};
    add_job(
        "pool/64 threads take one of 8/bare", turns, nothing,
        [=] {
            contend([&] {
                const int taken = bare->take();
                std::this_thread::yield();
                bare->give_back(taken);
            });
        },
        11);
    add_job(
        "pool/64 threads take one of 8/strata", turns, nothing,
        [=] {
            contend([&] {
                const auto lent = engine.connect();
                std::this_thread::yield();
            });
        },
        11);
}

}  // namespace bench
