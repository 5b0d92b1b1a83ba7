// expect 6: strata: no column can hold Job::documents
// shows: include <boost/json.hpp> before a struct with strata::Json
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
    std::vector<Json> documents{};
};
STRATA_MODEL(Job, jobs, id, documents)
}  // namespace mistake
