#include "detail/pool.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace strata::core {

namespace {

int environment_number(const char* name, int otherwise) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once at start-up
    if (text == nullptr || *text == '\0') return otherwise;
    const std::string_view digits(text);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 0) {
        throw UsageError(std::string(name) + " is no number of 0 or more");
    }
    return number;
}

}  // namespace

EngineOptions EngineOptions::from_environment() {
    EngineOptions options;
    options.pool_size = environment_number("DB_POOL_SIZE", options.pool_size);
    options.max_overflow = environment_number("DB_MAX_OVERFLOW", options.max_overflow);
    options.pool_timeout = std::chrono::seconds(environment_number("DB_POOL_TIMEOUT", 30));
    return options;
}

PooledConnection::PooledConnection(std::shared_ptr<detail::Pool> pool, detail::PoolSlot* slot) noexcept
    : pool_(std::move(pool)), slot_(slot), connection_(&slot->connection) {}
PooledConnection::PooledConnection(PooledConnection&& other) noexcept
    : pool_(std::move(other.pool_)),
      slot_(std::exchange(other.slot_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)) {}
PooledConnection& PooledConnection::operator=(PooledConnection&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    pool_ = std::move(other.pool_);
    slot_ = std::exchange(other.slot_, nullptr);
    connection_ = std::exchange(other.connection_, nullptr);
    return *this;
}
PooledConnection::~PooledConnection() { give_back(); }
void PooledConnection::give_back() noexcept {
    if (slot_ != nullptr) pool_->give_back(std::exchange(slot_, nullptr));
}

Engine::Engine(std::string_view url, EngineOptions options) : Engine(Url::parse(url), std::move(options)) {}
Engine::Engine(Url url, EngineOptions options)
    : pool_(std::make_shared<detail::Pool>(std::move(url), std::move(options))) {}
Engine Engine::from_environment() { return {Url::from_environment(), EngineOptions::from_environment()}; }

const Url& Engine::url() const noexcept { return pool_->url; }
const EngineOptions& Engine::options() const noexcept { return pool_->options; }
const Dialect& Engine::dialect() const noexcept { return pool_->dialect; }
PooledConnection Engine::connect(Access access) const { return {pool_, pool_->take(access)}; }
int Engine::open_connections() const { return pool_->open_connections(); }
void Engine::dispose() const { pool_->dispose(); }

}  // namespace strata::core
