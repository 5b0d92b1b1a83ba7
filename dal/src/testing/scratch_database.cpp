#include <strata/core/internal/scratch_place.hpp>
#include <strata/testing/query_count.hpp>
#include <strata/testing/scratch_database.hpp>

#include <cstdlib>
#include <mutex>

namespace strata::testing {

using core::detail::make_scratch_place;
using core::detail::ScratchPlace;
using core::detail::ScratchPlacePtr;

std::string url_from_environment(const char* variable) {
    const char* const url = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody changes it
    return url == nullptr || *url == '\0' ? "sqlite:///:memory:" : url;
}

struct ScratchTemplate::State {
    using Made = std::pair<ScratchPlacePtr, Engine>;

    const core::Url url;
    const Prepare prepare;
    const EngineOptions options;
    std::mutex mutex;
    ScratchPlacePtr prepared;  // none: not made yet, or each is prepared by itself

    /// A place that is prepared, with an engine on it.
    [[nodiscard]] Made make() {
        ScratchPlacePtr place;
        {
            const std::lock_guard lock(mutex);
            if (!prepared) {
                place = make_scratch_place(url);
                if (place->can_be_copied()) {
                    with_engine(*place, prepare, options).close();
                    place->freeze();
                    prepared = std::move(place);
                }
            }
            if (prepared) place = prepared->copy();
        }
        // A copy is prepared already.
        Engine engine = with_engine(*place, place->can_be_copied() ? Prepare() : prepare, options);
        return {std::move(place), std::move(engine)};
    }

    [[nodiscard]] static Made make_one(const core::Url& url, const Prepare& prepare, const EngineOptions& options) {
        ScratchPlacePtr place = make_scratch_place(url);
        Engine engine = with_engine(*place, prepare, options);
        return {std::move(place), std::move(engine)};
    }

private:
    [[nodiscard]] static Engine with_engine(const ScratchPlace& place, const Prepare& prepare,
                                            const EngineOptions& options) {
        Engine engine(place.url(), options);
        if (prepare) prepare(engine);
        return engine;
    }
};

ScratchTemplate::ScratchTemplate(std::string_view url, Prepare prepare, EngineOptions options)
    : state_(new State{.url = core::Url::parse(url),
                       .prepare = std::move(prepare),
                       .options = counted(std::move(options)),
                       .mutex = {},
                       .prepared = nullptr}) {}
ScratchTemplate::~ScratchTemplate() = default;

struct ScratchDatabase::State {
    explicit State(std::pair<ScratchPlacePtr, Engine> made)
        : place(std::move(made.first)), engine(std::move(made.second)), database(dal::connect(engine)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { engine.close(); }

    const ScratchPlacePtr place;
    const Engine engine;
    const dal::Database database;
};

ScratchDatabase::ScratchDatabase(const ScratchTemplate& source)
    : state_(std::make_unique<State>(source.state_->make())) {}
ScratchDatabase::ScratchDatabase(std::string_view url, const Prepare& prepare, const EngineOptions& options)
    : state_(
          std::make_unique<State>(ScratchTemplate::State::make_one(core::Url::parse(url), prepare, counted(options)))) {
}
ScratchDatabase::~ScratchDatabase() = default;

const Engine& ScratchDatabase::engine() const noexcept { return state_->engine; }
const dal::Database& ScratchDatabase::database() const noexcept { return state_->database; }

}  // namespace strata::testing
