#pragma once
// A mistake in a model is reported where the model is, without a line for each macro that the loops below expand.
#pragma GCC system_header

// The loops of STRATA_MODEL and STRATA_ENUM. They use __VA_OPT__ recursion, so that no long list is unrolled by hand
// and Boost.Preprocessor is not needed.

#define STRATA_PP_CAT(a, b) STRATA_PP_CAT_I(a, b)
#define STRATA_PP_CAT_I(a, b) a##b
#define STRATA_PP_STRING(a) STRATA_PP_STRING_I(a)
#define STRATA_PP_STRING_I(a) #a
#define STRATA_PP_PARENS ()

// Rescans: often enough for 40 elements, and for 340, of which ten are taken at once while there are more. A list is
// rescanned as often as its length needs, since each rescan of a long text takes time.
#define STRATA_PP_EXPAND_SMALL(...) STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(__VA_ARGS__)))
#define STRATA_PP_EXPAND_2(...) STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(__VA_ARGS__)))
#define STRATA_PP_EXPAND_1(...) __VA_ARGS__
#define STRATA_PP_EXPAND_WIDE(...) STRATA_PP_WIDE_3(STRATA_PP_WIDE_3(STRATA_PP_WIDE_3(__VA_ARGS__)))
#define STRATA_PP_WIDE_3(...) STRATA_PP_WIDE_2(STRATA_PP_WIDE_2(STRATA_PP_WIDE_2(__VA_ARGS__)))
#define STRATA_PP_WIDE_2(...) STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(__VA_ARGS__))))
#define STRATA_PP_WIDE_1(...) __VA_ARGS__
// Nothing is made of a list that is longer.
#define STRATA_PP_EXPAND_OVER(...)

// SMALL up to 40 arguments, WIDE up to 340, OVER beyond: whether anything is left after the first 40, when empty ones
// follow.
#define STRATA_PP_WIDTH(...)                                                                               \
    STRATA_PP_CAT(STRATA_PP_WIDTH_, STRATA_PP_FILLED(STRATA_PP_AFTER_40(__VA_ARGS__, STRATA_PP_EMPTY_40))) \
    (__VA_ARGS__)
#define STRATA_PP_WIDTH_0(...) SMALL
#define STRATA_PP_WIDTH_1(...) \
    STRATA_PP_CAT(STRATA_PP_WIDTH_1, STRATA_PP_FILLED(STRATA_PP_AFTER_20(STRATA_PP_AFTER_320(__VA_ARGS__))))
#define STRATA_PP_WIDTH_10 WIDE
#define STRATA_PP_WIDTH_11 OVER
// 1 where the first argument is not empty.
#define STRATA_PP_FILLED(...) STRATA_PP_FILLED_I(__VA_ARGS__)
#define STRATA_PP_FILLED_I(first, ...) STRATA_PP_FILLED_II(first)
#define STRATA_PP_FILLED_II(...) STRATA_PP_FIRST(__VA_OPT__(1, ) 0)
#define STRATA_PP_FIRST(...) STRATA_PP_FIRST_I(__VA_ARGS__)
#define STRATA_PP_FIRST_I(first, ...) first
#define STRATA_PP_EMPTY_10 , , , , , , , , ,
#define STRATA_PP_EMPTY_40 STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10
#define STRATA_PP_AFTER_10(...) STRATA_PP_AFTER_10_I(__VA_ARGS__)
#define STRATA_PP_AFTER_10_I(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, ...) __VA_ARGS__
#define STRATA_PP_AFTER_20(...) STRATA_PP_AFTER_10(STRATA_PP_AFTER_10(__VA_ARGS__))
#define STRATA_PP_AFTER_40(...) STRATA_PP_AFTER_20(STRATA_PP_AFTER_20(__VA_ARGS__))
#define STRATA_PP_AFTER_80(...) \
    STRATA_PP_AFTER_40(STRATA_PP_AFTER_40(__VA_ARGS__, STRATA_PP_EMPTY_40), STRATA_PP_EMPTY_40)
#define STRATA_PP_AFTER_160(...) STRATA_PP_AFTER_80(STRATA_PP_AFTER_80(__VA_ARGS__))
#define STRATA_PP_AFTER_320(...) STRATA_PP_AFTER_160(STRATA_PP_AFTER_160(__VA_ARGS__))

// macro(data, element) for each element; the width is that of the list.
#define STRATA_PP_EACH(width, macro, data, ...) \
    __VA_OPT__(STRATA_PP_CAT(STRATA_PP_EXPAND_, width)(STRATA_PP_EACH_I(macro, data, __VA_ARGS__)))
#define STRATA_PP_EACH_I(macro, data, ...) STRATA_PP_EACH_II(STRATA_PP_OVER_10(__VA_ARGS__), macro, data, __VA_ARGS__)
#define STRATA_PP_EACH_II(over_10, ...) STRATA_PP_CAT(STRATA_PP_EACH_, over_10)(__VA_ARGS__)
#define STRATA_PP_EACH_0(macro, data, first, ...) \
    macro(data, first) __VA_OPT__(STRATA_PP_EACH_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__))
#define STRATA_PP_EACH_1(macro, data, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, ...)                                 \
    macro(data, a1) macro(data, a2) macro(data, a3) macro(data, a4) macro(data, a5) macro(data, a6) macro(data, a7) \
        macro(data, a8) macro(data, a9) macro(data, a10) STRATA_PP_EACH_AGAIN                                       \
        STRATA_PP_PARENS(macro, data, __VA_ARGS__)
#define STRATA_PP_EACH_AGAIN() STRATA_PP_EACH_I
// The same, separated by commas.
#define STRATA_PP_LIST(width, macro, data, ...) \
    __VA_OPT__(STRATA_PP_CAT(STRATA_PP_EXPAND_, width)(STRATA_PP_LIST_I(macro, data, __VA_ARGS__)))
#define STRATA_PP_LIST_I(macro, data, ...) STRATA_PP_LIST_II(STRATA_PP_OVER_10(__VA_ARGS__), macro, data, __VA_ARGS__)
#define STRATA_PP_LIST_II(over_10, ...) STRATA_PP_CAT(STRATA_PP_LIST_, over_10)(__VA_ARGS__)
#define STRATA_PP_LIST_0(macro, data, first, ...) \
    macro(data, first) __VA_OPT__(, STRATA_PP_LIST_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__))
#define STRATA_PP_LIST_1(macro, data, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, ...)                       \
    macro(data, a1), macro(data, a2), macro(data, a3), macro(data, a4), macro(data, a5), macro(data, a6), \
        macro(data, a7), macro(data, a8), macro(data, a9), macro(data, a10),                              \
        STRATA_PP_LIST_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__)
#define STRATA_PP_LIST_AGAIN() STRATA_PP_LIST_I
// 1 where there are more than 10 arguments.
#define STRATA_PP_OVER_10(...) STRATA_PP_FILLED(STRATA_PP_AFTER_10(__VA_ARGS__, STRATA_PP_EMPTY_10))

// `x` and `(x, ...)`: the first, and the rest.
#define STRATA_PP_SECOND(a, b, ...) b
#define STRATA_PP_PROBE(...) ~, 1
#define STRATA_PP_IS_GROUP(x) STRATA_PP_IS_GROUP_I(STRATA_PP_PROBE x, 0)
#define STRATA_PP_IS_GROUP_I(...) STRATA_PP_SECOND(__VA_ARGS__, 0)
#define STRATA_PP_HEAD(x) STRATA_PP_CAT(STRATA_PP_HEAD_, STRATA_PP_IS_GROUP(x))(x)
#define STRATA_PP_HEAD_0(x) x
#define STRATA_PP_HEAD_1(x) STRATA_PP_HEAD_I x
#define STRATA_PP_HEAD_I(first, ...) first
#define STRATA_PP_TAIL(x) STRATA_PP_CAT(STRATA_PP_TAIL_, STRATA_PP_IS_GROUP(x))(x)
#define STRATA_PP_TAIL_0(x)
#define STRATA_PP_TAIL_1(x) STRATA_PP_TAIL_I x
#define STRATA_PP_TAIL_I(first, ...) __VA_ARGS__
// The name in the database: the second element of a group, else the C++ name.
#define STRATA_PP_NAME(x) STRATA_PP_CAT(STRATA_PP_NAME_, STRATA_PP_IS_GROUP(x))(x)
#define STRATA_PP_NAME_0(x) STRATA_PP_STRING(x)
#define STRATA_PP_NAME_1(x) STRATA_PP_NAME_I x
#define STRATA_PP_NAME_I(first, second, ...) second
// The schema of a table: the third element of a group, else "".
#define STRATA_PP_SCHEMA(x) STRATA_PP_CAT(STRATA_PP_SCHEMA_, STRATA_PP_IS_GROUP(x))(x)
#define STRATA_PP_SCHEMA_0(x) ""
#define STRATA_PP_SCHEMA_1(x) STRATA_PP_SCHEMA_I x
#define STRATA_PP_SCHEMA_I(first, second, ...) STRATA_PP_SCHEMA_II(__VA_ARGS__ __VA_OPT__(, ) "")
#define STRATA_PP_SCHEMA_II(schema, ...) schema
