#include "connection/driver.hpp"
#include "value/text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/fragment.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <unordered_map>

namespace strata::core {

namespace {

/// The type that a token refers to: its kind alone does not describe an enum and an array.
Descriptor described(const TypeInfo& type) {
    if (type.kind == TypeKind::array) return {nullptr, type.element};
    if (type.enumeration != nullptr) return {nullptr, &type};
    return {};
}

Token parameter(TypeKind kind, std::uint8_t flags = 0) { return {Op::parameter, flags, kind, 0, 0}; }

std::uint32_t checked_offset(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) {
        throw ValueError("the values of one query take more than 4 GiB; write them with insert_many",
                         {.code = "54000"});
    }
    return static_cast<std::uint32_t>(size);
}

bool begins_with(const Fragment::Descriptors& all, const Fragment::Descriptors& first) {
    if (first.size() > all.size()) return false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (all[i] != first[i]) return false;
    }
    return true;
}

bool equal(const Value& left, const Value& right) {
    if (left.kind() != right.kind()) return false;
    if (left.is_null()) return true;
    if (left.borrows()) return left.chars() == right.chars();
    if (left.kind() != Value::Kind::real) return left.number() == right.number();
    return std::bit_cast<std::uint64_t>(left.floating()) == std::bit_cast<std::uint64_t>(right.floating());
}

std::size_t hash_of(const Token& token, const Value& value) {
    std::string text(reinterpret_cast<const char*>(&token), sizeof token);
    if (value.borrows()) {
        text += value.chars();
    } else if (!value.is_null()) {
        const std::uint64_t bits = value.kind() == Value::Kind::real ? std::bit_cast<std::uint64_t>(value.floating())
                                                                     : static_cast<std::uint64_t>(value.number());
        text.append(reinterpret_cast<const char*>(&bits), sizeof bits);
    }
    return std::hash<std::string>()(text);
}

bool is_integer(TypeKind kind) {
    return kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
}

/// The position that another model of the table gives a column.
int column_in(const TableInfo& model, const TableInfo& other, int index) {
    const ColumnInfo& column = other.column(index);
    const int found = model.find(column.name);
    if (found >= 0) {
        const TypeKind kind = model.column(found).type->kind;
        if (kind == column.type->kind || (is_integer(kind) && is_integer(column.type->kind))) return found;
    }
    throw UsageError(std::string("a condition on ") + other.name + "." + column.name + " cannot be kept by the model " +
                     model.model + ", which lacks the column or has it with another type");
}

std::uint16_t checked_number(std::size_t number) {
    if (number > std::numeric_limits<std::uint16_t>::max()) {
        throw UsageError("a query has a part of more than 65535 elements");
    }
    return static_cast<std::uint16_t>(number);
}

}  // namespace

Fragment::Fragment() noexcept = default;
Fragment::Fragment(const Fragment& other) = default;
Fragment::Fragment(Fragment&& other) noexcept = default;
Fragment& Fragment::operator=(const Fragment& other) = default;
Fragment& Fragment::operator=(Fragment&& other) noexcept = default;
Fragment::~Fragment() = default;

void Fragment::push(Op op, std::size_t number, unsigned flags) {
    tokens_.push_back({op, static_cast<std::uint8_t>(flags), {}, 0, checked_number(number)});
}
void Fragment::push(Op op, const TypeInfo& type, std::size_t number, unsigned flags) {
    tokens_.push_back(
        {op, static_cast<std::uint8_t>(flags), type.kind, refer(described(type)), checked_number(number)});
}
void Fragment::push(Op op, const SourceInfo& source, std::size_t number, unsigned flags) {
    tokens_.push_back({op, static_cast<std::uint8_t>(flags), {}, refer({&source, nullptr}), checked_number(number)});
}

void Fragment::push_text(std::string_view text) {
    constexpr std::size_t size = sizeof(Token::flags) + sizeof(Token::type) + sizeof(Token::number);
    static_assert(size == text_in_token);
    for (std::size_t at = 0; at < text.size(); at += size) {
        unsigned char bytes[size] = {};
        std::memcpy(bytes, text.data() + at, std::min(size, text.size() - at));
        const auto number = static_cast<std::uint16_t>(bytes[2] | bytes[3] << 8U);
        tokens_.push_back({Op::text, bytes[0], static_cast<TypeKind>(bytes[1]), 0, number});
    }
}

void append_text(std::string& out, const Token& token) {
    const unsigned char bytes[text_in_token] = {token.flags, static_cast<unsigned char>(token.type),
                                                static_cast<unsigned char>(token.number & 0xFFU),
                                                static_cast<unsigned char>(token.number >> 8U)};
    for (const unsigned char byte : bytes) {
        if (byte != 0) out += static_cast<char>(byte);
    }
}

void Fragment::flag(unsigned flags) { tokens_[tokens_.size() - 1].flags |= static_cast<std::uint8_t>(flags); }

std::uint16_t Fragment::refer(const Descriptor& descriptor) {
    if (descriptor == Descriptor{}) return 0;
    const std::size_t count = descriptors_.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (descriptors_[i] == descriptor) return static_cast<std::uint16_t>(i + 1);
    }
    descriptors_.push_back(descriptor);
    return checked_number(count + 1);
}

std::size_t Fragment::value_count() const noexcept { return values_.size(); }
Form Fragment::form(std::size_t index) const { return values_[index].form; }
Value Fragment::value(std::size_t index) const {
    const Bound& bound = values_[index];
    return bound.value.borrows() ? bound.value.relocated(text_.data() + bound.offset) : bound.value;
}

void Fragment::append(const Fragment& other) {
    const std::size_t first = tokens_.size();
    tokens_.append(other.tokens_.data(), other.tokens_.size());
    if (descriptors_.empty()) {
        descriptors_ = other.descriptors_;
    } else if (!begins_with(descriptors_, other.descriptors_)) {
        renumber(other, first);
    }
    append_values(other);
}

void Fragment::append_condition(const Fragment& other) {
    if (other.tokens_.empty()) {
        push(Op::truth);
    } else {
        append(other);
    }
}

bool Fragment::has_values_of(const Fragment& other) const {
    if (values_.size() != other.values_.size()) return false;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (values_[i].form != other.values_[i].form || !equal(value(i), other.value(i))) return false;
    }
    return true;
}

Fragment Fragment::with_shared_values() const {
    Fragment shared;
    shared.descriptors_ = descriptors_;
    std::size_t at = 0;
    detail::SmallVector<std::size_t, 8> parameters;  // the positions of the tokens of the values in `shared`
    std::unordered_multimap<std::size_t, std::size_t> known;
    for (const Token& token : tokens_) {
        if (token.op != Op::parameter) {
            shared.tokens_.push_back(token);
            continue;
        }
        const Value value = this->value(at);
        const Form form = values_[at++].form;
        const std::size_t hash = hash_of(token, value);
        const auto is_same = [&](const auto& entry) {
            return std::memcmp(&shared.tokens_[parameters[entry.second]], &token, sizeof token) == 0 &&
                   shared.values_[entry.second].form == form && equal(shared.value(entry.second), value);
        };
        const auto [first, last] = known.equal_range(hash);
        const auto same = std::find_if(first, last, is_same);
        if (same != last) {
            Token again = token;
            again.flags |= parameter_again;
            again.number = checked_number(same->second);
            shared.tokens_.push_back(again);
        } else {
            known.emplace(hash, parameters.size());
            parameters.push_back(shared.tokens_.size());
            shared.tokens_.push_back(token);
            shared.add_value(value, form);
        }
    }
    return shared;
}

void Fragment::append_for(const Fragment& other, const SourceInfo& source, const SourceInfo& instead) {
    const std::size_t first = tokens_.size();
    tokens_.append(other.tokens_.data(), other.tokens_.size());
    renumber(other, first, &source, &instead);
    append_values(other);
    if (source.table == instead.table) return;
    for (std::size_t i = 0; i < other.tokens_.size(); ++i) {
        const Token& token = other.tokens_[i];
        const bool of_column =
            token.op == Op::column || (token.op == Op::parameter && (token.flags & parameter_of_column) != 0);
        if (!of_column || other.descriptors_[token.object - 1U].source != &source) continue;
        tokens_[first + i].number = checked_number(
            static_cast<std::size_t>(column_in(*instead.table, *source.table, static_cast<int>(token.number))));
    }
}

void Fragment::append(const Fragment& other, std::size_t first, std::size_t last) {
    const std::size_t first_token = tokens_.size();
    tokens_.append(other.tokens_.data() + first, last - first);
    renumber(other, first_token);
    std::size_t value = 0;
    for (std::size_t i = 0; i < last; ++i) {
        if (other.tokens_[i].op != Op::parameter) continue;
        if (i >= first) add_value(other.value(value), other.form(value));
        ++value;
    }
}

void Fragment::append_values(const Fragment& other) {
    if (other.values_.empty()) return;
    const std::uint32_t base = checked_offset(text_.size());
    const std::size_t first = values_.size();
    values_.append(other.values_.data(), other.values_.size());
    if (base != 0) {
        for (std::size_t i = first; i < values_.size(); ++i) values_[i].offset += base;
    }
    text_.append(other.text_.data(), other.text_.size());
    (void)checked_offset(text_.size());
}

/// Gives the tokens from `first` on, which are another fragment's, the numbers that its descriptors have in this one.
void Fragment::renumber(const Fragment& other, std::size_t first, const SourceInfo* source, const SourceInfo* instead) {
    detail::SmallVector<std::uint16_t, 16> numbers;
    bool same = true;
    for (Descriptor descriptor : other.descriptors_) {
        if (descriptor.source != nullptr && descriptor.source == source) descriptor.source = instead;
        numbers.push_back(refer(descriptor));
        same = same && numbers[numbers.size() - 1] == numbers.size();
    }
    if (same) return;
    for (std::size_t i = first; i < tokens_.size(); ++i) {
        if (tokens_[i].object != 0) tokens_[i].object = numbers[tokens_[i].object - 1U];
    }
}

void Fragment::add_value(const Value& value, Form form) {
    Bound bound{value, 0, form};
    if (value.borrows()) {
        const std::string_view chars = value.chars();
        bound.offset = checked_offset(text_.size());
        text_.append(chars.data(), chars.size());
    }
    values_.push_back(bound);
}

void Fragment::bind(Token token, const Value& value, Form form, ForColumn column) {
    add_value(value, form);
    if (column.source != nullptr) {
        token.flags |= parameter_of_column;
        if (column.assigned) token.flags |= parameter_assigned;
        token.object = refer({column.source, nullptr});
        token.number = checked_number(static_cast<std::size_t>(column.column));
    }
    tokens_.push_back(token);
}

void Fragment::bind(std::int64_t number, ForColumn column) {
    bind(parameter(TypeKind::big_integer), Value::integer(number), Form::plain, column);
}

void Fragment::bind(double number, ForColumn column) {
    bind(parameter(TypeKind::double_precision), Value::real(number), Form::plain, column);
}

void Fragment::bind(std::string_view text, ForColumn column) {
    bind(parameter(TypeKind::text), Value::text(text), Form::plain, column);
}

void Fragment::bind_pattern(std::string_view text, Form form, bool folded) {
    bind(parameter(TypeKind::text, folded ? parameter_folded : 0), Value::text(text), form, {});
}

void Fragment::bind(const TypeInfo& type, const Value& value, ForColumn column) {
    Token token = parameter(type.kind);
    if (column.source == nullptr) token.object = refer(described(type));
    bind(token, value, Form::plain, column);
}

void Fragment::bind(const TypeInfo& type, const void* object, ForColumn column) {
    Scratch scratch;
    bind(type, type.view(object, scratch), column);
}

void Fragment::bind_array(const TypeInfo& element, const Value& array, ForColumn column) {
    Token token = parameter(TypeKind::array);
    if (column.source == nullptr) token.object = refer({nullptr, &element});
    bind(token, array, Form::plain, column);
}

namespace detail {

namespace {

/// SQLite has no function that converts text to bytes, so the column's bytes are converted to text, which no index
/// serves.
constexpr std::size_t fewest_bytes_in_array = 100;
/// From this length on a hash table is faster than an index scan per element.
constexpr std::size_t many = 20;

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

InList::InList(Fragment& fragment, const TypeInfo& type, ForColumn column)
    : fragment_(fragment), type_(type), column_(column), array_("["), needs_each_(type.kind == TypeKind::array) {}

void InList::add(const void* object) {
    Scratch scratch;
    const Value value = type_.view(object, scratch);
    if (value.is_null()) return;
    const bool real = value.kind() == Value::Kind::real;
    if (value.kind() == Value::Kind::text) check_text(value.chars());
    if (real && !reads_back(value.floating())) needs_each_ = true;
    const bool few_bytes = value.kind() == Value::Kind::bytes && count_ < fewest_bytes_in_array;
    if (needs_each_ || real || few_bytes) each_.bind(type_, value, column_);
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
    const unsigned flags = negated ? 1 : 0;
    if (needs_each_ || (type_.kind == TypeKind::bytes && count_ < fewest_bytes_in_array)) {
        fragment_.append(each_);
        fragment_.push(Op::in_list, count_, flags);
        return;
    }
    array_ += ']';
    fragment_.bind_array(type_, Value::array(array_), column_);
    fragment_.push(Op::in_array, 0, flags | (count_ >= many ? in_array_many : 0U));
}

void fail_range() { fail_value("22003", "the number lies outside of what the column holds"); }

}  // namespace detail
}  // namespace strata::core
