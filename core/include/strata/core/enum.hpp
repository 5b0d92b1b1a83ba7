#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/detail/preprocessor.hpp>

#include <boost/describe/enum.hpp>

/// Describes an enum whose type or labels have other names in the database than in C++, in the enum's own namespace:
///     enum class Rating { general, parents_strongly_cautioned };
///     STRATA_ENUM((Rating, "mpaa_rating"), general, (parents_strongly_cautioned, "PG-13"))
/// A third name is the schema that the type is in: ((Rating, "mpaa_rating", "music")). Up to 340 enumerators; up to 40
/// of them the enum is described with Boost.Describe too. An enum whose names are the same in the database needs only
/// BOOST_DESCRIBE_ENUM. Not for an enum that is described already.
#define STRATA_ENUM(TYPE, ...) STRATA_PP_ENUM(STRATA_PP_WIDTH(__VA_ARGS__), TYPE, __VA_ARGS__)

#define STRATA_PP_ENUM(width, TYPE, ...) STRATA_PP_CAT(STRATA_PP_ENUM_, width)(TYPE, __VA_ARGS__)
#define STRATA_PP_ENUM_SMALL(TYPE, ...) STRATA_PP_ENUM_I(SMALL, TYPE, __VA_ARGS__)
#define STRATA_PP_ENUM_WIDE(TYPE, ...) STRATA_PP_ENUM_I(WIDE, TYPE, __VA_ARGS__)
#define STRATA_PP_ENUM_OVER(TYPE, ...)                                              \
    static_assert(false, "strata: STRATA_ENUM of " STRATA_PP_STRING(STRATA_PP_HEAD( \
                             TYPE)) " names more than 340 enumerators: store the enum by a strata::codec");
#define STRATA_PP_ENUM_I(width, TYPE, ...)                                                                       \
    STRATA_PP_CAT(STRATA_PP_DESCRIBE_ENUM_, width)(                                                              \
        STRATA_PP_HEAD(TYPE),                                                                                    \
        __VA_ARGS__) inline constexpr ::strata::core::EnumLabel STRATA_PP_CAT(STRATA_PP_HEAD(TYPE),              \
                                                                              _strata_labels)[] = {              \
        STRATA_PP_LIST(width, STRATA_PP_LABEL, STRATA_PP_HEAD(TYPE), __VA_ARGS__)};                              \
    constexpr ::strata::core::EnumInfo strata_enum_info(const STRATA_PP_HEAD(TYPE)*) {                           \
        return {STRATA_PP_CAT(STRATA_PP_ENUM_NAME_, STRATA_PP_IS_GROUP(TYPE))(TYPE),                             \
                STRATA_PP_CAT(STRATA_PP_HEAD(TYPE), _strata_labels),                                             \
                sizeof(STRATA_PP_CAT(STRATA_PP_HEAD(TYPE), _strata_labels)) / sizeof(::strata::core::EnumLabel), \
                STRATA_PP_SCHEMA(TYPE)};                                                                         \
    }
#define STRATA_PP_DESCRIBE_ENUM_SMALL(TYPE, ...) \
    BOOST_DESCRIBE_ENUM(TYPE, STRATA_PP_LIST(SMALL, STRATA_PP_ENUMERATOR, ~, __VA_ARGS__))
#define STRATA_PP_DESCRIBE_ENUM_WIDE(TYPE, ...)
#define STRATA_PP_ENUMERATOR(data, x) STRATA_PP_HEAD(x)
#define STRATA_PP_LABEL(TYPE, x) \
    ::strata::core::EnumLabel { static_cast<::std::int64_t>(TYPE::STRATA_PP_HEAD(x)), STRATA_PP_NAME(x) }
#define STRATA_PP_ENUM_NAME_0(TYPE) &::strata::core::detail::enum_type_name<TYPE>
#define STRATA_PP_ENUM_NAME_1(TYPE) [] { return ::std::string(STRATA_PP_NAME(TYPE)); }
