// expect 5: strata: the model of Job names a member twice, which the next error says: name it once
// shows: error: redeclaration of 'mistake
#include "models.hpp"
namespace mistake {
struct Job {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Job, jobs, id, title, title)
}  // namespace mistake
