// expect: strata: no column can hold Job::state: describe an enum with BOOST_DESCRIBE_ENUM or STRATA_ENUM
#include "models.hpp"
namespace mistake {
enum class State { open, closed };
struct Job {
    std::int64_t id{};
    State state{};
    std::optional<std::string> note{};
};
STRATA_MODEL(Job, jobs, id, state, note)
STRATA_FACTS(jobs, server_default(jobs.state, State::open))
}  // namespace mistake

auto used(const dal::Database& db) { return db(mistake::jobs.note == "urgent").all(); }
