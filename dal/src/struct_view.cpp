#include "detail/struct_view.hpp"

#include "detail/row_rules.hpp"

#include <strata/dal/validate.hpp>

namespace strata::dal::detail {

int StructView::column(std::size_t index) const {
    if (info_.table != nullptr) return static_cast<int>(index);
    if (info_.rules_of == nullptr) return -1;
    const std::string_view wanted = info_.names[index];
    for (int i = 0; i < info_.rules_of->column_count; ++i) {
        if (wanted == info_.rules_of->column(i).member) return i;
    }
    return -1;
}

bool StructView::may_lack(std::size_t index) const {
    const FieldType field = type(index);
    if (field.holder == FieldType::Holder::optional || field.holder == FieldType::Holder::patch) return true;
    if (field.holder == FieldType::Holder::value && field.type->nullable) return true;
    return info_.table != nullptr && info_.table->facts().columns[index].server_made();
}

core::Value StructView::value(std::size_t index, const void* member, core::Scratch& scratch) const {
    const core::Value value = type(index).type->view(member, scratch);
    const int of = column(index);
    if (value.kind() != core::Value::Kind::numeric || of < 0) return value;
    const core::ColumnFacts& facts = model()->facts().columns[static_cast<std::size_t>(of)];
    const Decimal decimal = Decimal::parse(value.chars());
    if (facts.precision == 0 || decimal.scale() >= facts.scale ||
        decimal.integral_digits() > facts.precision - facts.scale)
        return value;
    return core::Value::numeric(scratch.keep(decimal.rounded(facts.scale).to_string()));
}

std::string StructView::struct_name() const {
    if (info_.table != nullptr) return info_.table->model;
    std::string_view text = info_.pretty_name();  // "... [with E = app::NewUser]"
    text.remove_prefix(text.find("E = ") + 4);
    text = text.substr(0, text.find_first_of("];"));
    if (const auto colon = text.rfind("::"); colon != std::string_view::npos) text.remove_prefix(colon + 2);
    return std::string(text);
}

std::string member_path(const std::string& parent, std::string_view member) {
    std::string path = parent;
    if (!path.empty()) path += '.';
    return path.append(member);
}

std::string element_path(const std::string& parent, std::size_t index) {
    return parent + '[' + std::to_string(index) + ']';
}

namespace {

void check_structure(const StructInfo& info, const void* object, const std::string& path, Violations& found,
                     bool rows) {
    const StructView view(info);
    if (info.table != nullptr) {
        std::vector<int> columns;
        for (int i = 0; i < info.table->column_count; ++i) {
            if (!info.table->facts().columns[static_cast<std::size_t>(i)].server_made()) columns.push_back(i);
        }
        check_members(*info.table, object, columns, path, found, rows);
        return;
    }
    const std::vector<const void*> members = view.members(object);
    for (std::size_t i = 0; i < view.count(); ++i) {
        FieldType field = view.type(i);
        const void* member = members[i];
        const std::string at = member_path(path, view.name(i));
        if (field.holder == FieldType::Holder::patch && field.element->holder == FieldType::Holder::value) {
            if (field.size(member) == 0) continue;
            member = field.at(member, 0);
            field = *field.element;
        }
        const int column = view.column(i);
        if (field.holder != FieldType::Holder::value || column < 0) {
            check_value(field, member, at, found, rows);
            continue;
        }
        core::Scratch scratch;
        try {
            core::check_column(*view.model(), column, field.type->view(member, scratch), at, found);
        } catch (const ValueError& error) {
            found.push_back({at, "value", error.what()});
        }
    }
}

}  // namespace

void check_value(const FieldType& type, const void* value, const std::string& path, Violations& found, bool rows) {
    switch (type.holder) {
        case FieldType::Holder::value:
            return;  // it is of no column
        case FieldType::Holder::structure:
            check_structure(*type.structure, value, path, found, rows);
            return;
        case FieldType::Holder::optional:
        case FieldType::Holder::patch:
            if (type.size(value) > 0) check_value(*type.element, type.at(value, 0), path, found, rows);
            return;
        case FieldType::Holder::list:
            for (std::size_t i = 0; i < type.size(value); ++i)
                check_value(*type.element, type.at(value, i), element_path(path, i), found, rows);
            return;
    }
}

}  // namespace strata::dal::detail
