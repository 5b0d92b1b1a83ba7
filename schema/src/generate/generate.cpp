#include "generate/own_code.hpp"
#include "generate/plan.hpp"

#include <strata/schema/generate.hpp>
#include <strata/schema/internal/cpp_text.hpp>
#include <strata/schema/internal/object_kinds.hpp>

#include <algorithm>
#include <set>

namespace strata::schema {
namespace {

using namespace generation;

/// A source of this many tables or columns, or of this much text, compiles in a few seconds.
constexpr std::size_t tables_of_a_source = 12;
constexpr std::size_t columns_of_a_source = 500;
constexpr std::size_t bytes_of_a_source = 60'000;

std::string indented(const std::string& text, std::size_t indent);

bool before_tables(ObjectKind kind) { return internal::traits_of(kind).place < internal::CreationPlace::code; }

/// An entry of the MetaData's list and the model that it names.
struct Entry {
    std::string text;
    const ModelPlan* model = nullptr;
};

/// What is in one source.
struct Part {
    std::vector<Entry> entries;
    std::size_t bytes = 0;
    std::size_t tables = 0;
    std::size_t columns = 0;
};

class Generator {
public:
    Generator(Plan plan, const GenerateOptions& options) : plan_(std::move(plan)), options_(options) {}

    std::vector<GeneratedFile> run() {
        split();
        models();
        schema();
        cmake();
        std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return std::move(files_);
    }

private:
    void split() {
        for (const auto& object : plan_.objects)
            if (before_tables(object.ref.kind)) add_entry({object_entry(plan_, object)});
        for (const auto& table : plan_.tables) {
            add_entry({table_entry(plan_, table), plan_.find(table.name)});
            ++parts_.back().tables;
            parts_.back().columns += table.columns.size();
        }
        for (const auto& object : plan_.objects) {
            if (before_tables(object.ref.kind)) continue;
            const ModelPlan* model = plan_.find(object.ref.name);
            add_entry({object_entry(plan_, object), model});
            if (model == nullptr) continue;  // a view's model costs the compiler what a table's does
            ++parts_.back().tables;
            parts_.back().columns += model->members.size();
        }
        for (const auto& each : plan_.privileges) add_entry({internal::privileges_text(each)});
    }

    void add_entry(Entry entry) {
        const bool full = parts_.empty() || parts_.back().bytes >= bytes_of_a_source ||
                          parts_.back().columns >= columns_of_a_source || parts_.back().tables >= tables_of_a_source;
        // One file is enough for a schema of usual size.
        if (parts_.empty() || (full && plan_.tables.size() > 2 * tables_of_a_source)) parts_.emplace_back();
        parts_.back().bytes += entry.text.size();
        parts_.back().entries.push_back(std::move(entry));
    }

    void add_file(std::string name, const std::string& body) {
        const char* mark = name.ends_with(".cmake") || name == "CMakeLists.txt" ? "# " : "// ";
        files_.push_back({std::move(name), std::string(mark) + std::string(generated_mark) + "\n" + body});
    }

    [[nodiscard]] std::string opened() const { return "namespace " + plan_.name_space + " {\n\n"; }
    [[nodiscard]] std::string closed() const { return "}  // namespace " + plan_.name_space + "\n"; }
    static std::string own_code(const std::string& indent) {
        return indent + "// " + std::string(own_code_begins) + "\n" + indent + "// " + std::string(own_code_ends) +
               "\n";
    }

    void header(const std::string& name, const std::string& includes, const std::string& text) {
        add_file(name, "#pragma once\n\n" + includes + "\n" + opened() + text + own_code("") + "\n" + closed());
    }

    [[nodiscard]] std::string enums() const {
        std::string text;
        for (const auto& each : plan_.enums) text += enum_text(each) + "\n";
        return text;
    }

    void models() {
        if (!plan_.per_table) {
            std::vector<const ModelPlan*> all;
            std::string text = enums();
            // Facts may refer to any model, so they are after all of them.
            std::string facts;
            for (const auto& model : plan_.models) {
                all.push_back(&model);
                ModelPlan bare = model;
                if (refers(model)) bare.facts.clear();
                text += model_text(bare) + "\n";
                if (!bare.facts.empty() || model.facts.empty()) continue;
                facts += facts_text(model);
            }
            if (!facts.empty()) facts += "\n";
            header("models.hpp", includes_of(all), text + facts);
            return;
        }
        if (!plan_.enums.empty()) header("enums.hpp", "#include <strata/core/model.hpp>\n", enums());
        std::set<std::string> all;
        for (const auto& model : plan_.models) {
            const bool enumerates = std::any_of(model.members.begin(), model.members.end(), [&](const Member& member) {
                return std::any_of(plan_.enums.begin(), plan_.enums.end(), [&](const EnumPlan& each) {
                    return member.type == each.name || member.type == "std::vector<" + each.name + ">";
                });
            });
            header(header_of(model), (enumerates ? "#include \"../enums.hpp\"\n\n" : "") + includes_of({&model}),
                   model_text(model) + "\n");
            all.insert(header_of(model));
        }
        std::string lines = include_lines(all);
        if (!lines.empty()) lines.pop_back();
        add_file("models.hpp", "#pragma once\n\n" + lines);
    }

    /// Whether a fact names another model's handle.
    static bool refers(const ModelPlan& model) {
        return std::any_of(model.facts.begin(), model.facts.end(),
                           [](const std::string& fact) { return fact.starts_with("references("); });
    }

    static std::string header_of(const ModelPlan& model) { return "tables/" + model.handle + ".hpp"; }

    [[nodiscard]] std::string naming() const {
        const NamingConvention plain;
        std::string text;
        const auto add = [&](const char* name, const std::string& value, const std::string& usual) {
            if (value == usual) return;
            text += (text.empty() ? "." : ", .") + std::string(name) + " = " + internal::cpp_literal(value);
        };
        add("ix", plan_.names.ix, plain.ix);
        add("uq", plan_.names.uq, plain.uq);
        add("ck", plan_.names.ck, plain.ck);
        add("fk", plan_.names.fk, plain.fk);
        add("pk", plan_.names.pk, plain.pk);
        add("ex", plan_.names.ex, plain.ex);
        return "NamingConvention{" + text + "}";
    }

    /// The models' headers that a part needs, in the order that clang-format gives them.
    [[nodiscard]] std::set<std::string> headers(const Part& part) const {
        if (!plan_.per_table)
            return plan_.models.empty() ? std::set<std::string>() : std::set<std::string>{"models.hpp"};
        std::set<std::string> result;
        for (const auto& entry : part.entries) {
            if (entry.model != nullptr) result.insert(header_of(*entry.model));
            if (entry.text.starts_with("enum_type<")) result.insert("enums.hpp");
        }
        return result;
    }

    static std::string include_lines(const std::set<std::string>& headers) {
        std::string text;
        for (const auto& name : headers) text += "#include \"" + name + "\"\n";
        return text + (text.empty() ? "" : "\n");
    }

    static std::string list(const Part& part) {
        std::string text;
        for (const auto& entry : part.entries) {
            // The items of a table are on lines of their own; a text of several lines stays as it is.
            std::string rest = entry.text;
            if (entry.text.starts_with("table(") && entry.text.ends_with("\n})")) {
                const auto first = entry.text.find('\n') + 1;
                text += "        " + entry.text.substr(0, first) +
                        indented(entry.text.substr(first, entry.text.size() - first - 2), 12) + "        }),\n";
            } else {
                text += "        " + entry.text + ",\n";
            }
        }
        return text;
    }

    [[nodiscard]] std::string unmanaged() const {
        std::string text;
        for (const auto& each : plan_.unmanaged)
            for (const auto& line : comment_lines("unmanaged: " + each, 100)) text += "    // " + line + "\n";
        return text;
    }

    void schema() {
        add_file("schema.hpp", "#pragma once\n\n#include <strata/schema/metadata.hpp>\n\n" + opened() +
                                   "/// The tables and all else that the database has.\n"
                                   "strata::schema::MetaData metadata();\n\n" +
                                   closed());
        const std::string head = "// clang-format off: an item is a line\n";
        if (parts_.size() <= 1) {
            const Part part = parts_.empty() ? Part() : parts_.front();
            add_file(
                "schema.cpp",
                "#include \"schema.hpp\"\n\n" + include_lines(headers(part)) +
                    "#include <strata/schema/table.hpp>\n\n" + opened() + head +
                    "strata::schema::MetaData metadata() {\n"
                    "    using namespace strata::schema;\n" +
                    (part.entries.empty() ? std::string("    MetaData metadata;\n")
                                          : "    MetaData metadata(" + naming() + ", {\n" + list(part) + "    });\n") +
                    unmanaged() + own_code("    ") + "    return metadata;\n}\n// clang-format on\n\n" + closed());
            return;
        }
        std::string declarations;
        std::string calls;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const std::string number = std::to_string(i + 1);
            const std::string call = "add_part_" + number;
            declarations += "void " + call + "(strata::schema::MetaData& metadata);\n";
            calls += "    " + call + "(metadata);\n";
            auto included = headers(parts_[i]);
            included.insert("schema_parts.hpp");
            add_file("schema_" + number + ".cpp",
                     include_lines(included) + "#include <strata/schema/table.hpp>\n\n" + opened() + head + "void " +
                         call +
                         "(strata::schema::MetaData& metadata) {\n    using namespace strata::schema;\n    "
                         "metadata.add(naming_convention(), {\n" +
                         list(parts_[i]) + "    });\n}\n// clang-format on\n\n" + closed());
            sources_.push_back("schema_" + number + ".cpp");
        }
        add_file("schema_parts.hpp", "#pragma once\n\n#include <strata/schema/metadata.hpp>\n\n" + opened() +
                                         "strata::schema::NamingConvention naming_convention();\n" + declarations +
                                         "\n" + closed());
        add_file(
            "schema.cpp",
            "#include \"schema.hpp\"\n\n#include \"schema_parts.hpp\"\n\n" + opened() + head +
                "strata::schema::NamingConvention naming_convention() {\n    using strata::schema::NamingConvention;\n"
                "    return " +
                naming() + ";\n}\n\n" +
                "strata::schema::MetaData metadata() {\n    strata::schema::MetaData metadata;\n" + calls +
                unmanaged() + own_code("    ") + "    return metadata;\n}\n// clang-format on\n\n" + closed());
    }

    void cmake() {
        const std::string library = models_target(options_);
        std::string sources = "    \"${CMAKE_CURRENT_LIST_DIR}/schema.cpp\"\n";
        for (const auto& source : sources_) sources += "    \"${CMAKE_CURRENT_LIST_DIR}/" + source + "\"\n";
        add_file("models.cmake", "# The library " + library +
                                     " of these models:\n"
                                     "#   include(FOLDER/models.cmake)\n"
                                     "#   target_link_libraries(my_program PRIVATE " +
                                     library +
                                     ")\n"
                                     "include_guard(GLOBAL)\n\n"
                                     "if(NOT TARGET strata::schema)\n"
                                     "    find_package(strata REQUIRED)\n"
                                     "endif()\n"
                                     "add_library(" +
                                     library + " STATIC\n" + sources +
                                     ")\n"
                                     "target_include_directories(" +
                                     library +
                                     " PUBLIC \"${CMAKE_CURRENT_LIST_DIR}\")\n"
                                     "target_link_libraries(" +
                                     library + " PUBLIC strata::schema)\n");
        if (!options_.migration_tool) return;
        const std::string tool = migration_tool_target(options_);
        add_file("CMakeLists.txt", "# The models' library " + library +
                                       ", and the migration tool that db_migrate.sh runs.\n"
                                       "cmake_minimum_required(VERSION 3.25)\n"
                                       "project(" +
                                       library +
                                       " LANGUAGES CXX)\n\n"
                                       "include(models.cmake)\n"
                                       "strata_add_migration_tool(TARGET " +
                                       tool +
                                       " DIRECTORY migrations\n"
                                       "                          METADATA " +
                                       plan_.name_space +
                                       "::metadata HEADER schema.hpp\n"
                                       "                          LIBRARIES " +
                                       library + ")\n");
    }

    Plan plan_;
    const GenerateOptions& options_;
    std::vector<Part> parts_;
    std::vector<std::string> sources_;
    std::vector<GeneratedFile> files_;
};

/// Indents each line that does not begin inside a raw string.
std::string indented(const std::string& text, std::size_t indent) {
    std::string result;
    bool raw = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        if (!raw && !line.empty()) result.append(indent, ' ');
        result += line;
        result += '\n';
        for (std::size_t i = 0; i < line.size();) {
            const auto next = line.find(raw ? ")sql\"" : "R\"sql(", i);
            if (next == std::string_view::npos) break;
            raw = !raw;
            i = next + 5;
        }
        at = end + 1;
    }
    return result;
}

}  // namespace

std::vector<GeneratedFile> generate(const MetaData& metadata, const core::Dialect& dialect,
                                    const GenerateOptions& options) {
    return Generator(generation::plan(metadata, ddl_compiler(dialect), options), options).run();
}

namespace {

/// The namespace as a part of a target's name.
std::string target_stem(const GenerateOptions& options) {
    std::string stem = options.name_space;
    for (std::size_t at; (at = stem.find("::")) != std::string::npos;) stem.replace(at, 2, "_");
    return stem;
}

}  // namespace

std::string models_target(const GenerateOptions& options) {
    const std::string stem = target_stem(options);
    return stem.ends_with("models") ? stem : stem + "_models";
}

std::string migration_tool_target(const GenerateOptions& options) { return target_stem(options) + "_migrate"; }

}  // namespace strata::schema
