#pragma once

#include "postgresql/queries.hpp"

// What more than one of the queries in object_queries.hpp says, with their aliases: for a relation c, ns is its schema,
// a are its columns and t their types. That file undefines them.

// clang-format off: the lines are those of the SQL

/// The beginning of a query for objects of the schemas.
#define STRATA_OBJECT(oid, name) STRATA_SCHEMAS "SELECT " oid "::int8, ns.nspname::text, " name "::text, '', '', "
/// The same as far as the name in `CREATE words name`, without arguments.
#define STRATA_CREATE(oid, name, words) \
    STRATA_OBJECT(oid, name) "'', 'CREATE " words " ' || " STRATA_NAME("ns.nspname", name)
/// The end of one: objects of no extension, the oldest first.
#define STRATA_OWN(catalogue, oid) STRATA_NOT_OWNED(catalogue, oid) " ORDER BY " oid

#define STRATA_NAME(schema, name) \
    "CASE WHEN " schema " = current_schema() THEN format('%I', " name ") ELSE format('%I.%I', " schema ", " name ") END"
/// A statement as the server prints it, which always names the schema.
#define STRATA_PRINTED(printed, create, after, name)                                 \
    "CASE WHEN ns.nspname = current_schema() THEN overlay(pg_catalog." printed       \
    " placing format('" create " %I" after "', " name ")"                            \
    " from 1 for length(format('" create " %I.%I" after "', ns.nspname, " name ")))" \
    " ELSE pg_catalog." printed " END"
#define STRATA_PARAMETERS "coalesce((SELECT ' WITH (' || string_agg(o, ', ') || ')' FROM unnest(c.reloptions) o), '')"
/// Of what is foreign.
#define STRATA_OPTIONS(options)                                                                                \
    "coalesce((SELECT ' OPTIONS (' || string_agg(format('%I %L', o.option_name, o.option_value), ', ') || ')'" \
    " FROM pg_options_to_table(" options ") o), '')"
#define STRATA_COLLATION \
    "CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END"
#define STRATA_COLUMN_COMMENTS(relation)                                                                              \
    "ARRAY(SELECT format('COMMENT ON COLUMN %s.%I IS %L', " relation ", a.attname, col_description(c.oid, a.attnum))" \
    " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0"                                       \
    " AND col_description(c.oid, a.attnum) IS NOT NULL ORDER BY a.attnum)"
/// Storage, statistics and options of columns, which CREATE does not take.
#define STRATA_COLUMN_CHANGES(words)                                                                             \
    "ARRAY(SELECT format('ALTER " words " %s ALTER COLUMN %I ', c.oid::regclass, a.attname) || x.change"         \
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid CROSS JOIN LATERAL (VALUES" \
    " (1, CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN'" \
    " WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),"                                   \
    " (2, CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),"          \
    " (3, 'SET (' || array_to_string(a.attoptions, ', ') || ')')) AS x (n, change)"                              \
    " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND x.change IS NOT NULL ORDER BY a.attnum, x.n)"
/// Whether the check c of a domain t calls a function that takes or gives the domain.
#define STRATA_CHECK_CALLS_WITH_DOMAIN                                                                   \
    "EXISTS (SELECT FROM pg_catalog.pg_depend f JOIN pg_catalog.pg_depend o ON o.classid = f.refclassid" \
    " AND o.objid = f.refobjid AND o.refclassid = 'pg_catalog.pg_type'::regclass AND o.refobjid = t.oid" \
    " WHERE f.classid = 'pg_catalog.pg_constraint'::regclass AND f.objid = c.oid"                        \
    " AND f.refclassid = 'pg_catalog.pg_proc'::regclass)"
/// Whether a view calls a function that takes or gives the view's rows.
#define STRATA_VIEW_CALLS_WITH_ROW                                                                               \
    "EXISTS (SELECT FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend f"                                    \
    " ON f.classid = 'pg_catalog.pg_rewrite'::regclass AND f.objid = w.oid"                                      \
    " AND f.refclassid = 'pg_catalog.pg_proc'::regclass JOIN pg_catalog.pg_depend o ON o.classid = f.refclassid" \
    " AND o.objid = f.refobjid AND o.refclassid = 'pg_catalog.pg_type'::regclass AND o.refobjid = c.reltype"     \
    " WHERE w.ev_class = c.oid AND w.rulename = '_RETURN')"
#define STRATA_FINAL_MODIFIES(word, modifies)                                                                \
    "CASE WHEN " modifies " = CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN '' ELSE ', " word " = ' ||" \
    " CASE " modifies " WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END"
/// The operators and functions that belong to an operator class or family, as two arguments of concat_ws.
#define STRATA_OPERATOR_MEMBERS(catalogue, oid)                                                                 \
    "(SELECT string_agg(format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator) ||"                    \
    " CASE WHEN a.amopsortfamily <> 0 THEN (SELECT format(' FOR ORDER BY %I.%I', n.nspname, f.opfname)"         \
    " FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace"                   \
    " WHERE f.oid = a.amopsortfamily) ELSE '' END, ', ' ORDER BY a.amopstrategy, a.amopopr::regoperator::text)" \
    " FROM pg_catalog.pg_amop a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amop'::regclass"      \
    " AND d.objid = a.oid WHERE d.refclassid = 'pg_catalog." catalogue "'::regclass AND d.refobjid = " oid ")," \
    " (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum,"                                        \
    " pg_catalog.format_type(a.amproclefttype, NULL), pg_catalog.format_type(a.amprocrighttype, NULL),"         \
    " a.amproc::regprocedure), ', ' ORDER BY a.amprocnum, a.amproc::regprocedure::text)"                        \
    " FROM pg_catalog.pg_amproc a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amproc'::regclass"  \
    " AND d.objid = a.oid WHERE d.refclassid = 'pg_catalog." catalogue "'::regclass AND d.refobjid = " oid ")"
/// When a rule or trigger of the relation c runs, where that is not as usual.
#define STRATA_ENABLING(word, enabled, name)                                                               \
    "CASE " enabled                                                                                        \
    " WHEN 'D' THEN ARRAY[format('ALTER TABLE %s DISABLE " word " %I', c.oid::regclass, " name ")]"        \
    " WHEN 'A' THEN ARRAY[format('ALTER TABLE %s ENABLE ALWAYS " word " %I', c.oid::regclass, " name ")]"  \
    " WHEN 'R' THEN ARRAY[format('ALTER TABLE %s ENABLE REPLICA " word " %I', c.oid::regclass, " name ")]" \
    " ELSE '{}' END"
// clang-format on
