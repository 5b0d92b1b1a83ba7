#pragma once

namespace strata::tool::postgresql {

/// Rows of an object and a line about it, over PostgreSQL's own catalogues and its functions that print definitions. $1
/// is the schemas to read as an array, or NULL for all. What belongs to an extension is the extension's.
inline constexpr const char* listing = R"(
WITH ns AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND ($1::text[] IS NULL OR nspname = ANY ($1::text[]))
), owned AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), rel AS (
    SELECT c.*, ns.nspname, format('%I.%I', ns.nspname, c.relname) AS full_name,
           CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' END AS kind
    FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_class'::regclass
        AND o.objid = c.oid) AND NOT (c.relname = 'strata_version' AND c.relkind = 'r')
), proc AS (
    SELECT p.*, format('%I.%I(%s)', ns.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS full_name
    FROM pg_proc p JOIN ns ON ns.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid)
), typ AS (
    SELECT t.*, format('%I.%I', ns.nspname, t.typname) AS full_name FROM pg_type t JOIN ns ON ns.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_type'::regclass AND o.objid = t.oid)
)
SELECT 'schema ' || quote_ident(nspname), 'exists' FROM ns
UNION ALL
SELECT 'extension ' || quote_ident(e.extname), format('version %s in %I', e.extversion, n.nspname)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT kind || ' ' || full_name, concat_ws(' ', 'kind', relkind, relpersistence, 'options', reloptions::text,
    (SELECT t.reloptions::text FROM pg_class t WHERE t.oid = rel.reltoastrelid),
    'tablespace', (SELECT spcname FROM pg_tablespace s WHERE s.oid = rel.reltablespace), 'identity', relreplident,
    'security', relrowsecurity, relforcerowsecurity, 'method', (SELECT amname FROM pg_am a WHERE a.oid = rel.relam),
    'bound', pg_get_expr(relpartbound, oid), 'partitioned', CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END,
    'of', NULLIF(reloftype, 0)::regtype, 'parents', (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
        FROM pg_inherits WHERE inhrelid = rel.oid), 'populated', relispopulated)
FROM rel
UNION ALL
SELECT kind || ' ' || full_name, pg_get_viewdef(oid) FROM rel WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence ' || full_name, concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
    s.seqcycle, 'of', (SELECT format('%s.%I %s', d.refobjid::regclass, a.attname, d.deptype) FROM pg_depend d
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass
        AND d.objid = rel.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
FROM rel JOIN pg_sequence s ON s.seqrelid = rel.oid
UNION ALL
SELECT 'foreign table ' || full_name, concat_ws(' ', s.srvname, f.ftoptions::text)
FROM rel JOIN pg_foreign_table f ON f.ftrelid = rel.oid JOIN pg_foreign_server s ON s.oid = f.ftserver
UNION ALL
SELECT kind || ' ' || full_name || ' column ' || quote_ident(a.attname), concat_ws(' ',
    row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod), CASE WHEN a.attndims > 1 THEN a.attndims END,
    CASE WHEN a.attnotnull THEN 'NOT NULL' END, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), 'collation',
    NULLIF(a.attcollation, 0)::regcollation, 'storage', a.attstorage, a.attcompression, a.attstattarget, a.attoptions::text,
    a.attfdwoptions::text, a.attislocal, a.attinhcount)
FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND relkind <> 'S'
UNION ALL
SELECT 'constraint ' || quote_ident(c.conname) || ' of ' || coalesce(rel.full_name, typ.full_name), concat_ws(' ',
    pg_get_constraintdef(c.oid), c.convalidated, c.condeferrable, c.condeferred, c.conislocal, c.coninhcount, c.contype = 'c' AND c.connoinherit)
FROM pg_constraint c LEFT JOIN rel ON rel.oid = c.conrelid LEFT JOIN typ ON typ.oid = c.contypid
WHERE c.contype <> 't' AND coalesce(rel.full_name, typ.full_name) IS NOT NULL
UNION ALL
SELECT 'index ' || format('%I.%I', rel.nspname, i.relname) || ' of ' || rel.full_name, concat_ws(' ', pg_get_indexdef(x.indexrelid),
    x.indisclustered, x.indisreplident, 'tablespace', (SELECT spcname FROM pg_tablespace s WHERE s.oid = i.reltablespace),
    'within', (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = i.oid))
FROM rel JOIN pg_index x ON x.indrelid = rel.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT 'trigger ' || quote_ident(t.tgname) || ' on ' || rel.full_name, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
FROM rel JOIN pg_trigger t ON t.tgrelid = rel.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || rel.full_name, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
FROM rel JOIN pg_rewrite r ON r.ev_class = rel.oid WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'policy ' || quote_ident(p.polname) || ' on ' || rel.full_name, concat_ws(' ', p.polcmd, p.polpermissive,
    pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM rel JOIN pg_policy p ON p.polrelid = rel.oid
UNION ALL
SELECT 'statistics ' || s.stxnamespace::regnamespace || '.' || quote_ident(s.stxname), pg_get_statisticsobjdef(s.oid) || ' ' || s.stxstattarget
FROM pg_statistic_ext s JOIN ns ON ns.oid = s.stxnamespace
UNION ALL
SELECT CASE prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || full_name, pg_get_functiondef(oid) FROM proc WHERE prokind <> 'a'
UNION ALL
SELECT 'aggregate ' || full_name, concat_ws(' ', proparallel, a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,
    a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, a.aggfinalmodify, a.aggsortop::regoperator,
    a.aggtranstype::regtype, a.agginitval, a.aggminitval)
FROM proc JOIN pg_aggregate a ON a.aggfnoid = proc.oid
UNION ALL
SELECT 'enum type ' || full_name, (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum
    WHERE enumtypid = typ.oid) FROM typ WHERE typtype = 'e'
UNION ALL
SELECT 'domain ' || full_name, concat_ws(' ', format_type(typbasetype, typtypmod), typndims, typnotnull, pg_get_expr(typdefaultbin, 0),
    NULLIF(typcollation, 0)::regcollation) FROM typ WHERE typtype = 'd'
UNION ALL
SELECT 'range type ' || full_name, concat_ws(' ', r.rngsubtype::regtype, r.rngmultitypid::regtype, NULLIF(r.rngcollation, 0)::regcollation,
    r.rngcanonical, r.rngsubdiff, (SELECT opcname FROM pg_opclass o WHERE o.oid = r.rngsubopc))
FROM typ JOIN pg_range r ON r.rngtypid = typ.oid
UNION ALL
SELECT 'operator ' || o.oid::regoperator, concat_ws(' ', o.oprkind, o.oprcanmerge, o.oprcanhash, o.oprresult::regtype,
    o.oprcom::regoperator, o.oprnegate::regoperator, o.oprcode, o.oprrest, o.oprjoin)
FROM pg_operator o JOIN ns ON ns.oid = o.oprnamespace
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_operator'::regclass AND w.objid = o.oid)
UNION ALL
SELECT 'operator class ' || format('%I.%I', ns.nspname, c.opcname) || ' for ' || am.amname, concat_ws(' ', c.opcintype::regtype,
    c.opcdefault, NULLIF(c.opckeytype, 0)::regtype)
FROM pg_opclass c JOIN ns ON ns.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_opclass'::regclass AND w.objid = c.oid)
UNION ALL
SELECT 'operator family ' || format('%I.%I', ns.nspname, f.opfname) || ' for ' || am.amname,
    (SELECT string_agg(concat_ws(' ', a.amopopr::regoperator, a.amopstrategy), ', ' ORDER BY a.amopopr::regoperator::text)
     FROM pg_amop a WHERE a.amopfamily = f.oid) || (SELECT string_agg(concat_ws(' ', p.amproc, p.amprocnum), ', ' ORDER BY
     p.amproc::text) FROM pg_amproc p WHERE p.amprocfamily = f.oid)
FROM pg_opfamily f JOIN ns ON ns.oid = f.opfnamespace JOIN pg_am am ON am.oid = f.opfmethod
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_opfamily'::regclass AND w.objid = f.oid)
UNION ALL
SELECT format('cast from %s to %s', c.castsource::regtype, c.casttarget::regtype), concat_ws(' ', NULLIF(c.castfunc, 0)::regprocedure,
    c.castcontext, c.castmethod)
FROM pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_cast'::regclass AND w.objid = c.oid)
UNION ALL
SELECT 'collation ' || format('%I.%I', ns.nspname, c.collname), concat_ws(' ', c.collprovider, c.collisdeterministic, c.collencoding,
    c.collcollate, c.collctype, c.colliculocale)
FROM pg_collation c JOIN ns ON ns.oid = c.collnamespace
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_collation'::regclass AND w.objid = c.oid)
UNION ALL
SELECT 'conversion ' || format('%I.%I', ns.nspname, c.conname), concat_ws(' ', c.conforencoding, c.contoencoding, c.conproc, c.condefault)
FROM pg_conversion c JOIN ns ON ns.oid = c.connamespace
UNION ALL
SELECT 'text search dictionary ' || format('%I.%I', ns.nspname, d.dictname), d.dictinitoption
FROM pg_ts_dict d JOIN ns ON ns.oid = d.dictnamespace
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_ts_dict'::regclass AND w.objid = d.oid)
UNION ALL
SELECT 'text search configuration ' || format('%I.%I', ns.nspname, c.cfgname), (SELECT string_agg(concat_ws(' ', m.maptokentype,
    m.mapdict::regdictionary), ', ' ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid)
FROM pg_ts_config c JOIN ns ON ns.oid = c.cfgnamespace
UNION ALL
SELECT 'text search parser ' || format('%I.%I', ns.nspname, p.prsname), p.prsstart::text
FROM pg_ts_parser p JOIN ns ON ns.oid = p.prsnamespace
UNION ALL
SELECT 'text search template ' || format('%I.%I', ns.nspname, t.tmplname), t.tmpllexize::text
FROM pg_ts_template t JOIN ns ON ns.oid = t.tmplnamespace
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_ts_template'::regclass AND w.objid = t.oid)
UNION ALL
SELECT 'foreign-data wrapper ' || quote_ident(f.fdwname), concat_ws(' ', NULLIF(f.fdwhandler, 0)::regproc, NULLIF(f.fdwvalidator,
    0)::regproc, f.fdwoptions::text)
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_foreign_data_wrapper'::regclass AND w.objid = f.oid)
UNION ALL
SELECT 'foreign server ' || quote_ident(s.srvname), concat_ws(' ', f.fdwname, s.srvtype, s.srvversion, s.srvoptions::text)
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw
UNION ALL
SELECT 'user mapping for ' || quote_ident(m.usename) || ' on ' || quote_ident(m.srvname), (SELECT string_agg(o.option_name, ', ') FROM
    pg_options_to_table(m.umoptions) o) FROM pg_user_mappings m
UNION ALL
SELECT 'type ' || format('%I.%I', ns.nspname, t.typname), 'waits for a definition' FROM pg_type t JOIN ns ON ns.oid = t.typnamespace
    WHERE NOT t.typisdefined
UNION ALL
SELECT 'event trigger ' || quote_ident(e.evtname), concat_ws(' ', e.evtevent, e.evtfoid::regprocedure, e.evtenabled, e.evttags::text)
FROM pg_event_trigger e WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_event_trigger'::regclass AND w.objid = e.oid)
UNION ALL
SELECT 'publication ' || quote_ident(p.pubname), concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
    p.pubviaroot, (SELECT string_agg(concat_ws(' ', r.prrelid::regclass, pg_get_expr(r.prqual, r.prrelid), r.prattrs), ', '
    ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    (SELECT string_agg(n.pnnspid::regnamespace::text, ', ' ORDER BY n.pnnspid::regnamespace::text) FROM pg_publication_namespace n
    WHERE n.pnpubid = p.oid))
FROM pg_publication p
UNION ALL
SELECT 'language ' || quote_ident(l.lanname), NULLIF(l.lanplcallfoid, 0)::regproc::text FROM pg_language l WHERE l.oid >= 16384
    AND NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_language'::regclass AND w.objid = l.oid)
UNION ALL
SELECT 'access method ' || quote_ident(a.amname), a.amhandler::text FROM pg_am a WHERE a.oid >= 16384
    AND NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_am'::regclass AND w.objid = a.oid)
UNION ALL
SELECT 'transform for ' || t.trftype::regtype || ' ' || (SELECT lanname FROM pg_language l WHERE l.oid = t.trflang), '' FROM pg_transform t
    WHERE NOT EXISTS (SELECT FROM owned w WHERE w.classid = 'pg_transform'::regclass AND w.objid = t.oid)
UNION ALL
SELECT 'comment on ' || i.type || ' ' || i.identity, d.description
FROM pg_description d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE d.objoid >= 16384 AND ($1::text[] IS NULL OR i.schema IS NULL OR i.schema = ANY ($1::text[])) AND i.type <> 'extension'
    AND NOT EXISTS (SELECT FROM owned w WHERE w.classid = d.classoid AND w.objid = d.objoid)
ORDER BY 1, 2)";

/// The same for owners and for who may do what, whoever granted it, as it holds where nothing was said too.
inline constexpr const char* privileges_listing = R"(
WITH ns AS (
    SELECT * FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND ($1::text[] IS NULL OR nspname = ANY ($1::text[]))
), rights AS (
    SELECT 'relation ' || c.oid::regclass AS name, c.relowner AS owner, coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
    FROM pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relname <> 'strata_version'
        AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype = 'e' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid)
    UNION ALL
    SELECT format('column %s.%I', c.oid::regclass, a.attname), NULL, a.attacl FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE a.attacl <> '{}'
    UNION ALL
    SELECT 'routine ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc p
    JOIN ns ON ns.oid = p.pronamespace WHERE NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype IN ('e', 'i') AND
        o.classid = 'pg_proc'::regclass AND o.objid = p.oid)
    UNION ALL
    SELECT 'type ' || t.oid::regtype, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner)) FROM pg_type t
    JOIN ns ON ns.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
        AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype = 'e' AND o.classid = 'pg_type'::regclass AND o.objid = t.oid)
    UNION ALL
    SELECT 'language ' || quote_ident(l.lanname), l.lanowner, coalesce(l.lanacl, acldefault('l', l.lanowner)) FROM pg_language l
    WHERE l.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype = 'e' AND o.classid = 'pg_language'::regclass AND o.objid = l.oid)
    UNION ALL
    SELECT 'conversion ' || format('%I.%I', ns.nspname, c.conname), c.conowner, NULL FROM pg_conversion c JOIN ns ON ns.oid = c.connamespace
    UNION ALL
    SELECT 'text search dictionary ' || format('%I.%I', ns.nspname, d.dictname), d.dictowner, NULL FROM pg_ts_dict d JOIN ns ON ns.oid = d.dictnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype = 'e' AND o.classid = 'pg_ts_dict'::regclass AND o.objid = d.oid)
    UNION ALL
    SELECT 'text search configuration ' || format('%I.%I', ns.nspname, c.cfgname), c.cfgowner, NULL FROM pg_ts_config c JOIN ns ON ns.oid = c.cfgnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend o WHERE o.deptype = 'e' AND o.classid = 'pg_ts_config'::regclass AND o.objid = c.oid)
    UNION ALL
    SELECT 'schema ' || quote_ident(ns.nspname), ns.nspowner, coalesce(ns.nspacl, acldefault('n', ns.nspowner)) FROM ns
    UNION ALL
    SELECT concat_ws(' ', 'future', d.defaclobjtype, 'of', pg_get_userbyid(d.defaclrole), 'in', coalesce(ns.nspname, '*')), NULL, d.defaclacl
    FROM pg_default_acl d LEFT JOIN ns ON ns.oid = d.defaclnamespace WHERE d.defaclnamespace = 0 OR ns.oid IS NOT NULL
)
SELECT 'privileges of ' || name, concat_ws(' ', 'owner', pg_get_userbyid(owner)) FROM rights WHERE owner IS NOT NULL
UNION ALL
SELECT DISTINCT 'privileges of ' || r.name, concat_ws(' ', CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END,
    x.privilege_type, CASE WHEN x.is_grantable AND x.grantee IS DISTINCT FROM r.owner THEN 'WITH GRANT OPTION' END)
FROM rights r CROSS JOIN LATERAL aclexplode(r.acl) x
ORDER BY 1, 2)";

}  // namespace strata::tool::postgresql
