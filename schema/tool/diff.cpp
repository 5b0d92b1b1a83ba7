#include "commands.hpp"
#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

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
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// What is in a database, or in a scratch database into which a file is loaded.
Listing listing_of(const std::string& source, const core::Url& beside, const Arguments& arguments,
                   schema::UnmanagedList& notes) {
    if (is_url(source)) {
        const core::Engine engine(source);
        const auto connection = engine.connect();
        for (const auto& note : schema::reflection_notes(*connection, reflect_options(arguments)))
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
        return room_of(engine.dialect()).list(*connection, arguments.schemas, arguments.privileges);
    }
    const std::string sql = file_text(source);
    const core::Engine near(beside);
    const Room& room = room_of(near.dialect());
    const auto scratch = room.scratch(beside);
    const core::Engine engine(scratch->url());
    Listing listing;
    {
        const auto connection = engine.connect();
        try {
            connection->script(sql);
        } catch (const Error& error) {
            throw UsageError(source + " cannot be loaded: " + error.what());
        }
        connection->restore_session();
        listing = room.list(*connection, arguments.schemas, arguments.privileges);
    }
    engine.dispose();
    return listing;
}

}  // namespace

int diff(const Arguments& arguments) {
    // A file is loaded where the other database is, or where --server says.
    const std::string place = !arguments.server.empty() ? arguments.server
                              : is_url(arguments.url)   ? arguments.url
                              : is_url(arguments.other) ? arguments.other
                                                        : std::string("sqlite:///:memory:");
    const core::Url beside = core::Url::parse(place);
    if (is_url(arguments.url) && is_url(arguments.other) &&
        &core::Engine(arguments.url).dialect() != &core::Engine(arguments.other).dialect())
        throw UsageError("the two databases are of different kinds, and their catalogues cannot be compared");
    schema::UnmanagedList notes;  // each once, though both may have it
    const Listing left = listing_of(arguments.url, beside, arguments, notes);
    const Listing right = listing_of(arguments.other, beside, arguments, notes);
    print_notes(notes);
    const auto name = [](const std::string& source) {
        return is_url(source) ? core::Url::parse(source).to_string() : source;
    };
    const std::size_t differences = print_differences(left, right, name(arguments.url), name(arguments.other));
    std::cout << (differences == 0 ? std::string("no differences") : std::to_string(differences) + " differences")
              << "\n";
    return differences == 0 ? 0 : 1;
}

}  // namespace strata::tool
