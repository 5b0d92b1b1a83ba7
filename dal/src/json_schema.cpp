#include "detail/struct_view.hpp"

#include <strata/core/internal/type_kinds.hpp>
#include <strata/core/internal/value_text.hpp>
#include <strata/core/rules.hpp>
#include <strata/dal/json_schema.hpp>

#include <algorithm>
#include <vector>

namespace strata::dal::detail {

namespace {

using core::Rule;
using core::TypeKind;

std::string quoted(std::string_view text) {
    std::string out;
    core::detail::append_json_string(out, text);
    return out;
}

/// The members of a JSON object, on lines of their own.
class Object {
public:
    void add(std::string_view name, std::string value) { members_.push_back({std::string(name), std::move(value)}); }
    [[nodiscard]] bool empty() const { return members_.empty(); }
    [[nodiscard]] std::string text(int depth) const {
        if (members_.empty()) return "{}";
        const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
        std::string out = "{\n";
        for (std::size_t i = 0; i < members_.size(); ++i) {
            out += indent + "  " + quoted(members_[i].name) + ": " + members_[i].value;
            out += i + 1 < members_.size() ? ",\n" : "\n";
        }
        return out + indent + '}';
    }
    /// On one line.
    [[nodiscard]] std::string text() const {
        std::string out = "{";
        for (const Member& member : members_) {
            if (out.size() > 1) out += ", ";
            out += quoted(member.name) + ": " + member.value;
        }
        return out + '}';
    }

private:
    struct Member {
        std::string name;
        std::string value;
    };
    std::vector<Member> members_;
};

std::string list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + item;
    return out + ']';
}

/// A constant of a rule in JSON.
std::string constant(const core::Literal& literal) {
    switch (literal.kind) {
        case core::Value::Kind::boolean:
        case core::Value::Kind::integer:
        case core::Value::Kind::real:
            return literal.text;
        default:
            return quoted(literal.text);
    }
}

/// The longest of several minimums or the shortest of several maximums.
struct Bounds {
    std::int64_t least = 0;
    std::int64_t most = -1;
    void at_least(std::int64_t bound) { least = std::max(least, bound); }
    void at_most(std::int64_t bound) {
        if (bound >= 0) most = most < 0 ? bound : std::min(most, bound);
    }
};

/// Writes the schema of one type after the other, and the definitions that they need.
class Writer {
public:
    std::string whole(const FieldType& type) {
        Object root;
        root.add("$schema", quoted("https://json-schema.org/draft/2020-12/schema"));
        const std::string reference = of(type, nullptr, -1);
        if (type.holder == FieldType::Holder::list) {
            root.add("type", quoted("array"));
            root.add("items", of(*type.element, nullptr, -1));
        } else if (type.holder == FieldType::Holder::value) {
            root.add("allOf", "[" + reference + "]");
        } else {
            root.add("$ref", quoted("#/$defs/" + name_of(*innermost(type).structure)));
        }
        Object definitions;
        for (const Definition& definition : definitions_) definitions.add(definition.name, definition.text);
        if (!definitions.empty()) root.add("$defs", definitions.text(1));
        return root.text(0) + '\n';
    }

private:
    struct Definition {
        const StructInfo* info;
        std::string name;
        std::string text;
    };

    static const FieldType& innermost(const FieldType& type) {
        return type.element == nullptr ? type : innermost(*type.element);
    }

    /// Two structs of one name in different namespaces have different ones here.
    std::string name_of(const StructInfo& info) {
        for (const Definition& definition : definitions_) {
            if (definition.info == &info) return definition.name;
        }
        const std::string name = StructView(info).struct_name();
        std::string unique = name;
        const auto taken = [&](const Definition& definition) { return definition.name == unique; };
        for (int i = 2; std::any_of(definitions_.begin(), definitions_.end(), taken); ++i)
            unique = name + std::to_string(i);
        return unique;
    }

    std::string of(const FieldType& type, const core::TableInfo* model, int column) {
        switch (type.holder) {
            case FieldType::Holder::value:
                return cell(*type.type, model, column);
            case FieldType::Holder::structure:
                return reference(*type.structure);
            case FieldType::Holder::optional: {
                Object any;
                any.add("anyOf", list({of(*type.element, model, column), R"({"type": "null"})"}));
                return any.text();
            }
            case FieldType::Holder::patch:
                return of(*type.element, model, column);
            case FieldType::Holder::list: {
                Object array;
                array.add("type", quoted("array"));
                array.add("items", of(*type.element, nullptr, -1));
                return array.text();
            }
        }
        return "true";
    }

    std::string reference(const StructInfo& info) {
        const std::string name = name_of(info);
        const auto known = [&](const Definition& definition) { return definition.info == &info; };
        if (std::none_of(definitions_.begin(), definitions_.end(), known)) {
            const std::size_t at = definitions_.size();
            definitions_.push_back({&info, name, {}});  // before its members, which may refer to it
            std::string text = structure(info);
            definitions_[at].text = std::move(text);
        }
        Object reference;
        reference.add("$ref", quoted("#/$defs/" + name));
        return reference.text();
    }

    std::string structure(const StructInfo& info) {
        const StructView view(info);
        Object properties;
        std::vector<std::string> required;
        for (std::size_t i = 0; i < view.count(); ++i) {
            properties.add(view.name(i), of(view.type(i), view.model(), view.column(i)));
            if (!view.may_lack(i)) required.push_back(quoted(view.name(i)));
        }
        Object object;
        object.add("type", quoted("object"));
        object.add("properties", properties.text(3));
        if (!required.empty()) object.add("required", list(required));
        object.add("additionalProperties", "false");
        return object.text(2);
    }

    static std::string cell(const core::TypeInfo& type, const core::TableInfo* model, int column) {
        const auto of_column = [&](const Rule& rule) {
            return rule.column && rule.column->index == column && rule.kind != Rule::Kind::custom;
        };
        std::vector<Rule> rules;
        if (model != nullptr && column >= 0 && model->facts().rules != nullptr) {
            for (const Rule& rule : model->facts().rules->all()) {
                if (of_column(rule)) rules.push_back(rule);
            }
        }
        const bool required =
            std::ranges::any_of(rules, [](const Rule& rule) { return rule.kind == Rule::Kind::required; });
        const bool nullable = type.nullable && !required;
        Object schema;
        kind(schema, type, nullable);
        bounds(
            schema, type.kind, rules,
            model != nullptr && column >= 0 ? model->facts().columns[static_cast<std::size_t>(column)].max_length : 0);
        std::vector<std::string> patterns;
        bool chosen = false;
        for (const Rule& rule : rules) {
            if (rule.kind == Rule::Kind::pattern) patterns.push_back(quoted(rule.text));
            if (rule.kind == Rule::Kind::one_of && type.kind != TypeKind::numeric) {
                std::vector<std::string> choices;
                for (const core::Literal& choice : rule.choices) choices.push_back(constant(choice));
                if (nullable) choices.emplace_back("null");
                schema.add("enum", list(choices));
                chosen = true;
            }
            if (rule.kind != Rule::Kind::range || type.kind == TypeKind::numeric ||
                !core::internal::is_number(type.kind))
                continue;
            if (rule.low) schema.add("minimum", rule.low->text);
            if (rule.high) schema.add("maximum", rule.high->text);
        }
        if (patterns.size() == 1) schema.add("pattern", patterns[0]);
        if (patterns.size() > 1) {
            std::vector<std::string> all;
            for (const std::string& pattern : patterns) all.push_back("{\"pattern\": " + pattern + '}');
            schema.add("allOf", list(all));
        }
        if (type.enumeration != nullptr && !chosen) {
            std::vector<std::string> labels;
            for (std::size_t i = 0; i < type.enumeration->count; ++i)
                labels.push_back(quoted(type.enumeration->labels[i].name));
            if (nullable) labels.emplace_back("null");
            schema.add("enum", list(labels));
        }
        return schema.text();
    }

    static void kind(Object& schema, const core::TypeInfo& type, bool nullable) {
        const auto types = [&](std::vector<std::string> names) {
            if (nullable) names.emplace_back("null");
            for (std::string& name : names) name = quoted(name);
            schema.add("type", names.size() == 1 ? names[0] : list(names));
        };
        switch (type.kind) {
            case TypeKind::boolean:
                types({"boolean"});
                return;
            case TypeKind::small_integer:
            case TypeKind::integer:
            case TypeKind::big_integer:
                types({"integer"});
                return;
            case TypeKind::real:
            case TypeKind::double_precision:
                types({"number"});
                return;
            case TypeKind::numeric:
                types({"string", "number"});
                schema.add("format", quoted("decimal"));
                return;
            case TypeKind::bytes:
                types({"string"});
                schema.add("contentEncoding", quoted("base64"));
                return;
            case TypeKind::date:
                types({"string"});
                schema.add("format", quoted("date"));
                return;
            case TypeKind::timestamptz:
                types({"string"});
                schema.add("format", quoted("date-time"));
                return;
            case TypeKind::uuid:
                types({"string"});
                schema.add("format", quoted("uuid"));
                return;
            case TypeKind::time:  // formats of JSON Schema have an offset
            case TypeKind::timestamp:
            case TypeKind::text:
            case TypeKind::enumeration:
                types({"string"});
                return;
            case TypeKind::array:
                types({"array"});
                schema.add("items", cell(*type.element, nullptr, -1));
                return;
            case TypeKind::json:
                return;
        }
    }

    static void bounds(Object& schema, TypeKind kind, const std::vector<Rule>& rules, int max_length) {
        if (kind != TypeKind::text && kind != TypeKind::array) return;
        Bounds bounds;
        if (max_length > 0) bounds.at_most(max_length);
        for (const Rule& rule : rules) {
            if (rule.kind == Rule::Kind::not_empty) bounds.at_least(1);
            if (rule.kind != Rule::Kind::length) continue;
            bounds.at_least(rule.shortest);
            bounds.at_most(rule.longest);
        }
        const bool text = kind == TypeKind::text;
        if (bounds.least > 0) schema.add(text ? "minLength" : "minItems", std::to_string(bounds.least));
        if (bounds.most >= 0) schema.add(text ? "maxLength" : "maxItems", std::to_string(bounds.most));
    }

    std::vector<Definition> definitions_;
};

}  // namespace

std::string json_schema(const FieldType& type) { return Writer().whole(type); }

}  // namespace strata::dal::detail
