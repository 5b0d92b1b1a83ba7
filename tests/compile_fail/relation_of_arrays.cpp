// expect: the columns of a relation hold neither JSON nor arrays
#include "models.hpp"

#include <strata/dal/relations.hpp>

struct Word {
    std::vector<std::string> forms{};
};
STRATA_MODEL(Word, words, forms)

constexpr auto mistake = dal::has_many(words.forms, words.forms);
