#include "commands.hpp"
#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace strata::tool {
namespace {

bool is_url(const std::string& text) { return text.find("://") != std::string::npos; }

std::string file_text(const std::string& name) {
    const std::ifstream file(name, std::ios::binary);
    if (!file)
        throw UsageError("there is no file " + name + ", and it is no URL either (sqlite:///..., postgresql://...)");
    std::ostringstream stream;
    stream << file.rdbuf();
    std::string text = stream.str();
    check_is_sql(name, text);
    return text;
}

/// Each of the two may lack a schema that the other has.
schema::ReflectOptions options_of(const Arguments& arguments) {
    auto options = reflect_options(arguments);
    options.missing_schemas = true;
    return options;
}

/// One of the two: a database, or a scratch database into which a file is loaded.
class Side {
public:
    Side(const std::string& source, const core::Url& beside)
        : name_(is_url(source) ? core::Url::parse(source).to_string() : source),
          sql_(is_url(source) ? std::string() : file_text(source)),
          scratch_(is_url(source) ? nullptr : room_of(core::Engine(beside).dialect()).scratch(beside)),
          engine_(scratch_ != nullptr ? scratch_->url() : core::Url::parse(source)),
          connection_(scratch_ != nullptr ? engine_.connect() : room_of(dialect()).open(engine_)) {
        if (scratch_ == nullptr) return;
        try {
            connection_->script(room_of(dialect()).statements_of(sql_));
        } catch (const Error& error) {
            throw UsageError(source + " cannot be loaded: " + error.what());
        }
        connection_->restore_session();
    }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const core::Dialect& dialect() const { return engine_.dialect(); }
    [[nodiscard]] core::Connection& connection() { return *connection_; }
    /// Adds what the role could not see, which of two databases is often the same.
    void add_notes(schema::UnmanagedList& notes, const Arguments& arguments) {
        if (scratch_ != nullptr) return;
        for (const auto& note : schema::reflection_notes(*connection_, options_of(arguments)))
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    }
    [[nodiscard]] Listing list(const Arguments& arguments) {
        return room_of(dialect()).list(*connection_, arguments.schemas, arguments.privileges);
    }

private:
    std::string name_;
    std::string sql_;  ///< of a file
    std::unique_ptr<Scratch> scratch_;
    core::Engine engine_;
    core::PooledConnection connection_;
};

void check_schemas(Side& left, Side& right, const Arguments& arguments) {
    room_of(left.dialect()).check_schemas(arguments.schemas);
    auto names = schema::schema_names(left.connection());
    for (auto& name : schema::schema_names(right.connection())) names.push_back(std::move(name));
    schema::check_schema_names(arguments.schemas, names);
}

/// Prints the statements that bring the first database to the second.
void print_script(Side& left, Side& right, const Arguments& arguments) {
    const auto database = schema::reflect(left.connection(), options_of(arguments));
    const auto wanted = schema::reflect(right.connection(), options_of(arguments));
    print_unmanaged(wanted, "-- ");
    const std::string script = migrate::change_script(left.connection(), database, wanted);
    if (script.empty())
        std::cout << "-- They differ in what no statement changes, such as the order of columns: see 'strata diff' "
                     "without --sql.\n";
    std::cout << script;
}

}  // namespace

int diff(const Arguments& arguments) {
    // A file is loaded where the other database is, or where --server says.
    const std::string place = !arguments.server.empty() ? arguments.server
                              : is_url(arguments.url)   ? arguments.url
                              : is_url(arguments.other) ? arguments.other
                                                        : std::string("sqlite:///:memory:");
    const core::Url beside = core::Url::parse(place);
    Side left(arguments.url, beside);
    Side right(arguments.other, beside);
    if (&left.dialect() != &right.dialect())
        throw UsageError("the two databases are of different kinds, and their catalogues cannot be compared");
    check_schemas(left, right, arguments);
    const Listing ours = left.list(arguments);
    const Listing theirs = right.list(arguments);
    schema::UnmanagedList notes;
    left.add_notes(notes, arguments);
    right.add_notes(notes, arguments);
    print_notes(notes, arguments.sql ? "-- " : "");
    if (arguments.sql) {
        if (ours == theirs) return 0;
        print_script(left, right, arguments);
        return 1;
    }
    const std::size_t differences = print_differences(ours, theirs, left.name(), right.name());
    std::cout << (differences == 0 ? std::string("no differences") : std::to_string(differences) + " differences")
              << "\n";
    return differences == 0 ? 0 : 1;
}

}  // namespace strata::tool
