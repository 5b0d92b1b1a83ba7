#include <strata/core/error.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

namespace strata::schema {
namespace {

using core::ColumnFacts;
using core::ColumnInfo;
using core::ColumnRef;
using core::Facts;
using core::ReferenceFact;
using core::TableInfo;
using core::TypeInfo;

std::string where(const TableInfo& model) { return std::string(model.model) + " (table " + model.name + ")"; }

void set_enum(Type& type, const core::EnumInfo& info) {
    type.name = QualifiedName(info.schema, info.name());
    for (std::size_t i = 0; i < info.count; ++i) type.labels.emplace_back(info.labels[i].name);
}

Type type_of(const TypeInfo& info, const ColumnFacts& facts) {
    Type type;
    type.kind = info.kind;
    type.length = info.kind == TypeKind::text ? facts.max_length : 0;
    if (info.kind == TypeKind::numeric) type.precision = facts.precision, type.scale = facts.scale;
    if (info.kind == TypeKind::array && info.element != nullptr) {
        Type element;
        element.kind = info.element->kind;
        if (info.element->enumeration != nullptr) set_enum(element, *info.element->enumeration);
        type = Array(std::move(element));
    }
    if (info.enumeration != nullptr) set_enum(type, *info.enumeration);
    return type;
}

/// Integers of any width may refer to one another; any other type only to its own kind.
bool comparable(const TypeInfo& left, const TypeInfo& right) {
    const auto family = [](TypeKind kind) {
        return kind == TypeKind::small_integer || kind == TypeKind::integer ? TypeKind::big_integer : kind;
    };
    return family(left.kind) == family(right.kind);
}

class TableBuilder {
public:
    explicit TableBuilder(const TableInfo& model) : model_(&model) {
        const Facts& facts = model.facts();
        table_.name = QualifiedName(model.schema, model.name);
        if (is_version_table(table_.name))
            throw UsageError("model " + where(model) +
                             ": this table is where migrations are recorded; name it otherwise");
        for (int i = 0; i < model.column_count; ++i)
            table_.columns.push_back(column(model.column(i), facts.columns[static_cast<std::size_t>(i)]));
        if (!facts.primary_key.empty())
            table_.primary_key = PrimaryKey{facts.primary_key_name, names(facts.primary_key)};
        no_key_said_ = facts.no_key;
        for (const auto& unique : facts.uniques) table_.uniques.push_back({unique.name, names(unique.columns)});
        for (const auto& reference : facts.references) table_.foreign_keys.push_back(foreign_key(reference));
        open_uniques_ = table_.uniques.size();
        open_keys_ = table_.foreign_keys.size();
    }
    explicit TableBuilder(QualifiedName name) : no_key_said_(true) { table_.name = std::move(name); }

    ModelTable build(const std::vector<TableItem>& items) {
        for (const auto& item : items) std::visit([&](const auto& each) { add(each); }, item);
        if (!table_.primary_key && !no_key_said_)
            fail(" has no primary key; give it a member id, or primary_key(...) or no_key() in STRATA_FACTS");
        ModelTable result;
        static_cast<Table&>(result) = named_by(table_, {}, true);
        result.unresolved = std::move(table_);
        result.former_names = std::move(former_names_);
        return result;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw UsageError((model_ != nullptr ? "model " + where(*model_) : "table " + table_.name) + what);
    }

    [[nodiscard]] std::vector<std::string> names(const std::vector<int>& columns) const {
        std::vector<std::string> result;
        result.reserve(columns.size());
        for (const int index : columns) result.emplace_back(model_->column(index).name);
        return result;
    }

    [[nodiscard]] Column column(const ColumnInfo& info, const ColumnFacts& facts) const {
        Column column;
        column.name = info.name;
        column.type = type_of(*info.type, facts);
        column.nullable = info.type->nullable;
        column.server_default = facts.server_default;
        column.computed = facts.computed;
        column.identity = facts.generated_key || facts.numbered;
        if (column.computed && column.server_default)
            fail(": column " + column.name + " is computed and has a server default; it can have one of them");
        return column;
    }

    [[nodiscard]] ForeignKey foreign_key(const ReferenceFact& reference) const {
        ForeignKey key;
        key.name = reference.name;
        key.on_delete = reference.on_delete;
        key.on_update = reference.on_update;
        key.columns = names(reference.columns);
        if (reference.referred == nullptr) {
            key.referred_table = reference.referred_name;
            key.referred_columns = reference.referred_by_name;
            return key;
        }
        const TableInfo& referred = *reference.referred;
        key.referred_table = QualifiedName(referred.schema, referred.name);
        if (reference.columns.size() != reference.referred_columns.size())
            fail(": a reference to " + std::string(referred.name) + " names " +
                 std::to_string(reference.columns.size()) + " columns for " +
                 std::to_string(reference.referred_columns.size()) + "; name as many on both sides");
        for (std::size_t i = 0; i < reference.columns.size(); ++i) {
            const ColumnInfo& from = model_->column(reference.columns[i]);
            const ColumnInfo& to = referred.column(reference.referred_columns[i]);
            if (!comparable(*from.type, *to.type))
                fail(": column " + std::string(from.name) + " refers to " + referred.name + "." + to.name +
                     ", which has another type; give both the same");
            key.referred_columns.emplace_back(to.name);
        }
        return key;
    }

    /// Throws UsageError for a handle of another model.
    void check_own(const TableInfo* model, const std::string& column, std::string_view what) const {
        if (model == nullptr || model == model_) return;
        fail(": " + std::string(what) + " names column " + column + " of table " + model->name +
             "; name columns of this table only");
    }
    [[nodiscard]] Column& own(const core::ColumnRef& ref, std::string_view what) {
        const char* name = ref.table->column(ref.index).name;
        check_own(ref.table, name, what);
        Column* column = table_.find_column(name);
        if (column == nullptr) fail(": it has no column " + std::string(name));
        return *column;
    }

    /// The constraint as it was said, under the name that named_by() reads.
    template <class Part>
    [[nodiscard]] Part part_of(const Spec<Part>& spec, std::string_view what) const {
        for (const ColumnName& handle : spec.handles()) check_own(handle.model, handle.name, what);
        Part part = spec.part();
        if (spec.naming() == Spec<Part>::Naming::none) part.name = detail::no_name;
        return part;
    }

    /// The constraint of a fact that no item has completed yet and that is on these columns.
    template <class Part>
    static Part* find_open(std::vector<Part>& parts, std::size_t& open, const std::vector<std::string>& columns) {
        for (std::size_t i = 0; i < open; ++i) {
            if (parts[i].columns != columns) continue;
            std::rotate(parts.begin() + static_cast<std::ptrdiff_t>(i),
                        parts.begin() + static_cast<std::ptrdiff_t>(i) + 1, parts.end());
            --open;
            return &parts.back();
        }
        return nullptr;
    }

    void add(const ColumnItem& item) {
        for (const auto& ref : item.columns()) item.apply(own(ref, "an item about a column"));
    }

    void add(const Spec<PrimaryKey>& spec) {
        PrimaryKey key = part_of(spec, "the primary key");
        if (key.columns.empty()) {
            if (!table_.primary_key)
                fail(
                    ": more is said about its primary key, but it has none; give it a member id, or "
                    "primary_key(...) in STRATA_FACTS");
            key.columns = table_.primary_key->columns;
        } else if (table_.primary_key && table_.primary_key->columns != key.columns) {
            fail(": primary_key(...) names other columns than the model's key; say the key in STRATA_FACTS");
        }
        if (table_.primary_key && key.name.empty()) key.name = table_.primary_key->name;
        table_.primary_key = std::move(key);
    }

    void add(const Spec<UniqueConstraint>& spec) {
        UniqueConstraint unique = part_of(spec, "a unique constraint");
        if (UniqueConstraint* fact = find_open(table_.uniques, open_uniques_, unique.columns)) {
            if (unique.name.empty()) unique.name = fact->name;
            *fact = std::move(unique);
        } else {
            table_.uniques.push_back(std::move(unique));
        }
    }

    void add(const Spec<ForeignKey>& spec) {
        ForeignKey key = part_of(spec, "a foreign key");
        if (!key.referred_table.empty()) {
            if (key.columns.size() != key.referred_columns.size() && !key.referred_columns.empty())
                fail(": a foreign key to " + key.referred_table.text() + " names " +
                     std::to_string(key.columns.size()) + " columns for " +
                     std::to_string(key.referred_columns.size()) + "; name as many on both sides");
            table_.foreign_keys.push_back(std::move(key));
            return;
        }
        ForeignKey* fact = find_open(table_.foreign_keys, open_keys_, key.columns);
        if (fact == nullptr)
            fail(
                ": nothing stands on the columns of a foreign_key(...); add references(...) to STRATA_FACTS, or "
                ".references(...) here");
        if (key.name.empty()) key.name = fact->name;
        key.referred_table = fact->referred_table;
        key.referred_columns = fact->referred_columns;
        if (key.on_delete == ReferentialAction::no_action) key.on_delete = fact->on_delete;
        if (key.on_update == ReferentialAction::no_action) key.on_update = fact->on_update;
        *fact = std::move(key);
    }

    void add(const Spec<CheckConstraint>& spec) {
        CheckConstraint check = part_of(spec, "a check");
        if (spec.naming() == Spec<CheckConstraint>::Naming::exact && check.name.empty())
            fail(R"(: a check has no name; check("name", "expression"))");
        if (spec.naming() == Spec<CheckConstraint>::Naming::exact) check.name.insert(0, detail::complete_name);
        table_.checks.push_back(std::move(check));
    }

    void add(const Spec<ExcludeConstraint>& spec) {
        ExcludeConstraint exclude = part_of(spec, "an exclude constraint");
        if (exclude.operators.size() != exclude.elements.size())
            fail(": an exclude constraint has " + std::to_string(exclude.elements.size()) + " elements and " +
                 std::to_string(exclude.operators.size()) + " operators; give one for each");
        table_.excludes.push_back(std::move(exclude));
    }

    void add(const Spec<Index>& spec) {
        Index index = part_of(spec, "an index");
        if (index.elements.empty()) fail(": an index has no column; name one, or use index_on");
        table_.indexes.push_back(std::move(index));
    }

    void add(const TableOption& option) { option.set(table_); }

    void add(const CommentItem& item) {
        (item.column ? own(*item.column, "a comment").comment : table_.comment) = item.text;
    }

    void add(const FormerNameItem& item) {
        former_names_.push_back({table_.name, item.column ? own(*item.column, "a former name").name : std::string(),
                                 item.name, item.type, item.label});
    }

    const TableInfo* model_ = nullptr;
    Table table_;
    std::vector<FormerName> former_names_;
    bool no_key_said_ = false;
    std::size_t open_uniques_ = 0;  ///< the first ones are facts' that no item has completed
    std::size_t open_keys_ = 0;
};

std::vector<IndexElement> elements(std::initializer_list<IndexPart> parts) {
    std::vector<IndexElement> result;
    result.reserve(parts.size());
    for (const auto& part : parts) result.push_back(part.element());
    return result;
}

template <class Part>
void note_handles(Spec<Part>& spec, std::initializer_list<IndexPart> parts) {
    for (const auto& part : parts)
        if (part.handle().model != nullptr) spec.note(part.handle());
}

}  // namespace

FormerNameItem former_label(const core::EnumInfo& info, std::int64_t value, std::string former) {
    for (std::size_t i = 0; i < info.count; ++i)
        if (info.labels[i].value == value)
            return {std::move(former), {}, QualifiedName(info.schema, info.name()), info.labels[i].name};
    throw UsageError("renamed_from(): enum " + info.name() + " has no label for the value " + std::to_string(value));
}

Spec<Index> index(std::initializer_list<IndexPart> parts) {
    Spec<Index> spec(Index{.name = {}, .elements = elements(parts)});
    note_handles(spec, parts);
    return spec;
}

Spec<Index> index_on(std::string name, std::string sql) {
    return index({expression(std::move(sql))}).named(std::move(name));
}

Spec<CheckConstraint> check(std::string name, std::string expression) {
    Spec<CheckConstraint> check({name, std::move(expression)});
    return name.empty() ? check.named({}) : check;
}
Spec<CheckConstraint> check(std::string expression) { return Spec<CheckConstraint>({{}, std::move(expression)}); }

Spec<ExcludeConstraint> exclude(std::string method, std::initializer_list<IndexPart> parts,
                                std::vector<std::string> operators) {
    Spec<ExcludeConstraint> spec({{}, std::move(method), elements(parts), std::move(operators)});
    note_handles(spec, parts);
    return spec;
}

ModelTable table_of(const core::TableInfo& model, const std::vector<TableItem>& items) {
    return TableBuilder(model).build(items);
}
ModelTable table_of(QualifiedName name, const std::vector<TableItem>& items) {
    return TableBuilder(std::move(name)).build(items);
}

}  // namespace strata::schema
