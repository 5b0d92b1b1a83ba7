#include "generate/plan.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/internal/cpp_text.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <set>

namespace strata::schema::generation {

using internal::cpp_literal;

namespace {

constexpr std::size_t most_members = 340;  // of STRATA_MODEL and STRATA_ENUM

std::string lowered(const QualifiedName& name) {
    return snake_case(name.schema.empty() ? name.name : name.schema + "_" + name.name);
}

const char* cpp_type(TypeKind kind) {
    switch (kind) {
        case TypeKind::boolean:
            return "bool";
        case TypeKind::small_integer:
            return "std::int16_t";
        case TypeKind::integer:
            return "std::int32_t";
        case TypeKind::big_integer:
            return "std::int64_t";
        case TypeKind::real:
            return "float";
        case TypeKind::double_precision:
            return "double";
        case TypeKind::bytes:
            return "strata::Bytes";
        case TypeKind::numeric:
            return "strata::Decimal";
        case TypeKind::date:
            return "strata::Date";
        case TypeKind::time:
            return "strata::Time";
        case TypeKind::timestamp:
            return "strata::Timestamp";
        case TypeKind::timestamptz:
            return "strata::TimestampTz";
        case TypeKind::uuid:
            return "strata::Uuid";
        case TypeKind::json:
            return "strata::Json";
        case TypeKind::text:
        case TypeKind::array:
        case TypeKind::enumeration:
            break;
    }
    return "std::string";
}

Type of_kind(TypeKind kind) {
    Type type;
    type.kind = kind;
    return type;
}

/// Whether the default is a NULL, which the database keeps and which changes nothing: as a fact it would keep an insert
/// from writing the member.
bool is_null(const Column& column) {
    const auto& value = column.server_default;
    return value && value->kind == ServerDefault::Kind::sql && value->text.starts_with("NULL::");
}

bool is_integer(const Type& type) {
    return type.generic() && (type.kind == TypeKind::small_integer || type.kind == TypeKind::integer ||
                              type.kind == TypeKind::big_integer);
}

/// Integers of any width may refer to one another, as table_of() has it.
bool comparable(const Member& left, const Member& right) {
    return (is_integer(left.base.type) && is_integer(right.base.type)) || left.base.type.kind == right.base.type.kind;
}

class Planner {
public:
    Planner(const MetaData& metadata, const DdlCompiler& ddl, const GenerateOptions& options)
        : metadata_(metadata), ddl_(ddl), options_(options) {}

    Plan run() {
        plan_.name_space = options_.name_space;
        check_namespace();
        plan_.unmanaged = metadata_.unmanaged.texts();
        for (const auto& each : metadata_.notes.texts()) plan_.unmanaged.push_back(each);
        plan_.privileges = metadata_.privileges;
        for (const auto& table : metadata_.tables)
            if (!is_version_table(table.name)) plan_.tables.push_back(table);
        std::stable_sort(plan_.tables.begin(), plan_.tables.end(),
                         [](const Table& a, const Table& b) { return a.name < b.name; });
        plan_.objects = metadata_.objects;
        add_views();
        using Layout = GenerateOptions::Layout;
        plan_.per_table = options_.layout == Layout::per_table ||
                          (options_.layout == Layout::automatic && plan_.tables.size() + plan_.views.size() > 40);
        plan_.names = best_convention(plan_.tables);
        for (const char* name : {"metadata"}) scope_.reserve(name);
        name_models();
        add_enums();
        for (auto& model : plan_.models) {
            const std::size_t count = model.table->columns.size();
            for (std::size_t at = part_size(count), i = 2; at < count; at += part_size(count), ++i)
                model.parts.push_back(scope_.claim({model.model + "Part" + std::to_string(i)}));
            add_members(model);
        }
        for (auto& model : plan_.models) add_facts(model);
        return std::move(plan_);
    }

private:
    void check_namespace() const {
        std::string_view rest = options_.name_space;
        for (;;) {
            const auto colon = rest.find("::");
            const auto part = rest.substr(0, colon);
            if (!is_identifier(part) || taken_by_cpp(part))
                throw UsageError("'" + options_.name_space + "' cannot be a namespace; give a C++ name");
            if (colon == std::string_view::npos) return;
            rest.remove_prefix(colon + 2);
        }
    }

    void add_views() {
        for (const auto& [name, columns] : options_.views) {
            Table view;
            view.name = name;
            view.columns = columns;
            plan_.views.push_back(std::move(view));
        }
    }

    void name_models() {
        for (const auto& table : plan_.tables)
            if (!table.columns.empty()) name_model(table, false);
        for (const auto& view : plan_.views)
            if (!view.columns.empty()) name_model(view, true);
    }

    void name_model(const Table& table, bool is_view) {
        ModelPlan model;
        model.table = &table;
        model.is_view = is_view;
        model.handle = scope_.claim({snake_case(table.name.name), lowered(table.name) + "_table"});
        model.model = scope_.claim({pascal_case(table.name.name, true), pascal_case(table.name.name, false),
                                    pascal_case(table.name.name, true) + "Row"});
        plan_.model_of.emplace(table.name, plan_.models.size());
        plan_.models.push_back(std::move(model));
    }

    void add_enum(const QualifiedName& type, const std::string& name, const std::vector<std::string>& labels,
                  const std::string& comment) {
        const std::set<std::string> distinct(labels.begin(), labels.end());
        if (labels.empty() || labels.size() > most_members || distinct.size() != labels.size()) return;
        if (plan_.find_enum(type) != nullptr) return;
        EnumPlan made;
        made.type = type;
        made.name = scope_.claim({pascal_case(name, false), pascal_case(name, false) + "Enum"});
        made.labels = labels;
        made.comment = comment;
        Scope enumerators(false);
        for (const auto& label : labels) made.enumerators.push_back(enumerators.claim({snake_case(label)}));
        plan_.enums.push_back(std::move(made));
    }

    /// Those that columns use: a type that nothing uses is said as an object.
    void add_enums() {
        const auto visit = [&](const Table& table) {
            for (const auto& column : table.columns) {
                const Type* type = column.type.generic() && column.type.kind == TypeKind::enumeration ? &column.type
                                   : column.type.array_of(TypeKind::enumeration) ? &column.type.element.front()
                                                                                 : nullptr;
                if (type == nullptr) continue;
                const Object* object = metadata_.find({ObjectKind::enum_type, type->name});
                const std::string made_up = table.name.name + "_" + column.name;
                add_enum(type->name.empty() ? QualifiedName("", made_up) : type->name,
                         type->name.empty() ? made_up : type->name.name, type->labels,
                         object != nullptr ? object->comment : std::string());
            }
        };
        for (const auto& table : plan_.tables) visit(table);
        for (const auto& view : plan_.views) visit(view);
    }

    void add_members(ModelPlan& model) {
        Scope scope(false);
        scope.reserve(model.model);
        const auto& key = model.table->primary_key;
        for (const auto& column : model.table->columns) {
            Member member;
            member.column = &column;
            member.name = scope.claim({snake_case(column.name)});
            member.base.name = column.name;
            set_type(member, *model.table);
            const bool in_key =
                key && std::find(key->columns.begin(), key->columns.end(), column.name) != key->columns.end();
            member.optional = column.nullable && !in_key;
            member.base.nullable = member.optional;
            if (!is_null(column)) member.base.server_default = column.server_default;
            member.base.computed = column.computed;
            model.members.push_back(std::move(member));
        }
    }

    void set_type(Member& member, const Table& table) const {
        const Type& type = member.column->type;
        Type& base = member.base.type;
        if (type.generic() && type.kind == TypeKind::enumeration) {
            member.enumeration = plan_.find_enum(
                type.name.empty() ? QualifiedName("", table.name.name + "_" + member.column->name) : type.name);
            if (member.enumeration != nullptr) {
                member.type = member.enumeration->name;
                base = type;
                return;
            }
        }
        if (type.generic() && type.kind == TypeKind::array && type.dimensions <= 1) {
            const Type& element = type.element.front();
            const EnumPlan* enumeration =
                element.generic() && element.kind == TypeKind::enumeration ? plan_.find_enum(element.name) : nullptr;
            // A std::vector<bool> has no elements that could be read into.
            const bool simple = element.generic() && element.kind != TypeKind::array &&
                                element.kind != TypeKind::enumeration && element.kind != TypeKind::boolean;
            if (enumeration != nullptr || simple) {
                member.type = "std::vector<" +
                              (enumeration != nullptr ? enumeration->name : std::string(cpp_type(element.kind))) + ">";
                base = Array(enumeration != nullptr ? element : of_kind(element.kind));
                return;
            }
        }
        const TypeKind kind = ddl_.member_kind(type);
        member.type = cpp_type(kind);
        base = of_kind(member.type == "std::string" ? TypeKind::text : kind);
        if (!type.generic() || type.kind != base.kind) return;
        const bool fits =
            type.precision >= 1 && type.precision <= 38 && type.scale >= 0 && type.scale <= type.precision;
        base.length = std::max(type.length, 0);
        if (fits) base.precision = type.precision, base.scale = type.scale;
    }

    // The facts of a model

    void add_facts(ModelPlan& model) {
        const Table& table = *model.table;
        if (!table.primary_key) {
            if (!model.is_view) model.facts.emplace_back("no_key()");
        } else if (table.primary_key->columns != std::vector<std::string>{"id"} || model.find("id") == nullptr) {
            model.facts.push_back("primary_key(" + model.columns_text(table.primary_key->columns) + ")");
        }
        std::vector<std::string> references = reference_facts(model);
        add_numbering(model);
        for (const auto& member : model.members) {
            const std::string handle = model.column_text(member.column->name);
            if (member.base.type.length > 0)
                model.facts.push_back("max_length(" + handle + ", " + std::to_string(member.base.type.length) + ")");
            if (member.base.type.precision > 0)
                model.facts.push_back("precision(" + handle + ", " + std::to_string(member.base.type.precision) + ", " +
                                      std::to_string(member.base.type.scale) + ")");
        }
        for (const auto& unique : table.uniques)
            model.facts.push_back("unique(" + model.columns_text(unique.columns) + ")");
        for (auto& reference : references) model.facts.push_back(std::move(reference));
        for (const auto& member : model.members) {
            const std::string handle = model.column_text(member.column->name);
            if (member.base.server_default)
                model.facts.push_back("server_default(" + handle + ", " + default_fact(member) + ")");
            if (member.column->computed)
                model.facts.push_back("computed(" + handle + ", " + cpp_literal(*member.column->computed) + ")");
        }
    }

    /// A single integer key is numbered by itself, as make_facts() has it.
    void add_numbering(ModelPlan& model) {
        const auto& key = model.table->primary_key;
        for (auto& member : model.members) {
            const bool sole_key = key && key->columns == std::vector<std::string>{member.column->name};
            const bool by_itself = sole_key && is_integer(member.base.type) && !referring_.contains(&member) &&
                                   !member.column->computed && !member.column->server_default;
            const bool numbered = static_cast<bool>(member.column->identity);
            member.base.identity = numbered;
            if (by_itself && !numbered)
                model.facts.push_back("not_generated(" + model.column_text(member.column->name) + ")");
            if (!by_itself && numbered)
                model.facts.push_back("numbered(" + model.column_text(member.column->name) + ")");
        }
    }

    std::vector<std::string> reference_facts(ModelPlan& model) {
        std::vector<std::string> facts;
        const auto& keys = model.table->foreign_keys;
        for (const auto& key : keys) {
            const auto on_these = [&](const ForeignKey& other) { return other.columns == key.columns; };
            const bool plain = !key.columns.empty() && key.columns.size() == key.referred_columns.size() &&
                               std::count_if(keys.begin(), keys.end(), on_these) == 1 &&
                               std::all_of(key.columns.begin(), key.columns.end(),
                                           [&](const auto& column) { return model.find(column) != nullptr; });
            if (!plain) {
                model.keys_outside.push_back(&key);
                continue;
            }
            for (const auto& column : key.columns) referring_.insert(model.find(column));
            const ModelPlan* referred = plan_.find(key.referred_table);
            // What a dangling key refers to has no handle, or one that is not a key.
            const bool handles = !key.dangling && referred != nullptr && (!plan_.per_table || referred == &model) &&
                                 columns_match(model, *referred, key);
            std::string text = key.columns.size() == 1 ? model.column_text(key.columns.front())
                                                       : "columns(" + model.columns_text(key.columns) + ")";
            text += ", ";
            if (handles)
                text += key.columns.size() == 1 ? referred->column_text(key.referred_columns.front())
                                                : "columns(" + referred->columns_text(key.referred_columns) + ")";
            else if (key.columns.size() == 1)
                text += internal::name_text(key.referred_table) + ", " + cpp_literal(key.referred_columns.front());
            else
                text += internal::name_text(key.referred_table) + ", " + internal::cpp_list(key.referred_columns);
            const bool updates = key.on_update != ReferentialAction::no_action;
            if (updates || key.on_delete != ReferentialAction::no_action)
                text += ", on_delete::" + internal::argument(key.on_delete);
            if (updates) text += ", on_update::" + internal::argument(key.on_update);
            facts.push_back("references(" + text + ")");
        }
        return facts;
    }

    static bool columns_match(const ModelPlan& model, const ModelPlan& referred, const ForeignKey& key) {
        for (std::size_t i = 0; i < key.columns.size(); ++i) {
            const Member* from = model.find(key.columns[i]);
            const Member* to = referred.find(key.referred_columns[i]);
            if (from == nullptr || to == nullptr || !comparable(*from, *to)) return false;
        }
        return true;
    }

    static std::string default_fact(const Member& member) {
        using Kind = core::Value::Kind;
        const ServerDefault& value = *member.column->server_default;
        switch (value.kind) {
            case ServerDefault::Kind::now:
            case ServerDefault::Kind::sql:
                return internal::default_text(value);
            case ServerDefault::Kind::literal:
                break;
        }
        if (member.enumeration != nullptr && value.type == Kind::text) {
            const auto& labels = member.enumeration->labels;
            const auto found = std::find(labels.begin(), labels.end(), value.text);
            if (found != labels.end())
                return member.type +
                       "::" + member.enumeration->enumerators[static_cast<std::size_t>(found - labels.begin())];
        }
        if (member.type == "std::string" && value.type == Kind::text && value.text.find('\0') == std::string::npos)
            return cpp_literal(value.text);
        // Of another type than the member's it needs its kind.
        const bool same_type = (member.type == "bool" && value.type == Kind::boolean) ||
                               (is_integer(member.base.type) && value.type == Kind::integer);
        const auto bare = internal::bare_literal(value);
        return same_type && bare ? *bare : internal::literal_text(value);
    }

    const MetaData& metadata_;
    const DdlCompiler& ddl_;
    const GenerateOptions& options_;
    Scope scope_{true};
    std::set<const Member*> referring_;  ///< that a references(...) fact is about
    Plan plan_;
};

/// How many names of the tables a convention gives, for one of its templates.
std::size_t matches(const std::vector<Table>& tables, std::string NamingConvention::* which, const std::string& text) {
    NamingConvention convention;
    convention.ck = "%(constraint_name)s";
    convention.*which = text;
    std::size_t count = 0;
    for (const Table& table : tables) {
        Table unnamed = table;
        if (unnamed.primary_key) unnamed.primary_key->name.clear();
        for (auto& each : unnamed.uniques) each.name.clear();
        for (auto& each : unnamed.foreign_keys) each.name.clear();
        for (auto& each : unnamed.excludes) each.name.clear();
        for (auto& each : unnamed.indexes) each.name.clear();
        unnamed.checks.clear();
        Table named;
        try {
            named = named_by(std::move(unnamed), convention);
        } catch (const UsageError&) {  // two get the same name
            continue;
        }
        const auto compare = [&](const auto& left, const auto& right) {
            for (std::size_t i = 0; i < left.size(); ++i) count += left[i].name == right[i].name ? 1U : 0U;
        };
        if (which == &NamingConvention::pk && table.primary_key)
            count += named.primary_key->name == table.primary_key->name ? 1U : 0U;
        if (which == &NamingConvention::uq) compare(named.uniques, table.uniques);
        if (which == &NamingConvention::fk) compare(named.foreign_keys, table.foreign_keys);
        if (which == &NamingConvention::ex) compare(named.excludes, table.excludes);
        if (which == &NamingConvention::ix) compare(named.indexes, table.indexes);
    }
    return count;
}

}  // namespace

std::size_t part_size(std::size_t members) {
    if (members <= 100) return 100;
    return members > std::size_t{40} * 40 ? 100 : 40;
}

NamingConvention best_convention(const std::vector<Table>& tables) {
    NamingConvention best;
    const auto choose = [&](std::string NamingConvention::* which, std::initializer_list<const char*> others) {
        std::size_t most = matches(tables, which, best.*which);
        for (const char* other : others) {
            const std::size_t count = matches(tables, which, other);
            if (count > most) most = count, best.*which = other;
        }
    };
    // The names that PostgreSQL gives, and none, as on SQLite.
    choose(&NamingConvention::pk, {"%(table_name)s_pkey", ""});
    choose(&NamingConvention::uq, {"%(table_name)s_%(column_0_N_name)s_key", ""});
    choose(&NamingConvention::fk, {"%(table_name)s_%(column_0_N_name)s_fkey", ""});
    choose(&NamingConvention::ex, {"%(table_name)s_%(column_0_N_name)s_excl"});
    choose(&NamingConvention::ix, {"%(table_name)s_%(column_0_N_name)s_idx", "idx_%(table_name)s_%(column_0_N_name)s"});
    const bool ours = std::all_of(tables.begin(), tables.end(), [](const Table& table) {
        return std::all_of(table.checks.begin(), table.checks.end(), [&](const CheckConstraint& check) {
            return check.name.starts_with("ck_" + table.name.name + "_");
        });
    });
    if (!ours) best.ck = "%(constraint_name)s";
    return best;
}

const Member* ModelPlan::find(std::string_view column) const {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& each) { return each.column->name == column; });
    return found == members.end() ? nullptr : &*found;
}

std::string ModelPlan::column_text(std::string_view column) const {
    const Member* member = find(column);
    return member != nullptr ? handle + "." + member->name : cpp_literal(column);
}

std::string ModelPlan::columns_text(const std::vector<std::string>& columns) const {
    std::string text;
    for (const auto& column : columns) text += (text.empty() ? "" : ", ") + column_text(column);
    return text;
}

const ModelPlan* Plan::find(const QualifiedName& table) const {
    const auto found = model_of.find(table);
    return found == model_of.end() ? nullptr : &models[found->second];
}

const EnumPlan* Plan::find_enum(const QualifiedName& type) const {
    const auto found =
        std::find_if(enums.begin(), enums.end(), [&](const EnumPlan& each) { return each.type == type; });
    return found == enums.end() ? nullptr : &*found;
}

Plan plan(const MetaData& metadata, const DdlCompiler& ddl, const GenerateOptions& options) {
    return Planner(metadata, ddl, options).run();
}

}  // namespace strata::schema::generation
