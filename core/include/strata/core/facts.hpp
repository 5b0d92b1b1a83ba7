#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/column.hpp>
#include <strata/core/qualified_name.hpp>
#include <strata/core/server_default.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
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

using Fact = std::variant<fact::PrimaryKey, fact::NoKey, fact::NotGenerated, fact::Numbered, fact::MaxLength,
                          fact::Precision, fact::Default, fact::SetOnUpdate, fact::Computed, fact::Unique,
                          fact::References, fact::Version, fact::ClientDefault, fact::ComputedOnWrite>;

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

/// The words of STRATA_FACTS. They are function objects so that argument-dependent lookup cannot find std::unique
/// instead.
namespace strata::facts {

namespace on_delete {
inline constexpr auto no_action = core::ReferentialAction::no_action;
inline constexpr auto restrict = core::ReferentialAction::restrict;
inline constexpr auto cascade = core::ReferentialAction::cascade;
inline constexpr auto set_null = core::ReferentialAction::set_null;
inline constexpr auto set_default = core::ReferentialAction::set_default;
}  // namespace on_delete
namespace on_update = on_delete;

/// Several columns as one: `references(columns(a, b), columns(other.a, other.b))`.
inline constexpr auto columns = [](const auto&... column) { return std::vector<core::ColumnRef>{column...}; };

/// `primary_key(artist_tags.artist_id, artist_tags.tag_id)`
inline constexpr auto primary_key = [](const auto&... column) { return core::fact::PrimaryKey{{column...}, {}}; };
/// The table has no key: its rows cannot be got, updated or deleted by one.
inline constexpr auto no_key = [] { return core::fact::NoKey{}; };
/// The database numbers the column, though it is not a key that it generates: an identity column beside the key.
inline constexpr auto numbered = [](const auto& column) { return core::fact::Numbered{column}; };
/// The key is an integer but the application chooses it.
inline constexpr auto not_generated = [](const auto& column) { return core::fact::NotGenerated{column}; };
/// At most this many characters (not bytes).
inline constexpr auto max_length = [](const auto& column, int characters) {
    return core::fact::MaxLength{column, characters};
};
/// NUMERIC(precision, scale).
inline constexpr auto precision = [](const auto& column, int digits, int scale) {
    return core::fact::Precision{column, digits, scale};
};
inline constexpr auto unique = [](const auto&... column) { return core::fact::Unique{{column...}, {}}; };
/// The same with the constraint's name.
inline constexpr auto unique_named = [](std::string name, const auto&... column) {
    return core::fact::Unique{{column...}, std::move(name)};
};
/// The row's version: compared and incremented by every update of a row.
inline constexpr auto version_column = [](const auto& column) { return core::fact::Version{column}; };
/// A stored generated column: `computed(lines.total, "price * quantity")`.
inline constexpr auto computed = [](const auto& column, std::string sql) {
    return core::fact::Computed{column, std::move(sql)};
};

namespace detail {
struct SqlExpression {
    core::ServerDefault operator()(std::string text, core::PerDialect per_dialect = {}) const {
        return core::ServerDefault::sql(std::move(text), std::move(per_dialect));
    }
    core::ServerDefault operator()(core::PerDialect per_dialect) const {
        return core::ServerDefault::sql(std::move(per_dialect));
    }
};
}  // namespace detail

/// The current instant, by the database's clock.
inline constexpr auto now = [] { return core::ServerDefault::now(); };
/// An expression in the database's SQL: `sql("1 + 1")`, or one for each database:
/// `sql({{"sqlite", "lower(hex(randomblob(8)))"}, {"postgresql", "md5(random()::text)"}})`. With a text before the list
/// the databases that it does not name take that.
inline constexpr detail::SqlExpression sql{};
/// A constant for which C++ has no literal, in canonical form: `literal(Kind::date, "2026-11-20")`.
using Kind = core::Value::Kind;
inline constexpr auto literal = [](Kind kind, std::string canonical) {
    return core::ServerDefault{core::ServerDefault::Kind::literal, kind, std::move(canonical)};
};

namespace detail {
template <class T>
struct WithoutOptional {
    using type = T;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
    using type = T;
};
struct ServerDefaultFact {
    template <class Source, class T>
    core::fact::Default operator()(const core::Column<Source, T>& column, core::ServerDefault value) const {
        return {column, std::move(value)};
    }
    /// A constant of the column's type, or one that converts to it without loss: `"none"` for text, `0` for any
    /// integer.
    template <class Source, class T, class V>
        requires(!std::same_as<V, core::ServerDefault>)
    core::fact::Default operator()(const core::Column<Source, T>& column, const V& constant) const {
        using Plain = typename WithoutOptional<T>::type;
        constexpr bool fits = std::convertible_to<const V&, Plain> &&
                              !(std::integral<Plain> && std::floating_point<V>) &&
                              std::same_as<Plain, bool> == std::same_as<V, bool>;
        static_assert(fits, "strata: a server default is a constant of the column's type, now() or sql(...)");
        if constexpr (fits && core::column_type<Plain>) {  // the model reports any other type
            const Plain value = constant;
            core::Scratch scratch;
            return {column, core::ServerDefault::literal(core::type_of<Plain>::info.view(&value, scratch))};
        } else {
            return {column, {}};
        }
    }
};
/// The C++ value that a function of the model makes, as the column's.
template <class T, class V>
core::Value made_value(V&& made, core::Scratch& scratch) {
    const T value(std::forward<V>(made));
    return core::detail::keep(core::type_of<T>::info.view(&value, scratch), scratch);
}
template <class F>
inline constexpr bool stateless = std::is_empty_v<F> && std::is_default_constructible_v<F>;
struct ReferencesFact {
    template <class S, class T, class R, class U>
    core::fact::References operator()(const core::Column<S, T>& column, const core::Column<R, U>& referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {{column}, {referred}, deleted, updated, {}};
    }
    core::fact::References operator()(std::vector<core::ColumnRef> columns, std::vector<core::ColumnRef> referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {std::move(columns), std::move(referred), deleted, updated, {}};
    }
    /// To a table that is named instead of its model: one that has no model here, or whose model need not be known.
    template <class S, class T>
    core::fact::References operator()(const core::Column<S, T>& column, core::QualifiedName table, std::string referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {{column}, {}, deleted, updated, {}, std::move(table), {std::move(referred)}};
    }
    core::fact::References operator()(std::vector<core::ColumnRef> columns, core::QualifiedName table,
                                      std::vector<std::string> referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {std::move(columns), {}, deleted, updated, {}, std::move(table), std::move(referred)};
    }
};
}  // namespace detail

/// What an insert of a row writes where the row's member holds nothing (it is unset, NULL, zero or empty), and
/// insert_into() where the column is not assigned: `client_default(users.id, [] { return strata::Uuid::random(); })`.
inline constexpr auto client_default = []<class Source, class T, class F>(const core::Column<Source, T>& column, F) {
    using Plain = typename core::detail::Bare<T>::type;
    constexpr bool fits = detail::stateless<F> && std::is_invocable_r_v<Plain, F>;
    static_assert(fits,
                  "strata: a client default is a lambda without captures that returns a value of the column's type");
    if constexpr (fits) {
        return core::fact::ClientDefault{
            column, [](core::Scratch& scratch) { return detail::made_value<Plain>(F{}(), scratch); }};
    } else {
        return core::fact::ClientDefault{column, nullptr};
    }
};
/// What every insert and update of a row writes into the column, made from the row; sets are not rows:
/// `computed_on_write(songs.slug, [](const Song& song) { return slug_of(song.title); })`.
inline constexpr auto computed_on_write = []<class Source, class T, class F>(const core::Column<Source, T>& column, F) {
    using Plain = typename core::detail::Bare<T>::type;
    constexpr bool fits = detail::stateless<F> && std::is_invocable_r_v<Plain, F, const Source&>;
    static_assert(
        fits,
        "strata: computed_on_write() takes a lambda without captures from the row to a value of the column's type");
    if constexpr (fits) {
        return core::fact::ComputedOnWrite{column, [](const void* row, core::Scratch& scratch) {
                                               return detail::made_value<Plain>(F{}(*static_cast<const Source*>(row)),
                                                                                scratch);
                                           }};
    } else {
        return core::fact::ComputedOnWrite{column, nullptr};
    }
};
/// What the database writes when an insert does not give a value: `server_default(songs.created_at, now())`, or a
/// constant.
inline constexpr detail::ServerDefaultFact server_default{};
/// A foreign key: `references(songs.user_id, users.id, on_delete::set_null)`; third and fourth are ON DELETE and ON
/// UPDATE. A table without a model here is named: `references(songs.user_id, "users", "id")`.
inline constexpr detail::ReferencesFact references{};
/// What every update of a row writes unless it assigns the column: `set_on_update(songs.updated_at, now())`.
inline constexpr auto set_on_update = [](const auto& column, core::ServerDefault value) {
    return core::fact::SetOnUpdate{column, std::move(value)};
};

}  // namespace strata::facts
