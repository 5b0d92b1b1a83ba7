#include "generate/plan.hpp"

#include <strata/schema/internal/cpp_text.hpp>
#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/object_words.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <iterator>

namespace strata::schema::generation {
namespace {

using internal::argument;
using internal::cpp_list;
using internal::cpp_literal;
using internal::name_text;
using internal::words;

std::string reference_text(const ObjectRef& ref) {
    std::string text = "{" + internal::kind_text(ref.kind) + ", " + name_text(ref.name);
    if (!ref.table.empty() || !ref.arguments.empty()) text += ", " + name_text(ref.table);
    if (!ref.arguments.empty()) text += ", " + cpp_literal(ref.arguments);
    return text + "}";
}

/// `{{ObjectKind::table, "songs"}, ...}`
std::string needs_text(const std::vector<ObjectRef>& needs) {
    std::string text = "{";
    for (const auto& ref : needs) text += (text.size() > 1 ? ", " : "") + reference_text(ref);
    return text + "}";
}

/// The names that the convention gives to the table's parts, in a table of the same order.
Table conventional(const Table& table, const NamingConvention& convention) {
    Table unnamed;
    unnamed.name = table.name;
    const auto name_one = [&](auto list, const auto& part, auto clear) {
        Table single;
        single.name = table.name;
        auto copy = part;
        clear(copy);
        (single.*list).push_back(std::move(copy));
        (unnamed.*list).push_back((named_by(std::move(single), convention).*list).front());
    };
    const auto clear_name = [](auto& part) { part.name.clear(); };
    if (table.primary_key) {
        Table single;
        single.name = table.name;
        single.primary_key = table.primary_key;
        single.primary_key->name.clear();
        unnamed.primary_key = named_by(std::move(single), convention).primary_key;
    }
    for (const auto& each : table.uniques) name_one(&Table::uniques, each, clear_name);
    for (const auto& each : table.foreign_keys) name_one(&Table::foreign_keys, each, clear_name);
    for (const auto& each : table.excludes) name_one(&Table::excludes, each, clear_name);
    for (const auto& each : table.indexes) name_one(&Table::indexes, each, clear_name);
    return unnamed;
}

class TableEntry {
public:
    TableEntry(const Plan& plan, const Table& table)
        : plan_(plan), table_(table), model_(plan.find(table.name)), conventional_(conventional(table, plan.names)) {}

    std::string text() {
        for (const auto& note : table_.unmanaged.texts()) note_unmanaged(note);
        if (model_ != nullptr) {
            columns();
            constraints();
        }
        checks();
        excludes();
        indexes();
        options();
        const std::string head = "table(" + (model_ != nullptr ? model_->handle : name_text(table_.name));
        if (items_.empty()) return head + ")";
        std::string text;
        if (model_ != nullptr) {  // as a list, which costs the compiler less
            text = head + ", {\n";
            for (const auto& item : items_) text += item + (is_comment(item) ? "\n" : ",\n");
            return text + "})";
        }
        text = head;
        for (const auto& item : items_)
            if (!is_comment(item)) text += ", " + item;
        return text + ")";
    }

private:
    static bool is_comment(const std::string& item) { return item.starts_with("//"); }
    void note_unmanaged(const std::string& what) {
        for (const auto& line : comment_lines("unmanaged: " + what, 100)) items_.push_back("// " + line);
    }
    [[nodiscard]] std::string column(std::string_view name) const { return model_->column_text(name); }
    [[nodiscard]] std::string columns_of(const std::vector<std::string>& names) const {
        return model_->columns_text(names);
    }

    /// `.named("songs_pkey")` where the convention gives another name.
    template <class Part>
    static std::string naming(const Part& part, const Part& by_convention, bool always = false) {
        if (part.name == by_convention.name && !always) return {};
        return part.name.empty() ? ".unnamed()" : ".named(" + cpp_literal(part.name) + ")";
    }
    /// Then the usual convention, which table() tries too, gives one name to two of them.
    template <class Part>
    static bool shares_columns(const std::vector<Part>& all, const Part& part) {
        return std::count_if(all.begin(), all.end(), [&](const Part& each) { return each.columns == part.columns; }) >
               1;
    }
    template <class Part>
    [[nodiscard]] std::string included(const Part& part) const {
        return part.include.empty() ? std::string() : ".include(" + columns_of(part.include) + ")";
    }

    void columns() {
        std::vector<std::pair<std::string, std::vector<std::string>>> types;  // columns of which only the type is said
        std::vector<std::string> others;
        for (const auto& member : model_->members) {
            const Column& actual = *member.column;
            std::string text = words(actual, {"name", "type", "server_default", "computed", "identity"}, member.base);
            if (actual.server_default && !member.base.server_default)
                text = ".server_default(ServerDefault::sql(" + cpp_literal(actual.server_default->text) + "))" + text;
            const bool numbered =
                actual.identity.kind != Numbering::none && actual.identity.kind != Numbering::automatic;
            const bool plain = actual.identity.kind == Numbering::by_default && actual.identity.sequence.empty() &&
                               actual.identity.options == SequenceOptions();
            if (numbered && !plain) text += ".identity(" + argument(actual.identity) + ")";
            const bool retyped = actual.type != member.base.type;
            const std::string type = retyped ? internal::type_text(actual.type) : std::string();
            if (!text.empty()) {
                others.push_back("column(" + column(actual.name) + ")" + (retyped ? ".type(" + type + ")" : "") + text);
            } else if (retyped) {
                const auto known =
                    std::find_if(types.begin(), types.end(), [&](const auto& each) { return each.first == type; });
                if (known == types.end())
                    types.push_back({type, {actual.name}});
                else
                    known->second.push_back(actual.name);
            }
        }
        for (const auto& [type, names] : types) {
            if (names.size() == 1)
                items_.push_back("type(" + column(names.front()) + ", " + type + ")");
            else
                items_.push_back("types(" + type + ", " + columns_of(names) + ")");
        }
        items_.insert(items_.end(), others.begin(), others.end());
    }

    void constraints() {
        if (const auto& key = table_.primary_key) {
            const std::string more =
                naming(*key, *conventional_.primary_key) + included(*key) + words(*key, {"name", "columns", "include"});
            if (!more.empty()) items_.push_back("primary_key()" + more);
        }
        for (std::size_t i = 0; i < table_.uniques.size(); ++i) {
            const auto& unique = table_.uniques[i];
            const std::string more = naming(unique, conventional_.uniques[i], shares_columns(table_.uniques, unique)) +
                                     included(unique) + words(unique, {"name", "columns", "include"});
            if (!more.empty()) items_.push_back("unique(" + columns_of(unique.columns) + ")" + more);
        }
        for (std::size_t i = 0; i < table_.foreign_keys.size(); ++i) {
            const auto& key = table_.foreign_keys[i];
            const auto& outside = model_->keys_outside;
            const bool whole = std::find_if(outside.begin(), outside.end(),
                                            [&](const ForeignKey* each) { return each == &key; }) != outside.end();
            std::string more = naming(key, conventional_.foreign_keys[i], shares_columns(table_.foreign_keys, key));
            if (whole) {
                more += ".references(" + name_text(key.referred_table) + ", " + cpp_list(key.referred_columns) + ")" +
                        words(key, {"name", "columns", "referred_table", "referred_columns", "set_columns"});
            } else {
                more += words(key, {"name", "columns", "referred_table", "referred_columns", "set_columns", "on_delete",
                                    "on_update"});
            }
            if (!key.set_columns.empty()) more += ".set_columns(" + columns_of(key.set_columns) + ")";
            if (!more.empty()) items_.push_back("foreign_key(" + columns_of(key.columns) + ")" + more);
        }
    }

    void checks() {
        for (const auto& check : table_.checks) {
            const std::string more = words(check, {"name", "expression"});
            const std::string prefix = "ck_" + table_.name.name + "_";
            const bool as_given = plan_.names.ck == "%(constraint_name)s" && !check.name.starts_with("ck_");
            std::string text;
            if (check.name.empty())
                text = "check(" + sql_text(check.expression) + ")" + (as_given ? "" : ".unnamed()");
            else if (as_given)
                text = "check(" + cpp_literal(check.name) + ", " + sql_text(check.expression) + ")";
            else if (plan_.names.ck != "%(constraint_name)s" && check.name.size() > prefix.size() &&
                     check.name.starts_with(prefix) &&
                     check_name(table_.name.name, check.name.substr(prefix.size())) == check.name &&
                     !check.name.substr(prefix.size()).starts_with("ck_"))
                text =
                    "check(" + cpp_literal(check.name.substr(prefix.size())) + ", " + sql_text(check.expression) + ")";
            else
                text = "check(" + sql_text(check.expression) + ").named(" + cpp_literal(check.name) + ")";
            items_.push_back(text + more);
        }
    }

    [[nodiscard]] std::string element_text(const IndexElement& element) const {
        const std::string more = words(element, {"column", "expression", "descending"});
        std::string part = element.column.empty() ? "expression(" + sql_text(element.expression) + ")"
                           : model_ != nullptr    ? column(element.column)
                                                  : cpp_literal(element.column);
        if (element.descending) return "desc(" + part + ")" + more;
        return (element.column.empty() || more.empty() ? part : "element(" + part + ")") + more;
    }
    [[nodiscard]] std::string elements_text(const std::vector<IndexElement>& elements) const {
        std::string text;
        for (const auto& element : elements) text += (text.empty() ? "" : ", ") + element_text(element);
        return text;
    }

    void excludes() {
        for (std::size_t i = 0; i < table_.excludes.size(); ++i) {
            const auto& each = table_.excludes[i];
            items_.push_back("exclude(" + cpp_literal(each.method) + ", {" + elements_text(each.elements) + "}, " +
                             cpp_list(each.operators) + ")" + naming(each, conventional_.excludes[i]) + included(each) +
                             words(each, {"name", "method", "elements", "operators", "include"}));
        }
    }

    void indexes() {
        for (std::size_t i = 0; i < table_.indexes.size(); ++i) {
            const auto& index = table_.indexes[i];
            if (index.invalid)
                note_unmanaged("index " + index.name +
                               " is invalid in the database, since its CREATE INDEX CONCURRENTLY has failed");
            items_.push_back("index(" + elements_text(index.elements) + ")" + naming(index, conventional_.indexes[i]) +
                             included(index) + words(index, {"name", "elements", "invalid", "include"}));
        }
    }

    void options() {
        const Table plain;
        internal::for_each_field<Table>([&](std::string_view name, auto field) {
            using Field = std::decay_t<decltype(table_.*field)>;
            if constexpr (requires(const Field& value) { argument(value); }) {
                if (name == "name" || name == "partition_bound" || table_.*field == plain.*field) return;
                std::string word(name);
                if (word == "parameters") word = "storage_parameters";
                if (word == "module") word = "virtual_table";
                std::string arguments = argument(table_.*field);
                if (word == "partition_of") arguments += ", " + cpp_literal(table_.partition_bound);
                items_.push_back(word + "(" + arguments + ")");
            }
        });
        Table bare = table_;
        bare.needs.clear();
        const auto said = needs_of(bare);
        std::vector<ObjectRef> others;  // that no field says
        std::copy_if(table_.needs.begin(), table_.needs.end(), std::back_inserter(others),
                     [&](const ObjectRef& ref) { return std::find(said.begin(), said.end(), ref) == said.end(); });
        if (!others.empty()) items_.push_back("needs(" + needs_text(others) + ")");
    }

    const Plan& plan_;
    const Table& table_;
    const ModelPlan* model_;
    const Table conventional_;
    std::vector<std::string> items_;
};

/// Whether the maker gives the same statement, but for the quotes around the name.
bool same(const Object& object, const Object& made) {
    std::string bare = made.definition;
    std::erase(bare, '"');
    return object.ref == made.ref && (object.definition == made.definition || object.definition == bare);
}

/// The maker with its arguments.
std::string made_by(const Plan& plan, const Object& object) {
    const ObjectRef& ref = object.ref;
    const std::string name = name_text(ref.name);
    const auto traits = internal::traits_of(ref.kind);
    const std::string maker(traits.maker);
    const auto call = [&](const std::string& second) {
        return maker + "(" + name + ", " + second + ", " + sql_text(object.definition) + ")";
    };
    using internal::MakerForm;
    switch (traits.maker_form) {
        case MakerForm::name:
            if (same(object, ref.kind == ObjectKind::schema ? schema_named(ref.name.name) : extension(ref.name.name)))
                return maker + "(" + name + ")";
            break;
        case MakerForm::labels:
            if (const EnumPlan* known = plan.find_enum(ref.name); known != nullptr && known->labels == object.labels)
                return maker + "<" + known->name + ">()";
            return maker + "(" + name + ", " + cpp_list(object.labels) + ")";
        case MakerForm::query: {
            const ModelPlan* model = plan.find(ref.name);
            return maker + "(" + (model != nullptr && model->is_view ? model->handle : name) + ", " +
                   sql_text(object.definition) + ")";
        }
        case MakerForm::of_arguments:
            return call(cpp_literal(ref.arguments));
        case MakerForm::of_table:
            if (ref.name.schema.empty()) return call(name_text(ref.table));
            break;
        case MakerForm::none:
            break;
    }
    return "object(" + reference_text(ref) + ", " + sql_text(object.definition) + ")";
}

}  // namespace

std::string table_entry(const Plan& plan, const Table& table) { return TableEntry(plan, table).text(); }

std::string object_entry(const Plan& plan, const Object& object) {
    std::string text = made_by(plan, object);
    if (!object.comment.empty()) text += ".commented(" + cpp_literal(object.comment) + ")";
    if (!object.completions.empty()) {
        text += ".then({";
        for (const auto& sql : object.completions)
            text += (&sql == &object.completions.front() ? "" : ", ") + sql_text(sql);
        text += "})";
    }
    std::vector<ObjectRef> needs;
    for (const auto& need : object.needs)
        if (need.name != object.ref.table || object.ref.table.empty()) needs.push_back(need);
    if (!needs.empty()) text += ".after(" + needs_text(needs) + ")";
    return text;
}

}  // namespace strata::schema::generation
