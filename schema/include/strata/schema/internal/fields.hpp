#pragma once

#include <strata/schema/metadata.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <initializer_list>
#include <string_view>
#include <type_traits>

/// The fields of the vocabulary's structs, listed once. Whatever is done for each field (what differs, a change and its
/// reverse, a revision's text, JSON) goes through these lists, so that a new field is written once.
namespace strata::schema {

BOOST_DESCRIBE_STRUCT(SequenceOptions, (), (start, increment, minimum, maximum, cache, cycle, type, comment))
BOOST_DESCRIBE_STRUCT(Column, (),
                      (name, type, nullable, server_default, computed, identity, comment, computed_virtual, collation,
                       not_null_name, on_conflict, storage, compression, statistics, options, inherited))
BOOST_DESCRIBE_STRUCT(KeyOrder, (), (collation, descending))
BOOST_DESCRIBE_STRUCT(PrimaryKey, (),
                      (name, columns, deferrable, include, parameters, tablespace, order, on_conflict, comment,
                       index_comment))
BOOST_DESCRIBE_STRUCT(UniqueConstraint, (),
                      (name, columns, nulls_not_distinct, deferrable, include, parameters, tablespace, order,
                       on_conflict, comment, index_comment))
BOOST_DESCRIBE_STRUCT(ForeignKey, (),
                      (name, columns, referred_table, referred_columns, on_delete, on_update, match, deferrable,
                       not_valid, set_columns, comment, dangling))
BOOST_DESCRIBE_STRUCT(CheckConstraint, (), (name, expression, not_valid, no_inherit, comment))
BOOST_DESCRIBE_STRUCT(IndexElement, (),
                      (column, expression, descending, nulls, collation, operator_class, operator_class_options,
                       statistics))
BOOST_DESCRIBE_STRUCT(Index, (),
                      (name, elements, unique, where, method, include, nulls_not_distinct, parameters, tablespace,
                       clustered, invalid, comment, only, attached_to))
BOOST_DESCRIBE_STRUCT(ExcludeConstraint, (),
                      (name, method, elements, operators, where, deferrable, include, parameters, tablespace, comment,
                       index_comment))
/// Of a table itself; its columns, constraints and indexes are lists.
BOOST_DESCRIBE_STRUCT(Table, (),
                      (name, columns, primary_key, uniques, foreign_keys, checks, indexes, comment, excludes, unlogged,
                       partition_by, partition_of, partition_bound, inherits, of_type, parameters, tablespace,
                       access_method, replica_identity, cluster_on, row_security, force_row_security, strict,
                       without_rowid, module))

BOOST_DESCRIBE_STRUCT(ObjectRef, (), (kind, name, table, arguments))
BOOST_DESCRIBE_STRUCT(Object, (), (ref, definition, completions, labels, comment))

BOOST_DESCRIBE_STRUCT(Grant, (), (grantee, privileges, columns, with_grant_option))
BOOST_DESCRIBE_STRUCT(Privileges, (), (ref, owner, grants, future))

BOOST_DESCRIBE_ENUM(ObjectKind, schema, extension, enum_type, domain, composite_type, range_type, base_type, collation,
                    sequence, table, function, procedure, aggregate, operator_, operator_family, operator_class, cast,
                    view, materialized_view, index, trigger, event_trigger, rule, policy, text_search_dictionary,
                    text_search_configuration, statistics, foreign_data_wrapper, foreign_server, user_mapping,
                    foreign_table, publication, conversion, language, access_method, text_search_parser,
                    text_search_template, transform, subscription)
BOOST_DESCRIBE_ENUM(Deferrable, no, initially_immediate, initially_deferred)
BOOST_DESCRIBE_ENUM(Numbering, none, automatic, by_default, always, serial, autoincrement)
BOOST_DESCRIBE_ENUM(Match, simple, full, partial)
BOOST_DESCRIBE_ENUM(Nulls, database_default, first, last)

namespace internal {

/// Calls `visit(name, pointer to member)` for each field, in order.
template <class Struct, class Visit>
constexpr void for_each_field(Visit&& visit) {
    using Fields = boost::describe::describe_members<Struct, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Fields>([&](auto field) { visit(field.name, field.pointer); });
}

/// Gives the fields of these names the value that says nothing.
template <class Struct>
void forget(Struct& value, std::initializer_list<std::string_view> names) {
    static const Struct plain;
    for_each_field<Struct>([&](std::string_view name, auto field) {
        if (value.*field == plain.*field) return;  // most fields say nothing
        for (const auto each : names)
            if (each == name) value.*field = plain.*field;
    });
}
/// Calls `visit` with the table, each constraint, each index and each of their elements.
template <class Visit>
void for_each_part(Table& table, Visit&& visit) {
    visit(table);
    if (table.primary_key) visit(*table.primary_key);
    for (auto& unique : table.uniques) visit(unique);
    for (auto& key : table.foreign_keys) visit(key);
    for (auto& check : table.checks) visit(check);
    for (auto& index : table.indexes) {
        visit(index);
        for (auto& element : index.elements) visit(element);
    }
    for (auto& exclude : table.excludes) {
        visit(exclude);
        for (auto& element : exclude.elements) visit(element);
    }
}

/// Whether a field is not changed as a column's property or a table's option, but by operations of its own: a name, and
/// the parts of a table.
template <class Struct>
[[nodiscard]] constexpr bool has_own_operations(std::string_view field) {
    if constexpr (std::is_same_v<Struct, Table>)
        return field == "name" || field == "columns" || field == "primary_key" || field == "uniques" ||
               field == "foreign_keys" || field == "checks" || field == "indexes" || field == "excludes" ||
               field == "comment";
    else
        return field == "name";
}

}  // namespace internal
}  // namespace strata::schema
