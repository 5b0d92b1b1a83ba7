#pragma once

#include "postgresql/object_query_parts.hpp"

#include <strata/schema/object.hpp>

/// The queries for objects that are not tables. All give the same columns: oid, schema, name, schema and name of the
/// table it belongs to, arguments, definition, completions (JSON), comment. Names are printed without their schema
/// where that is the current one, as the search_path of the transaction has it.
namespace strata::schema::postgresql::query {

struct ObjectQuery {
    ObjectKind kind;
    const char* catalogue;  ///< that its oid is of, as pg_depend names it
    const char* sql;
};

// clang-format off: the lines are those of the SQL

inline constexpr ObjectQuery objects[] = {
    {ObjectKind::schema, "pg_namespace", STRATA_SCHEMAS R"(
SELECT oid::int8, '', nspname::text, '', '', '', format('CREATE SCHEMA IF NOT EXISTS %I', nspname), '[]',
    comment FROM ns CROSS JOIN LATERAL (SELECT CASE WHEN nspname = 'public' THEN coalesce(nullif(coalesce(obj_description(oid, 'pg_namespace'), ''),
        'standard public schema'), '') ELSE coalesce(obj_description(oid, 'pg_namespace'), '') END AS comment) AS said
WHERE nspname <> current_schema() OR (nspname = 'public' AND comment <> '') ORDER BY oid)"},

    {ObjectKind::extension, "pg_extension", STRATA_SCHEMAS R"(
SELECT e.oid::int8, '', e.extname::text, '', '', '', format('CREATE EXTENSION IF NOT EXISTS %I', e.extname) ||
    CASE WHEN n.nspname = current_schema() THEN '' ELSE format(' WITH SCHEMA %I', n.nspname) END, '[]',
    coalesce((SELECT d FROM obj_description(e.oid, 'pg_extension') d WHERE d IS DISTINCT FROM (SELECT v.comment
        FROM pg_catalog.pg_available_extensions v WHERE v.name = e.extname)), '')
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' AND cardinality($1::text[]) > 0 ORDER BY e.oid)"},

    {ObjectKind::domain, "pg_type", STRATA_CREATE("t.oid", "t.typname", "DOMAIN") R"( || ' AS ' ||
    pg_catalog.format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typndims > 1 THEN repeat('[]', t.typndims - 1) ELSE '' END ||
    CASE WHEN t.typcollation <> b.typcollation THEN format(' COLLATE %s', (SELECT t.typcollation::regcollation)) ELSE '' END ||
    coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END ||
    coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_catalog.pg_get_constraintdef(c.oid)), '' ORDER BY c.conname)
        FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c' AND c.convalidated AND NOT )" STRATA_CHECK_CALLS_WITH_DOMAIN R"(), ''),
    to_json(ARRAY(SELECT format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', t.oid::regtype, c.conname, pg_catalog.pg_get_constraintdef(c.oid))
        FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c' AND (NOT c.convalidated OR )" STRATA_CHECK_CALLS_WITH_DOMAIN R"() ORDER BY c.conname) ||
        ARRAY(SELECT format('COMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', c.conname, t.oid::regtype, obj_description(c.oid, 'pg_constraint'))
        FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND obj_description(c.oid, 'pg_constraint') IS NOT NULL ORDER BY c.conname))::text,
    coalesce(obj_description(t.oid, 'pg_type'), '')
FROM pg_catalog.pg_type t JOIN ns ON ns.oid = t.typnamespace JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND )" STRATA_OWN("pg_type", "t.oid")},

    {ObjectKind::composite_type, "pg_class", STRATA_CREATE("c.oid", "c.relname", "TYPE") R"( || ' AS (' ||
    coalesce((SELECT string_agg(format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), repeat('[]', a.attndims - 1)) ||
        )" STRATA_COLLATION R"(, ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped), '') || ')',
    to_json()" STRATA_COLUMN_COMMENTS("c.reltype::regtype") R"()::text,
    coalesce(obj_description(c.reltype, 'pg_type'), '')
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind = 'c' AND )" STRATA_NOT_OWNED("pg_class", "c.oid") " AND " STRATA_NOT_OWNED("pg_type", "c.reltype") " ORDER BY c.oid"},

    {ObjectKind::range_type, "pg_type", STRATA_CREATE("t.oid", "t.typname", "TYPE") R"( || ' AS RANGE (SUBTYPE = ' ||
    pg_catalog.format_type(r.rngsubtype, NULL) ||
    CASE WHEN oc.opcdefault THEN '' ELSE format(', SUBTYPE_OPCLASS = %I.%I', ocn.nspname, oc.opcname) END ||
    CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> st.typcollation THEN format(', COLLATION = %s', r.rngcollation::regcollation) ELSE '' END ||
    CASE WHEN r.rngsubdiff <> 0 THEN format(', SUBTYPE_DIFF = %s', r.rngsubdiff::regproc) ELSE '' END ||
    coalesce(', MULTIRANGE_TYPE_NAME = ' || nullif((to_jsonb(r) ->> 'rngmultitypid')::oid, 0)::regtype::text, '') || ')',
    to_json(ARRAY(SELECT format('COMMENT ON TYPE %s IS %L', m.oid::regtype, obj_description(m.oid, 'pg_type')) FROM pg_catalog.pg_type m
        WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid AND obj_description(m.oid, 'pg_type') IS NOT NULL))::text, coalesce(obj_description(t.oid, 'pg_type'), '')
FROM pg_catalog.pg_type t JOIN ns ON ns.oid = t.typnamespace JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype JOIN pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
WHERE t.typtype = 'r' AND )" STRATA_OWN("pg_type", "t.oid")},

    // A name that waits for a definition.
    {ObjectKind::base_type, "pg_type", STRATA_CREATE("t.oid", "t.typname", "TYPE") R"(, '[]', ''
FROM pg_catalog.pg_type t JOIN ns ON ns.oid = t.typnamespace WHERE NOT t.typisdefined AND )" STRATA_OWN("pg_type", "t.oid")},

    {ObjectKind::collation, "pg_collation", STRATA_CREATE("c.oid", "c.collname", "COLLATION") R"( || ' (PROVIDER = ' ||
    CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' ELSE 'builtin' END ||
    CASE WHEN c.collcollate IS DISTINCT FROM c.collctype THEN format(', LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
        ELSE format(', LOCALE = %L', coalesce(to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale', c.collcollate)) END ||
    CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ')',
    '[]', coalesce(obj_description(c.oid, 'pg_collation'), '')
FROM pg_catalog.pg_collation c JOIN ns ON ns.oid = c.collnamespace WHERE )" STRATA_OWN("pg_collation", "c.oid")},

    // Sequences that number a column are the column's.
    {ObjectKind::sequence, "pg_class", STRATA_OBJECT("c.oid", "c.relname") R"(
    '', CASE WHEN c.relpersistence = 'u' THEN 'CREATE UNLOGGED SEQUENCE ' ELSE 'CREATE SEQUENCE ' END || )" STRATA_NAME("ns.nspname", "c.relname") R"( ||
    CASE WHEN s.seqtypid = 'int8'::regtype THEN '' ELSE ' AS ' || pg_catalog.format_type(s.seqtypid, NULL) END ||
    format(' INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s', s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache) ||
    CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END,
    to_json(ARRAY(SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', c.oid::regclass, p.refobjid::regclass, a.attname)
        FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid
        WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = c.oid AND p.refclassid = 'pg_catalog.pg_class'::regclass
        AND p.deptype = 'a'))::text,
    coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
WHERE c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p WHERE p.classid = 'pg_catalog.pg_class'::regclass AND
    p.objid = c.oid AND p.refclassid = 'pg_catalog.pg_class'::regclass AND (p.deptype = 'i' OR (p.deptype = 'a' AND EXISTS (
        SELECT FROM pg_catalog.pg_attrdef d WHERE d.adrelid = p.refobjid AND d.adnum = p.refobjsubid AND
        pg_catalog.pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', c.oid::regclass::text)))))
    AND )" STRATA_OWN("pg_class", "c.oid")},

    {ObjectKind::function, "pg_proc", STRATA_OBJECT("p.oid", "p.proname") R"(
    pg_catalog.pg_get_function_identity_arguments(p.oid),
    )" STRATA_PRINTED("pg_get_functiondef(p.oid)", "CREATE OR REPLACE FUNCTION", "(", "p.proname") R"(,
    '[]', coalesce(obj_description(p.oid, 'pg_proc'), '')
FROM pg_catalog.pg_proc p JOIN ns ON ns.oid = p.pronamespace WHERE p.prokind IN ('f', 'w') AND )" STRATA_NOT_OWNED("pg_proc", "p.oid") R"(
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
ORDER BY p.oid)"},

    {ObjectKind::procedure, "pg_proc", STRATA_OBJECT("p.oid", "p.proname") R"(
    pg_catalog.pg_get_function_identity_arguments(p.oid),
    )" STRATA_PRINTED("pg_get_functiondef(p.oid)", "CREATE OR REPLACE PROCEDURE", "(", "p.proname") R"(,
    '[]', coalesce(obj_description(p.oid, 'pg_proc'), '')
FROM pg_catalog.pg_proc p JOIN ns ON ns.oid = p.pronamespace WHERE p.prokind = 'p' AND )" STRATA_OWN("pg_proc", "p.oid")},

    {ObjectKind::aggregate, "pg_proc", STRATA_OBJECT("p.oid", "p.proname") R"(
    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_identity_arguments(p.oid) END, 'CREATE AGGREGATE ' || )" STRATA_NAME("ns.nspname", "p.proname") R"( || '(' ||
    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END || ') (SFUNC = ' || a.aggtransfn::regproc ||
    ', STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL) || CASE WHEN a.aggtransspace > 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END ||
    CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn::regproc ELSE '' END || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END ||
    )" STRATA_FINAL_MODIFIES("FINALFUNC_MODIFY", "a.aggfinalmodify") R"( ||
    CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn::regproc ELSE '' END ||
    CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn::regproc ELSE '' END ||
    CASE WHEN a.aggdeserialfn <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn::regproc ELSE '' END ||
    coalesce(', INITCOND = ' || quote_literal(a.agginitval), '') ||
    CASE WHEN a.aggmtransfn <> 0 THEN format(', MSFUNC = %s, MINVFUNC = %s, MSTYPE = %s', a.aggmtransfn::regproc, a.aggminvtransfn::regproc,
        pg_catalog.format_type(a.aggmtranstype, NULL)) ELSE '' END || CASE WHEN a.aggmtransspace > 0 THEN ', MSSPACE = ' || a.aggmtransspace ELSE '' END ||
    CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END ||
    )" STRATA_FINAL_MODIFIES("MFINALFUNC_MODIFY", "a.aggmfinalmodify") R"( ||
    CASE WHEN a.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn::regproc ELSE '' END || coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '') ||
    CASE WHEN a.aggsortop <> 0 THEN (SELECT format(', SORTOP = OPERATOR(%I.%s)', n.nspname, o.oprname) FROM pg_catalog.pg_operator o
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = a.aggsortop) ELSE '' END ||
    CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END ||
    CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')',
    '[]', coalesce(obj_description(p.oid, 'pg_proc'), '')
FROM pg_catalog.pg_proc p JOIN ns ON ns.oid = p.pronamespace JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
WHERE )" STRATA_OWN("pg_proc", "p.oid")},

    {ObjectKind::operator_, "pg_operator", STRATA_OBJECT("o.oid", "o.oprname") R"(
    CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', ' || pg_catalog.format_type(o.oprright, NULL),
    'CREATE OPERATOR ' || CASE WHEN ns.nspname = current_schema() THEN '' ELSE format('%I.', ns.nspname) END || o.oprname ||
    ' (FUNCTION = ' || o.oprcode::regproc || CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || pg_catalog.format_type(o.oprleft, NULL) ELSE '' END ||
    ', RIGHTARG = ' || pg_catalog.format_type(o.oprright, NULL) ||
    coalesce((SELECT format(', COMMUTATOR = OPERATOR(%I.%s)', n.nspname, c.oprname) FROM pg_catalog.pg_operator c JOIN pg_catalog.pg_namespace n
        ON n.oid = c.oprnamespace WHERE c.oid = o.oprcom), '') ||
    coalesce((SELECT format(', NEGATOR = OPERATOR(%I.%s)', n.nspname, c.oprname) FROM pg_catalog.pg_operator c JOIN pg_catalog.pg_namespace n
        ON n.oid = c.oprnamespace WHERE c.oid = o.oprnegate), '') ||
    CASE WHEN o.oprrest <> 0 THEN ', RESTRICT = ' || o.oprrest::regproc ELSE '' END ||
    CASE WHEN o.oprjoin <> 0 THEN ', JOIN = ' || o.oprjoin::regproc ELSE '' END ||
    CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')',
    '[]', coalesce(obj_description(o.oid, 'pg_operator'), '')
FROM pg_catalog.pg_operator o JOIN ns ON ns.oid = o.oprnamespace WHERE o.oprcode <> 0 AND )" STRATA_OWN("pg_operator", "o.oid")},

    // A member belongs to its class, or was added to the family by itself.
    {ObjectKind::operator_family, "pg_opfamily", STRATA_OBJECT("f.oid", "f.opfname") R"(
    am.amname::text, 'CREATE OPERATOR FAMILY ' || )" STRATA_NAME("ns.nspname", "f.opfname") R"( || format(' USING %I', am.amname),
    to_json(ARRAY(SELECT 'ALTER OPERATOR FAMILY ' || )" STRATA_NAME("ns.nspname", "f.opfname") R"( || format(' USING %I ADD ', am.amname) || m FROM (
        SELECT concat_ws(', ', )" STRATA_OPERATOR_MEMBERS("pg_opfamily", "f.oid") R"() AS m) x WHERE m <> ''))::text,
    coalesce(obj_description(f.oid, 'pg_opfamily'), '')
FROM pg_catalog.pg_opfamily f JOIN ns ON ns.oid = f.opfnamespace JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
WHERE )" STRATA_OWN("pg_opfamily", "f.oid")},

    {ObjectKind::operator_class, "pg_opclass", STRATA_OBJECT("c.oid", "c.opcname") R"(
    am.amname::text, 'CREATE OPERATOR CLASS ' || )" STRATA_NAME("ns.nspname", "c.opcname") R"( || CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END ||
    format(' FOR TYPE %s USING %I FAMILY ', pg_catalog.format_type(c.opcintype, NULL), am.amname) ||
    )" STRATA_NAME("fn.nspname", "f.opfname") R"( || ' AS ' || concat_ws(', ', )" STRATA_OPERATOR_MEMBERS("pg_opclass", "c.oid") R"(,
        'STORAGE ' || pg_catalog.format_type(CASE WHEN c.opckeytype <> 0 THEN c.opckeytype ELSE c.opcintype END, NULL)),
    '[]', coalesce(obj_description(c.oid, 'pg_opclass'), '')
FROM pg_catalog.pg_opclass c JOIN ns ON ns.oid = c.opcnamespace JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
WHERE )" STRATA_OWN("pg_opclass", "c.oid")},

    {ObjectKind::cast, "pg_cast", STRATA_SCHEMAS R"(
SELECT c.oid::int8, '', pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL), '', '', '',
    format('CREATE CAST (%s AS %s)', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)) ||
    CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END ||
    CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END,
    '[]', coalesce(obj_description(c.oid, 'pg_cast'), '')
FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid =
    'pg_catalog.pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i') AND cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_cast", "c.oid")},

    {ObjectKind::conversion, "pg_conversion", STRATA_OBJECT("c.oid", "c.conname") R"(
    '', CASE WHEN c.condefault THEN 'CREATE DEFAULT CONVERSION ' ELSE 'CREATE CONVERSION ' END || )" STRATA_NAME("ns.nspname", "c.conname") R"( ||
    format(' FOR %L TO %L FROM %s', pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc::regproc),
    '[]', coalesce(obj_description(c.oid, 'pg_conversion'), '')
FROM pg_catalog.pg_conversion c JOIN ns ON ns.oid = c.connamespace WHERE )" STRATA_OWN("pg_conversion", "c.oid")},

    {ObjectKind::language, "pg_language", STRATA_SCHEMAS R"(
SELECT l.oid::int8, '', l.lanname::text, '', '', '', CASE WHEN l.lanpltrusted THEN 'CREATE TRUSTED LANGUAGE ' ELSE 'CREATE LANGUAGE ' END ||
    format('%I HANDLER %s', l.lanname, l.lanplcallfoid::regproc) || CASE WHEN l.laninline <> 0 THEN format(' INLINE %s', l.laninline::regproc) ELSE '' END ||
    CASE WHEN l.lanvalidator <> 0 THEN format(' VALIDATOR %s', l.lanvalidator::regproc) ELSE '' END,
    '[]', coalesce(obj_description(l.oid, 'pg_language'), '')
FROM pg_catalog.pg_language l WHERE l.lanispl AND cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_language", "l.oid")},

    {ObjectKind::access_method, "pg_am", STRATA_SCHEMAS R"(
SELECT a.oid::int8, '', a.amname::text, '', '', '', format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
    CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler::regproc), '[]', coalesce(obj_description(a.oid, 'pg_am'), '')
FROM pg_catalog.pg_am a WHERE a.oid >= 16384 AND cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_am", "a.oid")},

    {ObjectKind::text_search_parser, "pg_ts_parser", STRATA_CREATE("p.oid", "p.prsname", "TEXT SEARCH PARSER") R"( ||
    format(' (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s', p.prsstart, p.prstoken, p.prsend, p.prslextype) ||
    CASE WHEN p.prsheadline <> 0 THEN format(', HEADLINE = %s', p.prsheadline) ELSE '' END || ')',
    '[]', coalesce(obj_description(p.oid, 'pg_ts_parser'), '')
FROM pg_catalog.pg_ts_parser p JOIN ns ON ns.oid = p.prsnamespace WHERE )" STRATA_OWN("pg_ts_parser", "p.oid")},

    {ObjectKind::text_search_template, "pg_ts_template", STRATA_CREATE("t.oid", "t.tmplname", "TEXT SEARCH TEMPLATE") R"( ||
    CASE WHEN t.tmplinit <> 0 THEN format(' (INIT = %s, LEXIZE = %s)', t.tmplinit, t.tmpllexize) ELSE format(' (LEXIZE = %s)', t.tmpllexize) END,
    '[]', coalesce(obj_description(t.oid, 'pg_ts_template'), '')
FROM pg_catalog.pg_ts_template t JOIN ns ON ns.oid = t.tmplnamespace WHERE )" STRATA_OWN("pg_ts_template", "t.oid")},

    {ObjectKind::text_search_dictionary, "pg_ts_dict", STRATA_CREATE("d.oid", "d.dictname", "TEXT SEARCH DICTIONARY") R"( || format(' (TEMPLATE = %I.%I', tn.nspname, t.tmplname) ||
    coalesce(', ' || d.dictinitoption, '') || ')', '[]', coalesce(obj_description(d.oid, 'pg_ts_dict'), '')
FROM pg_catalog.pg_ts_dict d JOIN ns ON ns.oid = d.dictnamespace JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace WHERE )" STRATA_OWN("pg_ts_dict", "d.oid")},

    {ObjectKind::text_search_configuration, "pg_ts_config", STRATA_CREATE("c.oid", "c.cfgname", "TEXT SEARCH CONFIGURATION") R"( || format(' (PARSER = %I.%I)', pn.nspname, p.prsname),
    to_json(ARRAY(SELECT format('ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %I WITH %s', c.oid::regconfig,
            (SELECT alias FROM pg_catalog.ts_token_type(c.cfgparser) WHERE tokid = m.maptokentype),
            string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno))
        FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid GROUP BY m.maptokentype ORDER BY m.maptokentype))::text,
    coalesce(obj_description(c.oid, 'pg_ts_config'), '')
FROM pg_catalog.pg_ts_config c JOIN ns ON ns.oid = c.cfgnamespace JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace WHERE )" STRATA_OWN("pg_ts_config", "c.oid")},

    // A view that calls a function of its own rows is made in two steps, the first without the function.
    {ObjectKind::view, "pg_class", STRATA_CREATE("c.oid", "c.relname", "VIEW") R"( ||
    CASE WHEN )" STRATA_VIEW_CALLS_WITH_ROW R"( THEN ' AS SELECT ' || (SELECT string_agg(format('NULL::%s', pg_catalog.format_type(a.atttypid, a.atttypmod)) ||
        )" STRATA_COLLATION R"( || format(' AS %I', a.attname), ', '
        ORDER BY a.attnum) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0)
    ELSE )" STRATA_PARAMETERS R"( || ' AS' || chr(10) ||
        rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') END,
    to_json(CASE WHEN )" STRATA_VIEW_CALLS_WITH_ROW R"( THEN ARRAY['CREATE OR REPLACE VIEW ' || )" STRATA_NAME("ns.nspname", "c.relname") R"( ||
        )" STRATA_PARAMETERS R"( || ' AS' || chr(10) ||
        rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')] ELSE '{}' END || )" STRATA_COLUMN_COMMENTS("c.oid::regclass") R"( ||
        ARRAY(SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', c.oid::regclass, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
        FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid
        ORDER BY a.attnum))::text,
    coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND )" STRATA_OWN("pg_class", "c.oid")},

    {ObjectKind::materialized_view, "pg_class", STRATA_CREATE("c.oid", "c.relname", "MATERIALIZED VIEW") R"( ||
    CASE WHEN am.amname = current_setting('default_table_access_method') THEN '' ELSE coalesce(' USING ' || quote_ident(am.amname), '') END ||
    )" STRATA_PARAMETERS R"( || coalesce(' TABLESPACE ' || quote_ident(ts.spcname), '') ||
    ' AS' || chr(10) || rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') || CASE WHEN c.relispopulated THEN '' ELSE chr(10) || '  WITH NO DATA' END,
    to_json()" STRATA_COLUMN_COMMENTS("c.oid::regclass") R"( ||
        )" STRATA_COLUMN_CHANGES("MATERIALIZED VIEW") R"()::text,
    coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind = 'm' AND )" STRATA_OWN("pg_class", "c.oid")},

    {ObjectKind::foreign_data_wrapper, "pg_foreign_data_wrapper", STRATA_SCHEMAS R"(
SELECT f.oid::int8, '', f.fdwname::text, '', '', '', format('CREATE FOREIGN DATA WRAPPER %I', f.fdwname) ||
    CASE WHEN f.fdwhandler <> 0 THEN ' HANDLER ' || f.fdwhandler::regproc ELSE '' END ||
    CASE WHEN f.fdwvalidator <> 0 THEN ' VALIDATOR ' || f.fdwvalidator::regproc ELSE '' END ||
    )" STRATA_OPTIONS("f.fdwoptions") R"(,
    '[]', coalesce(obj_description(f.oid, 'pg_foreign_data_wrapper'), '')
FROM pg_catalog.pg_foreign_data_wrapper f WHERE cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_foreign_data_wrapper", "f.oid")},

    {ObjectKind::foreign_server, "pg_foreign_server", STRATA_SCHEMAS R"(
SELECT s.oid::int8, '', s.srvname::text, '', '', '', format('CREATE SERVER %I', s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '') ||
    coalesce(' VERSION ' || quote_literal(s.srvversion), '') || format(' FOREIGN DATA WRAPPER %I', f.fdwname) ||
    )" STRATA_OPTIONS("s.srvoptions") R"(,
    '[]', coalesce(obj_description(s.oid, 'pg_foreign_server'), '')
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_foreign_server", "s.oid")},

    // An option that may be secret is left out; what may not be seen at all is not read.
    {ObjectKind::user_mapping, "pg_user_mapping", STRATA_SCHEMAS R"(
SELECT m.umid::int8, '', m.usename::text, '', '', m.srvname::text, format('CREATE USER MAPPING FOR %s SERVER %I',
    CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname) ||
    coalesce((SELECT ' OPTIONS (' || string_agg(format('%I %L', o.option_name, o.option_value), ', ') || ')'
        FROM pg_options_to_table(m.umoptions) o WHERE )" STRATA_HARMLESS_OPTION R"(), ''), '[]', ''
FROM pg_catalog.pg_user_mappings m WHERE cardinality($1::text[]) > 0 AND )" STRATA_MAPPING_SEEN R"( ORDER BY m.umid)"},

    {ObjectKind::foreign_table, "pg_class", STRATA_CREATE("c.oid", "c.relname", "FOREIGN TABLE") R"( || ' (' ||
    coalesce((SELECT string_agg(format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) ||
        )" STRATA_OPTIONS("a.attfdwoptions") R"( ||
        )" STRATA_COLLATION R"( ||
        CASE WHEN d.adbin IS NULL THEN '' WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED',
            pg_catalog.pg_get_expr(d.adbin, d.adrelid)) ELSE ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) END ||
        CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid
        AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR c.relispartition)), '') ||
    coalesce((SELECT string_agg(format(', CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.oid)
        FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND (k.conislocal OR c.relispartition)), '') || ')' ||
    coalesce((SELECT ' INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')' FROM pg_catalog.pg_inherits i
        WHERE i.inhrelid = c.oid AND NOT c.relispartition), '') ||
    format(' SERVER %I', s.srvname) ||
    )" STRATA_OPTIONS("f.ftoptions") R"(,
    to_json(ARRAY(SELECT format('ALTER TABLE %s ATTACH PARTITION %s %s', i.inhparent::regclass, c.oid::regclass, pg_catalog.pg_get_expr(c.relpartbound, c.oid))
        FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition) ||
        )" STRATA_COLUMN_COMMENTS("c.oid::regclass") R"( ||
        )" STRATA_COLUMN_CHANGES("FOREIGN TABLE") R"()::text,
    coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE c.relkind = 'f' AND )" STRATA_OWN("pg_class", "c.oid")},

    {ObjectKind::statistics, "pg_statistic_ext", STRATA_OBJECT("s.oid", "s.stxname") R"(
    '',
    )" STRATA_PRINTED("pg_get_statisticsobjdef(s.oid)", "CREATE STATISTICS", "", "s.stxname") R"(,
    to_json(CASE WHEN coalesce((to_jsonb(s) ->> 'stxstattarget')::int, -1) >= 0 THEN ARRAY[format('ALTER STATISTICS %s SET STATISTICS %s',
        )" STRATA_NAME("ns.nspname", "s.stxname") R"(,
        to_jsonb(s) ->> 'stxstattarget')] ELSE '{}' END)::text,
    coalesce(obj_description(s.oid, 'pg_statistic_ext'), '')
FROM pg_catalog.pg_statistic_ext s JOIN ns ON ns.oid = s.stxnamespace WHERE )" STRATA_OWN("pg_statistic_ext", "s.oid")},

    {ObjectKind::rule, "pg_rewrite", STRATA_SCHEMAS R"(
SELECT r.oid::int8, ns.nspname::text, r.rulename::text, ns.nspname::text, c.relname::text, '', rtrim(pg_catalog.pg_get_ruledef(r.oid, true), ';'),
    to_json()" STRATA_ENABLING("RULE", "r.ev_enabled", "r.rulename") R"()::text,
    coalesce(obj_description(r.oid, 'pg_rewrite'), '')
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN ns ON ns.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND )" STRATA_NOT_OWNED("pg_class", "c.oid") " ORDER BY r.oid"},

    {ObjectKind::trigger, "pg_trigger", STRATA_SCHEMAS R"(
SELECT g.oid::int8, ns.nspname::text, g.tgname::text, ns.nspname::text, c.relname::text, '', pg_catalog.pg_get_triggerdef(g.oid, true),
    to_json()" STRATA_ENABLING("TRIGGER", "g.tgenabled", "g.tgname") R"( || ARRAY(
        WITH RECURSIVE copies AS (SELECT k.oid, k.tgrelid, k.tgname, k.tgenabled, g.tgenabled AS above FROM pg_catalog.pg_trigger k
            WHERE c.relkind = 'p' AND (to_jsonb(k) ->> 'tgparentid')::oid = g.oid UNION ALL SELECT k.oid, k.tgrelid, k.tgname, k.tgenabled, p.tgenabled
            FROM copies p JOIN pg_catalog.pg_trigger k ON (to_jsonb(k) ->> 'tgparentid')::oid = p.oid)
        SELECT format('ALTER TABLE %s %s TRIGGER %I', k.tgrelid::regclass, CASE k.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS'
            WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, k.tgname) FROM copies k WHERE k.tgenabled <> k.above ORDER BY k.oid))::text,
    coalesce(obj_description(g.oid, 'pg_trigger'), '')
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN ns ON ns.oid = c.relnamespace
WHERE NOT g.tgisinternal AND coalesce((to_jsonb(g) ->> 'tgparentid')::int8, 0) = 0 AND )" STRATA_NOT_OWNED("pg_class", "c.oid") " AND " STRATA_OWN("pg_trigger", "g.oid")},

    {ObjectKind::policy, "pg_policy", STRATA_SCHEMAS R"(
SELECT p.oid::int8, ns.nspname::text, p.polname::text, ns.nspname::text, c.relname::text, '',
    format('CREATE POLICY %I ON %s', p.polname, c.oid::regclass) || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END ||
    CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END ||
    CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (SELECT string_agg(CASE WHEN k.r = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(k.r)) END, ', '
        ORDER BY k.o) FROM unnest(p.polroles) WITH ORDINALITY k(r, o)) END ||
    coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '') ||
    coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
    '[]', coalesce(obj_description(p.oid, 'pg_policy'), '')
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN ns ON ns.oid = c.relnamespace
WHERE )" STRATA_NOT_OWNED("pg_class", "c.oid") " ORDER BY p.oid"},

    {ObjectKind::event_trigger, "pg_event_trigger", STRATA_SCHEMAS R"(
SELECT e.oid::int8, '', e.evtname::text, '', '', '', format('CREATE EVENT TRIGGER %I ON %s', e.evtname, e.evtevent) ||
    CASE WHEN e.evttags IS NULL THEN '' ELSE format(' WHEN TAG IN (%s)', (SELECT string_agg(quote_literal(t), ', ') FROM unnest(e.evttags) t)) END ||
    format(' EXECUTE FUNCTION %s()', e.evtfoid::regproc),
    to_json(CASE e.evtenabled WHEN 'D' THEN ARRAY[format('ALTER EVENT TRIGGER %I DISABLE', e.evtname)] WHEN 'A' THEN
        ARRAY[format('ALTER EVENT TRIGGER %I ENABLE ALWAYS', e.evtname)] WHEN 'R' THEN ARRAY[format('ALTER EVENT TRIGGER %I ENABLE REPLICA',
        e.evtname)] ELSE '{}' END)::text, coalesce(obj_description(e.oid, 'pg_event_trigger'), '')
FROM pg_catalog.pg_event_trigger e WHERE cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_event_trigger", "e.oid")},

    {ObjectKind::publication, "pg_publication", STRATA_SCHEMAS R"(
SELECT p.oid::int8, '', p.pubname::text, '', '', '', format('CREATE PUBLICATION %I', p.pubname) ||
    CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE coalesce(' FOR ' || nullif(concat_ws(', ',
        (SELECT 'TABLE ' || string_agg(r.prrelid::regclass::text || coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)), '') ||
            coalesce((SELECT ' WHERE (' || (to_jsonb(v) ->> 'rowfilter') || ')' FROM pg_catalog.pg_publication_tables v JOIN pg_catalog.pg_class vc ON vc.oid = r.prrelid JOIN pg_catalog.pg_namespace vn ON vn.oid = vc.relnamespace WHERE v.pubname = p.pubname AND v.schemaname = vn.nspname AND v.tablename = vc.relname), ''),
            ', ' ORDER BY r.prrelid) FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid),
        (SELECT 'TABLES IN SCHEMA ' || string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname) FROM pg_catalog.pg_publication_namespace r
            JOIN pg_catalog.pg_namespace n ON n.oid = r.pnnspid WHERE r.pnpubid = p.oid)), ''), '') END ||
    format(' WITH (publish = %L', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)) ||
    CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' ELSE '' END || ')',
    '[]', coalesce(obj_description(p.oid, 'pg_publication'), '')
FROM pg_catalog.pg_publication p WHERE cardinality($1::text[]) > 0 AND )" STRATA_OWN("pg_publication", "p.oid")},
};
// clang-format on

#undef STRATA_OBJECT
#undef STRATA_CREATE
#undef STRATA_OWN
#undef STRATA_NAME
#undef STRATA_PRINTED
#undef STRATA_PARAMETERS
#undef STRATA_OPTIONS
#undef STRATA_COLLATION
#undef STRATA_COLUMN_COMMENTS
#undef STRATA_COLUMN_CHANGES
#undef STRATA_CHECK_CALLS_WITH_DOMAIN
#undef STRATA_VIEW_CALLS_WITH_ROW
#undef STRATA_FINAL_MODIFIES
#undef STRATA_OPERATOR_MEMBERS
#undef STRATA_ENABLING

}  // namespace strata::schema::postgresql::query
