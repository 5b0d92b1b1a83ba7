#pragma once
// As in preprocessor.hpp: without a line for each macro.
#pragma GCC system_header

#include <strata/core/detail/preprocessor.hpp>

// What STRATA_FACTS says of columns while the program is compiled: who makes their values. The first word of each fact
// is the end of a macro's name: one that tells something about a column is a macro below, and any other is none and
// tells nothing.

namespace strata::core::detail {

/// What facts say of a column, as bits.
inline constexpr unsigned said_made = 1;    ///< the database makes its value where none is given
inline constexpr unsigned said_key = 2;     ///< it is the key
inline constexpr unsigned said_chosen = 4;  ///< the database does not number it
inline constexpr unsigned said_keys = 8;    ///< the table's key, or that it has none
inline constexpr unsigned said_place = 16;  ///< times the place, from 1, that it has in a key of several columns

template <class Column>
constexpr unsigned said_of(const Column& column, int index, unsigned bits) {
    return column.strata_index() == index ? bits : 0;
}
template <class... Column>
constexpr unsigned said_place_of(int index, const Column&... column) {
    unsigned place = 0;
    unsigned found = 0;
    ((++place, found = column.strata_index() == index ? place : found), ...);
    return found * said_place;
}

}  // namespace strata::core::detail

#define STRATA_PP_SAYS(column, bits) \
    ~, ::strata::core::detail::said_of(column, strata_column, ::strata::core::detail::bits)
#define STRATA_PP_SAYS_server_default(column, ...) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_computed(column, ...) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_client_default(column, ...) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_computed_on_write(column, ...) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_numbered(column) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_version_column(column) STRATA_PP_SAYS(column, said_made)
#define STRATA_PP_SAYS_not_generated(column) STRATA_PP_SAYS(column, said_chosen)
#define STRATA_PP_SAYS_no_key() ~, ::strata::core::detail::said_keys
#define STRATA_PP_SAYS_primary_key(first, ...) \
    STRATA_PP_CAT(STRATA_PP_SAYS_KEY_, STRATA_PP_FILLED(__VA_ARGS__))(first __VA_OPT__(, ) __VA_ARGS__)
#define STRATA_PP_SAYS_KEY_0(column) STRATA_PP_SAYS(column, said_key) | ::strata::core::detail::said_keys
#define STRATA_PP_SAYS_KEY_1(...) \
    ~, ::strata::core::detail::said_keys | ::strata::core::detail::said_place_of(strata_column, __VA_ARGS__)
// The columns of `references(columns(a, b), ...)` do not make a key of one column.
#define STRATA_PP_SAYS_references(first, ...)                                                                        \
    ~, STRATA_PP_SAID_BY(STRATA_PP_CAT(STRATA_PP_REFERS_, first),                                                    \
                         ::strata::core::detail::said_of(first, strata_column, ::strata::core::detail::said_chosen), \
                         ~)
#define STRATA_PP_REFERS_columns(...) ~, 0U
#define STRATA_PP_SAID_BY(...) STRATA_PP_SECOND(__VA_ARGS__)
// A pasting of its own, since what it makes pastes again.
#define STRATA_PP_JOIN(a, b) STRATA_PP_JOIN_I(a, b)
#define STRATA_PP_JOIN_I(a, b) a##b
#define STRATA_PP_OR_SAYS(data, fact) | STRATA_PP_FIRST_SAID(STRATA_PP_JOIN(STRATA_PP_SAYS_, fact), 0U, ~)
#define STRATA_PP_FIRST_SAID(...) STRATA_PP_FIRST_SAID_I(__VA_ARGS__)
#define STRATA_PP_FIRST_SAID_I(mark, said, ...) (said)
