#include "support/catch.hpp"

#include <strata/core/ostream.hpp>

#include <sstream>

using namespace strata;

TEST_CASE("value types are written to streams as their texts", "[unit][core]") {
    std::ostringstream out;
    out << Date(2024, 2, 29) << ' ' << Time(1, 2, 3) << ' ' << Timestamp::parse("2024-02-29 12:00:00") << ' '
        << TimestampTz::parse("2024-02-29 12:00:00") << ' ' << Uuid() << ' ' << Decimal::parse("5.250");
    CHECK(out.str() ==
          "2024-02-29 01:02:03.000000 2024-02-29 12:00:00.000000 2024-02-29 12:00:00.000000+00 "
          "00000000-0000-0000-0000-000000000000 5.250");
}
