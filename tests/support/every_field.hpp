#pragma once

#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/reflection.hpp>

#include <string>
#include <vector>

/// For each field of each struct of the vocabulary, a schema and the same with another value in that field. The fields
/// are walked, so that a new one is tested before anybody thinks of it.
namespace strata::test {

struct FieldChange {
    std::string field;
    schema::MetaData before;
    schema::MetaData after;
    std::vector<migrate::Operation> operations;  ///< what is found between them
};

namespace every_field {

using namespace schema;

// A value of each type that is not the default one; every table here has a column `changed`.
inline void change(bool& value) { value = !value; }
inline void change(int& value) { value = 7; }
inline void change(std::string& value) { value = "changed"; }
inline void change(std::vector<std::string>& value) { value = {"changed"}; }
inline void change(QualifiedName& value) { value = "other"; }
inline void change(std::vector<QualifiedName>& value) { value = {"other", {"of", "another"}}; }
inline void change(Type& value) { value = Integer(); }
inline void change(Identity& value) { value = Numbering::always; }
inline void change(std::optional<ServerDefault>& value) { value = ServerDefault::sql("1 + 1", {{"sqlite", "2 + 1"}}); }
inline void change(std::optional<std::string>& value) { value = "b * 2"; }
inline void change(std::optional<std::int64_t>& value) { value = 5; }
inline void change(ReferentialAction& value) { value = ReferentialAction::cascade; }
inline void change(Deferrable& value) { value = Deferrable::initially_deferred; }
inline void change(Match& value) { value = Match::full; }
inline void change(Nulls& value) { value = Nulls::first; }
inline void change(std::vector<KeyOrder>& value) { value = {{"NOCASE", true}}; }
inline void change(std::vector<IndexElement>& value) { value = {{"changed"}}; }

inline void change(std::vector<Grant>& value) { value = {{"changed", {"DELETE"}, {"a"}, true}}; }

inline Table table(const char* name) {
    Table result;
    result.name = name;
    for (const char* each : {"a", "b", "changed", "x"}) {
        Column column;
        column.name = each;
        column.type = Text();
        column.nullable = true;
        result.columns.push_back(column);
    }
    return result;
}
inline MetaData tables() { return {table("t"), table("u"), table("other")}; }

inline void find(FieldChange change, std::vector<FieldChange>& into) {
    const auto comparer = token_comparer();
    for (const char* dialect : {"postgresql", "sqlite"}) {
        if (!change.operations.empty()) break;
        change.operations =
            migrate::compare_metadata(change.before, change.after, ddl_compiler(core::dialect_for(dialect)), *comparer);
    }
    into.push_back(std::move(change));
}

/// Of a part of table t that `part` finds in a schema.
template <class Struct, class Part>
void walk(const std::string& name, const MetaData& before, const Part& part, std::vector<FieldChange>& into) {
    internal::for_each_field<Struct>([&](const char* field, auto pointer) {
        using T = std::decay_t<decltype(std::declval<Struct>().*pointer)>;
        const std::string_view which = field;
        if (which == "invalid") return;   // what a failed CREATE INDEX leaves, which nobody can ask for
        if (which == "dangling") return;  // which follows from the tables that are there
        if (which == "only" || which == "attached_to")
            return;  // a partitioned index is complete, or waits for its parts
        if constexpr (std::is_same_v<Struct, Privileges>)
            if (which == "future") return;  // with it they are of something else
        if constexpr (std::is_same_v<Struct, Column>)
            if (internal::has_own_operations<Column>(which) || which == "inherited" || which == "not_null_name") return;
        if constexpr (requires(T& value) { change(value); }) {
            if constexpr (std::is_same_v<Struct, Table>)
                if (internal::has_own_operations<Table>(which) && which != "comment") return;
            FieldChange one{name + "." + field, before, before, {}};
            // Fields that say nothing alone.
            for (auto* state : {&one.before, &one.after}) {
                if constexpr (std::is_same_v<Struct, Column>)
                    if (which == "computed_virtual") part(*state).computed = "b * 2";
                if constexpr (std::is_same_v<Struct, Table>)
                    if (which == "partition_bound") part(*state).partition_of = "other";
            }
            change(part(one.after).*pointer);
            if constexpr (std::is_same_v<Struct, IndexElement>)
                if (which == "expression") part(one.after).column.clear();
            find(std::move(one), into);
        } else {
            static_assert(
                std::is_same_v<Struct, Table> || std::is_same_v<Struct, Object> || std::is_same_v<Struct, Privileges>,
                "say above what another value of this type is");
        }
    });
}

}  // namespace every_field

inline std::vector<FieldChange> every_field_changed() {
    using namespace every_field;
    std::vector<FieldChange> all;
    const auto t = [](MetaData& state) -> Table& { return *state.find("t"); };
    walk<Table>("Table", tables(), t, all);
    walk<Column>("Column", tables(), [&](MetaData& s) -> Column& { return *t(s).find_column("x"); }, all);
    auto numbered = tables();
    t(numbered).find_column("x")->identity = Numbering::by_default;
    walk<SequenceOptions>(
        "SequenceOptions", numbered,
        [&](MetaData& s) -> SequenceOptions& { return t(s).find_column("x")->identity.options; }, all);
    auto with = tables();
    t(with).primary_key = PrimaryKey{"pk", {"a"}};
    t(with).uniques = {{"uq", {"a"}}};
    t(with).foreign_keys = {{"fk", {"a"}, "u", {"a"}}};
    t(with).checks = {{"ck", "a <> ''"}};
    t(with).indexes = {{"ix", {{"a"}}}};
    t(with).excludes = {{"ex", "gist", {{"a"}}, {"="}}};
    walk<PrimaryKey>("PrimaryKey", with, [&](MetaData& s) -> PrimaryKey& { return *t(s).primary_key; }, all);
    walk<UniqueConstraint>(
        "UniqueConstraint", with, [&](MetaData& s) -> UniqueConstraint& { return t(s).uniques[0]; }, all);
    walk<ForeignKey>("ForeignKey", with, [&](MetaData& s) -> ForeignKey& { return t(s).foreign_keys[0]; }, all);
    walk<CheckConstraint>(
        "CheckConstraint", with, [&](MetaData& s) -> CheckConstraint& { return t(s).checks[0]; }, all);
    walk<Index>("Index", with, [&](MetaData& s) -> Index& { return t(s).indexes[0]; }, all);
    walk<IndexElement>(
        "IndexElement", with, [&](MetaData& s) -> IndexElement& { return t(s).indexes[0].elements[0]; }, all);
    walk<ExcludeConstraint>(
        "ExcludeConstraint", with, [&](MetaData& s) -> ExcludeConstraint& { return t(s).excludes[0]; }, all);
    walk<IndexElement>(
        "IndexElement of an exclusion", with,
        [&](MetaData& s) -> IndexElement& { return t(s).excludes[0].elements[0]; }, all);
    auto viewed = tables();
    Object view;
    view.ref = {ObjectKind::view, "v", {}, {}};
    view.definition = "CREATE VIEW v AS SELECT a FROM t";
    viewed.objects.push_back(view);
    walk<Object>("Object", viewed, [](MetaData& s) -> Object& { return s.objects[0]; }, all);
    auto granted = tables();
    granted.privileges.push_back(privileges({ObjectKind::table, "t"}).owner("a").grant("b", {"SELECT"}, {"x"}));
    walk<Privileges>("Privileges", granted, [](MetaData& s) -> Privileges& { return s.privileges[0]; }, all);
    walk<Grant>("Grant", granted, [](MetaData& s) -> Grant& { return s.privileges[0].grants[0]; }, all);
    auto promised = tables();
    promised.privileges.push_back(default_privileges("a", ObjectKind::table, "app").grant("b", {"SELECT"}));
    walk<Grant>("Grant of the future", promised, [](MetaData& s) -> Grant& { return s.privileges[0].grants[0]; }, all);
    return all;
}

}  // namespace strata::test
