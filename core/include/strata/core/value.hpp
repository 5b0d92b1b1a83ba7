#pragma once

#include <strata/core/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace strata::core {

struct TableInfo;

/// The kinds of value that both databases have, under the names of SQLAlchemy's generic types.
enum class TypeKind : std::uint8_t {
    boolean,
    small_integer,
    integer,
    big_integer,
    real,
    double_precision,
    text,
    bytes,
    numeric,
    date,
    time,
    timestamp,
    timestamptz,
    uuid,
    json,
    array,
    enumeration,
};

/// A value to bind to a statement: a view, cheap to copy, that borrows text and bytes from its creator. It is a logical
/// value: the connection's driver writes it in its database's form.
class Value {
public:
    enum class Kind : std::uint8_t {
        null,
        boolean,
        integer,
        real,
        text,
        bytes,
        numeric,
        date,
        time,
        timestamp,
        timestamptz,
        uuid,
        json,   ///< the document's text
        array,  ///< the text of a JSON array: its elements are strings in canonical form, or null
    };

    constexpr Value() = default;
    [[nodiscard]] static Value null() { return {}; }
    [[nodiscard]] static Value boolean(bool value) { return scalar(Kind::boolean, value ? 1 : 0); }
    [[nodiscard]] static Value integer(std::int64_t value) { return scalar(Kind::integer, value); }
    [[nodiscard]] static Value date(Date value) { return scalar(Kind::date, value.days); }
    [[nodiscard]] static Value time(Time value) { return scalar(Kind::time, value.microseconds); }
    [[nodiscard]] static Value timestamp(Timestamp value) { return scalar(Kind::timestamp, value.microseconds); }
    [[nodiscard]] static Value timestamptz(TimestampTz value) { return scalar(Kind::timestamptz, value.microseconds); }
    [[nodiscard]] static Value real(double value);
    [[nodiscard]] static Value text(std::string_view value) { return view(Kind::text, value); }
    [[nodiscard]] static Value json(std::string_view value) { return view(Kind::json, value); }
    [[nodiscard]] static Value array(std::string_view value) { return view(Kind::array, value); }
    [[nodiscard]] static Value numeric(std::string_view canonical) { return view(Kind::numeric, canonical); }
    [[nodiscard]] static Value bytes(const std::byte* data, std::size_t size) {
        return view(Kind::bytes, {reinterpret_cast<const char*>(data), size});
    }
    /// Borrows the 16 bytes.
    [[nodiscard]] static Value uuid(const Uuid& value) {
        return view(Kind::uuid, {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
    }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
    /// The number of a boolean, an integer, a date (days) or a time (microseconds).
    [[nodiscard]] std::int64_t number() const noexcept { return payload_.number; }
    [[nodiscard]] double floating() const noexcept { return payload_.floating; }
    /// The text or the raw bytes of every other kind.
    [[nodiscard]] std::string_view chars() const noexcept { return {payload_.data, size_}; }
    /// Whether the value borrows memory.
    [[nodiscard]] bool borrows() const noexcept;
    /// The same value, borrowing from other memory that holds the same bytes.
    [[nodiscard]] Value relocated(const char* data) const noexcept {
        Value copy = *this;
        copy.payload_.data = data;
        return copy;
    }

private:
    static Value scalar(Kind kind, std::int64_t number) {
        Value value;
        value.kind_ = kind;
        value.payload_.number = number;
        return value;
    }
    static Value view(Kind kind, std::string_view chars) {
        Value value;
        value.kind_ = kind;
        value.payload_.data = chars.data();
        value.size_ = chars.size();
        return value;
    }

    union Payload {
        std::int64_t number = 0;
        double floating;
        const char* data;
    } payload_;
    std::size_t size_ = 0;
    Kind kind_ = Kind::null;
};

/// Keeps the texts that values borrow when a codec had to make them (JSON, decimals, arrays, a user's own type).
/// Addresses stay valid until clear().
class Scratch {
public:
    Scratch() = default;
    Scratch(Scratch&& other) noexcept : last_(std::exchange(other.last_, nullptr)) {}
    Scratch& operator=(Scratch&& other) noexcept {
        std::swap(last_, other.last_);
        return *this;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { clear(); }

    std::string_view keep(std::string text) {
        last_ = new Text{std::move(text), last_};
        return last_->text;
    }
    void clear() noexcept {
        while (last_ != nullptr) delete std::exchange(last_, last_->before);
    }

private:
    struct Text {
        std::string text;
        Text* before;
    };
    Text* last_ = nullptr;  // a list of our own, since <forward_list> would cost a fiftieth of dal.hpp's compile time
};

/// One row of a result, read by position (from 0). Texts and bytes stay valid until the next row. Every getter throws
/// ValueError when the cell is NULL or has another type.
class Row {
public:
    virtual ~Row() = default;
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual std::string_view column_name(int column) const = 0;

    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual bool boolean(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
    [[nodiscard]] virtual std::string_view bytes(int column) const = 0;
    [[nodiscard]] virtual Decimal numeric(int column) const = 0;
    [[nodiscard]] virtual Date date(int column) const = 0;
    [[nodiscard]] virtual Time time(int column) const = 0;
    [[nodiscard]] virtual Timestamp timestamp(int column) const = 0;
    [[nodiscard]] virtual TimestampTz timestamptz(int column) const = 0;
    [[nodiscard]] virtual Uuid uuid(int column) const = 0;
    /// Reads the columns of a table, of which the first is at `first`, into the members of a model.
    virtual void read_model(int first, const TableInfo& table, void* model) const;
    /// The text of a JSON array whose elements are strings in canonical form, or null.
    [[nodiscard]] virtual std::string array(int column) const = 0;
};

}  // namespace strata::core
