#pragma once

#include "generate/identifiers.hpp"

#include <strata/schema/ddl.hpp>
#include <strata/schema/generate.hpp>

#include <map>
#include <string>
#include <vector>

/// What the generated code is made of: which C++ name and type each thing of the MetaData gets.
namespace strata::schema::generation {

/// An enum type as a described enum.
struct EnumPlan {
    std::string name;    ///< in C++
    QualifiedName type;  ///< in the database; the name is made up where the database keeps none
    std::vector<std::string> enumerators;
    std::vector<std::string> labels;
    std::string comment;
};

/// A column as a member.
struct Member {
    const Column* column = nullptr;
    std::string name;
    std::string type;  ///< without std::optional
    bool optional = false;
    const EnumPlan* enumeration = nullptr;
    Column base;  ///< the column as the model and its facts say it

    [[nodiscard]] std::string declared_type() const { return optional ? "std::optional<" + type + ">" : type; }
};

/// A table as a described struct.
struct ModelPlan {
    const Table* table = nullptr;  ///< of a view: made from its columns
    bool is_view = false;
    std::string model;               ///< the struct
    std::string handle;              ///< and its table object
    std::vector<std::string> parts;  ///< of a wide table: the structs that it inherits
    std::vector<Member> members;
    std::vector<std::string> facts;
    std::vector<const ForeignKey*> keys_outside;  ///< that are no facts and are said in the schema file

    [[nodiscard]] const Member* find(std::string_view column) const;
    /// `songs.title`; a name in quotes where the table has no such column.
    [[nodiscard]] std::string column_text(std::string_view column) const;
    [[nodiscard]] std::string columns_text(const std::vector<std::string>& columns) const;
};

struct Plan {
    std::string name_space;
    bool per_table = false;
    NamingConvention names;
    std::vector<Table> views;     ///< as tables
    std::vector<Table> tables;    ///< sorted by name
    std::vector<Object> objects;  ///< those before tables, then the others
    std::vector<Privileges> privileges;
    std::vector<std::string> unmanaged;
    std::vector<EnumPlan> enums;
    std::vector<ModelPlan> models;  ///< one for each table that has columns
    std::map<QualifiedName, std::size_t> model_of;

    [[nodiscard]] const ModelPlan* find(const QualifiedName& table) const;
    [[nodiscard]] const EnumPlan* find_enum(const QualifiedName& type) const;
};

[[nodiscard]] Plan plan(const MetaData& metadata, const DdlCompiler& ddl, const GenerateOptions& options);

/// How many members a struct has at most. A wider table is several structs, each short enough for the macros that
/// compile fastest; a model inherits 40 of them at most.
[[nodiscard]] std::size_t part_size(std::size_t members);

/// The convention under which the fewest names need to be said.
[[nodiscard]] NamingConvention best_convention(const std::vector<Table>& tables);

/// A text as it may stand in a `//` comment, one line of at most `width` characters each.
[[nodiscard]] std::vector<std::string> comment_lines(std::string_view text, std::size_t width);
/// SQL as a raw string where that reads better, else as a literal.
[[nodiscard]] std::string sql_text(std::string_view sql);

/// The struct with its comments, STRATA_MODEL and STRATA_FACTS; the facts alone.
[[nodiscard]] std::string model_text(const ModelPlan& model);
[[nodiscard]] std::string facts_text(const ModelPlan& model);
[[nodiscard]] std::string enum_text(const EnumPlan& plan);
/// The headers that the members of these models need, as #include lines in groups.
[[nodiscard]] std::string includes_of(const std::vector<const ModelPlan*>& models);

/// An entry of the MetaData's list, without the comma after it, preceded by its comments.
[[nodiscard]] std::string table_entry(const Plan& plan, const Table& table);
[[nodiscard]] std::string object_entry(const Plan& plan, const Object& object);

}  // namespace strata::schema::generation
