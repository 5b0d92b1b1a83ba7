// The JSON Schema of a struct.

#include "support/row_models.hpp"

#include <strata/dal/json.hpp>
#include <strata/dal/json_schema.hpp>

using namespace rows_test;
using namespace strata;
using Catch::Matchers::Contains;

TEST_CASE("the schema of an input struct has the model's facts and rules", "[dal][json]") {
    CHECK(dal::json_schema<NewMember>() == R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$ref": "#/$defs/NewMember",
  "$defs": {
    "NewMember": {
      "type": "object",
      "properties": {
        "email": {"type": "string", "minLength": 5, "maxLength": 30, "pattern": "^[^@]+@[^@]+$"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "colour": {"type": "string", "enum": ["red", "green"]},
        "fee": {"type": ["string", "number"], "format": "decimal"},
        "joined": {"type": "string", "format": "date"},
        "left": {"type": "string", "format": "date"},
        "phone": {"type": ["string", "null"], "minLength": 1}
      },
      "required": ["email", "age", "colour", "fee", "joined", "left"],
      "additionalProperties": false
    }
  }
}
)");
}

TEST_CASE("structs in a struct are definitions of its schema", "[dal][json]") {
    CHECK(dal::json_schema<std::vector<Customer>>() == R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "array",
  "items": {"$ref": "#/$defs/Customer"},
  "$defs": {
    "Customer": {
      "type": "object",
      "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/Address"},
        "other": {"anyOf": [{"$ref": "#/$defs/Address"}, {"type": "null"}]},
        "more": {"type": "array", "items": {"$ref": "#/$defs/Address"}},
        "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
      },
      "required": ["name", "address", "more", "grid"],
      "additionalProperties": false
    },
    "Address": {
      "type": "object",
      "properties": {
        "street": {"type": "string"},
        "zip": {"type": ["string", "null"]}
      },
      "required": ["street"],
      "additionalProperties": false
    }
  }
}
)");
}

TEST_CASE("the schema of a model requires what the database does not make", "[dal][json]") {
    const std::string schema = dal::json_schema<Sample>();
    CHECK_THAT(schema, Contains(R"("colour": {"type": "string", "enum": ["red", "green", "dark_blue"]})"));
    CHECK_THAT(schema, Contains(R"("numbers": {"type": "array", "items": {"type": ["number", "null"]}})"));
    CHECK_THAT(schema, Contains(R"("document": {},)"));
    CHECK_THAT(schema, Contains(R"("required": ["flag", )"));
    CHECK_THAT(dal::json_schema<Member>(), Contains(R"("left", "version"],)"));
}
