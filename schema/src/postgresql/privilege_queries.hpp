#pragma once

#include "postgresql/queries.hpp"

#include <string>

/// The queries for owners and privileges. A row is an object: catalogue, oid, schema, name, kind for pg_default_acl or
/// `S` for a sequence that numbers a column, owner, grants as JSON: [grantee, with grant option, privileges, columns].
/// https://www.postgresql.org/docs/15/ddl-priv.html
namespace strata::schema::postgresql::query {

// Who may do what: an aclitem array, exploded. Each privilege once, whoever granted it. The owner's part is left out
// where it may do everything that an owner may, and is an empty list where it may do nothing.
inline constexpr const char* grants = R"(, items AS (
SELECT o.catalogue, o.oid, o.owner, x.grantee, x.privilege_type AS privilege, bool_or(x.is_grantable AND x.grantee <> o.owner) AS option
FROM objects o CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(o.acl, pg_catalog.acldefault(o.kind, o.owner))) x
WHERE o.kind IS NOT NULL GROUP BY 1, 2, 3, 4, 5),
limited AS (
SELECT o.catalogue, o.oid, o.owner FROM objects o WHERE o.kind IS NOT NULL AND o.acl IS NOT NULL AND NOT o.added AND EXISTS (
    SELECT FROM pg_catalog.aclexplode(pg_catalog.acldefault(o.kind, o.owner)) d WHERE d.grantee = o.owner AND NOT EXISTS (
        SELECT FROM pg_catalog.aclexplode(o.acl) x WHERE x.grantee = o.owner AND x.privilege_type = d.privilege_type))),
grants AS (
SELECT i.catalogue, i.oid, i.grantee, i.option, json_agg(i.privilege ORDER BY i.privilege) AS privileges, '[]'::json AS columns
FROM items i WHERE i.grantee <> i.owner OR EXISTS (SELECT FROM limited l WHERE l.catalogue = i.catalogue AND l.oid = i.oid)
GROUP BY 1, 2, 3, 4
UNION ALL SELECT l.catalogue, l.oid, l.owner, false, '[]'::json, '[]'::json FROM limited l WHERE NOT EXISTS (
    SELECT FROM items i WHERE i.catalogue = l.catalogue AND i.oid = l.oid AND i.grantee = l.owner)
UNION ALL SELECT 'pg_class', k.oid, k.grantee, k.option, json_agg(k.privilege ORDER BY k.privilege), k.columns::json FROM (
    SELECT p.oid, p.grantee, p.option, p.privilege, json_agg(p.attname ORDER BY p.attnum)::text AS columns FROM (
        SELECT o.oid, a.attname, a.attnum, x.grantee, x.privilege_type AS privilege, bool_or(x.is_grantable) AS option
        FROM objects o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x WHERE o.catalogue = 'pg_class' GROUP BY 1, 2, 3, 4, 5) p
    GROUP BY 1, 2, 3, 4) k GROUP BY 1, 2, 3, 4, k.columns)
SELECT o.catalogue, o.oid::int8, o.schema::text, o.name::text, o.mark::text, pg_catalog.pg_get_userbyid(o.owner)::text,
    coalesce((SELECT json_agg(json_build_array(CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee) END,
        g.option, g.privileges, g.columns) ORDER BY g.grantee = 0 DESC, pg_catalog.pg_get_userbyid(g.grantee), g.columns::text, g.option)
        FROM grants g WHERE g.catalogue = o.catalogue AND g.oid = o.oid), '[]')::text
FROM objects o)";

/// Of the objects of the schemas. The schema that every database has is left out where it is as the server made it.
inline constexpr const char* privileges = STRATA_SCHEMAS R"(
, objects AS MATERIALIZED (
SELECT 'pg_class' AS catalogue, c.oid, ns.nspname AS schema, c.relname AS name, CASE WHEN c.relkind = 'S' AND EXISTS (
        SELECT FROM pg_catalog.pg_depend p WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = c.oid AND
        p.refclassid = 'pg_catalog.pg_class'::regclass AND p.deptype IN ('a', 'i')) THEN 'S' ELSE '' END AS mark,
    c.relowner AS owner, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS kind, c.relacl AS acl, false AS added
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_catalog.pg_class'::regclass AND w.objid = c.oid)
UNION ALL SELECT 'pg_class', c.oid, ns.nspname, c.relname, '', c.relowner, 'T', t.typacl, false FROM pg_catalog.pg_class c
    JOIN ns ON ns.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = c.reltype WHERE c.relkind = 'c'
UNION ALL SELECT 'pg_type', t.oid, ns.nspname, t.typname, '', t.typowner, 'T', t.typacl, false FROM pg_catalog.pg_type t
    JOIN ns ON ns.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
UNION ALL SELECT 'pg_proc', p.oid, ns.nspname, p.proname, '', p.proowner, 'f', p.proacl, false FROM pg_catalog.pg_proc p
    JOIN ns ON ns.oid = p.pronamespace
UNION ALL SELECT 'pg_namespace', n.oid, '', n.nspname, '', n.nspowner, 'n', n.nspacl, false FROM pg_catalog.pg_namespace n JOIN ns ON ns.oid = n.oid
    WHERE NOT (n.nspname = 'public' AND EXISTS (SELECT FROM pg_catalog.pg_init_privs i WHERE i.objoid = n.oid AND
        i.classoid = 'pg_catalog.pg_namespace'::regclass AND i.initprivs @> n.nspacl AND n.nspacl @> i.initprivs))
UNION ALL SELECT 'pg_foreign_data_wrapper', f.oid, '', f.fdwname, '', f.fdwowner, 'F', f.fdwacl, false FROM pg_catalog.pg_foreign_data_wrapper f
UNION ALL SELECT 'pg_foreign_server', s.oid, '', s.srvname, '', s.srvowner, 'S', s.srvacl, false FROM pg_catalog.pg_foreign_server s
UNION ALL SELECT 'pg_collation', c.oid, ns.nspname, c.collname, '', c.collowner, NULL, NULL, false FROM pg_catalog.pg_collation c
    JOIN ns ON ns.oid = c.collnamespace
UNION ALL SELECT 'pg_conversion', c.oid, ns.nspname, c.conname, '', c.conowner, NULL, NULL, false FROM pg_catalog.pg_conversion c
    JOIN ns ON ns.oid = c.connamespace
UNION ALL SELECT 'pg_language', l.oid, '', l.lanname, '', l.lanowner, 'l', l.lanacl, false FROM pg_catalog.pg_language l WHERE l.oid >= 16384
UNION ALL SELECT 'pg_ts_dict', d.oid, ns.nspname, d.dictname, '', d.dictowner, NULL, NULL, false FROM pg_catalog.pg_ts_dict d
    JOIN ns ON ns.oid = d.dictnamespace
UNION ALL SELECT 'pg_ts_config', c.oid, ns.nspname, c.cfgname, '', c.cfgowner, NULL, NULL, false FROM pg_catalog.pg_ts_config c
    JOIN ns ON ns.oid = c.cfgnamespace
UNION ALL SELECT 'pg_statistic_ext', s.oid, ns.nspname, s.stxname, '', s.stxowner, NULL, NULL, false FROM pg_catalog.pg_statistic_ext s
    JOIN ns ON ns.oid = s.stxnamespace
UNION ALL SELECT 'pg_event_trigger', e.oid, '', e.evtname, '', e.evtowner, NULL, NULL, false FROM pg_catalog.pg_event_trigger e
UNION ALL SELECT 'pg_publication', p.oid, '', p.pubname, '', p.pubowner, NULL, NULL, false FROM pg_catalog.pg_publication p))";

/// Of what roles will create: those of the schemas, and those of every schema. The first only add to the second.
inline constexpr const char* default_privileges = STRATA_SCHEMAS R"(
, objects AS MATERIALIZED (
SELECT 'pg_default_acl' AS catalogue, d.oid, coalesce(ns.nspname, '') AS schema, '' AS name, d.defaclobjtype::text AS mark, d.defaclrole AS owner,
    CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END AS kind, d.defaclacl AS acl, d.defaclnamespace <> 0 AS added
FROM pg_catalog.pg_default_acl d LEFT JOIN ns ON ns.oid = d.defaclnamespace WHERE d.defaclnamespace = 0 OR ns.oid IS NOT NULL))";

/// Which of the roles $1 the server does not have.
inline constexpr const char* missing_roles =
    "SELECT r FROM pg_catalog.unnest($1::text[]) r WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = "
    "r) "
    "ORDER BY r";

/// One of the two with the grants of its objects, in an order that is the same from run to run.
inline std::string with_grants(const char* rows) {
    return std::string(rows) + grants + " ORDER BY pg_catalog.pg_get_userbyid(o.owner), o.schema, o.name, o.mark, 2";
}

}  // namespace strata::schema::postgresql::query
