// Many threads on one engine while their connections are killed and the server is restarted. What a call says has to be
// what happened: a write that succeeded is there once, one that failed is not there, and only one in doubt may be
// either.
//
//   strata_storm URL POSTMASTER_PID_FILE SECONDS THREADS

#include <strata/core/engine.hpp>
#include <strata/core/log.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

using namespace strata;
using namespace strata::core;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

enum class Outcome { done, undone, in_doubt };

struct Totals {
    std::atomic<long> reads{0};
    std::atomic<long> wrong{0};
    std::atomic<long> done{0};
    std::atomic<long> undone{0};
    std::atomic<long> in_doubt{0};
    std::atomic<long> unexpected{0};
};

std::mutex outcomes_mutex;
std::map<std::int64_t, Outcome> outcomes;
Totals totals;
std::atomic<bool> stop{false};

void note(std::int64_t id, Outcome outcome) {
    (outcome == Outcome::done ? totals.done : outcome == Outcome::undone ? totals.undone : totals.in_doubt)++;
    const std::lock_guard lock(outcomes_mutex);
    outcomes[id] = outcome;
}

void read_back(const Engine& engine, std::int64_t number) {
    const std::string text = "row " + std::to_string(number);
    const Value values[] = {Value::integer(number), Value::text(text)};
    const PooledConnection lent = engine.connect(Access::rows);
    Cursor cursor = lent->query("SELECT ?::bigint * 2, ?::text || '!', repeat('x', 200)", values);
    const bool right =
        cursor.next() && cursor.row().integer(0) == number * 2 && cursor.row().text(1) == text + "!" && !cursor.next();
    ++totals.reads;
    if (!right) ++totals.wrong;
}

void write_alone(const Engine& engine, std::int64_t id) {
    const Value values[] = {Value::integer(id)};
    const PooledConnection lent = engine.connect(Access::rows);
    if (lent->execute("INSERT INTO writes VALUES (?)", values) != 1) ++totals.wrong;
}

void write_in_transaction(const Engine& engine, std::int64_t id) {
    const Value values[] = {Value::integer(id)};
    const PooledConnection lent = engine.connect(Access::rows);
    Transaction transaction(*lent);
    lent->execute("INSERT INTO writes VALUES (?)", values);
    lent->execute("UPDATE sums SET n = n + 1 WHERE id = ?::bigint % 50", values);
    transaction.commit();
}

/// Runs again what may be run again, as the errors say.
template <class Write>
void write_once(std::int64_t id, const Write& write) {
    while (!stop) {
        try {
            write();
            note(id, Outcome::done);
            return;
        } catch (const CommitInDoubt&) {
            note(id, Outcome::in_doubt);
            return;
        } catch (const Error& error) {
            if (!error.retryable()) {
                note(id, Outcome::undone);
                return;
            }
        } catch (...) {
            ++totals.unexpected;
            return;
        }
    }
    note(id, Outcome::undone);
}

void work(const Engine& engine, int thread) {
    std::minstd_rand random(static_cast<unsigned>(thread + 1));
    for (std::int64_t i = 0; !stop; ++i) {
        const std::int64_t id = thread * 100'000'000LL + i;
        switch (random() % 3) {
            case 0:
                try {
                    read_back(engine, id);
                } catch (const Error&) {  // NOLINT(bugprone-empty-catch): a read may fail while the server is gone
                }
                break;
            case 1:
                write_once(id, [&] { write_alone(engine, id); });
                break;
            default:
                write_once(id, [&] { write_in_transaction(engine, id); });
        }
    }
}

void disturb(const Url& url, const std::string& pid_file, std::chrono::seconds time) {
    const auto begin = Clock::now();
    int restarts = 0;
    std::minstd_rand random(7);
    while (!stop) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 100));
        if (restarts < 2 && Clock::now() - begin > time * (restarts + 1) / 3) {
            pid_t pid = 0;
            std::ifstream(pid_file) >> pid;
            // Once in an orderly way, once as a crash.
            if (pid > 0) ::kill(pid, restarts == 0 ? SIGINT : SIGQUIT);
            ++restarts;
            continue;
        }
        try {
            EngineOptions options;
            options.application_name = "disturber";
            Connection connection(url, options);
            const char* const what = random() % 4 == 0 ? "pg_cancel_backend" : "pg_terminate_backend";
            connection.execute(
                std::string("SELECT ") + what +
                "(pid) FROM pg_stat_activity WHERE application_name = 'strata' ORDER BY random() LIMIT 4");
        } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the server is away
        }
    }
    std::printf("restarts: %d\n", restarts);
}

long open_files() {
    long count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}

template <class Call>
void patiently(const Call& call) {
    for (int tries = 0;; ++tries) {
        try {
            call();
            return;
        } catch (const Error&) {
            if (tries == 200) throw;
            std::this_thread::sleep_for(100ms);
        }
    }
}

/// How often the table disagrees with what the calls said.
long disagreements(const Url& url) {
    std::map<std::int64_t, long> found;
    patiently([&] {
        found.clear();
        Connection connection(url);
        Cursor cursor = connection.query("SELECT id, count(*) FROM writes GROUP BY id", {}, {.fetch = Fetch::stream});
        while (cursor.next()) found[cursor.row().integer(0)] = cursor.row().integer(1);
    });
    long wrong = 0;
    for (const auto& [id, count] : found) {
        const auto known = outcomes.find(id);
        if (count > 1 || known == outcomes.end() || known->second == Outcome::undone) ++wrong;
    }
    for (const auto& [id, outcome] : outcomes) {
        if (outcome == Outcome::done && !found.contains(id)) ++wrong;
    }
    return wrong;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    log::set_level(log::Level::off);
    const Url url = Url::parse(argv[1]);
    const std::string pid_file = argv[2];
    const std::chrono::seconds time(std::atoi(argv[3]));
    const int threads = std::atoi(argv[4]);
    std::thread([time] {  // a deadlock must not look like patience
        std::this_thread::sleep_for(time + 120s);
        std::fputs("the storm did not end\n", stderr);
        std::abort();
    })
        .detach();

    patiently([&] {
        Connection connection(url);
        connection.script(
            "CREATE TABLE writes (id bigint); CREATE TABLE sums (id bigint PRIMARY KEY, n bigint); INSERT INTO sums "
            "SELECT i, 0 FROM generate_series(0, 49) AS i");
    });
    const long files_before = open_files();
    EngineOptions options;
    options.pool_size = 16;
    options.max_overflow = 16;
    options.statement_timeout = 20s;
    const Engine engine(url, options);
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) workers.emplace_back([&engine, i] { work(engine, i); });
    std::thread disturber([&] { disturb(url, pid_file, time); });
    std::this_thread::sleep_for(time);
    stop = true;
    for (std::thread& worker : workers) worker.join();
    disturber.join();
    engine.dispose();

    const long wrong_writes = disagreements(url);
    std::string left;
    patiently([&] {
        Connection connection(url, [] {
            EngineOptions watching;
            watching.application_name = "watcher";
            return watching;
        }());
        for (int i = 0; i < 50 && left != "0"; ++i) {  // a session ends a little after its socket
            left = connection.scalar("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'strata'").value();
            std::this_thread::sleep_for(20ms);
        }
    });
    const long files = open_files() - files_before;
    std::printf(
        "reads %ld, wrong results %ld; writes done %ld, undone %ld, in doubt %ld; disagreements %ld; other exceptions "
        "%ld; "
        "sessions left %s; files left %ld\n",
        totals.reads.load(), totals.wrong.load(), totals.done.load(), totals.undone.load(), totals.in_doubt.load(),
        wrong_writes, totals.unexpected.load(), left.c_str(), files);
    const bool good = totals.wrong == 0 && wrong_writes == 0 && totals.unexpected == 0 && left == "0" && files <= 0 &&
                      totals.done > 100 && totals.reads > 100;
    return good ? 0 : 1;
}
