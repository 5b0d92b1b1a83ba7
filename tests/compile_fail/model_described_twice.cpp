// expect: strata: Job is described twice: keep one STRATA_MODEL, STRATA_VIEW or STRATA_MIXIN of it
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
};
STRATA_MODEL(Job, jobs, id)
STRATA_VIEW(Job, job_list, id)
}  // namespace mistake
