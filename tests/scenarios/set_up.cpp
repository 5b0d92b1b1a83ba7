#include "project.hpp"

TEST_CASE("Strata is installed and the scenarios' project is built", "[set-up]") { strata::test::Project::set_up(); }
