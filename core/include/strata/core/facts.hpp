#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/column.hpp>
#include <strata/core/qualified_name.hpp>
#include <strata/core/server_default.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace strata::core {

struct TableInfo;
class RuleSet;

/// One column of a described model.
struct ColumnInfo {
    const char* name;    ///< in the database
    const char* member;  ///< in C++
    const TypeInfo* type;
    std::size_t offset;  ///< in the model, bytes
};

/// The facts about one column.
struct ColumnFacts {
    int max_length = 0;  ///< characters; 0 is unlimited
    int precision = 0;   ///< decimal digits in all; 0 is unlimited
    int scale = 0;       ///< of them after the point
    std::optional<ServerDefault> server_default;
    std::optional<ServerDefault> set_on_update;
    std::optional<std::string> computed;  ///< SQL of a stored generated column
    /// Makes the value that an insert writes where the row has none; nullptr: nothing does.
    Value (*client_default)(Scratch& scratch) = nullptr;
    /// Makes the value that every write of a row writes, from the row.
    Value (*computed_on_write)(const void* row, Scratch& scratch) = nullptr;
    bool generated_key = false;  ///< the database generates it
    bool numbered = false;       ///< the database numbers it, though it is not a generated key
    [[nodiscard]] bool server_made() const {
        return generated_key || numbered || server_default.has_value() || computed.has_value();
    }
};

struct UniqueFact {
    std::string name;  ///< empty: by convention
    std::vector<int> columns;
};

struct ReferenceFact {
    std::string name;  ///< empty: by convention
    std::vector<int> columns;
    const TableInfo* referred = nullptr;  ///< null where the referred table is said by name
    std::vector<int> referred_columns;
    ReferentialAction on_delete = ReferentialAction::no_action;
    ReferentialAction on_update = ReferentialAction::no_action;
    QualifiedName referred_name{};                ///< where there is no model: the table
    std::vector<std::string> referred_by_name{};  ///< and its columns
};

/// What both layers know about a model beyond its members. Columns are named by position.
struct Facts {
    std::vector<int> primary_key;  ///< empty: the model has no key
    bool no_key = false;           ///< the model says that it has none
    std::string primary_key_name;  ///< empty: by convention
    std::vector<ColumnFacts> columns;
    std::vector<UniqueFact> uniques;
    std::vector<ReferenceFact> references;
    int version_column = -1;         ///< incremented by every update of a row and compared before it; -1: none
    std::uint32_t number = 0;        ///< of the model within the process, never given twice
    const RuleSet* rules = nullptr;  ///< of STRATA_RULES (strata/core/rules.hpp), if there are any
};

/// A described model. One static object per model; its address is its identity as long as the code that has it is
/// loaded, and its facts' number always.
struct TableInfo {
    const char* schema;  ///< of the database, that the table is in; empty: the connection's current one
    const char* name;    ///< of the table
    const char* model;   ///< the C++ type
    const ColumnInfo* columns;
    int column_count;
    const Facts& (*facts)();

    [[nodiscard]] QualifiedName qualified_name() const;
    [[nodiscard]] const ColumnInfo& column(int index) const { return columns[index]; }
    /// Position of the column with this name in the database, or -1.
    [[nodiscard]] int find(std::string_view column_name) const;
};

/// The descriptor of a model: what has it is found beside the model, in its namespace.
template <class Model>
constexpr const TableInfo& table_info() {
    return decltype(strata_table_info(static_cast<const Model*>(nullptr)))::info;
}

template <class Model>
constexpr const TableInfo& table_of(const Model*) {
    return table_info<Model>();
}

/// A handle without its types.
struct ColumnRef {
    const TableInfo* table;
    int index;

    template <class Source, class T>
    ColumnRef(const Column<Source, T>& column) : table(&table_info<Source>()), index(column.strata_index()) {}
};

/// For headers that name a column without this one.
template <class Source, class T>
ColumnRef strata_column_ref(const Column<Source, T>& column) {
    return column;
}

// Facts, as STRATA_FACTS lists them.
namespace fact {
struct PrimaryKey {
    std::vector<ColumnRef> columns;
    std::string name;
};
struct NoKey {};
struct NotGenerated {
    ColumnRef column;
};
struct Numbered {
    ColumnRef column;
};
struct MaxLength {
    ColumnRef column;
    int characters;
};
struct Precision {
    ColumnRef column;
    int precision;
    int scale;
};
struct Default {
    ColumnRef column;
    ServerDefault value;
};
struct SetOnUpdate {
    ColumnRef column;
    ServerDefault value;
};
struct Computed {
    ColumnRef column;
    std::string sql;
};
struct Unique {
    std::vector<ColumnRef> columns;
    std::string name;
};
struct References {
    std::vector<ColumnRef> columns;
    std::vector<ColumnRef> referred;
    ReferentialAction on_delete = ReferentialAction::no_action;
    ReferentialAction on_update = ReferentialAction::no_action;
    std::string name;
    QualifiedName referred_name{};
    std::vector<std::string> referred_by_name{};
};
struct Version {
    ColumnRef column;
};
struct ClientDefault {
    ColumnRef column;
    Value (*make)(Scratch& scratch);
};
struct ComputedOnWrite {
    ColumnRef column;
    Value (*make)(const void* row, Scratch& scratch);
};
}  // namespace fact

/// Any of the facts. Its type is hidden: a std::variant of so many would be an eighth of a header of models to compile.
class Fact {
public:
    // NOLINTBEGIN(google-explicit-constructor): a list of facts is a list of any
    Fact(fact::PrimaryKey fact);
    Fact(fact::NoKey fact);
    Fact(fact::NotGenerated fact);
    Fact(fact::Numbered fact);
    Fact(fact::MaxLength fact);
    Fact(fact::Precision fact);
    Fact(fact::Default fact);
    Fact(fact::SetOnUpdate fact);
    Fact(fact::Computed fact);
    Fact(fact::Unique fact);
    Fact(fact::References fact);
    Fact(fact::Version fact);
    Fact(fact::ClientDefault fact);
    Fact(fact::ComputedOnWrite fact);
    // NOLINTEND(google-explicit-constructor)
    Fact(const Fact&);
    Fact& operator=(const Fact&);
    ~Fact();

    struct Any;
    [[nodiscard]] const Any& any() const noexcept { return *any_; }

private:
    Any* any_;
};

/// What STRATA_FACTS lists. Defined out of line, so that a model without facts costs the compiler nothing.
class FactList {
public:
    FactList();
    FactList(std::initializer_list<Fact> facts);
    FactList(const FactList&);
    FactList& operator=(const FactList&);
    ~FactList();
    [[nodiscard]] const std::vector<Fact>& all() const noexcept { return facts_; }

private:
    std::vector<Fact> facts_;
};

/// What STRATA_MODEL or STRATA_VIEW has described.
enum class ModelKind : std::uint8_t { table, view };

/// Checks the list and lays it out by position. Without a primary_key fact a table's `id` column is the key, and a view
/// has none; a single key of an integer type that references nothing is generated. Throws UsageError for a fact about
/// another table's column.
Facts make_facts(const TableInfo& table, const FactList& list, ModelKind kind = ModelKind::table);

/// The same with the model's rules, stored until the program ends.
const Facts& keep_facts(const TableInfo& table, const FactList& list, ModelKind kind, const RuleSet* rules = nullptr);

FactList strata_facts(const void*);        // a model without STRATA_FACTS
const RuleSet* strata_rules(const void*);  // a model without STRATA_RULES
constexpr unsigned strata_facts_say(const void*, int) { return 0; }
template <ModelKind kind>
using KindOf = std::integral_constant<ModelKind, kind>;
KindOf<ModelKind::table> strata_model_kind(const void*);  // a model without STRATA_VIEW
template <class Model>
inline constexpr ModelKind model_kind = decltype(strata_model_kind(static_cast<const Model*>(nullptr)))::value;

/// Whether STRATA_VIEW describes the struct, so that its rows are only read.
template <class Model>
inline constexpr bool is_view = model_kind<Model> == ModelKind::view;

template <class Model>
const Facts& model_facts() {
    constexpr const TableInfo* table = &table_info<Model>();
    constexpr const Model* model = nullptr;
    static const Facts& facts = keep_facts(*table, strata_facts(model), model_kind<Model>, strata_rules(model));
    return facts;
}

}  // namespace strata::core
