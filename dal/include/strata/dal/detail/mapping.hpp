#pragma once

#include <strata/core/detail/fact_macros.hpp>
#include <strata/dal/patch.hpp>
#include <strata/dal/session.hpp>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstddef>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

/// Which member of one struct goes to which of another.
namespace strata::dal::detail {

/// A member's name, for the compiler to show.
template <std::size_t N>
struct Member {
    char name[N]{};
};
template <std::size_t N>
consteval auto member_name(const char* name) {
    Member<N> member;
    for (std::size_t i = 0; i < N; ++i) member.name[i] = name[i];
    return member;
}

template <class T>
struct Unpatched {
    using type = T;
    static constexpr bool patch = false;
};
template <class T>
struct Unpatched<Patch<T>> {
    using type = T;
    static constexpr bool patch = true;
};

/// Whether every value of an F is one of a T.
template <class T, class F>
consteval bool holds_all() {
    if constexpr (std::is_same_v<T, F>) {
        return true;
    } else if constexpr (core::detail::is_optional<T> && !core::detail::is_optional<F>) {
        return holds_all<typename core::detail::Bare<T>::type, F>();
    } else if constexpr (core::detail::is_optional<T>) {
        return holds_all<typename core::detail::Bare<T>::type, typename core::detail::Bare<F>::type>();
    } else if constexpr (core::detail::integer<T> && core::detail::integer<F>) {
        return std::in_range<T>(std::numeric_limits<F>::min()) && std::in_range<T>(std::numeric_limits<F>::max());
    } else if constexpr (std::is_same_v<T, double> && std::is_same_v<F, float>) {
        return true;
    } else {
        return std::is_same_v<T, Decimal> && core::detail::integer<F> && std::is_signed_v<F>;
    }
}
template <class T, class F>
void put(T& to, const F& from) {
    if constexpr (core::detail::is_optional<T> && core::detail::is_optional<F>) {
        if (from)
            put(to.emplace(), *from);
        else
            to.reset();
    } else if constexpr (core::detail::is_optional<T>) {
        put(to.emplace(), from);
    } else if constexpr (std::is_same_v<T, F>) {
        to = from;
    } else {
        to = static_cast<T>(from);
    }
}

template <class S>
using Described = boost::describe::describe_members<S, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class S, class List = Described<S>>
struct Names;
template <class S, template <class...> class List, class... D>
struct Names<S, List<D...>> {
    static constexpr std::size_t count = sizeof...(D);
    static constexpr std::string_view all[] = {D::name..., {}};
    static constexpr std::size_t find(std::string_view name) {
        std::size_t i = 0;
        while (i < count && all[i] != name) ++i;
        return i;
    }
    template <std::size_t I>
    using At = boost::mp11::mp_at_c<List<D...>, I>;
};

template <class Descriptor, class S>
using MemberType = std::remove_cvref_t<decltype(std::declval<S&>().*Descriptor::pointer)>;

/// One member of a struct on its way to a model or another struct.
template <class To, class From, class D>
struct Way {
    static constexpr std::size_t at = Names<To>::find(D::name);
    static constexpr bool known = at < Names<To>::count;
    using Source = MemberType<D, From>;
    using Given = typename Unpatched<Source>::type;

    static consteval auto target() {
        if constexpr (known) {
            return static_cast<typename Names<To>::template At<at>*>(nullptr);
        } else {
            return static_cast<D*>(nullptr);
        }
    }
    using Target = std::remove_pointer_t<decltype(target())>;
    using TargetType = MemberType<Target, std::conditional_t<known, To, From>>;
    static constexpr bool fits = known && holds_all<TargetType, Given>();
};

/// Reports the first member that does not fit, by its name in a note of the compiler.
template <class To, class W, auto name>
consteval bool check_way() {
    static_assert(W::known,
                  "strata: the struct has a member that the other one lacks (its name is in the lines around)");
    constexpr bool null =
        core::detail::is_optional<typename W::Given> && !core::detail::is_optional<typename W::TargetType>;
    static_assert(!W::known || W::fits || !null,
                  "strata: a member can be empty, and the other struct's member of that name cannot");
    static_assert(!W::known || W::fits || null,
                  "strata: a member has another type than the other struct's member of that name, which does not hold "
                  "every value of it");
    return W::fits;
}

/// Whether an insert may leave the model's column out.
template <class Model>
consteval bool may_leave_out(std::size_t column) {
    using core::strata_facts_say;  // of a model without facts; one that has them is found beside the model
    const core::ColumnInfo& info = core::table_info<Model>().columns[column];
    const unsigned said = strata_facts_say(static_cast<const Model*>(nullptr), static_cast<int>(column));
    if (info.type->nullable || (said & core::detail::said_made) != 0) return true;
    const core::TypeKind kind = info.type->kind;
    const bool number =
        kind == core::TypeKind::small_integer || kind == core::TypeKind::integer || kind == core::TypeKind::big_integer;
    const bool key = (said & core::detail::said_keys) != 0 ? (said & core::detail::said_key) != 0
                                                           : std::string_view(info.name) == "id";
    return number && key && (said & core::detail::said_chosen) == 0;
}

/// Every member of From goes to a member of To.
template <class To, class From, class List = Described<From>>
struct Ways;
template <class To, class From, template <class...> class List, class... D>
struct Ways<To, From, List<D...>> {
    static constexpr std::size_t count = sizeof...(D);
    static consteval bool fits() {
        return (check_way<To, Way<To, From, D>, member_name<std::char_traits<char>::length(D::name) + 1>(D::name)>() &&
                ...);
    }
    static constexpr bool says(std::string_view name) { return ((name == D::name) || ...); }
    /// Whether no member may be absent whose column the database would then make.
    static consteval bool says_the_same() { return (always_said<D>() && ...); }
    static void run(To& to, std::vector<int>& said, const From& from) { (put_member<D>(to, said, from), ...); }

private:
    template <class Descriptor>
    static consteval bool always_said() {
        using W = Way<To, From, Descriptor>;
        if constexpr (W::known && Unpatched<typename W::Source>::patch) {
            return core::detail::is_optional<typename W::TargetType> || !may_leave_out<To>(W::at);
        } else {
            return true;
        }
    }
    template <class Descriptor>
    static void put_member(To& to, std::vector<int>& said, const From& from) {
        using W = Way<To, From, Descriptor>;
        const auto& member = from.*Descriptor::pointer;
        if constexpr (Unpatched<typename W::Source>::patch) {
            if (member.is_absent()) return;
            put(to.*W::Target::pointer, *member);
        } else {
            put(to.*W::Target::pointer, member);
        }
        said.push_back(static_cast<int>(W::at));
    }
};

template <class G>
inline constexpr bool is_given = false;
template <auto Pointer, class T, template <auto, class> class Given>
inline constexpr bool is_given<Given<Pointer, T>> = true;

template <class G>
struct GivenTo;
template <auto Pointer, class T, template <auto, class> class Given>
struct GivenTo<Given<Pointer, T>> {
    static constexpr auto pointer = Pointer;
    template <class D>
    static constexpr bool is() {
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(D::pointer)>, std::remove_cv_t<decltype(Pointer)>>) {
            return D::pointer == Pointer;
        } else {
            return false;
        }
    }
};

template <class Model, auto name, bool left_out>
consteval bool check_left_out() {
    static_assert(
        !left_out,
        "strata: make() leaves out a column that cannot be NULL and has no default: give the input struct the "
        "member, or make() a given<&Model::member>(value) (its name is in the lines around)");
    return !left_out;
}

/// A model's row of an input struct.
template <class Model, class Input, class List, class... G>
struct MakeOf;
template <class Model, class Input, template <class...> class List, class... D, class... G>
struct MakeOf<Model, Input, List<D...>, G...> {
    using All = Ways<Model, Input>;

    static consteval bool fits() {
        static_assert((is_given<G> && ...), "strata: make() takes given<&Model::member>(value) after the input struct");
        if constexpr (All::fits() && (is_given<G> && ...)) {
            return complete(std::index_sequence_for<D...>());
        } else {
            return false;
        }
    }
    static void run(Model& row, std::vector<int>& said, const Input& input, const G&... given) {
        All::run(row, said, input);
        (put_given(row, said, given), ...);
    }
    /// Whether the rows of many inputs say the same columns.
    static consteval bool fits_many() {
        constexpr bool same = All::says_the_same();
        static_assert(same,
                      "strata: rows that are inserted together say the same columns: a dal::Patch of a column that the "
                      "database makes is for make() and insert()");
        return same && fits();
    }
    static bool says(int column) {
        const bool said[] = {(All::says(D::name) || is_given_member<D>())...};
        return said[column];
    }

private:
    template <class Descriptor>
    static consteval bool is_given_member() {
        return (GivenTo<G>::template is<Descriptor>() || ...);
    }
    template <std::size_t... I>
    static consteval bool complete(std::index_sequence<I...>) {
        return (check_left_out<Model, member_name<std::char_traits<char>::length(D::name) + 1>(D::name),
                               !All::says(D::name) && !is_given_member<D>() && !may_leave_out<Model>(I)>() &&
                ...);
    }
    template <class One>
    static void put_given(Model& row, std::vector<int>& said, const One& given) {
        auto& member = row.*GivenTo<One>::pointer;
        using Type = std::remove_cvref_t<decltype(member)>;
        constexpr bool fits = std::is_constructible_v<Type, decltype(given.value)>;
        static_assert(fits, "strata: given() has a value of another type than the member");
        if constexpr (fits) member = Type(given.value);
        said.push_back(position<One>());
    }
    template <class One>
    static constexpr int position() {
        int at = 0;
        static_cast<void>(((GivenTo<One>::template is<D>() || (++at, false)) || ...));
        return at;
    }
};
template <class Model, class Input, class... G>
using Make = MakeOf<Model, Input, Described<Model>, G...>;

/// Each member of To gets the member of From of that name.
template <class To, class From, class List = Described<To>>
struct Copy;
template <class To, class From, template <class...> class List, class... D>
struct Copy<To, From, List<D...>> {
    static consteval bool fits() {
        return (check_copy<D, member_name<std::char_traits<char>::length(D::name) + 1>(D::name)>() && ...);
    }
    static void run(To& to, const From& from) { (copy<D>(to, from), ...); }

private:
    template <class Target>
    static constexpr std::size_t at = Names<From>::find(Target::name);
    template <class Target, auto name>
    static consteval bool check_copy() {
        constexpr bool known = at<Target> < Names<From>::count;
        static_assert(known,
                      "strata: as() finds no member of that name to copy from (its name is in the lines around)");
        if constexpr (known) {
            using F = MemberType<typename Names<From>::template At<at<Target>>, From>;
            using T = MemberType<Target, To>;
            if constexpr (described<T> && described<F> && !std::is_same_v<T, F> && !core::column_type<T>) {
                return Copy<T, F>::fits();
            } else {
                constexpr bool ok = holds_all<T, F>();
                constexpr bool null = core::detail::is_optional<F> && !core::detail::is_optional<T>;
                static_assert(ok || !null, "strata: as() copies a member that can be empty to one that cannot");
                static_assert(ok || null,
                              "strata: as() copies a member to one of another type, which does not hold "
                              "every value of it");
                return ok;
            }
        } else {
            return false;
        }
    }
    template <class Target>
    static void copy(To& to, const From& from) {
        using Source = typename Names<From>::template At<at<Target>>;
        using F = MemberType<Source, From>;
        using T = MemberType<Target, To>;
        if constexpr (described<T> && described<F> && !std::is_same_v<T, F> && !core::column_type<T>) {
            Copy<T, F>::run(to.*Target::pointer, from.*Source::pointer);
        } else {
            put(to.*Target::pointer, from.*Source::pointer);
        }
    }
};

/// The columns that a patch struct has values for.
template <class Model, class Struct, class List = Described<Struct>>
struct PatchColumns;
template <class Model, class Struct, template <class...> class List, class... D>
struct PatchColumns<Model, Struct, List<D...>> {
    static constexpr std::size_t count = sizeof...(D);
    static consteval bool fits() {
        return (check<D, member_name<std::char_traits<char>::length(D::name) + 1>(D::name)>() && ...);
    }
    static std::size_t say(const Struct& patch, SaidColumn* said) {
        SaidColumn* end = said;
        (add<D>(patch, end), ...);
        return static_cast<std::size_t>(end - said);
    }

private:
    /// A std::optional for a column that cannot be NULL can only mean a value or none.
    template <class Descriptor>
    static constexpr bool optional_value() {
        using W = Way<Model, Struct, Descriptor>;
        return W::known && core::detail::is_optional<typename W::Source> &&
               !core::detail::is_optional<typename W::TargetType>;
    }
    template <class Descriptor, auto name>
    static consteval bool check() {
        using W = Way<Model, Struct, Descriptor>;
        constexpr bool unclear = W::known && core::detail::is_optional<typename W::Source> &&
                                 core::detail::is_optional<typename W::TargetType>;
        static_assert(
            !unclear,
            "strata: a std::optional in a patch struct could be absent or NULL, where the column can be NULL: "
            "make it a dal::Patch<std::optional<...>>");
        if constexpr (unclear) {
            return false;
        } else if constexpr (optional_value<Descriptor>()) {
            constexpr bool ok =
                holds_all<typename W::TargetType, typename core::detail::Bare<typename W::Source>::type>();
            static_assert(
                ok,
                "strata: a member has another type than the other struct's member of that name, which does not "
                "hold every value of it");
            return ok;
        } else {
            return check_way<Model, W, name>();
        }
    }
    template <class Descriptor>
    static void add(const Struct& patch, SaidColumn*& end) {
        using W = Way<Model, Struct, Descriptor>;
        const auto& member = patch.*Descriptor::pointer;
        if constexpr (Unpatched<typename W::Source>::patch || optional_value<Descriptor>()) {
            if (!member.has_value()) return;
            add_value<W>(*member, end);
        } else {
            add_value<W>(member, end);
        }
    }
    template <class W, class T>
    static void add_value(const T& value, SaidColumn*& end) {
        *end++ = SaidColumn{static_cast<int>(W::at), &core::type_of<T>::info, &value};
    }
};

}  // namespace strata::dal::detail
