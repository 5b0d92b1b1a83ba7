#pragma once

#include <set>
#include <string>
#include <string_view>

/// C++ names for a database's names, which may be anything.
namespace strata::schema::generation {

/// `order_details` of "Order Details" or "OrderDetails"; what is not an ASCII letter or digit becomes `_` or `uXXXX`.
[[nodiscard]] std::string snake_case(std::string_view name);
/// `OrderDetail` of "order_details"; `singular` drops an English plural's ending.
[[nodiscard]] std::string pascal_case(std::string_view name, bool singular);
/// Whether a name of C++, a macro of the C library or one of our words makes the identifier unfit.
[[nodiscard]] bool taken_by_cpp(std::string_view identifier);
[[nodiscard]] bool taken_by_words(std::string_view identifier);
[[nodiscard]] bool is_identifier(std::string_view text);

/// The names of one scope.
class Scope {
public:
    /// In the scope of a namespace our own words are avoided too, since generated code uses them there.
    explicit Scope(bool words) : words_(words) {}
    /// The first of the names that is free and legal; else the last with a number after it.
    std::string claim(std::initializer_list<std::string> names);
    void reserve(std::string name) { used_.insert(std::move(name)); }

private:
    [[nodiscard]] bool free(const std::string& name) const;
    bool words_;
    std::set<std::string> used_;
};

}  // namespace strata::schema::generation
