#pragma once

/// The DAL: typed queries and rows for a program that does not own the schema.
#include <strata/core/model.hpp>
#include <strata/dal/aggregates.hpp>
#include <strata/dal/arrays.hpp>
#include <strata/dal/batch.hpp>
#include <strata/dal/compare.hpp>
#include <strata/dal/database.hpp>
#include <strata/dal/full_text.hpp>
#include <strata/dal/json_rows.hpp>
#include <strata/dal/named_query.hpp>
#include <strata/dal/number_functions.hpp>
#include <strata/dal/raw.hpp>
#include <strata/dal/text_functions.hpp>
#include <strata/dal/time_functions.hpp>
#include <strata/dal/window.hpp>
