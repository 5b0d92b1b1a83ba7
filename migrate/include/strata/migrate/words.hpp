#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>
#include <vector>

/// The words that a revision has for the fields of constraints, indexes, tables and objects, each named like its field.
/// What is defined and what is recorded share them. Self has `set(field, value)`.
namespace strata::migrate {

using core::QualifiedName;
using core::ReferentialAction;
using schema::Deferrable;
using schema::Identity;
using schema::KeyOrder;
using schema::Match;
using schema::Nulls;
using schema::Numbering;
using schema::ObjectKind;
using schema::SequenceOptions;
using Names = std::vector<std::string>;

inline constexpr auto no_action = ReferentialAction::no_action;
inline constexpr auto restrict = ReferentialAction::restrict;
inline constexpr auto cascade = ReferentialAction::cascade;
inline constexpr auto set_null = ReferentialAction::set_null;
inline constexpr auto set_default = ReferentialAction::set_default;
inline constexpr auto initially_immediate = Deferrable::initially_immediate;
inline constexpr auto initially_deferred = Deferrable::initially_deferred;
inline constexpr auto full = Match::full;
inline constexpr auto partial = Match::partial;

template <class Self>
class PrimaryKeyWords {
public:
    Self& deferrable(Deferrable how = Deferrable::initially_immediate) {
        return set(&schema::PrimaryKey::deferrable, how);
    }
    Self& include(Names columns) { return set(&schema::PrimaryKey::include, std::move(columns)); }
    Self& parameters(Names settings) { return set(&schema::PrimaryKey::parameters, std::move(settings)); }
    Self& tablespace(std::string name) { return set(&schema::PrimaryKey::tablespace, std::move(name)); }
    Self& order(std::vector<schema::KeyOrder> of_columns) {
        return set(&schema::PrimaryKey::order, std::move(of_columns));
    }
    Self& on_conflict(std::string action) { return set(&schema::PrimaryKey::on_conflict, std::move(action)); }
    Self& comment(std::string text) { return set(&schema::PrimaryKey::comment, std::move(text)); }

private:
    template <class T, class Value>
    Self& set(T schema::PrimaryKey::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class ForeignKeyWords {
public:
    Self& on_delete(ReferentialAction action) { return set(&schema::ForeignKey::on_delete, action); }
    Self& on_update(ReferentialAction action) { return set(&schema::ForeignKey::on_update, action); }
    Self& match(Match how) { return set(&schema::ForeignKey::match, how); }
    Self& deferrable(Deferrable how = Deferrable::initially_immediate) {
        return set(&schema::ForeignKey::deferrable, how);
    }
    Self& not_valid(bool yes = true) { return set(&schema::ForeignKey::not_valid, yes); }
    /// Which columns ON DELETE SET NULL or SET DEFAULT sets; without it all.
    Self& set_columns(Names columns) { return set(&schema::ForeignKey::set_columns, std::move(columns)); }
    Self& comment(std::string text) { return set(&schema::ForeignKey::comment, std::move(text)); }

private:
    template <class T, class Value>
    Self& set(T schema::ForeignKey::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class CheckWords {
public:
    Self& not_valid(bool yes = true) { return set(&schema::CheckConstraint::not_valid, yes); }
    Self& no_inherit(bool yes = true) { return set(&schema::CheckConstraint::no_inherit, yes); }
    Self& comment(std::string text) { return set(&schema::CheckConstraint::comment, std::move(text)); }

private:
    template <class T, class Value>
    Self& set(T schema::CheckConstraint::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class IndexWords {
public:
    Self& unique(bool yes = true) { return set(&schema::Index::unique, yes); }
    /// The partial index's predicate, SQL.
    Self& where(std::string predicate) { return set(&schema::Index::where, std::move(predicate)); }
    Self& method(std::string name) { return set(&schema::Index::method, std::move(name)); }
    Self& include(Names columns) { return set(&schema::Index::include, std::move(columns)); }
    Self& nulls_not_distinct(bool yes = true) { return set(&schema::Index::nulls_not_distinct, yes); }
    Self& parameters(Names settings) { return set(&schema::Index::parameters, std::move(settings)); }
    Self& tablespace(std::string name) { return set(&schema::Index::tablespace, std::move(name)); }
    Self& clustered(bool yes = true) { return set(&schema::Index::clustered, yes); }
    Self& invalid(bool yes = true) { return set(&schema::Index::invalid, yes); }
    Self& comment(std::string text) { return set(&schema::Index::comment, std::move(text)); }
    /// The same as method(), for reading: `using_("gin")`.
    Self& using_(std::string name) { return method(std::move(name)); }  // NOLINT(readability-identifier-naming)

private:
    template <class T, class Value>
    Self& set(T schema::Index::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class ExcludeWords {
public:
    Self& method(std::string name) { return set(&schema::ExcludeConstraint::method, std::move(name)); }
    Self& where(std::string predicate) { return set(&schema::ExcludeConstraint::where, std::move(predicate)); }
    Self& deferrable(Deferrable how = Deferrable::initially_immediate) {
        return set(&schema::ExcludeConstraint::deferrable, how);
    }
    Self& include(Names columns) { return set(&schema::ExcludeConstraint::include, std::move(columns)); }
    Self& parameters(Names settings) { return set(&schema::ExcludeConstraint::parameters, std::move(settings)); }
    Self& tablespace(std::string name) { return set(&schema::ExcludeConstraint::tablespace, std::move(name)); }
    Self& comment(std::string text) { return set(&schema::ExcludeConstraint::comment, std::move(text)); }

private:
    template <class T, class Value>
    Self& set(T schema::ExcludeConstraint::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class TableWords {
public:
    Self& unlogged(bool yes = true) { return set(&schema::Table::unlogged, yes); }
    /// `partition_by("RANGE (created_at)")`
    Self& partition_by(std::string key) { return set(&schema::Table::partition_by, std::move(key)); }
    Self& partition_of(QualifiedName parent) { return set(&schema::Table::partition_of, std::move(parent)); }
    /// `FOR VALUES FROM (1) TO (10)` or `DEFAULT`
    Self& partition_bound(std::string bound) { return set(&schema::Table::partition_bound, std::move(bound)); }
    Self& inherits(std::vector<QualifiedName> parents) { return set(&schema::Table::inherits, std::move(parents)); }
    Self& of_type(QualifiedName type) { return set(&schema::Table::of_type, std::move(type)); }
    Self& parameters(Names settings) { return set(&schema::Table::parameters, std::move(settings)); }
    Self& tablespace(std::string name) { return set(&schema::Table::tablespace, std::move(name)); }
    Self& access_method(std::string name) { return set(&schema::Table::access_method, std::move(name)); }
    /// `FULL`, `NOTHING` or `USING INDEX name`; empty: the default
    Self& replica_identity(std::string what) { return set(&schema::Table::replica_identity, std::move(what)); }
    Self& row_security(bool yes = true) { return set(&schema::Table::row_security, yes); }
    Self& force_row_security(bool yes = true) { return set(&schema::Table::force_row_security, yes); }
    Self& strict(bool yes = true) { return set(&schema::Table::strict, yes); }
    Self& without_rowid(bool yes = true) { return set(&schema::Table::without_rowid, yes); }
    /// SQLite: the module and its arguments, `virtual_table("fts5(title, body)")`.
    Self& virtual_table(std::string module) { return set(&schema::Table::module, std::move(module)); }

private:
    template <class T, class Value>
    Self& set(T schema::Table::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class ObjectWords {
public:
    /// Statements that complete it once it exists.
    Self& completions(Names statements) { return set(&schema::Object::completions, std::move(statements)); }
    /// An enum type's, in order.
    Self& labels(Names in_order) { return set(&schema::Object::labels, std::move(in_order)); }
    Self& comment(std::string text) { return set(&schema::Object::comment, std::move(text)); }
    /// The table or view that a trigger, rule or policy belongs to.
    Self& table(QualifiedName name) {
        return ref([&](schema::ObjectRef& r) { r.table = std::move(name); });
    }
    /// The types of the arguments of a function, procedure, aggregate or operator: `integer, text`.
    Self& arguments(std::string types) {
        return ref([&](schema::ObjectRef& r) { r.arguments = std::move(types); });
    }

private:
    template <class T, class Value>
    Self& set(T schema::Object::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
    template <class Change>
    Self& ref(const Change& change) {
        change(static_cast<Self&>(*this).reference());
        return static_cast<Self&>(*this);
    }
};

template <class Self>
class UniqueWords {
public:
    Self& nulls_not_distinct(bool yes = true) { return set(&schema::UniqueConstraint::nulls_not_distinct, yes); }
    Self& deferrable(Deferrable how = Deferrable::initially_immediate) {
        return set(&schema::UniqueConstraint::deferrable, how);
    }
    Self& include(Names columns) { return set(&schema::UniqueConstraint::include, std::move(columns)); }
    Self& parameters(Names settings) { return set(&schema::UniqueConstraint::parameters, std::move(settings)); }
    Self& tablespace(std::string name) { return set(&schema::UniqueConstraint::tablespace, std::move(name)); }
    Self& order(std::vector<schema::KeyOrder> of_columns) {
        return set(&schema::UniqueConstraint::order, std::move(of_columns));
    }
    Self& on_conflict(std::string action) { return set(&schema::UniqueConstraint::on_conflict, std::move(action)); }
    Self& comment(std::string text) { return set(&schema::UniqueConstraint::comment, std::move(text)); }

private:
    template <class T, class Value>
    Self& set(T schema::UniqueConstraint::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

/// A thing that is written by hand, with the words for its fields.
template <class Thing, template <class> class Words>
class Spec : public Words<Spec<Thing, Words>> {
public:
    explicit Spec(Thing thing) : thing_(std::move(thing)) {}
    operator Thing() const { return thing_; }

private:
    friend class Words<Spec>;
    template <class T, class Value>
    void set(T Thing::* field, Value value) {
        thing_.*field = std::move(value);
    }
    Thing thing_;
};
using PrimaryKeySpec = Spec<schema::PrimaryKey, PrimaryKeyWords>;
using UniqueSpec = Spec<schema::UniqueConstraint, UniqueWords>;
using ForeignKeySpec = Spec<schema::ForeignKey, ForeignKeyWords>;
using CheckSpec = Spec<schema::CheckConstraint, CheckWords>;
using IndexSpec = Spec<schema::Index, IndexWords>;
using ExcludeSpec = Spec<schema::ExcludeConstraint, ExcludeWords>;
using TableOptions = Spec<schema::Table, TableWords>;

}  // namespace strata::migrate
