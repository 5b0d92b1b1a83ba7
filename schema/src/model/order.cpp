#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <map>
#include <queue>

namespace strata::schema {
namespace {

/// A graph whose nodes are numbers in the order that they are to have where nothing else orders them.
class Graph {
public:
    explicit Graph(std::size_t size) : needs_(size), part_(size), divisible_(size) {}

    /// A node that can be made in two parts, so that a circle of hard needs begins with it.
    void divisible(std::size_t node) { divisible_[node] = true; }

    /// A soft need may be unmet where it closes a circle.
    void need(std::size_t node, std::size_t needed, bool soft) {
        if (node != needed) needs_[node].push_back({needed, soft});
    }

    /// The nodes, each after those it needs, the lowest possible first. A circle is placed as a whole, when nothing
    /// outside of one is left to place.
    std::vector<std::size_t> sorted() {
        find_parts();
        std::vector<std::size_t> missing(members_.size());  // needs of a part that are not placed yet
        std::vector<std::vector<std::size_t>> needed_by(members_.size());
        for (std::size_t node = 0; node < needs_.size(); ++node) {
            for (const Need& need : needs_[node]) {
                if (part_[need.node] == part_[node]) continue;
                needed_by[part_[need.node]].push_back(part_[node]);
                ++missing[part_[node]];
            }
        }
        using Heap = std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>>;
        Heap single;  // nodes that can be placed, by number
        Heap circles;
        const auto ready = [&](std::size_t part) {
            (members_[part].size() == 1 ? single : circles).push(members_[part].front());
        };
        for (std::size_t part = 0; part < members_.size(); ++part)
            if (missing[part] == 0) ready(part);
        std::vector<std::size_t> order;
        order.reserve(needs_.size());
        while (!single.empty() || !circles.empty()) {
            Heap& from = single.empty() ? circles : single;
            const std::size_t part = part_[from.top()];
            from.pop();
            place(part, order);
            for (const std::size_t next : needed_by[part])
                if (--missing[next] == 0) ready(next);
        }
        return order;
    }

private:
    struct Need {
        std::size_t node;
        bool soft;
    };

    /// Tarjan's strongly connected components, without recursion: a part is one node, or the nodes of circles.
    void find_parts() {
        constexpr std::size_t unseen = static_cast<std::size_t>(-1);
        std::vector<std::size_t> seen(needs_.size(), unseen);
        std::vector<std::size_t> lowest(needs_.size());
        std::vector<bool> open(needs_.size());
        std::vector<std::size_t> stack;
        struct Visit {
            std::size_t node;
            std::size_t next;
        };
        std::vector<Visit> path;
        std::size_t count = 0;
        const auto enter = [&](std::size_t node) {
            seen[node] = lowest[node] = count++;
            open[node] = true;
            stack.push_back(node);
            path.push_back({node, 0});
        };
        for (std::size_t start = 0; start < needs_.size(); ++start) {
            if (seen[start] != unseen) continue;
            enter(start);
            while (!path.empty()) {
                Visit& visit = path.back();
                if (visit.next < needs_[visit.node].size()) {
                    const std::size_t needed = needs_[visit.node][visit.next++].node;
                    if (seen[needed] == unseen)
                        enter(needed);
                    else if (open[needed])
                        lowest[visit.node] = std::min(lowest[visit.node], seen[needed]);
                    continue;
                }
                const std::size_t node = visit.node;
                path.pop_back();
                if (!path.empty()) lowest[path.back().node] = std::min(lowest[path.back().node], lowest[node]);
                if (lowest[node] != seen[node]) continue;
                auto& members = members_.emplace_back();
                for (bool more = true; more;) {
                    const std::size_t member = stack.back();
                    stack.pop_back();
                    open[member] = false;
                    part_[member] = members_.size() - 1;
                    members.push_back(member);
                    more = member != node;
                }
                std::sort(members.begin(), members.end());
            }
        }
    }

    /// Within a circle only the hard needs count.
    void place(std::size_t part, std::vector<std::size_t>& order) const {
        std::vector<std::size_t> left = members_[part];
        std::vector<bool> placed(left.size() > 1 ? needs_.size() : 0);
        while (!left.empty()) {
            auto chosen = left.begin();
            if (left.size() > 1) {
                chosen = std::find_if(left.begin(), left.end(), [&](std::size_t node) {
                    return std::all_of(needs_[node].begin(), needs_[node].end(), [&](const Need& need) {
                        return need.soft || part_[need.node] != part || placed[need.node];
                    });
                });
                if (chosen == left.end())
                    chosen = std::find_if(left.begin(), left.end(), [&](std::size_t node) { return divisible_[node]; });
                if (chosen == left.end()) chosen = left.begin();
            }
            order.push_back(*chosen);
            if (!placed.empty()) placed[*chosen] = true;
            left.erase(chosen);
        }
    }

    std::vector<std::vector<Need>> needs_;
    std::vector<std::size_t> part_;
    std::vector<bool> divisible_;
    std::vector<std::vector<std::size_t>> members_;
};

void collect_types(const Type& type, std::vector<ObjectRef>& refs) {
    for (const auto& element : type.element) collect_types(element, refs);
    if (type.name.empty()) return;
    if (type.form == TypeForm::generic) {
        refs.push_back({ObjectKind::enum_type, type.name});
    } else if (type.form == TypeForm::user) {
        for (const ObjectKind kind : {ObjectKind::domain, ObjectKind::composite_type, ObjectKind::range_type,
                                      ObjectKind::base_type, ObjectKind::table})
            refs.push_back({kind, type.name});
    }
}

/// A view that stands in for itself until the function that it calls exists, which takes or gives its rows.
bool made_in_two_steps(const Object& object) {
    return object.ref.kind == ObjectKind::view && !object.completions.empty() &&
           object.completions.front().starts_with("CREATE OR REPLACE VIEW ");
}

ObjectRef ref_of(const Table& table) { return {ObjectKind::table, table.name}; }

}  // namespace

std::vector<ObjectRef> needs_of(const Table& table) {
    std::vector<ObjectRef> refs(table.needs.begin(), table.needs.end());
    if (!table.name.schema.empty()) refs.push_back({ObjectKind::schema, table.name.schema});
    for (const auto& column : table.columns) {
        collect_types(column.type, refs);
        if (!column.collation.empty()) refs.push_back({ObjectKind::collation, column.collation});
    }
    if (!table.partition_of.empty()) refs.push_back({ObjectKind::table, table.partition_of});
    if (!table.of_type.empty()) refs.push_back({ObjectKind::composite_type, table.of_type});
    for (const auto& parent : table.inherits) refs.push_back({ObjectKind::table, parent});
    return refs;
}

std::vector<Item> creation_order(const MetaData& metadata) {
    struct Entry {
        internal::CreationPlace place;
        std::size_t position;
        Item item;
    };
    std::vector<Entry> entries;
    const auto add = [&](ObjectKind kind, Item item) {
        entries.push_back({internal::traits_of(kind).place, entries.size(), item});
    };
    for (const auto& object : metadata.objects) add(object.ref.kind, &object);
    for (const auto& table : metadata.tables) add(ObjectKind::table, &table);
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.place < b.place; });

    std::map<ObjectRef, std::size_t> places;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (const auto* table = std::get_if<const Table*>(&entries[i].item))
            places.emplace(ref_of(**table), i);
        else
            places.emplace(std::get<const Object*>(entries[i].item)->ref, i);
    }
    Graph graph(entries.size());
    const auto need = [&](std::size_t node, const ObjectRef& ref, bool soft) {
        if (const auto found = places.find(ref); found != places.end()) graph.need(node, found->second, soft);
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (const auto* table = std::get_if<const Table*>(&entries[i].item)) {
            graph.divisible(i);
            for (const auto& ref : needs_of(**table)) need(i, ref, false);
            for (const auto& key : (*table)->foreign_keys) need(i, {ObjectKind::table, key.referred_table}, true);
        } else {
            const Object& object = *std::get<const Object*>(entries[i].item);
            if (made_in_two_steps(object)) graph.divisible(i);
            for (const auto& ref : object.needs) need(i, ref, false);
            if (!object.ref.name.schema.empty()) need(i, {ObjectKind::schema, object.ref.name.schema}, false);
            if (object.ref.table.empty()) continue;
            for (const ObjectKind kind :
                 {ObjectKind::table, ObjectKind::view, ObjectKind::materialized_view, ObjectKind::foreign_table})
                need(i, {kind, object.ref.table}, false);
        }
    }
    std::vector<Item> order;
    for (const std::size_t i : graph.sorted()) order.push_back(entries[i].item);
    return order;
}

std::vector<const Table*> MetaData::sorted_tables() const {
    std::vector<const Table*> order;
    for (const Item& item : creation_order(*this))
        if (const auto* table = std::get_if<const Table*>(&item)) order.push_back(*table);
    return order;
}

}  // namespace strata::schema
