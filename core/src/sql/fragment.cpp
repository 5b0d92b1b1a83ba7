#include "connection/driver.hpp"
#include "value/text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/fragment.hpp>

#include <charconv>
#include <cmath>
#include <limits>

namespace strata::core {

namespace {

const void* parameter_object(const TypeInfo& type) {
    return type.kind == TypeKind::array ? static_cast<const void*>(type.element) : type.enumeration;
}

Token parameter(const TypeInfo& type) {
    return {Op::parameter, 0, static_cast<std::uint32_t>(type.kind), parameter_object(type)};
}

Token parameter(TypeKind kind) { return {Op::parameter, 0, static_cast<std::uint32_t>(kind), nullptr}; }

std::uint32_t checked_offset(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) {
        throw ValueError("the values of one query take more than 4 GiB; write them with insert_many",
                         {.code = "54000"});
    }
    return static_cast<std::uint32_t>(size);
}

}  // namespace

Fragment::Fragment() noexcept = default;
Fragment::Fragment(const Fragment& other) = default;
Fragment::Fragment(Fragment&& other) noexcept = default;
Fragment& Fragment::operator=(const Fragment& other) = default;
Fragment& Fragment::operator=(Fragment&& other) noexcept = default;
Fragment::~Fragment() = default;

void Fragment::push(const Token& token) { tokens_.push_back(token); }
void Fragment::push(Op op, std::uint32_t number) { tokens_.push_back({op, 0, number, nullptr}); }
void Fragment::column(const TableInfo& table, int index) {
    tokens_.push_back({Op::column, 0, static_cast<std::uint32_t>(index), &table});
}
void Fragment::column(const AliasInfo& alias, int index) {
    tokens_.push_back({Op::alias_column, 0, static_cast<std::uint32_t>(index), &alias});
}

std::size_t Fragment::value_count() const noexcept { return values_.size(); }
Form Fragment::form(std::size_t index) const { return values_[index].form; }
Value Fragment::value(std::size_t index) const {
    const Bound& bound = values_[index];
    return bound.value.borrows() ? bound.value.relocated(text_.data() + bound.offset) : bound.value;
}

void Fragment::append(const Fragment& other) {
    const std::uint32_t base = checked_offset(text_.size());
    tokens_.append(other.tokens_.data(), other.tokens_.size());
    const std::size_t first = values_.size();
    values_.append(other.values_.data(), other.values_.size());
    if (base != 0) {
        for (std::size_t i = first; i < values_.size(); ++i) values_[i].offset += base;
    }
    text_.append(other.text_.data(), other.text_.size());
    (void)checked_offset(text_.size());
}

void Fragment::bind(Token token, const Value& value, Form form) {
    Bound bound{value, 0, form};
    if (value.borrows()) {
        const std::string_view chars = value.chars();
        bound.offset = checked_offset(text_.size());
        text_.append(chars.data(), chars.size());
    }
    tokens_.push_back(token);
    values_.push_back(bound);
}

void Fragment::bind(std::int64_t number) { bind(parameter(TypeKind::big_integer), Value::integer(number)); }

void Fragment::bind(double number) { bind(parameter(TypeKind::double_precision), Value::real(number)); }

void Fragment::bind(std::string_view text, Form form) { bind(parameter(TypeKind::text), Value::text(text), form); }

void Fragment::bind(const TypeInfo& type, const void* object) {
    Scratch scratch;
    bind(parameter(type), type.view(object, scratch));
}

namespace detail {

namespace {

/// SQLite has no function that converts text to bytes, so the column's bytes are converted to text, which no index
/// serves.
constexpr std::uint32_t fewest_bytes_in_array = 100;
/// From this length on a hash table is faster than an index scan per element.
constexpr std::uint32_t many = 20;

/// SQLite 3.40 reads 17 digits back as the same double only between these limits.
bool reads_back(double number) {
    const double size = std::abs(number);
    return size == 0 || std::isinf(size) || (size > 1e-280 && size < 1e280);
}

/// SQLite does not read the shortest text back exactly: 17 digits stay away from the middle between two doubles.
void append_exact(std::string& out, double number) {
    if (std::isinf(number)) {
        append_real(out, number);
        return;
    }
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific, 16).ptr;
    out.append(text, end);
}

}  // namespace

InList::InList(Fragment& fragment, const TypeInfo& type)
    : fragment_(fragment), type_(type), array_("["), needs_each_(type.kind == TypeKind::array) {}

void InList::add(const void* object) {
    Scratch scratch;
    const Value value = type_.view(object, scratch);
    if (value.is_null()) return;
    const bool real = value.kind() == Value::Kind::real;
    if (value.kind() == Value::Kind::text) check_text(value.chars());
    if (real && !reads_back(value.floating())) needs_each_ = true;
    const bool few_bytes = value.kind() == Value::Kind::bytes && count_ < fewest_bytes_in_array;
    if (needs_each_ || real || few_bytes) each_.bind(parameter(type_), value);
    if (!needs_each_) {
        if (count_ > 0) array_ += ',';
        if (value.kind() == Value::Kind::integer || value.kind() == Value::Kind::boolean) {
            append_canonical(array_, value);
        } else {
            std::string text;
            real ? append_exact(text, value.floating()) : append_canonical(text, value);
            append_json_string(array_, text);
        }
    }
    ++count_;
}

void InList::finish(bool negated) {
    const std::uint16_t flags = negated ? 1 : 0;
    if (needs_each_ || (type_.kind == TypeKind::bytes && count_ < fewest_bytes_in_array)) {
        fragment_.append(each_);
        fragment_.push({Op::in_list, flags, count_, nullptr});
        return;
    }
    array_ += ']';
    fragment_.bind({Op::parameter, 0, static_cast<std::uint32_t>(TypeKind::array), &type_}, Value::array(array_));
    const std::uint16_t length = count_ >= many ? in_array_many : 0;
    fragment_.push({Op::in_array, static_cast<std::uint16_t>(flags | length), 0, nullptr});
}

void fail_range() { fail_value("22003", "the number lies outside of what the column holds"); }

}  // namespace detail
}  // namespace strata::core
