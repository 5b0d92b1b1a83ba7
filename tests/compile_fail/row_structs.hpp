#pragma once

#include "models.hpp"

#include <strata/core/rules.hpp>
#include <strata/dal/csv.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/json_schema.hpp>
#include <strata/dal/structs.hpp>
#include <strata/dal/validate.hpp>

#include <boost/describe/class.hpp>

// What a program takes and gives for the models: each member fits.
namespace music {

struct NewSong {
    std::string title{};
    Status status{};
    strata::Decimal price{};
    strata::dal::Patch<std::optional<std::int64_t>> user_id{};
};
BOOST_DESCRIBE_STRUCT(NewSong, (), (title, status, price, user_id))

struct Plain {};

}  // namespace music
