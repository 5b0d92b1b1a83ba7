#pragma once

/// The queries for what needs what, whatever its kind. Objects are named as pg_depend does.
/// https://www.postgresql.org/docs/current/catalog-pg-depend.html
namespace strata::schema::postgresql::query {

/// What stands for another object in pg_depend: catalogue and oid, catalogue and oid of the object.
inline constexpr const char* stand_ins = R"(
SELECT 'pg_rewrite', r.oid::int8, 'pg_class', r.ev_class::int8 FROM pg_catalog.pg_rewrite r WHERE r.rulename = '_RETURN' AND r.oid >= 16384
UNION ALL SELECT 'pg_attrdef', d.oid::int8, 'pg_class', d.adrelid::int8 FROM pg_catalog.pg_attrdef d
UNION ALL SELECT 'pg_constraint', c.oid::int8, 'pg_class', c.conrelid::int8 FROM pg_catalog.pg_constraint c
    WHERE c.conrelid <> 0 AND c.contype <> 'f'
UNION ALL SELECT 'pg_constraint', c.oid::int8, 'pg_type', c.contypid::int8 FROM pg_catalog.pg_constraint c WHERE c.contypid <> 0
UNION ALL SELECT 'pg_class', i.indexrelid::int8, 'pg_class', i.indrelid::int8 FROM pg_catalog.pg_index i WHERE i.indexrelid >= 16384
UNION ALL SELECT 'pg_type', t.oid::int8, 'pg_class', t.typrelid::int8 FROM pg_catalog.pg_type t WHERE t.typrelid <> 0 AND t.oid >= 16384
UNION ALL SELECT 'pg_type', t.oid::int8, 'pg_type', t.typelem::int8 FROM pg_catalog.pg_type t WHERE t.typcategory = 'A' AND t.typelem <> 0
    AND t.typlen = -1 AND t.oid >= 16384
UNION ALL SELECT 'pg_type', (to_jsonb(r) ->> 'rngmultitypid')::int8, 'pg_type', r.rngtypid::int8 FROM pg_catalog.pg_range r
    WHERE to_jsonb(r) ->> 'rngmultitypid' IS NOT NULL AND r.rngtypid >= 16384
UNION ALL SELECT 'pg_publication_rel', r.oid::int8, 'pg_publication', r.prpubid::int8 FROM pg_catalog.pg_publication_rel r
UNION ALL SELECT c.relname::text, d.objid::int8, r.relname::text, d.refobjid::int8 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.classid
    JOIN pg_catalog.pg_class r ON r.oid = d.refclassid WHERE d.classid IN ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
    AND d.refclassid IN ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass) AND d.refobjid >= 16384
UNION ALL SELECT c.relname::text, d.objid::int8, 'pg_extension', d.refobjid::int8 FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.classid WHERE d.deptype = 'e'
UNION ALL SELECT 'pg_class', d.objid::int8, 'pg_class', d.refobjid::int8 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class s ON s.oid = d.objid
    AND s.relkind = 'S' WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i'))";

/// Who needs whom: catalogue and oid of each. What belongs to a table (its constraints, defaults, indexes, triggers)
/// does not need to be told so, and a sequence does not need the table that owns it.
inline constexpr const char* dependencies = R"(
SELECT c.relname::text, d.objid::int8, r.relname::text, d.refobjid::int8 FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_class c ON c.oid = d.classid JOIN pg_catalog.pg_class r ON r.oid = d.refclassid
WHERE d.refobjid >= 16384 AND d.objid >= 16384 AND (d.deptype IN ('n', 'P', 'S') OR (d.deptype = 'a' AND d.classid NOT IN (
    'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_class'::regclass,
    'pg_catalog.pg_trigger'::regclass))))";

}  // namespace strata::schema::postgresql::query
