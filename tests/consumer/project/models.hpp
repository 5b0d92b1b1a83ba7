#pragma once

#include <strata/core/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace notes {

struct Author {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(Author, authors, id, email)
STRATA_FACTS(authors, max_length(authors.email, 255), unique(authors.email))

struct Note {
    std::int64_t id{};
    std::string title{};
    std::optional<std::int64_t> author_id{};
};
STRATA_MODEL(Note, notes, id, title, author_id)
STRATA_FACTS(notes, max_length(notes.title, 100), references(notes.author_id, authors.id))

}  // namespace notes
