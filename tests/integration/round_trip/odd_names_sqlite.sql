-- Names, types, defaults and relations that are hard to say in C++. The test puts 398 columns in place of a word.
CREATE TABLE "class" (id INTEGER PRIMARY KEY, "int" int, "new" text, "NULL" text, errno, stdin text, major text, "a b" text, "a-b" text, a_b text, "1st" text, "größe" text, "漢字" text, "a""b" text, "it's" text, _x, __y, x__y, "%s", "??=", "// c", "/* c", "table" text DEFAULT 'x', "index" text DEFAULT "dq", "check" text DEFAULT bare, columns, count, std, strata, boost, "operator", "a\b" text DEFAULT 'a\b');
CREATE TABLE "table" ("index" TEXT PRIMARY KEY NOT NULL, "e" text) WITHOUT ROWID;
CREATE TABLE t1 (a INTEGER PRIMARY KEY AUTOINCREMENT, b VARCHAR(10) NOT NULL ON CONFLICT REPLACE DEFAULT 'x' COLLATE NOCASE, c DECIMAL(10,2), d NUMERIC, e DATETIME DEFAULT CURRENT_TIMESTAMP, f BOOLEAN DEFAULT 0, g BIGINT UNSIGNED, h "my type" (3), i BLOB DEFAULT x'00ff', j REAL DEFAULT -1.5e3, k INT DEFAULT (1 + 2), l AS (a * 2), m TEXT GENERATED ALWAYS AS (b || 'x') STORED, n CHAR(36), o DATE, p TIMESTAMP, UNIQUE (b COLLATE BINARY, c) ON CONFLICT IGNORE, CHECK (k > 0), CONSTRAINT named CHECK (c <> 'it''s'), CHECK (d IN (1, 2)));
CREATE TABLE t2 (x INT PRIMARY KEY DESC, y REFERENCES t1, z REFERENCES nowhere, w INTEGER REFERENCES t2 (x) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, y2 INTEGER REFERENCES t1 (a), FOREIGN KEY (y2) REFERENCES t1 (a), FOREIGN KEY (y2) REFERENCES t1 (b));
CREATE TABLE t3 (a, b, c, PRIMARY KEY (a, b DESC), CONSTRAINT u UNIQUE (c), FOREIGN KEY (a, b) REFERENCES t3 (a, b) MATCH FULL);
CREATE TABLE strict_ (a INTEGER PRIMARY KEY, b ANY, c TEXT NOT NULL) STRICT;
CREATE TABLE "select" (id INTEGER PRIMARY KEY, "x y" TEXT CONSTRAINT nn NOT NULL CONSTRAINT uq UNIQUE);
CREATE UNIQUE INDEX "i 1" ON "class" ("a b", "it's" DESC, lower("a""b") COLLATE NOCASE) WHERE "int" > 0 AND errno <> 'x"y'; CREATE INDEX i2 ON t1 (b COLLATE RTRIM, c + d);
CREATE VIEW "v 1" (one, "two 2") AS SELECT id, "a b" FROM "class" WHERE "it's" = 'it''s'; CREATE VIEW v2 AS SELECT * FROM "v 1";
CREATE TRIGGER "tr 1" AFTER INSERT ON "class" BEGIN UPDATE t1 SET b = 'x' WHERE a = new.id; SELECT ')sql"'; END; CREATE TRIGGER tr2 INSTEAD OF INSERT ON v2 BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE fts USING fts5("a b", c, content='', tokenize="porter"); CREATE VIRTUAL TABLE "r tree" USING rtree(id, x0, x1);
CREATE TABLE song (id INTEGER PRIMARY KEY); CREATE TABLE songs (id INTEGER PRIMARY KEY); CREATE TABLE std (a); CREATE TABLE "1" ("1"); CREATE TABLE 'quoted' ([br ack] text, `tick` text);
CREATE TABLE wide (id INTEGER PRIMARY KEY, :columns);
CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id), c TEXT REFERENCES a);
CREATE TABLE textkey (k TEXT PRIMARY KEY, v); CREATE TABLE intkey (k INT PRIMARY KEY, v); CREATE TABLE bigkey (k BIGINT PRIMARY KEY); CREATE TABLE nokey (a, b UNIQUE, UNIQUE (b)); 
