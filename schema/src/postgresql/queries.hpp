#pragma once

/// The queries of pg_catalog. Each reads everything of its kind at once, whatever the number of tables, and is keyed by
/// oid; $1 is the list of schemas. Objects that an extension owns are left out, since they come and go with it.
/// Columns that older servers lack are read through to_jsonb(). https://www.postgresql.org/docs/current/catalogs.html
namespace strata::schema::postgresql::query {

/// The schemas, those of tables that are read, and what extensions own.
#define STRATA_SCHEMAS                                                                                                 \
    "WITH ns AS MATERIALIZED (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY($1::text[])), "     \
    "owned AS MATERIALIZED (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e' AND objsubid = 0), "   \
    "tables AS MATERIALIZED (SELECT c.*, ns.nspname FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace "    \
    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM owned o WHERE o.classid = " \
    "'pg_catalog.pg_class'::regclass AND o.objid = c.oid)) "

/// Whether the object belongs to no extension.
#define STRATA_NOT_OWNED(catalogue, oid) \
    "NOT EXISTS (SELECT FROM owned ow WHERE ow.classid = 'pg_catalog." catalogue "'::regclass AND ow.objid = " oid ")"

/// Whether an option o of a user mapping is known not to be a password or a key.
#define STRATA_HARMLESS_OPTION "o.option_name IN ('user', 'username', 'remote_user')"
/// Whether the role may see the options of a user mapping m.
/// https://www.postgresql.org/docs/15/view-pg-user-mappings.html
#define STRATA_MAPPING_SEEN                                                                                        \
    "(m.umoptions IS NOT NULL OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = current_user AND"     \
    " r.rolsuper) OR (m.usename = current_user AND pg_catalog.has_server_privilege(m.srvid, 'USAGE')) OR EXISTS (" \
    "SELECT FROM pg_catalog.pg_foreign_server s WHERE s.oid = m.srvid AND"                                         \
    " pg_catalog.pg_has_role(s.srvowner, 'USAGE') AND (m.umuser = 0 OR m.usename = current_user)))"

/// Comments of relations, columns and constraints: of a constraint, oid, column number or 0, text. They are looked up
/// by oid afterwards, since a join of few comments with many columns is planned as a nested loop.
inline constexpr const char* comments = STRATA_SCHEMAS R"(
SELECT false, d.objoid::int8, d.objsubid, d.description FROM pg_catalog.pg_description d
    JOIN pg_catalog.pg_class c ON c.oid = d.objoid JOIN ns ON ns.oid = c.relnamespace WHERE d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL SELECT true, d.objoid::int8, 0, d.description FROM pg_catalog.pg_description d
    JOIN pg_catalog.pg_constraint c ON c.oid = d.objoid JOIN ns ON ns.oid = c.connamespace
    WHERE d.classoid = 'pg_catalog.pg_constraint'::regclass)";

/// Tables: oid, schema, name, unlogged, parameters, tablespace, access method, replica identity, its index,
/// row security, forced, partition key, partition bound, parents, is a partition, schema and name of the type it
/// follows.
inline constexpr const char* tables = STRATA_SCHEMAS R"(
SELECT c.oid::int8, c.nspname::text, c.relname::text, c.relpersistence = 'u',
    CASE WHEN c.reloptions IS NULL AND t.reloptions IS NULL THEN '[]'
        ELSE to_json(coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o))::text END,
    coalesce(ts.spcname, '')::text,
    CASE WHEN am.amname = current_setting('default_table_access_method') THEN '' ELSE coalesce(am.amname, '') END::text,
    c.relreplident::text,
    CASE WHEN c.relreplident = 'i' THEN coalesce((SELECT x.relname FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident), '') ELSE '' END::text,
    c.relrowsecurity, c.relforcerowsecurity, coalesce(pg_catalog.pg_get_partkeydef(c.oid), ''),
    coalesce(pg_catalog.pg_get_expr(c.relpartbound, c.oid), ''),
    CASE WHEN c.oid NOT IN (SELECT h.inhrelid FROM pg_catalog.pg_inherits h) THEN '[]' ELSE to_json(ARRAY(SELECT ARRAY[pn.nspname, p.relname]::text[] FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno))::text END,
    c.relispartition, coalesce(tn.nspname, '')::text, coalesce(ty.typname, '')::text
FROM tables c LEFT JOIN pg_catalog.pg_type ty ON ty.oid = c.reloftype
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
ORDER BY c.oid)";

/// Columns, in no order: table oid, name, type as printed, is an array, dimensions, kind of its (element's) type, that
/// type's schema and name, modifiers of one that is not the system's, not null, default or generation expression,
/// identity, generated, collation's schema and name, storage, compression, inherited, column number, statistics target,
/// options.
inline constexpr const char* columns = STRATA_SCHEMAS R"(
SELECT a.attrelid::int8, a.attname::text, pg_catalog.format_type(b.oid, a.atttypmod), ty.oid <> b.oid, a.attndims,
    b.typtype::text, bn.nspname::text, b.typname::text,
    CASE WHEN a.atttypmod < 0 OR b.typnamespace = 'pg_catalog'::regnamespace THEN '' ELSE
        substr(pg_catalog.format_type(b.oid, a.atttypmod), length(pg_catalog.format_type(b.oid, -1)) + 1) END,
    a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
    coalesce(cn.nspname, '')::text, coalesce(co.collname, '')::text,
    CASE WHEN a.attstorage = ty.typstorage THEN '' ELSE a.attstorage::text END,
    a.attcompression::text, NOT a.attislocal AND a.attinhcount > 0,
    a.attnum::int4, coalesce(a.attstattarget, -1)::int4, CASE WHEN a.attoptions IS NULL THEN '[]' ELSE to_json(a.attoptions)::text END
FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN ty.typcategory = 'A' AND ty.typelem <> 0 AND ty.typlen = -1
    AND ty.typname NOT IN ('int2vector', 'oidvector')
    THEN ty.typelem ELSE ty.oid END
JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> ty.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace)";

/// The sequences that number columns, one for each: table oid, column number, schema, name, start, increment, minimum,
/// maximum, cache, cycle, type; whether the column's default is exactly the sequence's next number; the sequence's oid.
inline constexpr const char* numberings = R"(
SELECT DISTINCT ON (p.refobjid, p.refobjsubid) p.refobjid::int8, p.refobjsubid, n.nspname::text, s.relname::text,
    q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle, pg_catalog.format_type(q.seqtypid, NULL),
    coalesce(w.exact, false), s.oid::int8
FROM pg_catalog.pg_sequence q JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = s.oid AND
    p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
JOIN pg_catalog.pg_class t ON t.oid = p.refobjid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace AND tn.nspname = ANY($1::text[])
LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = p.refobjid AND e.adnum = p.refobjsubid
CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(e.adbin, e.adrelid) = format('nextval(%L::regclass)', s.oid::regclass::text) AS exact) w
ORDER BY p.refobjid, p.refobjsubid, p.deptype = 'i' DESC, w.exact DESC NULLS LAST, s.oid)";

/// Enum types of every schema: oid, schema, name, labels, comment, is in the schemas and of no extension.
inline constexpr const char* enums = STRATA_SCHEMAS R"(
SELECT t.oid::int8, n.nspname::text, t.typname::text,
    to_json(ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder))::text,
    coalesce(obj_description(t.oid, 'pg_type'), ''),
    t.typnamespace IN (SELECT oid FROM ns) AND NOT EXISTS (SELECT FROM owned o WHERE o.classid =
        'pg_catalog.pg_type'::regclass AND o.objid = t.oid)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
ORDER BY t.oid)";

/// Constraints: table oid, name, kind, column numbers, referred schema and table, referred columns of a table that is
/// not read, on delete, on update, match, deferrable, initially deferred, validated, expression, no inherit, columns
/// that the index includes, nulls not distinct, columns set by ON DELETE, parameters and tablespace of the index,
/// referred column numbers, index's oid, exclusion operators, is inherited, constraint's oid, referred table's oid, its
/// index is clustered.
inline constexpr const char* constraints = STRATA_SCHEMAS R"(
SELECT c.conrelid::int8, c.conname::text, c.contype::text,
    coalesce(c.conkey::text, ''),
    coalesce(rn.nspname, '')::text, coalesce(r.relname, '')::text,
    CASE WHEN c.confkey IS NULL OR c.confrelid IN (SELECT oid FROM tables) THEN '[]' ELSE to_json(ARRAY(SELECT a.attname FROM unnest(c.confkey) WITH ORDINALITY k(n, o) JOIN pg_catalog.pg_attribute a
        ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.o))::text END,
    c.confdeltype::text, c.confupdtype::text, c.confmatchtype::text, c.condeferrable, c.condeferred, c.convalidated,
    coalesce(pg_catalog.pg_get_expr(c.conbin, c.conrelid), ''), c.connoinherit,
    CASE WHEN i.indnatts > i.indnkeyatts THEN to_json(ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY k(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n WHERE k.o > i.indnkeyatts
        ORDER BY k.o))::text ELSE '[]' END,
    CASE WHEN c.contype = 'u' THEN coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) ELSE false END,
    CASE WHEN c.confdeltype IN ('n', 'd') AND jsonb_typeof(to_jsonb(c) -> 'confdelsetcols') = 'array' THEN to_json(ARRAY(
        SELECT a.attname FROM jsonb_array_elements_text(to_jsonb(c) -> 'confdelsetcols') WITH ORDINALITY k(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n::int ORDER BY k.o))::text ELSE '[]' END,
    CASE WHEN x.reloptions IS NULL THEN '[]' ELSE to_json(x.reloptions)::text END, coalesce(ts.spcname, '')::text,
    coalesce(c.confkey::text, ''), coalesce(c.conindid, 0)::int8,
    CASE WHEN c.conexclop IS NULL THEN '[]' ELSE to_json(ARRAY(SELECT CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname::text ELSE format('OPERATOR(%I.%s)', n.nspname,
        o.oprname) END FROM unnest(c.conexclop) WITH ORDINALITY k(n, o2) JOIN pg_catalog.pg_operator o ON o.oid = k.n
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace ORDER BY k.o2))::text END,
    NOT c.conislocal AND c.coninhcount > 0, c.oid::int8, c.confrelid::int8, coalesce(i.indisclustered, false)
FROM tables t JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('p', 'u', 'f', 'c', 'x')
LEFT JOIN pg_catalog.pg_class r ON r.oid = c.confrelid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_class x ON x.oid = c.conindid AND c.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = x.reltablespace
-- A key that refers to a partitioned table has one more constraint for each of its partitions.
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid)
ORDER BY t.oid, c.oid)";

/// Elements of indexes, of those of exclusion constraints too: relation oid, index oid, name, unique, valid, method,
/// predicate, included columns, nulls not distinct, parameters, tablespace, belongs to a constraint; column,
/// expression, options, collation's schema and name, operator class's schema and name, its options; owner is a
/// materialized view, is clustered; the element's statistics target, whether it is ONLY a partitioned table's, schema
/// and name of the index that it is attached to.
inline constexpr const char* indexes = STRATA_SCHEMAS R"(
, relations AS (SELECT oid, relkind FROM tables UNION ALL SELECT c.oid, c.relkind FROM pg_catalog.pg_class c
    JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind = 'm')
SELECT i.indrelid::int8, i.indexrelid::int8, ic.relname::text, i.indisunique,
    i.indisvalid OR ic.relkind = 'I', CASE WHEN am.amname = 'btree' THEN '' ELSE am.amname END::text,
    coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), ''),
    CASE WHEN i.indnatts > i.indnkeyatts THEN to_json(ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY u(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n WHERE u.o > i.indnkeyatts
        ORDER BY u.o))::text ELSE '[]' END,
    CASE WHEN i.indisunique THEN coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) ELSE false END,
    CASE WHEN ic.reloptions IS NULL THEN '[]' ELSE to_json(ic.reloptions)::text END,
    coalesce(ts.spcname, '')::text, i.indisexclusion, coalesce(a.attname, '')::text,
    CASE WHEN i.indkey[k.n - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) ELSE '' END,
    i.indoption[k.n - 1]::integer,
    CASE WHEN differs THEN cn.nspname ELSE '' END::text, CASE WHEN differs THEN co.collname ELSE '' END::text,
    CASE WHEN plain THEN '' ELSE ocn.nspname END::text, CASE WHEN plain THEN '' ELSE oc.opcname END::text,
    coalesce(array_to_string(ia.attoptions, ', '), ''), r.relkind = 'm', i.indisclustered,
    CASE WHEN i.indkey[k.n - 1] = 0 THEN coalesce(ia.attstattarget, -1) ELSE -1 END::int4,
    ic.relkind = 'I' AND NOT i.indisvalid AND EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = i.indrelid),
    coalesce(whole.nspname, '')::text, coalesce(whole.relname, '')::text
FROM relations r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
-- The index that it is attached to, where that keeps no constraint.
LEFT JOIN LATERAL (SELECT wn.nspname, w.relname FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class w ON w.oid = h.inhparent
    JOIN pg_catalog.pg_namespace wn ON wn.oid = w.relnamespace JOIN pg_catalog.pg_index wi ON wi.indexrelid = w.oid
    WHERE h.inhrelid = ic.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint wc WHERE
    wc.conindid = w.oid AND wc.conrelid = wi.indrelid AND wc.contype IN ('p', 'u', 'x'))) AS whole ON true
JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum BETWEEN 1 AND i.indnkeyatts
CROSS JOIN LATERAL (SELECT ia.attnum::int4 AS n) AS k
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1]
JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.n - 1]
JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[k.n - 1]
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
CROSS JOIN LATERAL (SELECT oc.opcdefault AND ia.attoptions IS NULL AS plain,
    i.indcollation[k.n - 1] NOT IN (0, coalesce(a.attcollation, 'pg_catalog."default"'::regcollation)) AS differs) AS w
WHERE i.indexrelid NOT IN (SELECT c.conindid FROM pg_catalog.pg_constraint c WHERE c.contype IN ('p', 'u'))
ORDER BY i.indrelid, i.indexrelid, k.n)";

/// name and kind of every relation of a schema (they share one namespace with tables)
inline constexpr const char* relations =
    "SELECT c.relname::text, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table' "
    "WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite type' "
    "ELSE 'index' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I') ORDER BY c.oid";

/// What the role may not do: schema, and true for one that it may not use, false for the current one where it can make
/// tables nowhere.
inline constexpr const char* notes = R"(
SELECT nspname::text, true FROM pg_catalog.pg_namespace WHERE nspname = ANY($1::text[]) AND NOT pg_catalog.has_schema_privilege(oid, 'USAGE')
UNION ALL SELECT pg_catalog.current_schema()::text, false WHERE pg_catalog.current_schema() IS NOT NULL
    AND NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')
    AND NOT pg_catalog.has_schema_privilege(pg_catalog.current_schema(), 'CREATE') ORDER BY 1, 2)";

#define STRATA_HAS_TABLE                                                                            \
    "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " \
    "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')"

/// whether the schema $1 has the table $2
inline constexpr const char* has_table = STRATA_HAS_TABLE;

/// the same for a table that the role may read
inline constexpr const char* readable_table = STRATA_HAS_TABLE
    " AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')";

#undef STRATA_HAS_TABLE

}  // namespace strata::schema::postgresql::query
