// Catch2 2 is header-only: its implementation and main() are compiled here, once for all test programs.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
