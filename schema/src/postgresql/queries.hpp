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

/// Tables: oid, schema, name, comment, unlogged, parameters, tablespace, access method, replica identity, its index,
/// row security, forced, partition key, partition bound, parents, is a partition, schema and name of the type it
/// follows.
inline constexpr const char* tables = STRATA_SCHEMAS R"(
SELECT c.oid::int8, c.nspname::text, c.relname::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
    c.relpersistence = 'u',
    to_json(coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o))::text,
    coalesce(ts.spcname, '')::text,
    CASE WHEN am.amname = current_setting('default_table_access_method') THEN '' ELSE coalesce(am.amname, '') END::text,
    c.relreplident::text,
    coalesce((SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisreplident), '')::text,
    c.relrowsecurity, c.relforcerowsecurity, coalesce(pg_catalog.pg_get_partkeydef(c.oid), ''),
    coalesce(pg_catalog.pg_get_expr(c.relpartbound, c.oid), ''),
    to_json(ARRAY(SELECT ARRAY[pn.nspname, p.relname]::text[] FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno))::text,
    c.relispartition, coalesce(tn.nspname, '')::text, coalesce(ty.typname, '')::text
FROM tables c LEFT JOIN pg_catalog.pg_type ty ON ty.oid = c.reloftype
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
ORDER BY c.oid)";

/// Columns: table oid, name, type as printed, is an array, dimensions, kind of its (element's) type, that type's schema
/// and name, its modifiers, not null, default or generation expression, identity, generated, comment, collation's
/// schema and name, storage, compression, inherited, sequence's oid, schema and name, start, increment, minimum,
/// maximum, cache, cycle, type; whether the default is exactly the sequence's next number, column number, statistics
/// target, options.
inline constexpr const char* columns = STRATA_SCHEMAS R"(
, numbering AS MATERIALIZED (SELECT DISTINCT ON (p.refobjid, p.refobjsubid) p.refobjid, p.refobjsubid, s.oid, n.nspname,
    s.relname, q.* FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_class s ON s.oid = p.objid AND s.relkind = 'S'
    JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
    WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass AND
    p.refobjsubid > 0 AND p.deptype IN ('a', 'i') ORDER BY p.refobjid, p.refobjsubid, p.deptype = 'i' DESC,
    (SELECT pg_catalog.pg_get_expr(e.adbin, e.adrelid) = format('nextval(%L::regclass)', s.oid::regclass::text) FROM pg_catalog.pg_attrdef e
        WHERE e.adrelid = p.refobjid AND e.adnum = p.refobjsubid) DESC NULLS LAST, s.oid)
SELECT a.attrelid::int8, a.attname::text, pg_catalog.format_type(b.oid, a.atttypmod), ty.oid <> b.oid, a.attndims,
    b.typtype::text, bn.nspname::text, b.typname::text,
    CASE WHEN a.atttypmod < 0 THEN '' ELSE substr(pg_catalog.format_type(b.oid, a.atttypmod),
        length(pg_catalog.format_type(b.oid, -1)) + 1) END,
    a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
    coalesce(ds.description, ''),
    CASE WHEN a.attcollation <> ty.typcollation THEN cn.nspname ELSE '' END::text,
    CASE WHEN a.attcollation <> ty.typcollation THEN co.collname ELSE '' END::text,
    CASE WHEN a.attstorage = ty.typstorage THEN '' ELSE a.attstorage::text END,
    a.attcompression::text, NOT a.attislocal AND a.attinhcount > 0,
    q.oid::int8, q.nspname::text, q.relname::text, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
    q.seqcycle, pg_catalog.format_type(q.seqtypid, NULL),
    coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', q.oid::regclass::text), false),
    a.attnum::int4, coalesce(a.attstattarget, -1)::int4, CASE WHEN a.attoptions IS NULL THEN '[]' ELSE to_json(a.attoptions)::text END
FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN ty.typcategory = 'A' AND ty.typelem <> 0 AND ty.typlen = -1
    AND ty.typname NOT IN ('int2vector', 'oidvector')
    THEN ty.typelem ELSE ty.oid END
JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_description ds ON ds.classoid = 'pg_catalog.pg_class'::regclass AND ds.objoid = a.attrelid AND
    ds.objsubid = a.attnum
LEFT JOIN numbering q ON q.refobjid = a.attrelid AND q.refobjsubid = a.attnum
ORDER BY a.attrelid, a.attnum)";

/// Enum types of every schema: oid, schema, name, labels, comment, is in the schemas and of no extension.
inline constexpr const char* enums = STRATA_SCHEMAS R"(
SELECT t.oid::int8, n.nspname::text, t.typname::text,
    to_json(ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder))::text,
    coalesce(obj_description(t.oid, 'pg_type'), ''),
    t.typnamespace IN (SELECT oid FROM ns) AND NOT EXISTS (SELECT FROM owned o WHERE o.classid =
        'pg_catalog.pg_type'::regclass AND o.objid = t.oid)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
ORDER BY t.oid)";

/// Constraints: table oid, name, kind, columns, referred schema and table, referred columns, on delete, on update,
/// match, deferrable, initially deferred, validated, expression, no inherit, columns that the index includes, nulls not
/// distinct, columns set by ON DELETE, parameters and tablespace of the index, comment, index's oid, exclusion
/// operators, is inherited, constraint's oid, its index is clustered.
inline constexpr const char* constraints = STRATA_SCHEMAS R"(
SELECT c.conrelid::int8, c.conname::text, c.contype::text,
    to_json(ARRAY(SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k(n, o) JOIN pg_catalog.pg_attribute a
        ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.o))::text,
    coalesce(rn.nspname, '')::text, coalesce(r.relname, '')::text,
    CASE WHEN c.confkey IS NULL THEN '[]' ELSE to_json(ARRAY(SELECT a.attname FROM unnest(c.confkey) WITH ORDINALITY k(n, o) JOIN pg_catalog.pg_attribute a
        ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.o))::text END,
    c.confdeltype::text, c.confupdtype::text, c.confmatchtype::text, c.condeferrable, c.condeferred, c.convalidated,
    coalesce(pg_catalog.pg_get_expr(c.conbin, c.conrelid), ''), c.connoinherit,
    CASE WHEN i.indnatts > i.indnkeyatts THEN to_json(ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY k(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n WHERE k.o > i.indnkeyatts
        ORDER BY k.o))::text ELSE '[]' END,
    coalesce(i.indisunique AND (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
    CASE WHEN c.confdeltype IN ('n', 'd') AND jsonb_typeof(to_jsonb(c) -> 'confdelsetcols') = 'array' THEN to_json(ARRAY(
        SELECT a.attname FROM jsonb_array_elements_text(to_jsonb(c) -> 'confdelsetcols') WITH ORDINALITY k(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n::int ORDER BY k.o))::text ELSE '[]' END,
    to_json(coalesce(x.reloptions, '{}'))::text, coalesce(ts.spcname, '')::text,
    coalesce(obj_description(c.oid, 'pg_constraint'), ''), coalesce(c.conindid, 0)::int8,
    CASE WHEN c.conexclop IS NULL THEN '[]' ELSE to_json(ARRAY(SELECT CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname::text ELSE format('OPERATOR(%I.%s)', n.nspname,
        o.oprname) END FROM unnest(c.conexclop) WITH ORDINALITY k(n, o2) JOIN pg_catalog.pg_operator o ON o.oid = k.n
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace ORDER BY k.o2))::text END,
    NOT c.conislocal AND c.coninhcount > 0, c.oid::int8, coalesce(i.indisclustered, false)
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
/// predicate, included columns, nulls not distinct, parameters, tablespace, comment, belongs to a constraint; column,
/// expression, options, collation's schema and name, operator class's schema and name, its options; owner is a
/// materialized view, is clustered.
inline constexpr const char* indexes = STRATA_SCHEMAS R"(
, relations AS (SELECT oid, relkind FROM tables UNION ALL SELECT c.oid, c.relkind FROM pg_catalog.pg_class c
    JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind = 'm')
SELECT i.indrelid::int8, i.indexrelid::int8, ic.relname::text, i.indisunique,
    i.indisvalid OR ic.relkind = 'I', CASE WHEN am.amname = 'btree' THEN '' ELSE am.amname END::text,
    coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), ''),
    CASE WHEN i.indnatts > i.indnkeyatts THEN to_json(ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY u(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n WHERE u.o > i.indnkeyatts
        ORDER BY u.o))::text ELSE '[]' END,
    i.indisunique AND coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), to_json(coalesce(ic.reloptions, '{}'))::text,
    coalesce(ts.spcname, '')::text, coalesce(obj_description(i.indexrelid, 'pg_class'), ''), c.oid IS NOT NULL,
    coalesce(a.attname, '')::text,
    CASE WHEN i.indkey[k.n - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) ELSE '' END,
    i.indoption[k.n - 1]::integer,
    CASE WHEN differs THEN cn.nspname ELSE '' END::text, CASE WHEN differs THEN co.collname ELSE '' END::text,
    CASE WHEN plain THEN '' ELSE ocn.nspname END::text, CASE WHEN plain THEN '' ELSE oc.opcname END::text,
    coalesce(array_to_string(ia.attoptions, ', '), ''), r.relkind = 'm', i.indisclustered
FROM relations r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
LEFT JOIN pg_catalog.pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN
    ('p', 'u', 'x')
CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS k(n)
JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum <> 0
JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.n - 1]
JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[k.n - 1]
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
CROSS JOIN LATERAL (SELECT oc.opcdefault AND ia.attoptions IS NULL AS plain,
    i.indcollation[k.n - 1] NOT IN (0, coalesce(a.attcollation, 'pg_catalog."default"'::regcollation)) AS differs) AS w
WHERE c.oid IS NULL OR c.contype = 'x'
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

/// whether the schema $1 has the table $2
inline constexpr const char* has_table =
    "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')";

/// the same for a table that the role may read
inline constexpr const char* readable_table =
    "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p') AND pg_catalog.has_schema_privilege(n.oid, "
    "'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')";

}  // namespace strata::schema::postgresql::query
