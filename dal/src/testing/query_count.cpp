#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/testing/query_count.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace strata::testing {

namespace {

/// Something that is told of each statement of an engine.
class Listener {
public:
    virtual void told(const core::QueryEvent& event) = 0;

protected:
    ~Listener() = default;
};

struct Listeners {
    std::mutex mutex;
    std::vector<Listener*> list;
};

/// The on_query of an engine whose statements can be counted. Copies share the listeners.
class Announcer {
public:
    explicit Announcer(std::function<void(const core::QueryEvent&)> next) : next_(std::move(next)) {}
    void operator()(const core::QueryEvent& event) const {
        {
            const std::lock_guard lock(listeners_->mutex);
            for (Listener* const listener : listeners_->list) listener->told(event);
        }
        if (next_) next_(event);
    }
    [[nodiscard]] const std::shared_ptr<Listeners>& listeners() const noexcept { return listeners_; }

private:
    std::function<void(const core::QueryEvent&)> next_;
    std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
};

}  // namespace

struct QueryCount::Counter final : Listener {
    Counter(const core::Dialect& its_dialect, std::shared_ptr<Listeners> of)
        : dialect(its_dialect), listeners(std::move(of)) {
        const std::lock_guard lock(listeners->mutex);
        listeners->list.push_back(this);
    }
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;
    ~Counter() {
        const std::lock_guard lock(listeners->mutex);
        std::erase(listeners->list, this);
    }
    void told(const core::QueryEvent& event) override {
        if (dialect.classify(event.sql) != core::StatementClass::transaction) texts.emplace_back(event.sql);
    }

    const core::Dialect& dialect;
    const std::shared_ptr<Listeners> listeners;
    std::vector<std::string> texts;
};

EngineOptions counted(EngineOptions options) {
    if (options.on_query.target<Announcer>() == nullptr) options.on_query = Announcer(std::move(options.on_query));
    return options;
}

QueryCount::QueryCount(const dal::Database& database) : QueryCount(database.engine()) {}
QueryCount::QueryCount(const Engine& engine)
    : counter_([&] {
          const auto* const announcer = engine.options().on_query.target<Announcer>();
          if (announcer == nullptr)
              throw UsageError(
                  "the statements of this engine cannot be counted: make it with testing::counted(options), or use a "
                  "testing::ScratchDatabase");
          return std::make_shared<Counter>(engine.dialect(), announcer->listeners());
      }()) {}
QueryCount::~QueryCount() = default;

std::size_t QueryCount::statements() const {
    const std::lock_guard lock(counter_->listeners->mutex);
    return counter_->texts.size();
}

std::vector<std::string> QueryCount::texts() const {
    const std::lock_guard lock(counter_->listeners->mutex);
    return counter_->texts;
}

std::string QueryCount::text() const {
    std::string all;
    std::size_t number = 0;
    for (const std::string& text : texts()) all += std::to_string(++number) + ": " + text + "\n";
    return all;
}

void QueryCount::reset() {
    const std::lock_guard lock(counter_->listeners->mutex);
    counter_->texts.clear();
}

}  // namespace strata::testing
