// expect 10: invalid use of incomplete type 'class boost::json::value'
// shows: include <boost/json.hpp> to use strata::Json
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
    std::optional<Json> document{};
};
STRATA_MODEL(Job, jobs, id, document)
}  // namespace mistake
