// api post JSON | patch ID JSON | get ID: the answer is a user as JSON, or a fault in each line.
#include "api.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/structs.hpp>

#include <iostream>

using namespace strata;
using devices::users;

int main(int argc, char** argv) try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const dal::Database db = dal::connect(Engine::from_environment());
    devices::User user;
    if (arguments.at(0) == "post") {
        user = db.insert(dal::make<devices::User>(dal::from_json<devices::UserCreate>(arguments.at(1))));
    } else if (arguments.at(0) == "patch") {
        user = db.patch(users, std::stoll(arguments.at(1)), dal::from_json<devices::UserPatch>(arguments.at(2)));
    } else {
        user = db(users.id == std::stoll(arguments.at(1))).one();
    }
    std::cout << dal::to_json(dal::as<devices::UserResponse>(user)) << '\n';
    return 0;
} catch (const ValidationError& error) {
    for (const Violation& fault : error.violations()) std::cout << fault.path << ' ' << fault.code << '\n';
    return 1;
} catch (const std::exception& error) {
    std::cerr << "api: " << error.what() << '\n';
    return 2;
}
