// expect: strata: no column can hold Job::labels
// shows: give another type a strata::codec, or leave the member out of the model
#include "models.hpp"

#include <map>
namespace mistake {
struct Job {
    std::int64_t id{};
    std::optional<std::map<int, int>> labels{};
};
STRATA_MODEL(Job, jobs, id, labels)
}  // namespace mistake
