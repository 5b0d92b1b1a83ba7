// expect 2: strata: the handle jobs is that of two structs: give Task a handle of another name
// shows: conflicting declaration 'constexpr const mistake::jobs_strata_table
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
};
STRATA_MODEL(Job, jobs, id)
struct Task {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Task, jobs, id, title)
}  // namespace mistake
