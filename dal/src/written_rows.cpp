#include <strata/dal/written_rows.hpp>

namespace strata::dal::detail {

namespace {

Fragment writing(const core::SourceInfo& table, core::Writing kind) {
    Fragment fragment;
    fragment.push(Op::writing, table, static_cast<std::size_t>(kind));
    return fragment;
}

}  // namespace

Fragment changed_rows(const core::SourceInfo& table, core::Writing kind, const Fragment& assignments,
                      const Fragment& conditions, bool everything) {
    check_change(conditions, false, everything, kind == core::Writing::update ? Verb::update : Verb::remove);
    Fragment fragment = writing(table, kind);
    fragment.append(assignments);
    fragment.append(conditions);
    return fragment;
}

Fragment assigned_from(const core::SourceInfo& table, const Fragment& query, std::span<const int> columns) {
    static constexpr core::SourceInfo rows{core::SourceKind::derived, nullptr, "rows"};
    Fragment fragment = query;
    fragment.push(Op::from, rows);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        fragment.push(Op::column, rows, i);
        fragment.push(Op::assign, table, static_cast<std::size_t>(columns[i]));
    }
    return fragment;
}

Fragment inserted_row(const core::SourceInfo& table, const Fragment& assignments) {
    Fragment fragment = writing(table, core::Writing::insert);
    fragment.append(assignments);
    return fragment;
}

Fragment inserted_rows(const core::SourceInfo& table, const Fragment& query, std::span<const int> columns) {
    Fragment fragment = writing(table, core::Writing::insert_rows);
    fragment.append(assigned_from(table, query, columns));
    return fragment;
}

}  // namespace strata::dal::detail
