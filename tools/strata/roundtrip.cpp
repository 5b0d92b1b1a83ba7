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
/// and compared; what else fails for want of it is printed too. Returns how many have failed.
std::size_t create(core::Connection& connection, const std::vector<std::string>& statements) {
    std::size_t failed = 0;
    core::Transaction transaction(connection);
    for (const std::string& sql : statements) {
        connection.savepoint("strata_statement");
        try {
            connection.execute(sql);
        } catch (const Error& error) {
            if (error.connection_lost()) throw;
            connection.rollback_to_savepoint("strata_statement");
            ++failed;
            std::cout << "cannot be created: " << error.what() << "\n"
                      << "by: " << sql << "\n";
        }
        connection.release_savepoint("strata_statement");
    }
    transaction.commit();
    return failed;
}

/// Takes out of the models the schemas and extensions that an empty database has already, which a role may not always
/// make or comment on.
void leave_out_present(schema::MetaData& models, core::Connection& connection) {
    schema::ReflectOptions all;
    all.all_schemas = true;
    const auto present = schema::reflect(connection, all);
    const auto comparer = schema::token_comparer();
    std::erase_if(models.objects, [&](const schema::Object& object) {
        const auto* found = present.find(object.ref);
        return found != nullptr && comparer->same_object(*found, object);
    });
}

/// Throws UsageError for a database that is not empty, or is the original.
void check_into(const core::Engine& into, const Room& room, core::Connection& original) {
    if (&into.dialect() != &room.dialect())
        throw UsageError("--into names a database of another kind than the one that is read");
    if (into.dialect().is_missing(into.url())) return;
    const auto connection = room.open(into);
    const std::string identity = room.identity(*connection);
    if (!identity.empty() && identity == room.identity(original))
        throw UsageError("--into names the same database as the one that is read; name an empty one");
    schema::ReflectOptions all;
    all.all_schemas = true;
    const auto found = schema::reflect(*connection, all);
    std::string thing;
    for (const auto& object : found.objects)
        if (object.ref.kind != schema::ObjectKind::schema && object.ref.kind != schema::ObjectKind::extension)
            thing = object.ref.text();
    for (const auto& each : found.unmanaged)
        if (each.ref.kind != schema::ObjectKind::schema) thing = each.ref.text();
    for (const auto& table : found.tables) thing = "table " + table.name.text();
    if (!thing.empty()) throw UsageError("the database that --into names is not empty: it has " + thing);
}

}  // namespace

int roundtrip(const Arguments& arguments) {
    const core::Engine engine(arguments.url);
    const Room& room = room_of(engine.dialect());
    const Folder folder(arguments.out);
    const auto connection = open(engine, arguments);
    if (!arguments.into.empty()) check_into(arguments.into, room, *connection);
    const auto metadata = read(*connection, arguments);
    const Listing before = room.list(*connection, arguments.schemas, arguments.privileges);
    const auto files = schema::generate(metadata, engine.dialect(), generate_options(*connection, arguments));
    schema::write_generated(files, folder.path());
    auto models = load_models(folder.path(), arguments.name_space, arguments.compiler, arguments.includes);

    const auto scratch = arguments.into.empty() ? room.scratch(engine.url()) : nullptr;
    const core::Engine copy(scratch != nullptr ? scratch->url() : core::Url::parse(arguments.into));
    Listing after;
    std::size_t failed = 0;
    {
        const auto created = copy.connect();
        room.enter(*created, *connection);
        if (scratch != nullptr) room.strip(*created, *connection);
        leave_out_present(models, *created);
        failed = create(*created, schema::create_all_sql(models, engine.dialect()));
        after = room.list(*created, arguments.schemas, arguments.privileges);
    }
    copy.dispose();
    const std::size_t differences = failed + print_differences(before, after, "the database", "what was created");
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
