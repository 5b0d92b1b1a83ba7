#pragma once

/// The queries of pg_catalog; each reads all tables of the schema $1 at once. Objects that an extension owns are left
/// out, since they come and go with it. https://www.postgresql.org/docs/current/catalogs.html
namespace strata::schema::postgresql::query {

/// The tables that are read: ordinary and partitioned tables, not partitions.
#define STRATA_SCHEMA_TABLES                                                                                        \
    "WITH tables AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relpersistence, c.reloptions, "        \
    "c.reltablespace, c.relreplident FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "         \
    "c.relnamespace "                                                                                               \
    "WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT EXISTS (SELECT "             \
    "FROM "                                                                                                         \
    "pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = " \
    "'e')) "

/// table, comment
inline constexpr const char* tables = STRATA_SCHEMA_TABLES
    "SELECT relname::text, coalesce(obj_description(oid, 'pg_class'), '') FROM tables ORDER BY oid";

/// table, column, type, not null, default or generation expression, identity, generated, enum type, enum is array
/// element, comment, collation where it is not the type's own, whether an identity's sequence has options of its own
inline constexpr const char* columns = STRATA_SCHEMA_TABLES
    "SELECT t.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text, "
    "coalesce(en.typname, '')::text, en.oid IS DISTINCT FROM a.atttypid, "
    "coalesce(col_description(t.oid, a.attnum), ''), "
    "CASE WHEN a.attcollation <> ty.typcollation THEN co.collname::text ELSE '' END, "
    "EXISTS (SELECT FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid "
    "WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass AND "
    "p.deptype = 'i' "
    "AND p.refobjid = t.oid AND p.refobjsubid = a.attnum AND (s.seqstart, s.seqincrement, s.seqmin, s.seqcache, "
    "s.seqcycle) "
    "IS DISTINCT FROM (1, 1, 1, 1, false)) "
    "FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid "
    "LEFT JOIN pg_catalog.pg_type en ON en.oid IN (ty.oid, CASE WHEN ty.typcategory = 'A' THEN ty.typelem END) "
    "AND en.typtype = 'e' AND en.typnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = "
    "$1) "
    "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum "
    "LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation ORDER BY t.oid, a.attnum";

/// enum type, label
inline constexpr const char* enums =
    "SELECT t.typname::text, e.enumlabel::text FROM pg_catalog.pg_type t "
    "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid "
    "WHERE n.nspname = $1 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x "
    "WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e') "
    "ORDER BY t.oid, e.enumsortorder";

/// table, constraint, kind, columns (JSON), referred table, whether the referred table is in this schema, referred
/// columns (JSON), on delete, on update, match, deferrable, initially deferred, validated, expression, definition, no
/// inherit, has INCLUDE, nulls not distinct, columns set by ON DELETE (JSON or null)
inline constexpr const char* constraints = STRATA_SCHEMA_TABLES
    "SELECT t.relname::text, c.conname::text, c.contype::text, "
    "to_json(ARRAY(SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k(n, o) JOIN pg_catalog.pg_attribute a "
    "ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.o))::text, "
    "coalesce(r.relname, '')::text, coalesce(rn.nspname = $1, false), "
    "to_json(ARRAY(SELECT a.attname FROM unnest(c.confkey) WITH ORDINALITY k(n, o) JOIN pg_catalog.pg_attribute a "
    "ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.o))::text, "
    "c.confdeltype::text, c.confupdtype::text, c.confmatchtype::text, c.condeferrable, c.condeferred, c.convalidated, "
    "coalesce(pg_catalog.pg_get_expr(c.conbin, c.conrelid), ''), pg_catalog.pg_get_constraintdef(c.oid), "
    "c.connoinherit, "
    "coalesce(x.indnatts > x.indnkeyatts, false), "
    "coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false), "
    "coalesce(to_jsonb(c) ->> 'confdelsetcols', '') "
    "FROM tables t JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('p', 'u', 'f', 'c', 'x') "
    "LEFT JOIN pg_catalog.pg_class r ON r.oid = c.confrelid LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = "
    "r.relnamespace "
    "LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.conindid AND c.contype IN ('p', 'u') "
    "ORDER BY t.oid, c.oid";

/// table, index, unique, valid, method, predicate, has INCLUDE, nulls not distinct, has options, column (null:
/// expression), definition, options of the column, operator class where it is not the default, collation is not the
/// column's
inline constexpr const char* indexes = STRATA_SCHEMA_TABLES
    "SELECT t.relname::text, ic.relname::text, i.indisunique, i.indisvalid, am.amname::text, "
    "coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), ''), i.indnatts > i.indnkeyatts, "
    "coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), ic.reloptions IS NOT NULL, "
    "coalesce(a.attname, '')::text, "
    "pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false), i.indoption[k.n - 1]::integer, "
    "CASE WHEN oc.opcdefault THEN '' ELSE oc.opcname::text END, "
    "i.indcollation[k.n - 1] NOT IN (0, coalesce(a.attcollation, 'pg_catalog.\"default\"'::regcollation)) "
    "FROM tables t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class ic ON ic.oid = "
    "i.indexrelid "
    "JOIN pg_catalog.pg_am am ON am.oid = ic.relam CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS k(n) "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[k.n - 1] AND a.attnum <> 0 "
    "JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.n - 1] "
    "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = t.oid "
    "AND c.contype IN ('p', 'u', 'x')) ORDER BY t.oid, i.indexrelid, k.n";

/// table (or NULL), a feature of it that the vocabulary cannot express
inline constexpr const char* others = STRATA_SCHEMA_TABLES
    ", here AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1), "
    "owned AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e') "
    "SELECT * FROM ("
    "SELECT t.relname::text, 'trigger ' || g.tgname FROM tables t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid "
    "WHERE NOT g.tgisinternal "
    "UNION ALL SELECT t.relname::text, 'rule ' || r.rulename FROM tables t JOIN pg_catalog.pg_rewrite r ON r.ev_class "
    "= t.oid "
    "UNION ALL SELECT t.relname::text, 'policy ' || p.polname FROM tables t JOIN pg_catalog.pg_policy p ON p.polrelid "
    "= t.oid "
    "UNION ALL SELECT relname::text, 'ROW LEVEL SECURITY' FROM tables WHERE relrowsecurity "
    "UNION ALL SELECT relname::text, 'UNLOGGED' FROM tables WHERE relpersistence = 'u' "
    "UNION ALL SELECT relname::text, 'storage parameters ' || array_to_string(reloptions, ', ') FROM tables "
    "WHERE reloptions IS NOT NULL "
    "UNION ALL SELECT relname::text, 'TABLESPACE' FROM tables WHERE reltablespace <> 0 "
    "UNION ALL SELECT relname::text, 'REPLICA IDENTITY' FROM tables WHERE relreplident <> 'd' "
    "UNION ALL SELECT relname::text, 'PARTITION BY ' || pg_catalog.pg_get_partkeydef(oid) FROM tables WHERE relkind = "
    "'p' "
    "UNION ALL SELECT t.relname::text, 'INHERITS ' || p.relname FROM tables t JOIN pg_catalog.pg_inherits i "
    "ON i.inhrelid = t.oid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent "
    "UNION ALL SELECT t.relname::text, 'extended statistics ' || s.stxname FROM tables t "
    "JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = t.oid "
    "UNION ALL SELECT NULL, CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' "
    "WHEN 'f' THEN 'foreign table ' WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'composite type ' ELSE 'partition ' END || "
    "c.relname "
    "FROM pg_catalog.pg_class c WHERE c.relnamespace = (SELECT oid FROM here) "
    "AND (c.relkind IN ('v', 'm', 'f', 'S', 'c') OR (c.relispartition AND c.relkind IN ('r', 'p'))) "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid "
    "= c.oid "
    "AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN "
    "('a', 'i')))) "
    "UNION ALL SELECT NULL, 'trigger ' || g.tgname || ' on ' || c.relname FROM pg_catalog.pg_trigger g "
    "JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal "
    "AND c.relnamespace = (SELECT oid FROM here) AND c.relkind IN ('v', 'm', 'f') "
    "UNION ALL SELECT NULL, CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END "
    "|| "
    "p.proname FROM pg_catalog.pg_proc p WHERE p.pronamespace = (SELECT oid FROM here) "
    "AND ('pg_catalog.pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM owned) "
    "UNION ALL SELECT NULL, CASE t.typtype WHEN 'd' THEN 'domain ' WHEN 'r' THEN 'range type ' ELSE 'type ' END || "
    "t.typname "
    "FROM pg_catalog.pg_type t WHERE t.typnamespace = (SELECT oid FROM here) AND (t.typtype IN ('d', 'r') "
    "OR (t.typtype = 'b' AND t.typcategory <> 'A')) "
    "AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM owned) "
    "UNION ALL SELECT NULL, 'extension ' || e.extname FROM pg_catalog.pg_extension e "
    "WHERE e.extnamespace = (SELECT oid FROM here)"
    ") AS found(relation, words) ORDER BY relation NULLS LAST, words";

/// name and kind of every relation (they share one namespace with tables)
inline constexpr const char* relations =
    "SELECT c.relname::text, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table' "
    "WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite type' "
    "ELSE 'index' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I') ORDER BY c.oid";

/// whether the schema $1 has the table $2
inline constexpr const char* has_table =
    "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')";

#undef STRATA_SCHEMA_TABLES

}  // namespace strata::schema::postgresql::query
