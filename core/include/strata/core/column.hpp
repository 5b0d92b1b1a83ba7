#pragma once

namespace strata::core {

/// A column of a model as a handle: `songs.title`. It holds only its position among the model's columns; the type carries
/// the source (the model, or an alias of it) and the member's type.
template <class Source, class T>
class Column {
public:
    using source = Source;
    using value_type = T;

    constexpr explicit Column(int position) : index_(position) {}
    constexpr Column(const Column&) = default;
    /// Deleted, since two handles of one type would rebind in silence.
    Column& operator=(const Column&) = delete;
    ~Column() = default;

    /// Position among the model's columns.
    [[nodiscard]] constexpr int strata_index() const noexcept { return index_; }

private:
    int index_;
};

}  // namespace strata::core
