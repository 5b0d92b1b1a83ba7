#include <strata/schema/internal/fields.hpp>
#include <strata/schema/patch.hpp>

namespace strata::schema {
namespace {

template <class Struct>
Patch<Struct> differing(const Struct& before, const Struct& after) {
    Patch<Struct> patch;
    internal::for_each_field<Struct>([&](std::string_view name, auto field) {
        if (!internal::has_own_operations<Struct>(name) && !(before.*field == after.*field))
            patch.set(field, after.*field);
    });
    return patch;
}

}  // namespace

template <class Struct>
std::uint64_t Patch<Struct>::bit(std::size_t offset) {
    static const Struct probe{};
    std::uint64_t found = 0;
    std::uint64_t next = 1;
    internal::for_each_field<Struct>([&](std::string_view, auto field) {
        const auto at = static_cast<std::size_t>(reinterpret_cast<const char*>(&(probe.*field)) -
                                                 reinterpret_cast<const char*>(&probe));
        if (at == offset) found = next;
        next <<= 1U;
    });
    return found;
}

template <class Struct>
std::vector<std::string_view> Patch<Struct>::fields() const {
    std::vector<std::string_view> names;
    internal::for_each_field<Struct>([&](std::string_view name, auto field) {
        if (find(field) != nullptr) names.push_back(name);
    });
    return names;
}

template <class Struct>
void Patch<Struct>::apply(Struct& to) const {
    internal::for_each_field<Struct>([&](std::string_view, auto field) {
        if (const auto* value = find(field)) to.*field = *value;
    });
}

template <class Struct>
Patch<Struct> Patch<Struct>::reversed(const Struct& before) const {
    Patch back;
    internal::for_each_field<Struct>([&](std::string_view, auto field) {
        if (find(field) != nullptr) back.set(field, before.*field);
    });
    return back;
}

template class Patch<Column>;
template class Patch<Table>;

ColumnPatch difference(const Column& before, const Column& after) { return differing(before, after); }
TablePatch difference(const Table& before, const Table& after) { return differing(before, after); }

}  // namespace strata::schema
