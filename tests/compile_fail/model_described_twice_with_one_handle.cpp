// expect 2: strata: Job is described twice: keep one STRATA_MODEL, STRATA_VIEW or STRATA_MIXIN of it
// shows: conflicting declaration 'constexpr const mistake::jobs_strata_table
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
};
STRATA_MODEL(Job, jobs, id)
STRATA_MODEL(Job, jobs, id)
}  // namespace mistake
