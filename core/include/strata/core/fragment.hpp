#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/detail/small_vector.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// For one-line functions of templates: without optimisation each would be a separate function for every type.
#define STRATA_DETAIL_INLINE [[gnu::always_inline]] inline

namespace strata::core {

struct TableInfo;

/// What a token does. A query is a list of tokens in postfix order: an operation follows its operands.
enum class Op : std::uint16_t {
    // Operands.
    column,        ///< object: TableInfo, number: its position
    alias_column,  ///< object: AliasInfo, number: its position
    parameter,     ///< number: TypeKind, object: EnumInfo of an enum, TypeInfo of an array's element
    null,
    constant,  ///< number: a small number that is part of the shape
    count_all,
    // One operand.
    is_null,
    is_not_null,
    logical_not,
    negate,
    lower,
    upper,
    length,
    absolute,
    count,
    count_distinct,
    sum,  ///< flags: 1 when the result is exact (Decimal)
    average,
    minimum,
    maximum,
    cast,     ///< number: TypeKind
    extract,  ///< number: core::Field; flags: 0 of a date or timestamp, extract_instant, extract_time
    // Two operands.
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    add,
    subtract,
    multiply,
    divide,  ///< flags: 1 when the operands are Decimal
    modulo,
    concatenate,
    like,         ///< case-sensitive; the parameter holds the pattern
    like_folded,  ///< ilike
    in_array,     ///< flags: 1 negated, in_array_many; the parameter holds the whole list
    in_query,     ///< flags: 1 negated
    // More.
    in_list,  ///< number: of elements after the first operand; flags: 1 negated
    between,
    coalesce,   ///< number: of operands
    when,       ///< condition, then, otherwise
    substring,  ///< text, from (1 is the first), length
    exists,
    // These two enclose a query inside a query; its clauses are between them.
    query_begin,
    query_end,
    // Clauses; each applies to the operand before it, if it has one.
    select_item,
    select_row,  ///< object: TableInfo
    select_alias_row,
    distinct,
    from,        ///< object: TableInfo
    from_alias,  ///< object: AliasInfo
    join,        ///< object: TableInfo; flags: JoinKind
    join_alias,
    where,
    group_by,
    having,
    order_by,  ///< flags: Order's
    limit,
    offset,
    assign,  ///< object: TableInfo, number: the column
    // Statements, always the last token. object: TableInfo or AliasInfo.
    rows_of,
    rows_of_alias,
    count_of,
    count_of_alias,
    exists_in,
    exists_in_alias,
    update,
    remove,
    insert_values,  ///< of the assignments
    insert_row,     ///< of a whole row; flags: 1 keeps its keys
    update_row,
    remove_row,
    get_row,
};
inline constexpr std::size_t op_count = static_cast<std::size_t>(Op::get_row) + 1;

enum class JoinKind : std::uint16_t { inner, left, cross };

/// A part of a date or a time.
enum class Field : std::uint32_t { year, month, day, hour, minute, second };
inline constexpr std::uint16_t extract_instant = 1;
inline constexpr std::uint16_t extract_time = 2;

/// The list is long enough for the database to build a hash table of it.
inline constexpr std::uint16_t in_array_many = 2;

/// One step of a query. Plain data without padding, since lists of tokens are hashed and compared as bytes.
struct Token {
    Op op{};
    std::uint16_t flags = 0;
    std::uint32_t number = 0;
    const void* object = nullptr;
};
static_assert(std::has_unique_object_representations_v<Token>);

/// A table under another name within one query.
struct AliasInfo {
    const TableInfo* table;
    const char* name;
};

/// The meaning of a bound text, for which each database has its own form.
enum class Form : std::uint8_t { plain, pattern, prefix, suffix, infix };

/// A bound value; its text is stored in the fragment's text.
struct Bound {
    Value value;
    std::uint32_t offset = 0;
    Form form = Form::plain;
};

/// A piece of a query: its shape as tokens, and its values, which it owns. The shape does not contain values, so that
/// one prepared statement serves every query of that shape. Copyable; distinct objects are thread safe.
class Fragment {
public:
    Fragment() noexcept;
    Fragment(const Fragment& other);
    Fragment(Fragment&& other) noexcept;
    Fragment& operator=(const Fragment& other);
    Fragment& operator=(Fragment&& other) noexcept;
    ~Fragment();

    void push(const Token& token);
    void push(Op op, std::uint32_t number = 0);
    /// Appends another fragment's tokens and values.
    void append(const Fragment& other);
    void column(const TableInfo& table, int index);
    void column(const AliasInfo& alias, int index);

    // Bound values. Text is copied.
    void bind(std::int64_t number);
    void bind(double number);
    void bind(std::string_view text, Form form = Form::plain);
    void bind(const TypeInfo& type, const void* object);
    void bind(Token parameter, const Value& value, Form form = Form::plain);

    [[nodiscard]] const detail::SmallVector<Token, 20>& tokens() const noexcept { return tokens_; }
    [[nodiscard]] std::size_t value_count() const noexcept;
    [[nodiscard]] Form form(std::size_t index) const;
    /// A bound value; borrows from this fragment.
    [[nodiscard]] Value value(std::size_t index) const;

private:
    detail::SmallVector<Token, 20> tokens_;
    detail::SmallVector<Bound, 4> values_;
    detail::SmallVector<char, 48> text_;
};

namespace detail {

/// Collects the elements of `x IN (...)`: as one array parameter, so that neither database's limit on parameters
/// applies; as one parameter per element when an array cannot represent them, or when using an index is faster.
class InList {
public:
    InList(Fragment& fragment, const TypeInfo& type);
    void add(const void* object);
    void finish(bool negated);

private:
    Fragment& fragment_;
    const TypeInfo& type_;
    std::string array_;        // JSON
    Fragment each_;            // the elements as parameters, in case they are needed
    bool needs_each_ = false;  // an array cannot represent them
    std::uint32_t count_ = 0;
};

/// Throws ValueError for a number that its column cannot hold.
[[noreturn]] void fail_range();

}  // namespace detail
}  // namespace strata::core
