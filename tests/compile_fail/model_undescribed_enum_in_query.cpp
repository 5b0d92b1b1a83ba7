// expect 2: strata: no column can hold Job::state: describe an enum with BOOST_DESCRIBE_ENUM or STRATA_ENUM
// shows: strata: no column can hold this type: describe an enum with BOOST_DESCRIBE_ENUM or STRATA_ENUM
#include "models.hpp"
namespace mistake {
enum class State { open, closed };
struct Job {
    std::int64_t id{};
    State state{};
};
STRATA_MODEL(Job, jobs, id, state)
}  // namespace mistake

auto open(const dal::Database& db) { return db(mistake::jobs.state == mistake::State::open).all(); }
auto closed(const dal::Database& db) { return db(mistake::jobs.state == mistake::State::closed).count(); }
