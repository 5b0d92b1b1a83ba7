// expect: field 'document' has incomplete type 'strata::Json'
// shows: include <boost/json.hpp> to use strata::Json
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
    Json document{};
};
STRATA_MODEL(Job, jobs, id, document)
}  // namespace mistake
