#include "pool.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace strata::core {

namespace {

int environment_number(const char* name, int otherwise, int least = 0) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once at start-up
    if (text == nullptr || *text == '\0') return otherwise;
    const std::string_view digits(text);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < least) {
        throw UsageError(std::string(name) + " is not a number of " + std::to_string(least) + " or more");
    }
    return number;
}

PoolerMode environment_pooler() {
    const char* text = std::getenv("DB_POOLER");  // NOLINT(concurrency-mt-unsafe): read once at start-up
    const std::string_view mode = text == nullptr ? "" : text;
    if (mode.empty() || mode == "detect") return PoolerMode::detect;
    if (mode == "none") return PoolerMode::none;
    if (mode == "transaction") return PoolerMode::transaction;
    throw UsageError("DB_POOLER is not one of detect, none, transaction");
}

}  // namespace

EngineOptions EngineOptions::from_environment() {
    EngineOptions options;
    options.pool_size = environment_number("DB_POOL_SIZE", options.pool_size);
    options.max_overflow = environment_number("DB_MAX_OVERFLOW", options.max_overflow, -1);
    options.pool_timeout = std::chrono::seconds(environment_number("DB_POOL_TIMEOUT", 30));
    options.pool_recycle = std::chrono::seconds(environment_number("DB_POOL_RECYCLE", -1, -1));
    options.pool_pre_ping = environment_number("DB_POOL_PRE_PING", 0) != 0;
    options.statement_timeout = std::chrono::milliseconds(environment_number("DB_STATEMENT_TIMEOUT", 0));
    options.slow_query = std::chrono::milliseconds(environment_number("DB_SLOW_QUERY", 0));
    options.pooler = environment_pooler();
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
PooledConnection Engine::connect(Access access, Intent /*one server serves both*/) const {
    return {pool_, pool_->take(access)};
}
int Engine::open_connections() const { return pool_->open_connections(); }
PoolStatistics Engine::statistics() const { return pool_->statistics(); }
void Engine::dispose() const { pool_->dispose(); }
void Engine::close() const { pool_->close(); }

}  // namespace strata::core
