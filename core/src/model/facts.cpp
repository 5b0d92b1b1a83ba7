#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <variant>

namespace strata::core {

QualifiedName TableInfo::qualified_name() const { return {std::string(schema), std::string(name)}; }

int TableInfo::find(std::string_view column_name) const {
    for (int i = 0; i < column_count; ++i) {
        if (column_name == columns[i].name) return i;
    }
    return -1;
}

namespace {

std::string where(const TableInfo& table) { return std::string(table.model) + " (table " + table.name + ")"; }

/// Arranges a list of facts by position.
class Layout {
public:
    explicit Layout(const TableInfo& table) : table_(table) {
        facts_.columns.resize(static_cast<std::size_t>(table.column_count));
    }

    void operator()(const fact::PrimaryKey& key) {
        facts_.primary_key = own(key.columns);
        facts_.primary_key_name = key.name;
    }
    void operator()(const fact::NoKey&) { facts_.no_key = true; }
    void operator()(const fact::Numbered& fact) { at(own(fact.column)).numbered = true; }
    void operator()(const fact::NotGenerated& fact) { not_generated_.push_back(own(fact.column)); }
    void operator()(const fact::MaxLength& fact) {
        const int index = own(fact.column);
        if (table_.column(index).type->kind != TypeKind::text) wrong("max_length", index, "it is not text");
        if (fact.characters < 1) wrong("max_length", index, "the length must be at least 1");
        at(index).max_length = fact.characters;
    }
    void operator()(const fact::Precision& fact) {
        const int index = own(fact.column);
        if (table_.column(index).type->kind != TypeKind::numeric) wrong("precision", index, "it is not Decimal");
        if (fact.precision < 1 || fact.precision > 38 || fact.scale < 0 || fact.scale > fact.precision) {
            wrong("precision", index, "1 to 38 digits, of them 0 to all after the point");
        }
        at(index).precision = fact.precision;
        at(index).scale = fact.scale;
    }
    void operator()(const fact::Default& fact) { at(own(fact.column)).server_default = fact.value; }
    void operator()(const fact::SetOnUpdate& fact) { at(own(fact.column)).set_on_update = fact.value; }
    void operator()(const fact::Computed& fact) { at(own(fact.column)).computed = fact.sql; }
    void operator()(const fact::Unique& fact) { facts_.uniques.push_back({fact.name, own(fact.columns)}); }
    void operator()(const fact::Version& fact) { facts_.version_column = own(fact.column); }
    void operator()(const fact::ClientDefault& fact) { at(own(fact.column)).client_default = fact.make; }
    void operator()(const fact::ComputedOnWrite& fact) { at(own(fact.column)).computed_on_write = fact.make; }
    void operator()(const fact::References& fact) {
        ReferenceFact reference;
        reference.name = fact.name;
        reference.columns = own(fact.columns);
        reference.on_delete = fact.on_delete;
        reference.on_update = fact.on_update;
        const bool by_name = !fact.referred_name.empty();
        if (by_name) {
            reference.referred_name = fact.referred_name;
            reference.referred_by_name = fact.referred_by_name;
        }
        const std::size_t count = by_name ? fact.referred_by_name.size() : fact.referred.size();
        if (count == 0 || count != fact.columns.size()) {
            throw UsageError("model " + where(table_) +
                             ": references needs as many referred columns as referring ones");
        }
        if (!by_name) reference.referred = fact.referred.front().table;
        for (const ColumnRef& column : fact.referred) {
            if (column.table != reference.referred) {
                throw UsageError("model " + where(table_) + ": references names columns of two tables");
            }
            reference.referred_columns.push_back(column.index);
        }
        facts_.references.push_back(std::move(reference));
    }

    Facts finish(ModelKind model) {
        if (facts_.no_key && !facts_.primary_key.empty())
            throw UsageError("model " + where(table_) + ": no_key() and primary_key(...) contradict each other");
        if (model == ModelKind::view && facts_.primary_key.empty()) facts_.no_key = true;
        if (facts_.primary_key.empty() && !facts_.no_key) {
            if (const int id = table_.find("id"); id >= 0) facts_.primary_key = {id};
        }
        if (facts_.primary_key.size() == 1) {
            const int key = facts_.primary_key.front();
            const TypeKind kind = table_.column(key).type->kind;
            const bool number =
                kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
            const bool chosen = internal::contains(not_generated_, key);
            const bool refers = std::ranges::any_of(facts_.references, [&](const ReferenceFact& reference) {
                return internal::contains(reference.columns, key);
            });
            at(key).generated_key =
                number && !chosen && !refers && !at(key).computed && !at(key).server_default && !at(key).numbered;
        }
        for (const int key : facts_.primary_key) {
            if (table_.column(key).type->nullable) {
                throw UsageError("model " + where(table_) + ": key column " + table_.column(key).name +
                                 " must not be std::optional");
            }
        }
        return std::move(facts_);
    }

private:
    [[noreturn]] void wrong(const char* fact, int index, const char* why) const {
        throw UsageError("model " + where(table_) + ": " + fact + " does not fit column " + table_.column(index).name +
                         ": " + why);
    }
    int own(const ColumnRef& column) const {
        if (column.table != &table_) {
            throw UsageError("model " + where(table_) + ": STRATA_FACTS names a column of " + column.table->name);
        }
        return column.index;
    }
    std::vector<int> own(const std::vector<ColumnRef>& columns) const {
        std::vector<int> indexes;
        indexes.reserve(columns.size());
        for (const ColumnRef& column : columns) indexes.push_back(own(column));
        return indexes;
    }
    ColumnFacts& at(int index) { return facts_.columns[static_cast<std::size_t>(index)]; }

    const TableInfo& table_;
    Facts facts_;
    std::vector<int> not_generated_;
};

}  // namespace

struct Fact::Any {
    std::variant<fact::PrimaryKey, fact::NoKey, fact::NotGenerated, fact::Numbered, fact::MaxLength, fact::Precision,
                 fact::Default, fact::SetOnUpdate, fact::Computed, fact::Unique, fact::References, fact::Version,
                 fact::ClientDefault, fact::ComputedOnWrite>
        fact;
};

Fact::Fact(fact::PrimaryKey fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::NoKey fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::NotGenerated fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Numbered fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::MaxLength fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Precision fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Default fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::SetOnUpdate fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Computed fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Unique fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::References fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::Version fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::ClientDefault fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(fact::ComputedOnWrite fact) : any_(new Any{std::move(fact)}) {}
Fact::Fact(const Fact& other) : any_(new Any(*other.any_)) {}
Fact& Fact::operator=(const Fact& other) {
    *any_ = *other.any_;
    return *this;
}
Fact::~Fact() { delete any_; }

FactList::FactList() = default;
FactList::FactList(std::initializer_list<Fact> facts) : facts_(facts) {}
FactList::FactList(const FactList&) = default;
FactList& FactList::operator=(const FactList&) = default;
FactList::~FactList() = default;
FactList strata_facts(const void*) { return {}; }
const RuleSet* strata_rules(const void*) { return nullptr; }

Facts make_facts(const TableInfo& table, const FactList& list, ModelKind kind) {
    Layout layout(table);
    for (const Fact& fact : list.all()) std::visit(layout, fact.any().fact);
    return layout.finish(kind);
}

const Facts& keep_facts(const TableInfo& table, const FactList& list, ModelKind kind, const RuleSet* rules) {
    static std::mutex mutex;
    static std::deque<Facts> kept;
    Facts facts = make_facts(table, list, kind);
    facts.rules = rules;
    const std::lock_guard lock(mutex);
    facts.number = static_cast<std::uint32_t>(kept.size() + 1);
    return kept.emplace_back(std::move(facts));
}

}  // namespace strata::core
