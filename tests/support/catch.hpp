#pragma once

/// Catch2's headers under one name: version 2 (Debian 12) or version 3.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
