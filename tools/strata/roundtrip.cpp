#include "commands.hpp"
#include "load_models.hpp"
#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <filesystem>
#include <iostream>

namespace strata::tool {
namespace {

namespace fs = std::filesystem;

/// The folder that was asked for, or one that is removed.
class Folder {
public:
    explicit Folder(const std::string& asked)
        : temporary_(asked.empty()), path_(temporary_ ? fs::temp_directory_path() / scratch_name() : fs::path(asked)) {}
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        if (temporary_) fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    bool temporary_;
    fs::path path_;
};

/// Runs the statements in one transaction. One that fails is printed and taken back alone, so that the rest is created
/// and compared; what else fails for want of it is printed too.
void create(core::Connection& connection, const std::vector<std::string>& statements) {
    core::Transaction transaction(connection);
    for (const std::string& sql : statements) {
        connection.savepoint("strata_statement");
        try {
            connection.execute(sql);
        } catch (const Error& error) {
            if (error.connection_lost()) throw;
            connection.rollback_to_savepoint("strata_statement");
            std::cout << "cannot be created: " << error.what() << "\n"
                      << "by: " << sql << "\n";
        }
        connection.release_savepoint("strata_statement");
    }
    transaction.commit();
}

}  // namespace

int roundtrip(const Arguments& arguments) {
    const core::Engine engine(arguments.url);
    const Room& room = room_of(engine.dialect());
    const Folder folder(arguments.out);
    const auto connection = engine.connect();
    const auto metadata = read(*connection, arguments);
    const Listing before = room.list(*connection, arguments.schemas, arguments.privileges);
    const auto files = schema::generate(metadata, engine.dialect(), generate_options(*connection, arguments));
    schema::write_generated(files, folder.path());
    const auto models = load_models(folder.path(), arguments.name_space, arguments.compiler, arguments.includes);

    const auto scratch = arguments.into.empty() ? room.scratch(engine.url()) : nullptr;
    const core::Engine copy(scratch != nullptr ? scratch->url() : core::Url::parse(arguments.into));
    Listing after;
    {
        const auto created = copy.connect();
        room.enter(*created, *connection);
        if (scratch != nullptr) room.strip(*created, *connection);
        create(*created, schema::create_all_sql(models, engine.dialect()));
        after = room.list(*created, arguments.schemas, arguments.privileges);
    }
    copy.dispose();
    const std::size_t differences = print_differences(before, after, "the database", "what was created");
    std::size_t kept = 0;
    for (const auto& [name, text] : before) {
        const auto found = after.find(name);
        if (found != after.end() && found->second == text) ++kept;
    }
    print_unmanaged(metadata);
    std::cout << "kept " << kept << " of " << before.size() << " objects, " << differences << " differences"
              << std::endl;
    return differences == 0 && kept == before.size() ? 0 : 1;
}

}  // namespace strata::tool
