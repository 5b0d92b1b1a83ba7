-- One of everything that PostgreSQL 15 keeps, in odd forms: what is read from it and created again must be the same.
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION btree_gist; CREATE EXTENSION postgres_fdw;
CREATE SCHEMA other; CREATE SCHEMA "Odd Schema";
COMMENT ON SCHEMA other IS 'it''s another';
CREATE DOMAIN positive AS integer DEFAULT 5 NOT NULL CHECK (VALUE > 0);
ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 1000) NOT VALID;
COMMENT ON DOMAIN positive IS 'a "positive" number';
CREATE DOMAIN names AS text[] COLLATE "C";
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TYPE other.mood AS ENUM ('other');
CREATE TYPE pair AS (a integer, b text COLLATE "C", m mood);
CREATE FUNCTION diff(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = diff);
CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE SEQUENCE sq AS smallint INCREMENT BY -2 MINVALUE -100 MAXVALUE 50 START 20 CACHE 3 CYCLE;
CREATE SEQUENCE plain_seq;
CREATE TABLE other.far (id integer PRIMARY KEY, m other.mood, x public.mood DEFAULT 'sad', own integer DEFAULT nextval('public.plain_seq'));
ALTER SEQUENCE plain_seq OWNED BY NONE;
CREATE TABLE "Odd Schema"."Odd ""Table""" ("Odd ""Column""" integer, "select" text DEFAULT 'a\b''c', CONSTRAINT "a b" CHECK ("Odd ""Column""" > 0));
CREATE TABLE parent (id integer PRIMARY KEY, b text, c text, UNIQUE (b, c));
CREATE TABLE t (
    id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME my_ids START 5 INCREMENT 3) PRIMARY KEY WITH (fillfactor = 90),
    old serial, oldbig bigserial, oldsmall smallserial,
    nullable_serial integer DEFAULT nextval('sq'),
    p positive, ns names, rng floats, m mood[], mm mood[][] DEFAULT '{{sad,happy}}', pr pair, ci citext DEFAULT 'x', h hstore,
    name text COLLATE "C" NOT NULL, icu text COLLATE ci,
    far integer CONSTRAINT to_far REFERENCES other.far DEFERRABLE,
    b text, c text,
    at timestamp(3), atz timestamptz(0) DEFAULT now(), tm time(2), tmz timetz, iv interval day to second(2), iy interval year, v varchar, ch char(5), bp bpchar, j json, jb jsonb DEFAULT '{"b": 1, "a": [1, 2.50]}', m2 money, arr varchar(5)[], arr2 numeric(10,2)[][][],
    bits bit(3), vb varbit(5), ip inet DEFAULT '127.0.0.1', net cidr, mac macaddr, x xml, tsv tsvector, tsq tsquery, pt point, ir int4range, imr int4multirange, oid oid, rc regclass, nm name, "char" "char", u uuid DEFAULT gen_random_uuid(), by bytea DEFAULT '\x00ff', n numeric, n2 numeric(5), n3 numeric(3,-2), f4 real DEFAULT 1e-1, f8 double precision DEFAULT 0.0, neg integer DEFAULT -5, bo boolean DEFAULT true, dt date DEFAULT CURRENT_DATE, d2 date DEFAULT '2020-01-01', nul text DEFAULT NULL, e text DEFAULT lower('X') || 'y',
    gen text GENERATED ALWAYS AS (upper(b)) STORED,
    CONSTRAINT full_key FOREIGN KEY (b, c) REFERENCES parent (b, c) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL (b) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT incl UNIQUE (name) INCLUDE (b),
    CONSTRAINT nnd UNIQUE NULLS NOT DISTINCT (c) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT excl EXCLUDE USING gist (ir WITH &&, b WITH =) WHERE (b IS NOT NULL) DEFERRABLE,
    CONSTRAINT noin CHECK (id > 0) NO INHERIT);
ALTER TABLE t ADD CONSTRAINT later CHECK (id < 100) NOT VALID;
ALTER TABLE t ADD CONSTRAINT laterfk FOREIGN KEY (old) REFERENCES parent NOT VALID;
ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL, ALTER COLUMN b SET COMPRESSION pglz;
COMMENT ON TABLE t IS 'table'; COMMENT ON COLUMN t.b IS 'col'; COMMENT ON CONSTRAINT incl ON t IS 'con'; COMMENT ON CONSTRAINT later ON t IS 'chk';
CREATE INDEX i_hash ON t USING hash (name); COMMENT ON INDEX i_hash IS 'ix';
CREATE INDEX i_incl ON t (name) INCLUDE (b, c);
CREATE INDEX i_first ON t (b NULLS FIRST, c DESC NULLS LAST);
CREATE INDEX i_ops ON t (b text_pattern_ops);
CREATE INDEX i_coll ON t (b COLLATE "C", (lower(c)) COLLATE "C");
CREATE INDEX i_fill ON t (b) WITH (fillfactor = 50, deduplicate_items = off);
CREATE INDEX i_gist ON t USING gist (tsv tsvector_ops (siglen='100'));
CREATE INDEX i_gin ON t USING gin (jb jsonb_path_ops, arr) WITH (fastupdate = off);
CREATE INDEX i_brin ON t USING brin (at) WITH (pages_per_range = 32);
CREATE UNIQUE INDEX i_nnd ON t (b, c) NULLS NOT DISTINCT WHERE b > 'a';
CREATE INDEX i_plain ON t (b DESC, lower(c), (id + 1)) WHERE b IS NOT NULL;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
COMMENT ON FUNCTION f() IS 'func';
CREATE FUNCTION needs_table(x t) RETURNS text LANGUAGE sql AS 'SELECT ($1).b';
CREATE FUNCTION setof_table(a integer DEFAULT 3, VARIADIC b text[] DEFAULT '{}') RETURNS SETOF parent LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, other COST 7 ROWS 9 AS $$ SELECT * FROM parent WHERE id = a $$;
CREATE FUNCTION setof_table(a text) RETURNS TABLE (one integer, two text) LANGUAGE plpgsql PARALLEL SAFE STRICT LEAKPROOF AS $x$ BEGIN RETURN QUERY SELECT 1, 'a'; END $x$;
CREATE FUNCTION atomic(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT count(*)::integer FROM parent WHERE id > a; END;
CREATE PROCEDURE proc(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END';
CREATE FUNCTION other.f2(public.mood) RETURNS public.mood LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = safe);
CREATE FUNCTION eqpair(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
CREATE OPERATOR === (FUNCTION = eqpair, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ===);
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT ($1).a::text $$;
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair) AS ASSIGNMENT;
CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF b ON t FOR EACH ROW WHEN (NEW.b IS DISTINCT FROM 'x') EXECUTE FUNCTION f('a', 'b');
CREATE TRIGGER tr_off AFTER DELETE ON t REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION f();
ALTER TABLE t DISABLE TRIGGER tr_off;
CREATE CONSTRAINT TRIGGER con_tr AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ALWAYS TRIGGER con_tr;
COMMENT ON TRIGGER tr ON t IS 'trig';
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY pol ON t AS RESTRICTIVE FOR UPDATE USING (id > 1) WITH CHECK (b <> 'z');
CREATE POLICY pol2 ON t USING (true); COMMENT ON POLICY pol ON t IS 'pol';
CREATE RULE r AS ON DELETE TO t WHERE (OLD.id > 5) DO ALSO (SELECT 1; SELECT 2);
CREATE STATISTICS st (ndistinct, dependencies) ON b, c FROM t; ALTER STATISTICS st SET STATISTICS 50;
CREATE STATISTICS st2 ON (lower(b)), c FROM t;
CREATE VIEW vw WITH (security_barrier = true) AS SELECT id, b AS "B b" FROM t WHERE id > 3;
COMMENT ON VIEW vw IS 'view'; COMMENT ON COLUMN vw."B b" IS 'vcol';
CREATE VIEW vw2 AS SELECT * FROM vw WITH CASCADED CHECK OPTION;
CREATE TRIGGER iv INSTEAD OF INSERT ON vw FOR EACH ROW EXECUTE FUNCTION f();
ALTER VIEW vw2 ALTER COLUMN id SET DEFAULT 7;
CREATE RECURSIVE VIEW nums(n) AS SELECT 1 UNION ALL SELECT n + 1 FROM nums WHERE n < 5;
CREATE MATERIALIZED VIEW mv AS SELECT b, count(*) AS n FROM t GROUP BY b WITH NO DATA;
CREATE UNIQUE INDEX mv_b ON mv (b); COMMENT ON MATERIALIZED VIEW mv IS 'mv';
CREATE VIEW on_mv AS SELECT * FROM mv;
CREATE UNLOGGED TABLE fast (a integer CHECK (a > 0), z text DEFAULT 'p') WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
CREATE TABLE child (x integer, CHECK (x > 1)) INHERITS (fast);
CREATE TABLE parts (id integer NOT NULL, a integer DEFAULT 4, t text, PRIMARY KEY (id, a), CHECK (id > 0)) PARTITION BY LIST (a);
CREATE INDEX parts_t ON parts (t);
ALTER TABLE parts ADD CONSTRAINT parts_fk FOREIGN KEY (id) REFERENCES parent;
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1, 2);
CREATE TABLE part_sub PARTITION OF parts FOR VALUES IN (3) PARTITION BY RANGE (id);
CREATE TABLE part_sub_1 PARTITION OF part_sub FOR VALUES FROM (1) TO (10);
CREATE TABLE part_other (t text, a integer NOT NULL DEFAULT 9, id integer NOT NULL, CONSTRAINT parts_id_check CHECK (id > 0)); ALTER TABLE parts ATTACH PARTITION part_other DEFAULT;
CREATE TRIGGER ptr AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE to_parts (id integer, a integer, FOREIGN KEY (id, a) REFERENCES parts);
CREATE TABLE a1 (id integer PRIMARY KEY, b integer); CREATE TABLE b1 (id integer PRIMARY KEY, a integer REFERENCES a1); ALTER TABLE a1 ADD FOREIGN KEY (b) REFERENCES b1; CREATE TABLE self (id integer PRIMARY KEY, up integer REFERENCES self ON DELETE CASCADE);
SET check_function_bodies = off;
CREATE FUNCTION code_of() RETURNS integer LANGUAGE sql AS 'SELECT coalesce(max(id), 0) + 1 FROM coded';
CREATE TABLE coded (id integer DEFAULT code_of(), CHECK (code_of() > 0));
CREATE TABLE ring (id integer, v integer);
CREATE FUNCTION ring_f(ring) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER TABLE ring ALTER COLUMN v SET DEFAULT ring_f(NULL::ring);
ALTER TABLE ring ADD CONSTRAINT ring_check CHECK (ring_f(ring.*) > 0);
CREATE TABLE repl (id integer NOT NULL UNIQUE, x text); ALTER TABLE repl REPLICA IDENTITY USING INDEX repl_id_key; CREATE TABLE repl2 (a integer); ALTER TABLE repl2 REPLICA IDENTITY FULL;
CREATE TEXT SEARCH DICTIONARY simple2 (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = default); ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR word, asciiword WITH simple2, english_stem;
CREATE INDEX i_ts ON t USING gin (to_tsvector('conf', b));
CREATE SERVER srv FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', dbname 'x');
CREATE FOREIGN TABLE ft (id integer OPTIONS (column_name 'ID') NOT NULL, b text DEFAULT 'x', CHECK (id > 0)) SERVER srv OPTIONS (table_name 'T');
CREATE FUNCTION evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER evtr ON ddl_command_end WHEN TAG IN ('DROP EXTENSION') EXECUTE FUNCTION evt(); ALTER EVENT TRIGGER evtr DISABLE;
CREATE PUBLICATION pub FOR TABLE parent (id, b) WHERE (id > 3), a1 WITH (publish = 'insert, update'); CREATE PUBLICATION pub_all FOR ALL TABLES; CREATE PUBLICATION pub_schema FOR TABLES IN SCHEMA other;
CREATE TYPE unused AS ENUM ();
CREATE TABLE nocols (); CREATE TABLE only_dropped (a integer, b integer); ALTER TABLE only_dropped DROP COLUMN a;
CREATE TABLE clus (a integer); CREATE INDEX clus_a ON clus (a); ALTER TABLE clus CLUSTER ON clus_a;
CREATE TABLE typed OF pair; 
ALTER TABLE parent ALTER COLUMN b SET STATISTICS 77; ALTER TABLE parent ALTER COLUMN b SET (n_distinct = 5);
CREATE TYPE steps AS RANGE (subtype = integer, multirange_type_name = many_steps); COMMENT ON TYPE many_steps IS 'many';
CREATE FUNCTION less(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE FUNCTION compared(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0'; CREATE FUNCTION less_of(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE FUNCTION compared_of(text, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR <# (FUNCTION = less, LEFTARG = text, RIGHTARG = text, COMMUTATOR = >#, NEGATOR = >=#); CREATE OPERATOR ># (FUNCTION = less, LEFTARG = text, RIGHTARG = text, COMMUTATOR = <#); CREATE OPERATOR >=# (FUNCTION = less, LEFTARG = text, RIGHTARG = text, NEGATOR = <#); CREATE OPERATOR <# (FUNCTION = less_of, LEFTARG = text, RIGHTARG = integer); CREATE OPERATOR !!# (FUNCTION = upper, RIGHTARG = text);
CREATE OPERATOR CLASS alone_ops FOR TYPE text USING btree AS OPERATOR 1 <#, OPERATOR 5 >#, FUNCTION 1 compared(text, text);
CREATE OPERATOR FAMILY family USING btree; COMMENT ON OPERATOR FAMILY family USING btree IS 'fam'; CREATE OPERATOR CLASS in_family FOR TYPE text USING btree FAMILY family AS OPERATOR 1 <#, OPERATOR 5 >#, FUNCTION 1 compared(text, text); ALTER OPERATOR FAMILY family USING btree ADD OPERATOR 1 <# (text, integer), FUNCTION 1 (text, integer) compared_of(text, integer);
CREATE INDEX i_family ON parent (b in_family, c alone_ops DESC);
CREATE AGGREGATE moving (integer) (SFUNC = int4pl, STYPE = integer, SSPACE = 10, FINALFUNC_MODIFY = READ_WRITE, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MSSPACE = 7, MFINALFUNC_MODIFY = SHAREABLE, SORTOP = <); CREATE AGGREGATE ordered (double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION latin IS 'conv';
CREATE LANGUAGE own HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; CREATE FUNCTION in_own() RETURNS integer LANGUAGE own AS 'BEGIN RETURN 1; END'; COMMENT ON LANGUAGE own IS 'lang';
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE in_heap2 (a integer) USING heap2; COMMENT ON ACCESS METHOD heap2 IS 'am';
CREATE TEXT SEARCH TEMPLATE lower (INIT = dsimple_init, LEXIZE = dsimple_lexize); CREATE TEXT SEARCH PARSER words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline); CREATE TEXT SEARCH DICTIONARY lowered (TEMPLATE = lower, STOPWORDS = 'english'); CREATE TEXT SEARCH CONFIGURATION worded (PARSER = words); ALTER TEXT SEARCH CONFIGURATION worded ADD MAPPING FOR word WITH lowered, simple;
CREATE TABLE said (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY, b text UNIQUE, r int4range, EXCLUDE USING gist (r WITH &&, (lower(b)) WITH =));
COMMENT ON SEQUENCE said_id_seq IS 'counts'; COMMENT ON SEQUENCE said_n_seq IS 'it''s another'; COMMENT ON SEQUENCE my_ids IS 'named'; COMMENT ON INDEX said_pkey IS 'of the key'; COMMENT ON INDEX said_b_key IS 'of b'; COMMENT ON INDEX said_r_lower_excl IS 'of none'; COMMENT ON CONSTRAINT said_pkey ON said IS 'the key';
CREATE INDEX said_e ON said (b, lower(b), (id + 1) DESC); ALTER INDEX said_e ALTER COLUMN 2 SET STATISTICS 50; ALTER INDEX said_e ALTER COLUMN 3 SET STATISTICS 0; ALTER INDEX said_r_lower_excl ALTER COLUMN 2 SET STATISTICS 9;
CREATE INDEX mv_low ON mv (n, lower(b)); ALTER INDEX mv_low ALTER COLUMN 2 SET STATISTICS 7;
CREATE TABLE waits (a integer, b text) PARTITION BY LIST (a); CREATE TABLE waits_1 PARTITION OF waits FOR VALUES IN (1); CREATE TABLE waits_2 PARTITION OF waits FOR VALUES IN (2) PARTITION BY RANGE (a); CREATE TABLE waits_2_1 PARTITION OF waits_2 FOR VALUES FROM (1) TO (10);
CREATE INDEX waits_none ON ONLY waits (a); COMMENT ON INDEX waits_none IS 'later';
CREATE INDEX waits_some ON ONLY waits (lower(b)); CREATE INDEX a_part ON waits_1 (lower(b)); ALTER INDEX waits_some ATTACH PARTITION a_part; ALTER INDEX a_part ALTER COLUMN 1 SET STATISTICS 11;
CREATE INDEX waits_deep ON ONLY waits (b DESC); CREATE INDEX waits_deeper ON ONLY waits_2 (b DESC); CREATE INDEX loose ON waits_2_1 (b DESC); ALTER INDEX waits_deep ATTACH PARTITION waits_deeper; CREATE INDEX loose_too ON waits_1 (b DESC);
CREATE INDEX waits_done ON ONLY waits (a DESC); CREATE INDEX done_1 ON waits_1 (a DESC); CREATE INDEX done_2 ON waits_2 (a DESC); ALTER INDEX waits_done ATTACH PARTITION done_1; ALTER INDEX waits_done ATTACH PARTITION done_2;
