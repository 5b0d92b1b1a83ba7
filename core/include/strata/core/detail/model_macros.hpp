#pragma once
// As in preprocessor.hpp: without a line for each macro.
#pragma GCC system_header

#include <strata/core/detail/preprocessor.hpp>

// What STRATA_MODEL, STRATA_VIEW and STRATA_MIXIN consist of. A mistake in a model is one static_assert. What would
// fail because of it is declared with a replacement, or is a template that nobody instantiates.

// Whether a name was said before: the overload for int is declared after its first use. Of what is said again a second
// specialisation is made, which nobody uses, since a redefinition would be one more error.
#define STRATA_PP_NOT_SAID(name) \
    template <class>             \
    ::std::false_type name(long);
#define STRATA_PP_SAID(name) \
    template <class>         \
    ::std::true_type name(int);
#define STRATA_PP_WAS_SAID(name) decltype(name<void>(0))::value
#define STRATA_PP_DESCRIBED(TYPE) STRATA_PP_CAT(TYPE, _strata_described)
#define STRATA_PP_HANDLED(TABLE) STRATA_PP_CAT(TABLE, _strata_handled)
#define STRATA_PP_FIRST_OF(name, suffix) STRATA_PP_CAT(name, suffix)<false>
#define STRATA_PP_PART_OF(data, x) STRATA_PP_FIRST_OF(x, _strata_part)
#define STRATA_PP_MODEL_OF(x) STRATA_PP_FIRST_OF(x, _strata_model)

#define STRATA_PP_LIMIT_SMALL(TYPE)
#define STRATA_PP_LIMIT_WIDE(TYPE)
#define STRATA_PP_LIMIT_OVER(TYPE)                             \
    static_assert(false, "strata: the model of " #TYPE         \
                         " names more than 340 members: move " \
                         "some to a struct that it inherits, with STRATA_MIXIN");

// Whether the struct has the members. The name of one that it lacks is found in strata_names, through a struct that
// inherits both. A member whose own declaration is an error is not reported again: it is found in neither way.
#define STRATA_PP_INDEX(data, x) STRATA_PP_HEAD(x),
#define STRATA_PP_HAS(data, x) strata_struct::STRATA_PP_HEAD(x);
#define STRATA_PP_OFFSET(data, x) __builtin_offsetof(strata_struct, STRATA_PP_HEAD(x))
#define STRATA_PP_ABSENT(x) \
    (!requires { strata_struct::STRATA_PP_HEAD(x); } && requires { strata_both::STRATA_PP_HEAD(x); })
#define STRATA_PP_OR_ABSENT(data, x) || STRATA_PP_ABSENT(x)
#define STRATA_PP_CHECK_NAME(TYPE, x)                                       \
    static_assert(!STRATA_PP_ABSENT(x),                                     \
                  "strata: the model of " #TYPE " names " STRATA_PP_STRING( \
                      STRATA_PP_HEAD(x)) ", and " #TYPE " has no such member: correct the name or add the member");
#define STRATA_PP_NAMES(width, TYPE, ...)                                                                          \
    template <class strata_struct>                                                                                 \
    struct strata_check {                                                                                          \
        static constexpr bool strata_named = requires {                                                            \
            sizeof(strata_struct);                                                                                 \
            STRATA_PP_EACH(width, STRATA_PP_HAS, ~, __VA_ARGS__)                                                   \
        };                                                                                                         \
        static constexpr bool strata_once =                                                                        \
            ::strata::core::detail::distinct({STRATA_PP_LIST(width, STRATA_PP_OFFSET, ~, __VA_ARGS__)});           \
    };                                                                                                             \
    static constexpr bool strata_named = strata_check<TYPE>::strata_named;                                         \
    static_assert(::strata::core::detail::NothingIf<!strata_named, strata_check<TYPE>>::strata_once,               \
                  "strata: the model of " #TYPE " names a member twice, which the next error says: name it once"); \
    struct strata_names {                                                                                          \
        enum strata_indexes { STRATA_PP_EACH(width, STRATA_PP_INDEX, ~, __VA_ARGS__) strata_count };               \
    };                                                                                                             \
    template <class strata_struct>                                                                                 \
    struct strata_report {                                                                                         \
        using strata_open = ::strata::core::detail::NothingIf<__is_final(strata_struct), strata_struct>;           \
        struct strata_both : strata_open, strata_names {};                                                         \
        STRATA_PP_EACH(width, STRATA_PP_CHECK_NAME, TYPE, __VA_ARGS__)                                             \
        static constexpr bool absent = false STRATA_PP_EACH(width, STRATA_PP_OR_ABSENT, ~, __VA_ARGS__);           \
        using strata_base = ::strata::core::detail::NothingIf<!absent, strata_open>;                               \
    };

// A struct that has all the names, each with the struct's type where it has one: in a class that inherits the struct a
// name is the struct's before it is that of the enclosing class. It replaces the struct where that lacks one.
#define STRATA_PP_TYPE(data, x) using STRATA_PP_CAT(strata_type_of_, STRATA_PP_HEAD(x)) = decltype(STRATA_PP_HEAD(x));
#define STRATA_PP_REPLACED(data, x) strata_types::STRATA_PP_CAT(strata_type_of_, STRATA_PP_HEAD(x)) STRATA_PP_HEAD(x);
#define STRATA_PP_CHECK_TYPE(TYPE, x) \
    static_assert(::strata::core::detail::column_member<decltype(strata_struct::STRATA_PP_HEAD(x))>,            \
                  "strata: no column can hold " #TYPE "::" STRATA_PP_STRING(STRATA_PP_HEAD(x))                  \
                  ": describe an enum with BOOST_DESCRIBE_ENUM or STRATA_ENUM, include <boost/json.hpp> "       \
                  "before a struct with strata::Json, give another type a strata::codec, or leave the member " \
                  "out of the model");
#define STRATA_PP_TYPES(width, TYPE, ...)                                                                         \
    struct strata_typed : strata_names {                                                                          \
        struct strata_types : ::strata::core::detail::NothingIf<strata_named, strata_report<TYPE>>::strata_base { \
            STRATA_PP_EACH(width, STRATA_PP_TYPE, ~, __VA_ARGS__)                                                 \
        };                                                                                                        \
    };                                                                                                            \
    using strata_types = strata_typed::strata_types;                                                              \
    struct strata_replacement {                                                                                   \
        STRATA_PP_EACH(width, STRATA_PP_REPLACED, ~, __VA_ARGS__)                                                 \
    };                                                                                                            \
    using strata_struct = ::std::conditional_t<strata_named, TYPE, strata_replacement>;                           \
    STRATA_PP_EACH(width, STRATA_PP_CHECK_TYPE, TYPE, __VA_ARGS__)

// The columns that a struct declares itself, for any model that inherits it.
#define STRATA_PP_HANDLE(data, x)                                                                 \
    ::strata::core::Column<Source, decltype(strata_struct::STRATA_PP_HEAD(x))> STRATA_PP_HEAD(x){ \
        Base + static_cast<int>(strata_names::STRATA_PP_HEAD(x))};
#define STRATA_PP_INFO(data, x)                                                          \
    ::strata::core::ColumnInfo {                                                         \
        STRATA_PP_NAME(x), STRATA_PP_STRING(STRATA_PP_HEAD(x)),                          \
            ::strata::core::detail::info_of<decltype(strata_struct::STRATA_PP_HEAD(x))>, \
            __builtin_offsetof(Laid, STRATA_PP_HEAD(x))                                  \
    }
#define STRATA_PP_POINTER(data, x) &strata_struct::STRATA_PP_HEAD(x)
#define STRATA_PP_PART(width, TYPE, ...)                                                                      \
    STRATA_PP_CAT(STRATA_PP_LIMIT_, width)(TYPE) STRATA_PP_NOT_SAID(STRATA_PP_DESCRIBED(TYPE)) static_assert( \
        !STRATA_PP_WAS_SAID(STRATA_PP_DESCRIBED(TYPE)),                                                       \
        "strata: " #TYPE " is described twice: keep one STRATA_MODEL, STRATA_VIEW or STRATA_MIXIN of it");    \
    template <bool Again>                                                                                     \
    struct STRATA_PP_CAT(TYPE, _strata_part);                                                                 \
    template <>                                                                                               \
    struct STRATA_PP_CAT(TYPE, _strata_part)<STRATA_PP_WAS_SAID(STRATA_PP_DESCRIBED(TYPE))> {                 \
        STRATA_PP_NAMES(width, TYPE, __VA_ARGS__)                                                             \
        STRATA_PP_TYPES(width, TYPE, __VA_ARGS__)                                                             \
        static constexpr int count = static_cast<int>(strata_names::strata_count);                            \
        template <class Source, int Base>                                                                     \
        struct strata_handles {                                                                               \
            STRATA_PP_EACH(width, STRATA_PP_HANDLE, ~, __VA_ARGS__)                                           \
        };                                                                                                    \
        template <class Model, class Laid = ::std::conditional_t<strata_named, Model, strata_replacement>>    \
        static constexpr ::std::array<::strata::core::ColumnInfo, static_cast<::std::size_t>(count)> infos{   \
            STRATA_PP_LIST(width, STRATA_PP_INFO, ~, __VA_ARGS__)};                                           \
        template <class strata_struct>                                                                        \
        using strata_pointers =                                                                               \
            ::strata::core::detail::Pointers<STRATA_PP_LIST(width, STRATA_PP_POINTER, ~, __VA_ARGS__)>;       \
    };

// The description for Boost.Describe, made only where somebody asks for it. Boost's own macro makes it for every file,
// of at most 52 members.
#define STRATA_PP_DESCRIBE(TYPE, BASES)                                                                            \
    [[maybe_unused]] ::strata::core::detail::DescribedBases<TYPE BOOST_DESCRIBE_PP_UNPACK BASES>                   \
    boost_base_descriptor_fn(TYPE**);                                                                              \
    template <::std::same_as<TYPE> Model>                                                                          \
    ::strata::core::detail::DescribedMembers<STRATA_PP_PART_OF(~, TYPE), Model> boost_public_member_descriptor_fn( \
        Model**);                                                                                                  \
    [[maybe_unused]] ::boost::describe::detail::list<> boost_protected_member_descriptor_fn(TYPE**);               \
    [[maybe_unused]] ::boost::describe::detail::list<> boost_private_member_descriptor_fn(TYPE**);

#define STRATA_PP_VIEW(TYPE)                                                                    \
    [[maybe_unused]] ::strata::core::KindOf<::strata::core::ModelKind::view> strata_model_kind( \
        const STRATA_PP_HEAD(TYPE)*);

#define STRATA_PP_MIXIN(width, TYPE, ...)    \
    STRATA_PP_PART(width, TYPE, __VA_ARGS__) \
    STRATA_PP_DESCRIBE(TYPE, ())             \
    STRATA_PP_SAID(STRATA_PP_DESCRIBED(TYPE))

#define STRATA_PP_MODEL(width, TYPE, TABLE, ...)                                                  \
    STRATA_PP_MODEL_I(width, STRATA_PP_HEAD(TYPE), (STRATA_PP_TAIL(TYPE)), STRATA_PP_HEAD(TABLE), \
                      STRATA_PP_SCHEMA(TABLE), STRATA_PP_NAME(TABLE), __VA_ARGS__)
#define STRATA_PP_AND_PARTS(...) __VA_OPT__(, STRATA_PP_LIST(SMALL, STRATA_PP_PART_OF, ~, __VA_ARGS__))
#define STRATA_PP_MODEL_I(width, TYPE, MIXINS, TABLE, SCHEMA, NAME, ...)                                           \
    STRATA_PP_PART(width, TYPE, __VA_ARGS__)                                                                       \
    STRATA_PP_DESCRIBE(TYPE, MIXINS)                                                                               \
    template <bool Again>                                                                                          \
    struct STRATA_PP_CAT(TYPE, _strata_model);                                                                     \
    template <>                                                                                                    \
    struct STRATA_PP_CAT(TYPE, _strata_model)<STRATA_PP_WAS_SAID(STRATA_PP_DESCRIBED(TYPE))> {                     \
        using parts = ::strata::core::detail::Parts<STRATA_PP_PART_OF(~, TYPE) STRATA_PP_AND_PARTS MIXINS>;        \
        static constexpr ::strata::core::TableInfo info{SCHEMA,                                                    \
                                                        NAME,                                                      \
                                                        STRATA_PP_STRING(TYPE),                                    \
                                                        parts::infos<TYPE>.data(),                                 \
                                                        static_cast<int>(parts::infos<TYPE>.size()),               \
                                                        &::strata::core::model_facts<TYPE>};                       \
    };                                                                                                             \
    [[maybe_unused]] STRATA_PP_MODEL_OF(TYPE) strata_table_info(const TYPE*);                                      \
    STRATA_PP_NOT_SAID(STRATA_PP_HANDLED(TABLE))                                                                   \
    static_assert(STRATA_PP_WAS_SAID(STRATA_PP_DESCRIBED(TYPE)) || !STRATA_PP_WAS_SAID(STRATA_PP_HANDLED(TABLE)),  \
                  "strata: the handle " STRATA_PP_STRING(TABLE) " is that of two structs: give " STRATA_PP_STRING( \
                      TYPE) " a handle of another name");                                                          \
    template <bool Again>                                                                                          \
    struct STRATA_PP_CAT(TABLE, _strata_table);                                                                    \
    template <>                                                                                                    \
    struct STRATA_PP_CAT(TABLE, _strata_table)<STRATA_PP_WAS_SAID(STRATA_PP_HANDLED(TABLE))>                       \
        : STRATA_PP_MODEL_OF(TYPE)::parts::strata_handles<TYPE> {                                                  \
        using strata_model = TYPE;                                                                                 \
        using strata_source = TYPE;                                                                                \
        template <class Source>                                                                                    \
        using strata_columns = STRATA_PP_MODEL_OF(TYPE)::parts::strata_handles<Source>;                            \
    };                                                                                                             \
    inline constexpr STRATA_PP_CAT(TABLE, _strata_table)<STRATA_PP_WAS_SAID(STRATA_PP_HANDLED(TABLE))> TABLE{};    \
    STRATA_PP_SAID(STRATA_PP_HANDLED(TABLE))                                                                       \
    STRATA_PP_SAID(STRATA_PP_DESCRIBED(TYPE))
