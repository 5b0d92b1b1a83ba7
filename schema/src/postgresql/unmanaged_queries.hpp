#pragma once

#include "postgresql/queries.hpp"

/// The queries for what the others do not read, so that it can be named.
namespace strata::schema::postgresql::query {

/// Objects: kind, schema, name, why.
inline constexpr const char* unknown = STRATA_SCHEMAS
    "SELECT 'type', ns.nspname::text, t.typname::text, 'only its extension''s code can make it' FROM "
    "pg_catalog.pg_type t "
    "JOIN ns ON ns.oid = t.typnamespace WHERE t.typtype = 'b' AND t.typisdefined AND NOT (t.typcategory = 'A' AND "
    "t.typelem <> 0) "
    "AND " STRATA_NOT_OWNED("pg_type", "t.oid") R"(
UNION ALL SELECT 'schema', '', nspname::text, 'its comment, since the schema is there before the models' FROM ns
    WHERE nspname = current_schema() AND nspname <> 'public' AND obj_description(oid, 'pg_namespace') IS NOT NULL
UNION ALL SELECT 'user mapping', '', m.srvname || ' for ' || m.usename, CASE WHEN NOT )" STRATA_MAPPING_SEEN
                                                R"( THEN 'the role may not see its options'
    ELSE (SELECT 'its options ' || string_agg(o.option_name, ', ' ORDER BY o.option_name) || ', which may be secret'
        FROM pg_options_to_table(m.umoptions) o WHERE NOT )" STRATA_HARMLESS_OPTION R"() END
    FROM pg_catalog.pg_user_mappings m WHERE cardinality($1::text[]) > 0 AND (NOT )" STRATA_MAPPING_SEEN R"( OR EXISTS (
        SELECT FROM pg_options_to_table(m.umoptions) o WHERE NOT )" STRATA_HARMLESS_OPTION R"())
UNION ALL SELECT 'subscription', '', s.subname, 'it may hold a password' FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database b
    ON b.oid = s.subdbid AND b.datname = current_database() WHERE cardinality($1::text[]) > 0
UNION ALL SELECT 'transform', '', format('for %s language %s', pg_catalog.format_type(t.trftype, NULL), l.lanname), 'only its extension''s code can make it'
    FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang WHERE cardinality($1::text[]) > 0 AND )" STRATA_NOT_OWNED(
                                                    "pg_transform", "t.oid") R"(
ORDER BY 1, 2, 3)";

/// What belongs to a table and no field says: oid of the table, what it is.
inline constexpr const char* untold = STRATA_SCHEMAS R"(
SELECT t.oid::int8, format('that not every partition has the index %s, which keeps a constraint', x.relname) FROM tables t
    JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND NOT i.indisvalid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid AND x.relkind = 'I'
    WHERE EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = x.oid AND c.conrelid = t.oid AND c.contype IN ('p', 'u', 'x'))
UNION ALL SELECT t.oid::int8, format('that the index %s, which keeps a constraint, is attached to %s, which not every partition has', x.relname, w.relname)
    FROM tables t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_inherits h ON h.inhrelid = x.oid JOIN pg_catalog.pg_class w ON w.oid = h.inhparent
    JOIN pg_catalog.pg_index wi ON wi.indexrelid = w.oid AND NOT wi.indisvalid
    WHERE EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = x.oid AND c.conrelid = t.oid AND c.contype IN ('p', 'u', 'x'))
UNION ALL SELECT t.oid::int8, format('the place of the column %s, which stands before an inherited one', a.attname) FROM tables t
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
    WHERE NOT t.relispartition AND t.oid IN (SELECT h.inhrelid FROM pg_catalog.pg_inherits h) AND EXISTS (SELECT FROM pg_catalog.pg_attribute b WHERE b.attrelid = t.oid AND b.attnum > a.attnum AND
        NOT b.attisdropped AND b.attinhcount > 0)
ORDER BY 1, 2)";

}  // namespace strata::schema::postgresql::query
