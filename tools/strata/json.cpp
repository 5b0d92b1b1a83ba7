#include "json.hpp"

#include <strata/schema/internal/cpp_text.hpp>
#include <strata/schema/internal/fields.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace strata::tool {
namespace {

using namespace schema;
namespace json = boost::json;

json::value value_of(bool value) { return value; }
json::value value_of(int value) { return value; }
json::value value_of(std::int64_t value) { return value; }
json::value value_of(const std::string& value) { return json::value(value); }
json::value value_of(const QualifiedName& value) { return json::value(value.text()); }
json::value value_of(ReferentialAction value) { return json::value(schema::internal::argument(value)); }
json::value value_of(const Type& value) { return json::value(schema::internal::type_text(value)); }
json::value value_of(const ServerDefault& value) { return json::value(schema::internal::default_text(value)); }
template <class E>
    requires std::is_enum_v<E>
json::value value_of(E value) {
    return json::value(boost::describe::enum_to_string(value, ""));
}
json::value value_of(const Identity& value);
template <class Struct>
    requires boost::describe::has_describe_members<Struct>::value
json::value value_of(const Struct& value);
template <class T>
json::value value_of(const std::optional<T>& value) {
    return value ? value_of(*value) : json::value();
}
template <class T>
json::value value_of(const std::vector<T>& values) {
    json::array array;
    for (const auto& each : values) array.push_back(value_of(each));
    return array;
}

template <class Struct>
    requires boost::describe::has_describe_members<Struct>::value
json::value value_of(const Struct& value) {
    json::object object;
    const Struct plain{};
    schema::internal::for_each_field<Struct>([&](const char* name, auto field) {
        if (value.*field != plain.*field) object.emplace(name, value_of(value.*field));
    });
    return object;
}

json::value value_of(const Identity& value) {
    json::object object{{"kind", value_of(value.kind)}};
    if (!value.sequence.empty()) object.emplace("sequence", value_of(value.sequence));
    if (value.options != SequenceOptions()) object.emplace("options", value_of(value.options));
    return object;
}

}  // namespace

json::value json_of(const Table& table, const DdlCompiler& ddl) {
    json::value result = value_of(table);
    if (!table.columns.empty()) {
        auto& columns = result.as_object().at("columns").as_array();
        for (std::size_t i = 0; i < columns.size(); ++i)
            columns[i].as_object()["sql_type"] = ddl.type_name(table.columns[i].type);
    }
    if (!table.unmanaged.empty()) result.as_object().emplace("unmanaged", value_of(table.unmanaged.texts()));
    return result;
}
json::value json_of(const MetaData& metadata, const DdlCompiler& ddl) {
    json::array tables;
    for (const auto& table : metadata.tables) tables.push_back(json_of(table, ddl));
    json::array objects;
    for (const auto& object : metadata.objects) objects.push_back(value_of(object));
    json::object result{{"tables", tables}, {"objects", objects}, {"unmanaged", value_of(metadata.unmanaged.texts())}};
    if (!metadata.privileges.empty()) result.emplace("privileges", value_of(metadata.privileges));
    if (!metadata.notes.empty()) result.emplace("notes", value_of(metadata.notes.texts()));
    return result;
}

}  // namespace strata::tool
