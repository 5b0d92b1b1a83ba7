#pragma once

#include <strata/dal/detail/fields.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::dal::detail {

/// A struct's members, whether they are a model's columns or described.
class StructView {
public:
    explicit StructView(const StructInfo& info) : info_(info) {}

    [[nodiscard]] std::size_t count() const {
        return info_.table != nullptr ? static_cast<std::size_t>(info_.table->column_count) : info_.count;
    }
    [[nodiscard]] const char* name(std::size_t index) const {
        return info_.table != nullptr ? info_.table->columns[index].member : info_.names[index];
    }
    [[nodiscard]] FieldType type(std::size_t index) const {
        if (info_.table == nullptr) return *info_.types[index];
        return {.holder = FieldType::Holder::value, .type = info_.table->columns[index].type};
    }
    /// The addresses of an object's members.
    [[nodiscard]] std::vector<void*> members(void* object) const {
        std::vector<void*> places(count());
        if (info_.table == nullptr) {
            info_.locate(object, places.data());
        } else {
            for (std::size_t i = 0; i < places.size(); ++i)
                places[i] = static_cast<char*>(object) + info_.table->columns[i].offset;
        }
        return places;
    }
    [[nodiscard]] std::vector<const void*> members(const void* object) const {
        const std::vector<void*> places = members(const_cast<void*>(object));  // NOLINT: nothing is written
        return {places.begin(), places.end()};
    }
    /// The model whose facts and rules hold for the members, if there is one.
    [[nodiscard]] const core::TableInfo* model() const { return info_.table != nullptr ? info_.table : info_.rules_of; }
    /// The position among that model's columns, or -1.
    [[nodiscard]] int column(std::size_t index) const;
    /// Whether an object may lack the member: it can be empty, or the database makes it.
    [[nodiscard]] bool may_lack(std::size_t index) const;
    /// A member's value. A decimal has the digits after the point that its column has, whichever database it is from.
    [[nodiscard]] core::Value value(std::size_t index, const void* member, core::Scratch& scratch) const;
    /// The struct's name without namespaces.
    [[nodiscard]] std::string struct_name() const;

private:
    const StructInfo& info_;
};

/// `lines[2].price`
[[nodiscard]] std::string member_path(const std::string& parent, std::string_view member);
[[nodiscard]] std::string element_path(const std::string& parent, std::size_t index);

}  // namespace strata::dal::detail
