#include "recorded_state.hpp"

namespace strata::migrate {

RecordedState read_state(core::Connection& connection, const VersionTable& versions, const HistoryTable& log) {
    connection.begin({.isolation = core::Isolation::repeatable_read});
    try {
        RecordedState state{versions.read(connection).ids, log.applied(connection)};
        connection.commit();
        return state;
    } catch (...) {
        connection.rollback();
        throw;
    }
}

}  // namespace strata::migrate
