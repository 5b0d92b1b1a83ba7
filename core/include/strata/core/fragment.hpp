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
    column,         ///< object: its source, number: its position
    parameter,      ///< flags: parameter_of_column, parameter_folded; object: an enum's or an array's element type
    null,           ///< flags: null_typed
    truth,          ///< a condition that says nothing
    constant,       ///< number: a small number that is part of the shape
    table_value,    ///< object: a source; what a virtual table of SQLite has in the column that is called as itself
    result_column,  ///< number: a position in the query's own result, to order it by
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
    sum,
    average,
    minimum,
    maximum,
    cast,
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
    divide,
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
    when,       ///< number: of operands: condition, value, condition, value, ..., and the value of no condition
    substring,  ///< text, from (1 is the first), length
    exists,
    window_call,       ///< a function of a window; number: of operands; flags: WindowFunction
    over,              ///< a function and what its window consists of; number: of operands after the function
    window_partition,  ///< part of a window
    window_order,      ///< part of a window; flags: Order's
    window_frame,      ///< part of a window: the distances of its ends, or nulls; number: FrameBits
    grouping_form,     ///< what group_by takes; number: of operands; flags: GroupingForm
    grouping,          ///< which of its operands a row is not grouped by; number: of operands
    collate,           ///< object: the collation's name
    row_after,         ///< a row's expressions, then as many values; number: of operands; flags: 1 before
    is_distinct,       ///< unequal, and NULL is equal to itself
    is_not_distinct,   ///< equal, and NULL is equal to itself
    row,               ///< number: of operands
    in_rows,           ///< a row and a parameter: a JSON array of arrays; flags: 1 negated
    filter,            ///< an aggregate, and the condition for the rows that it takes
    aggregate_order,   ///< flags: Order's; an operand of an aggregate
    text,              ///< some bytes of the text of the operation that follows: Fragment::push_text
    raw,               ///< its text is SQL; number: of operands; flags: 1 there is a text for each database
    named_function,    ///< its text is a name; number: of operands
    function,          ///< flags: dal's Function; number: of operands
    // These two enclose a query inside a query; its clauses are between them.
    query_begin,
    query_end,
    set_operation,  ///< clause of a query that consists of the two queries before it; number: SetKind, flags: 1 ALL
    values_row,     ///< clause of a query that consists of values; number: of operands
    function_rows,  ///< clause of a query that consists of what a function gives; number: of operands; flags:
                    ///< RowsFunction
    with,           ///< object: the source that the query before it defines; flags: 1 recursive; number: Materialize
    writing,  ///< clause of a query that consists of the rows that it writes; object: their table, number: Writing
    // Clauses; each applies to the operand before it, if it has one.
    select_item,
    select_row,  ///< object: the source whose columns it has
    distinct,
    from,  ///< object: the source, whose rows may be those of the query before it
    join,  ///< object: the source, whose query may come before the condition; flags: JoinKind
    where,
    group_by,
    having,
    order_by,  ///< flags: Order's
    limit,
    offset,
    // Clauses of a statement that writes.
    row_value,        ///< a value that a row gives; object: the source, number: the column, flags: RowUse
    conflict_target,  ///< its operand is a column of the conflict's key
    conflict_index,   ///< its operand is the condition of the partial index that has the key
    conflict_action,  ///< number: ConflictAction; the assignments up to conflict_end are the update's
    conflict_end,
    conflict_where,  ///< its operand says which rows the conflict's update changes
    distinct_on,
    keyset,         ///< values of the order's entries, whose rows come after; number: of values; flags: 1 before
    lock,           ///< flags: LockBits; object: the source whose rows are locked, if not all are
    source_filter,  ///< a condition on the rows of a source; object: the source
    assign,         ///< object: the source, number: the column
};
inline constexpr std::size_t op_count = static_cast<std::size_t>(Op::assign) + 1;

/// What a statement does with a value of a row.
enum class RowUse : std::uint8_t { written, matched };
/// What an insert does where a row with its key exists. `update_written`: what the insert writes takes its place.
enum class ConflictAction : std::uint16_t { nothing, update, update_written };

enum class SetKind : std::uint16_t { unite, intersect, except };

/// What a query that writes does: inserts a row of values, or the rows of its source, or changes rows.
enum class Writing : std::uint16_t { insert, insert_rows, update, remove };

enum class JoinKind : std::uint8_t { inner, left, cross, right, full };

/// Whether a query that is defined before the statement is run by itself.
enum class Materialize : std::uint16_t { as_database_likes, yes, no };

enum class WindowFunction : std::uint8_t {
    row_number,
    rank,
    dense_rank,
    percent_rank,
    cume_dist,
    ntile,
    lag,
    lead,
    first_value,
    last_value,
    nth_value
};

/// A function that gives rows: numbers or days from the first operand to the second in steps of the third, or the
/// elements of an array with their positions, or the elements or members of a JSON document.
enum class RowsFunction : std::uint8_t { numbers, days, elements, json_elements, json_members };

enum class GroupingForm : std::uint8_t { rollup, cube, sets, set };

/// A lock of a query's rows: its strength in the lowest bit (0: of an update), and what to do about rows that others
/// have locked.
inline constexpr std::uint8_t lock_share = 1;
inline constexpr std::uint8_t lock_nowait = 2;
inline constexpr std::uint8_t lock_skip = 4;

/// A part of a date or a time.
enum class Field : std::uint16_t { year, month, day, hour, minute, second };
inline constexpr std::uint8_t extract_instant = 1;
inline constexpr std::uint8_t extract_time = 2;

/// The list is long enough for the database to build a hash table of it.
inline constexpr std::uint8_t in_array_many = 2;

/// The parameter is compared with, or assigned to, a column: object and number are the column's.
inline constexpr std::uint8_t parameter_of_column = 1;
/// The parameter is assigned, so its value is checked.
inline constexpr std::uint8_t parameter_assigned = 2;
/// The parameter is a pattern that is compared without regard to case.
inline constexpr std::uint8_t parameter_folded = 4;
/// The NULL is one of its token's type.
inline constexpr std::uint8_t null_typed = 1;
/// The parameter is an earlier one again; number: which, from 0.
inline constexpr std::uint8_t parameter_again = 8;

/// One step of a query. Plain data without padding and without addresses, since lists of tokens are hashed and compared
/// as bytes: what a token refers to has a number among its fragment's descriptors.
struct Token {
    Op op{};
    std::uint8_t flags = 0;
    TypeKind type{};           ///< of the result, where the operation alone does not say it
    std::uint16_t object = 0;  ///< from 1; 0: none
    std::uint16_t number = 0;
};
static_assert(std::has_unique_object_representations_v<Token>);

/// How many bytes of a text one token holds; none of them is 0, which fills the last token.
inline constexpr std::size_t text_in_token = 4;
/// Appends the bytes that a token of Op::text holds.
void append_text(std::string& out, const Token& token);

/// Where rows come from: a query is written where it is used, for each row of the tables before it where it is
/// lateral, or once before the statement under a name (a CTE). A name alone has no rows.
enum class SourceKind : std::uint8_t { table, derived, named_query, lateral, name };

/// What a query can take rows from: a table, a table under another name within the query, or another query. Constant
/// data of a type: what differs from call to call, as the tokens of that other query, is in the token list.
struct SourceInfo {
    SourceKind kind;
    const TableInfo* table;          ///< nullptr: the rows of a query, whose columns are called c1, c2, ...
    const char* name = nullptr;      ///< within the query; nullptr: the table's own
    const SourceInfo* of = nullptr;  ///< a named query's other name: the one that it is defined under
};

/// What tokens refer to by its number; one of the two.
struct Descriptor {
    const SourceInfo* source = nullptr;
    const TypeInfo* type = nullptr;  ///< an enum, or an array's element
    bool operator==(const Descriptor&) const = default;
};

/// The meaning of a bound text, for which each database has its own form. A path leads to a value in a JSON document,
/// and a format says how a time is written.
enum class Form : std::uint8_t { plain, pattern, prefix, suffix, infix, path, format };

/// An aggregate takes each value once.
inline constexpr std::uint8_t aggregate_distinct = 1;

/// A bound value; its text is stored in the fragment's text.
struct Bound {
    Value value;
    std::uint32_t offset = 0;
    Form form = Form::plain;
};

/// A column that a value is compared with or assigned to, whose form the value takes.
struct ForColumn {
    const SourceInfo* source = nullptr;  ///< nullptr: none
    int column = 0;
    bool assigned = false;
};

/// A piece of a query: its shape as tokens, and its values, which it owns. The shape does not contain values, so that
/// one prepared statement serves every query of that shape. Copyable; distinct objects are thread safe.
class Fragment {
public:
    using Tokens = detail::SmallVector<Token, 20>;
    using Descriptors = detail::SmallVector<Descriptor, 3>;

    Fragment() noexcept;
    Fragment(const Fragment& other);
    Fragment(Fragment&& other) noexcept;
    Fragment& operator=(const Fragment& other);
    Fragment& operator=(Fragment&& other) noexcept;
    ~Fragment();

    void push(Op op, std::size_t number = 0, unsigned flags = 0);
    /// An operation whose result has this type.
    void push(Op op, const TypeInfo& type, std::size_t number = 0, unsigned flags = 0);
    /// A column of a source, or a clause about it.
    void push(Op op, const SourceInfo& source, std::size_t number = 0, unsigned flags = 0);
    /// A text that belongs to the operation that follows. It is in the tokens themselves, so that it is compared by
    /// its content.
    void push_text(std::string_view text);
    /// Sets flags of the last operation.
    void flag(unsigned flags);
    /// Appends another fragment's tokens and values.
    void append(const Fragment& other);
    /// Appends a condition; an empty one, which a variable is until something is assigned to it, holds always.
    void append_condition(const Fragment& other);
    /// Appends some of another fragment's tokens, with their values.
    void append(const Fragment& other, std::size_t first, std::size_t last);
    /// Appends another fragment with one source in place of another of the same columns.
    void append_for(const Fragment& other, const SourceInfo& source, const SourceInfo& instead);

    // Bound values. Text is copied.
    void bind(std::int64_t number, ForColumn column = {});
    void bind(double number, ForColumn column = {});
    void bind(std::string_view text, ForColumn column = {});
    void bind(const TypeInfo& type, const void* object, ForColumn column = {});
    void bind_pattern(std::string_view text, Form form, bool folded);
    /// A list of values of this type as one array.
    void bind_array(const TypeInfo& element, const Value& array, ForColumn column);
    void bind(const TypeInfo& type, const Value& value, ForColumn column);

    [[nodiscard]] const Tokens& tokens() const noexcept { return tokens_; }
    [[nodiscard]] const Descriptors& descriptors() const noexcept { return descriptors_; }
    [[nodiscard]] std::size_t value_count() const noexcept;
    [[nodiscard]] Form form(std::size_t index) const;
    /// A bound value; borrows from this fragment.
    [[nodiscard]] Value value(std::size_t index) const;
    /// Whether the other fragment has equal values in the same order.
    [[nodiscard]] bool has_values_of(const Fragment& other) const;
    /// The same with equal values bound once: to a database two parameters are two expressions, whatever their values.
    [[nodiscard]] Fragment with_shared_values() const;

private:
    [[nodiscard]] std::uint16_t refer(const Descriptor& descriptor);
    void renumber(const Fragment& other, std::size_t first, const SourceInfo* source = nullptr,
                  const SourceInfo* instead = nullptr);
    void append_values(const Fragment& other);
    void add_value(const Value& value, Form form);
    void bind(Token token, const Value& value, Form form, ForColumn column);

    Tokens tokens_;
    Descriptors descriptors_;
    detail::SmallVector<Bound, 4> values_;
    detail::SmallVector<char, 48> text_;
};

namespace detail {

/// Collects the elements of `x IN (...)`: as one array parameter, so that neither database's limit on parameters
/// applies; as one parameter per element when an array cannot represent them, or when using an index is faster.
class InList {
public:
    /// The target is the column that the elements are compared with, if it matters.
    InList(Fragment& fragment, const TypeInfo& type, ForColumn column = {});
    void add(const void* object);
    void finish(bool negated);

private:
    Fragment& fragment_;
    const TypeInfo& type_;
    ForColumn column_;
    std::string array_;        // JSON
    Fragment each_;            // the elements as parameters, in case they are needed
    bool needs_each_ = false;  // an array cannot represent them
    std::size_t count_ = 0;
};

/// Throws ValueError for a number that its column cannot hold.
[[noreturn]] void fail_range();

}  // namespace detail
}  // namespace strata::core
