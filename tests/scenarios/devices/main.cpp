// app init-db | create-user NAME EMAIL | get-user ID | users | update-email ID EMAIL | delete-user ID | execute SQL
#include "helpers.hpp"
#include "schema.hpp"

#include <strata/schema/schema.hpp>

#include <iostream>

using namespace strata;

namespace {

dal::Database init_db() {
    const Engine engine = Engine::from_environment();
    const schema::Result result = schema::create_all(devices::metadata(), engine);
    std::cout << "created";
    for (const auto& table : result.tables) std::cout << ' ' << table;
    std::cout << (result.tables.empty() ? " nothing\n" : "\n");
    std::cout << "pool of " << engine.options().pool_size << '\n';
    return dal::connect(engine);
}

void print(const devices::User& user) { std::cout << user.id << ' ' << user.username << ' ' << user.email << '\n'; }

void run(const std::vector<std::string>& arguments) {
    const std::string& command = arguments.at(0);
    if (command == "init-db") {
        const dal::Database db = init_db();
        std::cout << devices::get_all_users(db).size() << " users\n";
        return;
    }
    const dal::Database db = dal::connect(Engine::from_environment());
    if (command == "create-user") {
        print(devices::create_user(db, arguments.at(1), arguments.at(2)));
    } else if (command == "get-user") {
        if (const auto user = devices::get_user_by_id(db, std::stoll(arguments.at(1)))) print(*user);
    } else if (command == "users") {
        for (const auto& user : devices::get_all_users(db)) print(user);
    } else if (command == "update-email") {
        std::cout << devices::update_email(db, std::stoll(arguments.at(1)), arguments.at(2)) << " changed\n";
    } else if (command == "delete-user") {
        std::cout << devices::delete_user(db, std::stoll(arguments.at(1))) << " deleted\n";
    } else if (command == "execute") {
        std::cout << db.execute(unchecked_sql(arguments.at(1))) << " changed\n";
    }
}

}  // namespace

int main(int argc, char** argv) try {
    run({argv + 1, argv + argc});
    return 0;
} catch (const std::exception& error) {
    std::cerr << "app: " << error.what() << '\n';
    return 2;
}
