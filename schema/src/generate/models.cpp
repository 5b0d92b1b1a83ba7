#include "generate/plan.hpp"

#include <strata/core/internal/text.hpp>
#include <strata/schema/internal/cpp_text.hpp>

#include <algorithm>
#include <set>

namespace strata::schema::generation {
namespace {

using internal::cpp_literal;

constexpr std::size_t widest = 120;
void add_comment(std::string& text, std::string_view comment, std::size_t indent) {
    const std::string before = std::string(indent, ' ') + "// ";
    for (const auto& line : comment_lines(comment, widest - before.size())) text += before + line + "\n";
}

/// How many columns of a screen the text takes, as clang-format counts them: East Asian wide characters take two.
/// https://www.unicode.org/reports/tr11/
std::size_t width(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::max<std::size_t>(core::internal::utf8_length(text.substr(at)), 1);
        std::uint32_t code = static_cast<unsigned char>(text[at]);
        if (length > 1) code &= 0x7FU >> length;
        for (std::size_t i = 1; i < length; ++i)
            code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
        const bool wide = (code >= 0x1100U && code <= 0x115FU) || (code >= 0x2E80U && code <= 0xA4CFU) ||
                          (code >= 0xAC00U && code <= 0xD7A3U) || (code >= 0xF900U && code <= 0xFAFFU) ||
                          (code >= 0xFE30U && code <= 0xFE6FU) || (code >= 0xFF00U && code <= 0xFF60U) ||
                          (code >= 0xFFE0U && code <= 0xFFE6U) || code >= 0x20000U;
        columns += wide ? 2 : 1;
        at += length;
    }
    return columns;
}

/// `NAME(a, b, c)` over as many lines as it takes, as clang-format fills them.
std::string call(const std::string& name, const std::vector<std::string>& arguments) {
    std::string text;
    std::string line = name + "(";
    const std::string indent(line.size(), ' ');
    bool too_wide = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        const std::string end = i + 1 == arguments.size() ? ")" : ",";
        const bool first = line.size() == indent.size();
        if (!first && width(line) + 1 + width(argument) + end.size() > widest) {
            text += line + "\n";
            line = indent;
        } else if (!first) {
            line += ' ';
        }
        line += argument + end;
        too_wide = too_wide || width(line) > widest;
    }
    text += line + "\n";
    if (too_wide) return "// clang-format off\n" + text + "// clang-format on\n";
    return text;
}

/// `id`, or `(class_, "class")` where the database has another name.
std::string named(const std::string& name, const std::string& in_database) {
    return name == in_database ? name : "(" + name + ", " + cpp_literal(in_database) + ")";
}

std::string table_name(const ModelPlan& model) {
    const QualifiedName& name = model.table->name;
    if (name.schema.empty()) return named(model.handle, name.name);
    return "(" + model.handle + ", " + cpp_literal(name.name) + ", " + cpp_literal(name.schema) + ")";
}

std::string member_text(const Member& member) {
    std::string text;
    add_comment(text, member.column->comment, 4);
    return text + "    " + member.declared_type() + " " + member.name + "{};\n";
}

using Members = std::vector<const Member*>;

std::string struct_text(const std::string& head, const Members& members) {
    std::string text = "struct " + head + " {\n";
    for (const Member* member : members) text += member_text(*member);
    return text + "};\n";
}

std::vector<std::string> macro_members(std::vector<std::string> first, const Members& members) {
    for (const Member* member : members) first.push_back(named(member->name, member->column->name));
    return first;
}

}  // namespace

std::string model_text(const ModelPlan& model) {
    const std::size_t size = part_size(model.members.size());
    std::vector<Members> parts(1);
    for (const auto& member : model.members) {
        if (parts.back().size() == size) parts.emplace_back();
        parts.back().push_back(&member);
    }
    std::string text;
    std::string bases;
    std::string described = model.model;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string& part = model.parts[i - 1];
        text += struct_text(part, parts[i]) + call("STRATA_MIXIN", macro_members({part}, parts[i])) + "\n";
        bases += (bases.empty() ? " : " : ", ") + part;
        described += ", " + part;
    }
    if (parts.size() > 1) described = "(" + described + ")";
    add_comment(text, model.table->comment, 0);
    text += struct_text(model.model + bases, parts.front());
    text += call(model.is_view ? "STRATA_VIEW" : "STRATA_MODEL",
                 macro_members({described, table_name(model)}, parts.front()));
    return text + facts_text(model);
}

std::string facts_text(const ModelPlan& model) {
    if (model.facts.empty()) return {};
    std::vector<std::string> facts{model.handle};
    facts.insert(facts.end(), model.facts.begin(), model.facts.end());
    return call("STRATA_FACTS", facts);
}

std::string enum_text(const EnumPlan& plan) {
    std::string text;
    add_comment(text, plan.comment, 0);
    std::string line = "enum class " + plan.name + " {";
    std::string all;
    for (const auto& each : plan.enumerators) all += (all.empty() ? " " : ", ") + each;
    if (line.size() + all.size() + 3 <= widest) {
        text += line + all + " };\n";
    } else {
        text += line + "\n";
        for (const auto& each : plan.enumerators) text += "    " + each + ",\n";
        text += "};\n";
    }
    std::string type = "(" + plan.name + ", " + cpp_literal(plan.type.name);
    if (!plan.type.schema.empty()) type += ", " + cpp_literal(plan.type.schema);
    std::vector<std::string> arguments{type + ")"};
    for (std::size_t i = 0; i < plan.enumerators.size(); ++i)
        arguments.push_back(named(plan.enumerators[i], plan.labels[i]));
    return text + call("STRATA_ENUM", arguments);
}

std::string includes_of(const std::vector<const ModelPlan*>& models) {
    std::set<std::string> standard;
    bool json = false;
    for (const ModelPlan* model : models) {
        for (const auto& member : model->members) {
            const auto has = [&](const char* part) { return member.type.find(part) != std::string::npos; };
            if (has("std::int")) standard.insert("cstdint");
            if (has("std::string")) standard.insert("string");
            if (has("std::vector")) standard.insert("vector");
            if (member.optional) standard.insert("optional");
            json = json || has("strata::Json");
        }
    }
    std::string text = "#include <strata/core/model.hpp>\n";
    if (json) text += "\n#include <boost/json/value.hpp>\n";
    if (!standard.empty()) text += "\n";
    for (const auto& header : standard) text += "#include <" + header + ">\n";
    return text;
}

}  // namespace strata::schema::generation
