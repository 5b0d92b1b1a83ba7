#include <strata/migrate/compare.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/patch.hpp>

#include <utility>

namespace strata::migrate {
namespace {

/// What differs between two structs and is the same as this database stores them, since it does not keep it.
template <class Struct>
schema::Patch<Struct> unkept(const Struct& before, const Struct& after, const Struct& stored_before,
                             const Struct& stored_after) {
    auto patch = schema::difference(before, after);
    schema::internal::for_each_field<Struct>([&](std::string_view, auto field) {
        if (patch.find(field) != nullptr && !(stored_before.*field == stored_after.*field)) patch.keep(field);
    });
    return patch;
}

void compare_columns(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                     std::vector<Operation>& operations) {
    using schema::Column;
    for (const auto& now : after.columns) {
        const auto* old = before.find_column(now.name);
        if (old == nullptr || *old == now) continue;
        auto patch = unkept(*old, now, ddl.as_stored(before, *old), ddl.as_stored(after, now));
        // No database alters these, or only one has them.
        patch.keep(&Column::computed).keep(&Column::computed_virtual).keep(&Column::inherited);
        patch.keep(&Column::on_conflict).keep(&Column::not_null_name);
        const auto same_everywhere = [](const Column& column) {
            return !column.server_default || column.server_default->per_dialect.empty();
        };
        if (same_everywhere(*old) && same_everywhere(now)) patch.keep(&Column::server_default);
        if (!patch.empty()) operations.emplace_back(AlterColumn{after.name, now.name, std::move(patch)});
    }
}

}  // namespace

std::vector<Operation> unkept_differences(const schema::MetaData& state, const schema::MetaData& models,
                                          const schema::DdlCompiler& ddl) {
    std::vector<Operation> operations;
    for (const auto* table : models.sorted_tables()) {
        const auto* before = state.find(table->name);
        if (before == nullptr || *before == *table) continue;
        compare_columns(*before, *table, ddl, operations);
        const auto stored_before = ddl.as_stored(*before);
        const auto stored_after = ddl.as_stored(*table);
        if (before->comment != table->comment && stored_before.comment == stored_after.comment)
            operations.emplace_back(SetTableComment{table->name, table->comment});
    }
    return operations;
}

}  // namespace strata::migrate
