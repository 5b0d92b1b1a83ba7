#include "compare_table.hpp"
#include "operations/enum_labels.hpp"
#include "operations/lookup.hpp"
#include "respelling.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/difference.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::MetaData;
using schema::Table;

/// The schema after operations that fit it.
MetaData applied(MetaData state, const std::vector<Operation>& operations) {
    for (const auto& operation : operations) apply(state, operation);
    return state;
}

/// Names what the two schemas have and have not in common.
class Things {
public:
    Things(Difference& difference, const MetaData& before, const schema::DdlCompiler& ddl,
           schema::ExpressionComparer& comparer)
        : difference_(difference), before_(before), after_(difference.after), ddl_(ddl), comparer_(comparer) {}

    void name() {
        for (const Table& table : before_.tables)
            if (!schema::is_version_table(table.name)) table_of_before(table);
        for (const Table& table : after_.tables)
            if (!schema::is_version_table(table.name) && before_.find(table.name) == nullptr)
                difference_.added.push_back({"table", table.name.text()});
        for (const auto& object : before_.objects) object_of_before(object);
        for (const auto& object : after_.objects)
            if (before_.find(object.ref) == nullptr && !is_type_of_column(before_, object.ref))
                difference_.added.push_back(thing(object.ref));
    }

private:
    static Difference::Thing thing(const schema::ObjectRef& ref) {
        std::string kind(schema::name_of(ref.kind));
        std::string name = ref.text().substr(kind.size() + 1);
        return {std::move(kind), std::move(name)};
    }
    void table_of_before(const Table& table) {
        const Table* const model = after_.find(table.name);
        if (model == nullptr) return difference_.gone.push_back({"table", table.name.text()});
        columns(table, *model, difference_.gone);
        columns(*model, table, difference_.added);
        if (!detail::compare_table(table, *model, ddl_, comparer_, {}).empty())
            difference_.changed.push_back({"table", table.name.text()});
    }
    static void columns(const Table& of, const Table& not_of, std::vector<Difference::Thing>& list) {
        for (const auto& column : of.columns)
            if (not_of.find_column(column.name) == nullptr)
                list.push_back({"column", of.name.text() + "." + column.name});
    }
    void object_of_before(const schema::Object& object) {
        const auto* const model = after_.find(object.ref);
        if (model != nullptr) {
            if (!comparer_.same_object(object, *model)) difference_.changed.push_back(thing(object.ref));
        } else if (!is_type_of_column(after_, object.ref)) {
            difference_.gone.push_back(thing(object.ref));
        }
    }

    Difference& difference_;
    const MetaData& before_;
    const MetaData& after_;
    const schema::DdlCompiler& ddl_;
    schema::ExpressionComparer& comparer_;
};

}  // namespace

Difference diff(MetaData before, MetaData after, const CompareOptions& options, const schema::DdlCompiler& ddl,
                schema::ExpressionComparer& comparer) {
    Difference difference{std::move(before), std::move(after), {}, {}, {}, {}};
    leave_out(difference.before, difference.after, options);
    // A name in another spelling that the database takes for the same name is the same thing.
    const auto respelt = applied(difference.before, respellings(difference.before, difference.after, ddl));
    Things(difference, respelt, ddl, comparer).name();
    const auto renamed = applied(respelt, renames_of({}, respelt, difference.after));
    difference.candidates = rename_candidates(renamed, difference.after, ddl);
    return difference;
}

Resolution resolve(const Difference& difference, const Decisions& decisions, const CompareOptions& options,
                   const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer) {
    const auto& wanted = difference.after;
    Resolution result{renames_of(decisions.renames, difference.before, wanted, decisions.not_renamed), {}};
    const auto renamed = applied(difference.before, result.operations);
    std::vector<std::string> gone;
    for (const auto& name : decisions.not_renamed) gone.push_back(gone_name(name, result.operations, renamed, wanted));
    result.open = rename_candidates(renamed, wanted, ddl);
    std::erase_if(result.open, [&](const auto& each) { return contains(gone, each.from); });
    const auto comparer_of_old = comparer_before_renames(comparer, result.operations);
    std::ranges::move(compare_metadata(renamed, wanted, ddl, *comparer_of_old), std::back_inserter(result.operations));
    apply_options(result.operations, renamed, wanted, options);
    return result;
}

}  // namespace strata::migrate
