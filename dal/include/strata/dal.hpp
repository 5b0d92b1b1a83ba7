#pragma once

/// The DAL: typed queries and rows for a program that does not own the schema.
#include <strata/core/model.hpp>
#include <strata/dal/batch.hpp>
#include <strata/dal/database.hpp>
#include <strata/dal/named_query.hpp>
#include <strata/dal/window.hpp>
