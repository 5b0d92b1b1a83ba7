#pragma once

// The macros that STRATA_MODEL consists of. They loop by __VA_OPT__ recursion, so that no list is unrolled by hand and
// Boost.Preprocessor is not needed.

#define STRATA_PP_CAT(a, b) STRATA_PP_CAT_I(a, b)
#define STRATA_PP_CAT_I(a, b) a##b
#define STRATA_PP_STRING(a) STRATA_PP_STRING_I(a)
#define STRATA_PP_STRING_I(a) #a
#define STRATA_PP_PARENS ()

// Rescans: often enough for 40 elements, and for 340. A list is rescanned as often as its length needs, since each
// rescan of a long text takes time.
#define STRATA_PP_EXPAND_SMALL(...) STRATA_PP_EXPAND_3(STRATA_PP_EXPAND_3(STRATA_PP_EXPAND_3(__VA_ARGS__)))
#define STRATA_PP_EXPAND_3(...) STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(STRATA_PP_EXPAND_2(__VA_ARGS__)))
#define STRATA_PP_EXPAND_2(...) STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(STRATA_PP_EXPAND_1(__VA_ARGS__)))
#define STRATA_PP_EXPAND_1(...) __VA_ARGS__
#define STRATA_PP_EXPAND_WIDE(...) STRATA_PP_WIDE_4(STRATA_PP_WIDE_4(STRATA_PP_WIDE_4(STRATA_PP_WIDE_4(__VA_ARGS__))))
#define STRATA_PP_WIDE_4(...) STRATA_PP_WIDE_3(STRATA_PP_WIDE_3(STRATA_PP_WIDE_3(STRATA_PP_WIDE_3(__VA_ARGS__))))
#define STRATA_PP_WIDE_3(...) STRATA_PP_WIDE_2(STRATA_PP_WIDE_2(STRATA_PP_WIDE_2(STRATA_PP_WIDE_2(__VA_ARGS__))))
#define STRATA_PP_WIDE_2(...) STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(STRATA_PP_WIDE_1(__VA_ARGS__))))
#define STRATA_PP_WIDE_1(...) __VA_ARGS__

// SMALL up to 40 arguments, WIDE beyond: whether anything is left after the first 40, when empty ones follow.
#define STRATA_PP_WIDTH(...) \
    STRATA_PP_CAT(STRATA_PP_WIDTH_, STRATA_PP_FILLED(STRATA_PP_AFTER_40(__VA_ARGS__, STRATA_PP_EMPTY_40)))
#define STRATA_PP_WIDTH_0 SMALL
#define STRATA_PP_WIDTH_1 WIDE
// 1 where the first argument is not empty.
#define STRATA_PP_FILLED(...) STRATA_PP_FILLED_I(__VA_ARGS__)
#define STRATA_PP_FILLED_I(first, ...) STRATA_PP_FILLED_II(first)
#define STRATA_PP_FILLED_II(...) STRATA_PP_FIRST(__VA_OPT__(1, ) 0)
#define STRATA_PP_FIRST(...) STRATA_PP_FIRST_I(__VA_ARGS__)
#define STRATA_PP_FIRST_I(first, ...) first
#define STRATA_PP_EMPTY_10 , , , , , , , , ,
#define STRATA_PP_EMPTY_40 STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10, STRATA_PP_EMPTY_10
#define STRATA_PP_AFTER_40(...) STRATA_PP_AFTER_40_I(__VA_ARGS__)
#define STRATA_PP_AFTER_40_I(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19,     \
                             a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, \
                             a38, a39, a40, ...)                                                                       \
    __VA_ARGS__

// macro(data, element) for each element; the width is that of the list.
#define STRATA_PP_EACH(width, macro, data, ...) \
    __VA_OPT__(STRATA_PP_CAT(STRATA_PP_EXPAND_, width)(STRATA_PP_EACH_I(macro, data, __VA_ARGS__)))
#define STRATA_PP_EACH_I(macro, data, first, ...) \
    macro(data, first) __VA_OPT__(STRATA_PP_EACH_AGAIN STRATA_PP_PARENS(macro, data, __VA_ARGS__))
#define STRATA_PP_EACH_AGAIN() STRATA_PP_EACH_I
// The same, separated by commas.
#define STRATA_PP_LIST(width, macro, data, ...) \
    __VA_OPT__(STRATA_PP_CAT(STRATA_PP_EXPAND_, width)(STRATA_PP_LIST_I(macro, data, __VA_ARGS__)))
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

// Boost.Describe's own macro takes 52 members. Of a wider struct its description is made here, in the same form.
#define STRATA_PP_DESCRIBE(width, TYPE, BASES, ...) STRATA_PP_CAT(STRATA_PP_DESCRIBE_, width)(TYPE, BASES, __VA_ARGS__)
#define STRATA_PP_DESCRIBE_SMALL(TYPE, BASES, ...) \
    BOOST_DESCRIBE_STRUCT(TYPE, BASES, (STRATA_PP_LIST(SMALL, STRATA_PP_MEMBER, ~, __VA_ARGS__)))
#define STRATA_PP_DESCRIBE_WIDE(TYPE, BASES, ...)                                                   \
    BOOST_DESCRIBE_MAYBE_UNUSED BOOST_DESCRIBE_BASES_(TYPE BOOST_DESCRIBE_PP_UNPACK BASES)          \
        BOOST_DESCRIBE_MAYBE_UNUSED inline auto boost_public_member_descriptor_fn(TYPE**) {         \
        return ::boost::describe::detail::member_descriptor_fn_impl<::boost::describe::mod_public>( \
            0 STRATA_PP_EACH(WIDE, STRATA_PP_DESCRIBED, TYPE, __VA_ARGS__));                        \
    }                                                                                               \
    BOOST_DESCRIBE_MAYBE_UNUSED BOOST_DESCRIBE_PROTECTED_MEMBERS_(TYPE)                             \
    BOOST_DESCRIBE_MAYBE_UNUSED BOOST_DESCRIBE_PRIVATE_MEMBERS_(TYPE)
#define STRATA_PP_DESCRIBED(TYPE, x)                                                              \
    , [] {                                                                                        \
        struct Described {                                                                        \
            static constexpr auto pointer() noexcept { return &TYPE::STRATA_PP_HEAD(x); }         \
            static constexpr auto name() noexcept { return STRATA_PP_STRING(STRATA_PP_HEAD(x)); } \
        };                                                                                        \
        return Described();                                                                       \
    }()

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
#define STRATA_PP_PART(width, TYPE, ...)                                                                               \
    struct STRATA_PP_CAT(TYPE, _strata_part) {                                                                         \
        enum strata_indexes { STRATA_PP_EACH(width, STRATA_PP_INDEX, ~, __VA_ARGS__) strata_count };                   \
        static constexpr int count = static_cast<int>(strata_count);                                                   \
        template <class Source, int Base>                                                                              \
        struct strata_handles {                                                                                        \
            STRATA_PP_EACH(width, STRATA_PP_HANDLE, TYPE, __VA_ARGS__)                                                 \
        };                                                                                                             \
        _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"") template <class Model> \
        static constexpr ::std::array<::strata::core::ColumnInfo, static_cast<::std::size_t>(count)> infos {           \
            STRATA_PP_LIST(width, STRATA_PP_INFO, TYPE, __VA_ARGS__)                                                   \
        };                                                                                                             \
        _Pragma("GCC diagnostic pop")                                                                                  \
    };

#define STRATA_PP_MIXIN(width, TYPE, ...)            \
    STRATA_PP_DESCRIBE(width, TYPE, (), __VA_ARGS__) \
    STRATA_PP_PART(width, TYPE, __VA_ARGS__)

#define STRATA_PP_MODEL(width, TYPE, TABLE, ...)                                                  \
    STRATA_PP_MODEL_I(width, STRATA_PP_HEAD(TYPE), (STRATA_PP_TAIL(TYPE)), STRATA_PP_HEAD(TABLE), \
                      STRATA_PP_SCHEMA(TABLE), STRATA_PP_NAME(TABLE), __VA_ARGS__)
#define STRATA_PP_COMMA_LIST(...) __VA_OPT__(, STRATA_PP_LIST(SMALL, STRATA_PP_PART_OF, ~, __VA_ARGS__))
#define STRATA_PP_MODEL_I(width, TYPE, MIXINS, TABLE, SCHEMA, NAME, ...)                                     \
    STRATA_PP_DESCRIBE(width, TYPE, MIXINS, __VA_ARGS__)                                                     \
    STRATA_PP_PART(width, TYPE, __VA_ARGS__)                                                                 \
    using STRATA_PP_CAT(TABLE, _strata_parts) =                                                              \
        ::strata::core::detail::Parts<STRATA_PP_CAT(TYPE, _strata_part) STRATA_PP_COMMA_LIST MIXINS>;        \
    struct STRATA_PP_CAT(TABLE, _strata_table) : STRATA_PP_CAT(TABLE, _strata_parts)::strata_handles<TYPE> { \
        using strata_model = TYPE;                                                                           \
        using strata_source = TYPE;                                                                          \
        template <class Source>                                                                              \
        using strata_columns = STRATA_PP_CAT(TABLE, _strata_parts)::strata_handles<Source>;                  \
    };                                                                                                       \
    inline constexpr STRATA_PP_CAT(TABLE, _strata_table) TABLE{};                                            \
    inline constexpr ::strata::core::TableInfo STRATA_PP_CAT(TABLE, _strata_info){                           \
        SCHEMA,                                                                                              \
        NAME,                                                                                                \
        STRATA_PP_STRING(TYPE),                                                                              \
        STRATA_PP_CAT(TABLE, _strata_parts)::infos<TYPE>.data(),                                             \
        static_cast<int>(STRATA_PP_CAT(TABLE, _strata_parts)::infos<TYPE>.size()),                           \
        &::strata::core::model_facts<TYPE>};                                                                 \
    constexpr const ::strata::core::TableInfo& strata_table_info(const TYPE*) {                              \
        return STRATA_PP_CAT(TABLE, _strata_info);                                                           \
    }
