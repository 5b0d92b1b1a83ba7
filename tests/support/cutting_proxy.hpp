#pragma once

#include "support/database.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace strata::test {

/// Stands between a client and a PostgreSQL server on a Unix socket, and loses an answer when told to: what the client
/// asked for was done, and it is never told. Any number of connections.
class CuttingProxy {
public:
    /// `server` is the server's socket: FOLDER/.s.PGSQL.PORT.
    explicit CuttingProxy(std::filesystem::path server);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    /// The folder that a client gives as its host; the port is 5432.
    [[nodiscard]] const std::filesystem::path& host() const { return folder_.path(); }
    /// The next time that a client's words hold this text the server gets them, and the connection ends when it
    /// answers.
    void cut_answer_to(const std::string& text);
    /// From now on nothing is passed on, and nothing is closed: a network that swallows everything.
    void freeze(bool frozen) { frozen_ = frozen; }
    /// Connections that begin from now on, such as a request to cancel, reach the server this much later.
    void delay_connections(std::chrono::milliseconds by) { delay_ = by; }

private:
    void accept_loop();
    void serve(int client);

    std::filesystem::path server_;
    TemporaryDirectory folder_;
    int listener_ = -1;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> frozen_{false};
    std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
    std::mutex mutex_;
    std::string cut_at_;
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

/// The socket of the server that has a PostgreSQL test's database.
[[nodiscard]] std::filesystem::path socket_of(const TestDatabase& db);

/// Sends what goes to a URL through the proxy.
template <class Url>
void go_through(Url& url, const CuttingProxy& proxy) {
    url.hosts.clear();
    url.options["host"] = proxy.host().string();
}

}  // namespace strata::test
