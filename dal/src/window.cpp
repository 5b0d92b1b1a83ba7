#include "detail/op_traits.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/window.hpp>

namespace strata::dal {

FrameEnd::FrameEnd(FrameEdge edge, core::Fragment&& distance) : edge_(edge), distance_(std::move(distance)) {
    const core::Value value = distance_.value(0);
    const bool negative = value.kind() == core::Value::Kind::integer   ? value.number() < 0
                          : value.kind() == core::Value::Kind::numeric ? value.chars().starts_with('-')
                                                                       : !(value.floating() >= 0);
    if (negative) throw UsageError("preceding() and following() take no negative number");
}

namespace detail {

void WindowParts::add(const Fragment& expression) {
    if (order_ > 0 || framed_) throw UsageError("a window's partition_by() comes before its order and its frame");
    parts_.append(expression);
    parts_.push(Op::window_partition);
    ++count_;
}

/// The fragment's last token after each entry is the clause.
void WindowParts::add_order(const Fragment& order) {
    if (framed_) throw UsageError("a window's order comes before its frame");
    std::size_t first = 0;
    for (std::size_t i = 0; i < order.tokens().size(); ++i) {
        const core::Token& token = order.tokens()[i];
        if (token.op != Op::order_by) continue;
        parts_.append(order, first, i);
        parts_.push(Op::window_order, 0, token.flags);
        ++count_;
        ++order_;
        first = i + 1;
    }
}

void WindowParts::add_frame(FrameUnits units, const FrameEnd& from, const FrameEnd& to, Exclude exclude) {
    if (framed_) throw UsageError("a window has one frame");
    if (from.edge() > to.edge() || from.edge() == FrameEdge::unbounded_following ||
        to.edge() == FrameEdge::unbounded_preceding)
        throw UsageError("a window's frame ends before it starts");
    bool distances = false;
    for (const FrameEnd* const end : {&from, &to}) {
        const bool distance = !end->distance().tokens().empty();
        distances = distances || distance;
        if (distance && units != FrameUnits::range && end->distance().value(0).kind() != core::Value::Kind::integer)
            throw UsageError("a window's frame of rows or groups ends a whole number of them away");
        distance ? parts_.append(end->distance()) : parts_.push(Op::null);
    }
    if (units == FrameUnits::groups && order_ == 0) throw UsageError("a window's frame of groups needs an order");
    if (units == FrameUnits::range && distances && order_ != 1)
        throw UsageError("a window's frame of a range needs an order by one expression");
    parts_.push(Op::window_frame, FrameBits{units, from.edge(), to.edge(), exclude}.pack());
    ++count_;
    framed_ = true;
}

Fragment WindowParts::over(const Fragment& function, const core::TypeInfo& type) const {
    const auto& tokens = function.tokens();
    const core::Token last = tokens.empty() ? core::Token{.op = Op::null} : tokens[tokens.size() - 1];
    if (last.op != Op::window_call && !is_aggregate(last))
        throw UsageError("over() follows an aggregate or a function of a window");
    Fragment made = function;
    made.append(parts_);
    made.push(Op::over, type, count_);
    return made;
}

Fragment window_call(core::WindowFunction function, const core::TypeInfo& type) {
    Fragment made;
    made.push(Op::window_call, type, 0, static_cast<unsigned>(function));
    return made;
}

void bind_rows(Fragment& fragment, std::int64_t rows, std::int64_t least, const char* function) {
    constexpr std::int64_t largest = 1'000'000'000;
    if (rows < least || rows > largest)
        throw UsageError(std::string(function) + " takes a number from " + std::to_string(least) + " to 1000000000");
    fragment.bind(rows);
}

bool NamedOrders::append(Fragment& out, std::string_view name, bool reversed) const {
    for (const auto& [known, entry] : entries_) {
        if (known != name) continue;
        const std::size_t last = entry.tokens().size() - 1;
        const unsigned flags = entry.tokens()[last].flags;
        out.append(entry, 0, last);
        out.push(Op::order_by, 0, reversed ? reversed_order(flags) : flags);
        return true;
    }
    return false;
}

unsigned reversed_order(unsigned flags) {
    using Order = core::Order<Uses<>>;
    unsigned reversed = flags ^ Order::descending;
    if ((flags & (Order::first | Order::last)) != 0) reversed ^= Order::first | Order::last;
    return reversed;
}

}  // namespace detail
}  // namespace strata::dal
