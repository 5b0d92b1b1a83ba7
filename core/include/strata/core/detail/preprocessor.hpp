#pragma once

// The macros that STRATA_MODEL consists of. They loop by __VA_OPT__ recursion, so that no list is unrolled by hand and
// Boost.Preprocessor is not needed.

#define STRATA_PP_CAT(a, b) STRATA_PP_CAT_I(a, b)
#define STRATA_PP_CAT_I(a, b) a##b
#define STRATA_PP_STRING(a) STRATA_PP_STRING_I(a)
#define STRATA_PP_STRING_I(a) #a
#define STRATA_PP_PARENS ()

#define STRATA_PP_EXPAND(...) STRATA_PP_EXPAND_3(STRATA_PP_EXPAND_3(STRATA_PP_EXPAND_3(__VA_ARGS__)))
#define STRATA_PP_EXPAND_3(...) STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(__VA_ARGS__)))
#define STRATA_PP_EXPAND_2(...) STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(__VA_ARGS__)))
#define STRATA_PP_EXPAND_1(...) __VA_ARGS__

// macro(data, element) for each element.
#define STRATA_PP_EACH(macro, data, ...) __VA_OPT__(STRATA_PP_EXPAND(STRATA_PP_EACH_I(macro, data, __VA_ARGS__)))
#define STRATA_PP_EACH_I(macro, data, first, ...) \
    macro(data, first) __VA_OPT__(STRATA_PP_EACH_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__))
#define STRATA_PP_EACH_AGAIN() STRATA_PP_EACH_I
// The same, separated by commas.
#define STRATA_PP_LIST(macro, data, ...) __VA_OPT__(STRATA_PP_EXPAND(STRATA_PP_LIST_I(macro, data, __VA_ARGS__)))
#define STRATA_PP_LIST_I(macro, data, first, ...) \
    macro(data, first) __VA_OPT__(, STRATA_PP_LIST_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__))
#define STRATA_PP_LIST_AGAIN() STRATA_PP_LIST_I

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

// OK up to 52 arguments (Boost.Describe's limit), MANY up to 104.
#define STRATA_PP_FITS(...) STRATA_PP_EXPAND_1(STRATA_PP_FITS_I(__VA_ARGS__, STRATA_PP_MANY_52, STRATA_PP_OK_52))
#define STRATA_PP_MANY_13 MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY
#define STRATA_PP_MANY_52 STRATA_PP_MANY_13, STRATA_PP_MANY_13, STRATA_PP_MANY_13, STRATA_PP_MANY_13
#define STRATA_PP_OK_13 OK, OK, OK, OK, OK, OK, OK, OK, OK, OK, OK, OK, OK
#define STRATA_PP_OK_52 STRATA_PP_OK_13, STRATA_PP_OK_13, STRATA_PP_OK_13, STRATA_PP_OK_13
#define STRATA_PP_FITS_I(...) STRATA_PP_AT_104(__VA_ARGS__)
#define STRATA_PP_AT_104(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20,    \
                         a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38,     \
                         a39, a40, a41, a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, b1, b2, b3, b4, b5, b6, \
                         b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20, b21, b22, b23, b24, b25,   \
                         b26, b27, b28, b29, b30, b31, b32, b33, b34, b35, b36, b37, b38, b39, b40, b41, b42, b43,     \
                         b44, b45, b46, b47, b48, b49, b50, b51, b52, result, ...)                                     \
    result

#define STRATA_PP_MODEL_MANY(TYPE, TABLE, ...) \
    static_assert(false, "strata: " STRATA_PP_STRING(STRATA_PP_HEAD(                                                   \
                             TYPE)) " has more than 52 members: move some into a struct it inherits (STRATA_MIXIN), " \
                                    "and write STRATA_MODEL((" STRATA_PP_STRING(STRATA_PP_HEAD(TYPE)) ", Part), ...)");
#define STRATA_PP_MIXIN_MANY(TYPE, ...) \
    static_assert(false, "strata: " STRATA_PP_STRING(            \
                             TYPE) " has more than 52 members: " \
                                   "split it into several structs");

#define STRATA_PP_MEMBER(data, x) STRATA_PP_HEAD(x)
#define STRATA_PP_INDEX(data, x) STRATA_PP_CAT(strata_index_, STRATA_PP_HEAD(x)),
#define STRATA_PP_HANDLE(TYPE, x)                                                        \
    ::strata::core::Column<Source, decltype(TYPE::STRATA_PP_HEAD(x))> STRATA_PP_HEAD(x){ \
        Base + static_cast<int>(STRATA_PP_CAT(strata_index_, STRATA_PP_HEAD(x)))};
#define STRATA_PP_INFO(TYPE, x)                                                \
    ::strata::core::ColumnInfo {                                               \
        STRATA_PP_NAME(x), STRATA_PP_STRING(STRATA_PP_HEAD(x)),                \
            &::strata::core::type_of<decltype(TYPE::STRATA_PP_HEAD(x))>::info, \
            __builtin_offsetof(Model, STRATA_PP_HEAD(x))                       \
    }
#define STRATA_PP_PART_OF(data, x) STRATA_PP_CAT(x, _strata_part)

// The columns that a struct declares itself, for any model that inherits it.
#define STRATA_PP_PART(TYPE, ...)                                                                                      \
    struct STRATA_PP_CAT(TYPE, _strata_part) {                                                                         \
        enum strata_indexes { STRATA_PP_EACH(STRATA_PP_INDEX, ~, __VA_ARGS__) strata_count };                          \
        static constexpr int count = static_cast<int>(strata_count);                                                   \
        template <class Source, int Base>                                                                              \
        struct columns {                                                                                               \
            STRATA_PP_EACH(STRATA_PP_HANDLE, TYPE, __VA_ARGS__)                                                        \
        };                                                                                                             \
        _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"") template <class Model> \
        static constexpr ::std::array<::strata::core::ColumnInfo, static_cast<::std::size_t>(count)> infos {           \
            STRATA_PP_LIST(STRATA_PP_INFO, TYPE, __VA_ARGS__)                                                          \
        };                                                                                                             \
        _Pragma("GCC diagnostic pop")                                                                                  \
    };

#define STRATA_PP_MIXIN_OK(TYPE, ...)                                                   \
    BOOST_DESCRIBE_STRUCT(TYPE, (), (STRATA_PP_LIST(STRATA_PP_MEMBER, ~, __VA_ARGS__))) \
    STRATA_PP_PART(TYPE, __VA_ARGS__)

#define STRATA_PP_MODEL_OK(TYPE, TABLE, ...)                                                                      \
    STRATA_PP_MODEL_I(STRATA_PP_HEAD(TYPE), (STRATA_PP_TAIL(TYPE)), STRATA_PP_HEAD(TABLE), STRATA_PP_SCHEMA(TABLE), \
                      STRATA_PP_NAME(TABLE), __VA_ARGS__)
#define STRATA_PP_COMMA_LIST(...) __VA_OPT__(, STRATA_PP_LIST(STRATA_PP_PART_OF, ~, __VA_ARGS__))
#define STRATA_PP_MODEL_I(TYPE, MIXINS, TABLE, SCHEMA, NAME, ...)                                             \
    BOOST_DESCRIBE_STRUCT(TYPE, MIXINS, (STRATA_PP_LIST(STRATA_PP_MEMBER, ~, __VA_ARGS__)))           \
    STRATA_PP_PART(TYPE, __VA_ARGS__)                                                                 \
    using STRATA_PP_CAT(TABLE, _strata_parts) =                                                       \
        ::strata::core::detail::Parts<STRATA_PP_CAT(TYPE, _strata_part) STRATA_PP_COMMA_LIST MIXINS>; \
    struct STRATA_PP_CAT(TABLE, _strata_table) : STRATA_PP_CAT(TABLE, _strata_parts)::columns<TYPE> { \
        using strata_model = TYPE;                                                                    \
        using strata_source = TYPE;                                                                   \
        template <class Source>                                                                       \
        using strata_columns = STRATA_PP_CAT(TABLE, _strata_parts)::columns<Source>;                  \
    };                                                                                                \
    inline constexpr STRATA_PP_CAT(TABLE, _strata_table) TABLE{};                                     \
    inline constexpr ::strata::core::TableInfo STRATA_PP_CAT(TABLE, _strata_info){                    \
        SCHEMA, NAME, STRATA_PP_STRING(TYPE), STRATA_PP_CAT(TABLE, _strata_parts)::infos<TYPE>.data(),        \
        static_cast<int>(STRATA_PP_CAT(TABLE, _strata_parts)::infos<TYPE>.size()),                    \
        &::strata::core::model_facts<TYPE>};                                                          \
    constexpr const ::strata::core::TableInfo& strata_table_info(const TYPE*) {                       \
        return STRATA_PP_CAT(TABLE, _strata_info);                                                    \
    }
