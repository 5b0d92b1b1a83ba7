#include "support/cutting_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace strata::test {
namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path) throw std::runtime_error("a socket's path is too long: " + text);
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

bool send_all(int to, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(to, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::filesystem::path server) : server_(std::move(server)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(folder_.path() / ".s.PGSQL.5432");
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 64) != 0)
        throw std::runtime_error("the proxy cannot listen");
    accepting_ = std::thread([this] { accept_loop(); });
}

CuttingProxy::~CuttingProxy() {
    stopping_ = true;
    accepting_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
}

void CuttingProxy::cut_answer_to(const std::string& text) {
    const std::lock_guard lock(mutex_);
    cut_at_ = text;
}

void CuttingProxy::accept_loop() {
    while (!stopping_) {
        pollfd wait{listener_, POLLIN, 0};
        if (::poll(&wait, 1, 20) <= 0) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) threads_.emplace_back([this, client] { serve(client); });
    }
}

void CuttingProxy::serve(int client) {
    std::this_thread::sleep_for(delay_.load());
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(server_);
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool cutting = false;
    char data[65536];
    while (open && !stopping_) {
        pollfd wait[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (frozen_ || ::poll(wait, 2, 20) <= 0) {
            if (frozen_) ::usleep(2000);
            continue;
        }
        if (wait[0].revents != 0) {
            const ssize_t size = ::recv(client, data, sizeof data, 0);
            if (size <= 0) break;
            const std::lock_guard lock(mutex_);
            if (!cut_at_.empty() &&
                std::string_view(data, static_cast<std::size_t>(size)).find(cut_at_) != std::string_view::npos) {
                cutting = true;
                cut_at_.clear();
            }
            open = send_all(server, data, static_cast<std::size_t>(size));
        }
        if (wait[1].revents != 0) {
            const ssize_t size = ::recv(server, data, sizeof data, 0);
            if (size <= 0 || cutting) break;
            open = send_all(client, data, static_cast<std::size_t>(size));
        }
    }
    ::close(server);
    ::close(client);
}

std::filesystem::path socket_of(const TestDatabase& db) {
    const std::string marker = "host=";
    const auto begin = db.url().find(marker);
    if (begin == std::string::npos) throw std::runtime_error("the test server is not on a Unix socket");
    const auto end = db.url().find('&', begin);
    const auto first = begin + marker.size();
    return std::filesystem::path(db.url().substr(first, end == std::string::npos ? end : end - first)) /
           ".s.PGSQL.5432";
}

}  // namespace strata::test
