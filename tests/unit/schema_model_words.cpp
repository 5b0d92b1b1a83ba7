// What table(...) and MetaData can say beyond a model's members, as the SQL that both databases get for it.

#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/table.hpp>

#include <boost/json.hpp>

#include <algorithm>  // std::unique must not be found
#include <optional>
#include <string>
#include <vector>

using Catch::Matchers::Contains;

namespace model_words {

enum class Rating { general, parents_strongly_cautioned };
STRATA_ENUM((Rating, "mpaa rating", "music"), (general, "G"), (parents_strongly_cautioned, "PG-13"))

struct Artist {
    std::int64_t id{};
    std::string name{};
};
STRATA_MODEL(Artist, artists, id, name)

struct Song {
    std::int64_t id{};
    std::string title{};
    std::optional<std::string> search{};
    std::int32_t year{};
    std::int32_t track{};
    Rating rating{};
    std::int64_t number{};
    std::optional<std::int64_t> artist_id{};
    std::optional<std::int64_t> label_id{};
    std::string columns{};
};
STRATA_MODEL(Song, songs, id, title, search, year, track, rating, number, artist_id, label_id, columns)
STRATA_FACTS(songs, numbered(songs.number), unique(songs.title, songs.year),
             references(songs.artist_id, artists.id, on_delete::set_null),
             references(songs.label_id, {"business", "labels"}, "id"),
             server_default(songs.title, literal(Kind::text, "untitled")))

struct Play {
    std::string note{};
    std::int64_t id{};
};
STRATA_MODEL(Play, plays, note, id)
STRATA_FACTS(plays, no_key())

struct SongList {
    std::int64_t id{};
    std::string title{};
};
STRATA_VIEW(SongList, song_list, id, title)

struct Triple {
    std::optional<std::int32_t> a{};
    std::optional<std::int32_t> b{};
    std::optional<std::int32_t> c{};
};
STRATA_MODEL(Triple, triples, a, b, c)
STRATA_FACTS(triples, no_key())

}  // namespace model_words

using namespace model_words;
using namespace strata::schema;
using strata::UsageError;

namespace {

std::string sql_of(const MetaData& metadata, const char* dialect) {
    std::string text;
    for (const auto& statement : create_all_sql(metadata, strata::core::dialect_for(dialect)))
        text += statement + ";\n";
    return text;
}

}  // namespace

TEST_CASE("a model says all that PostgreSQL keeps of a table", "[unit][models]") {
    const MetaData metadata{table(
        songs, types(SmallInteger(), songs.year, songs.track), type(songs.search, native("tsvector")),
        column(songs.title).collation("C").storage("EXTERNAL").compression("pglz").comment("as printed"),
        column(songs.search).statistics(500).options({"n_distinct=5"}),
        column(songs.number).identity({Numbering::always, "song_numbers", {.start = 5, .increment = 2}}),
        column(songs.id).identity(Numbering::serial),
        primary_key().named("songs_pkey").include(songs.title).parameters({"fillfactor=70"}),
        unique(songs.title, songs.year).nulls_not_distinct().deferrable(Deferrable::initially_deferred),
        unique(songs.track).named("by_track").comment("one each"),
        foreign_key(songs.artist_id).deferrable().set_columns(songs.artist_id),
        foreign_key(songs.label_id, songs.year).references(artists.id, artists.id).match(Match::full).not_valid(),
        check("title_not_empty", "length(title) > 0").no_inherit(),
        check("year > 1000").named("old enough").not_valid(),
        exclude("gist", {songs.year, element(songs.track).operator_class("int4_ops")}, {"=", "<>"}).where("year > 0"),
        index(desc(songs.year), element(songs.title).collation("C").operator_class("text_pattern_ops"))
            .include(songs.track)
            .where("year > 0")
            .parameters({"fillfactor=50"}),
        index(songs.search).method("gin").named("by_search"),
        index(expression("lower(title)"), element(songs.year).nulls(Nulls::first))
            .unique()
            .named("by_lower")
            .clustered(),
        unlogged(), storage_parameters({"fillfactor=90"}), replica_identity("FULL"), row_security(),
        comment("what is sung"))};
    CHECK(sql_of(metadata, "postgresql") == R"sql(CREATE TYPE "music"."mpaa rating" AS ENUM ('G', 'PG-13');
CREATE UNLOGGED SEQUENCE "songs_id_seq";
CREATE UNLOGGED TABLE "songs" (
    "id" BIGINT DEFAULT nextval('"songs_id_seq"'::regclass) NOT NULL,
    "title" TEXT COMPRESSION pglz COLLATE "C" DEFAULT 'untitled' NOT NULL,
    "search" tsvector,
    "year" SMALLINT NOT NULL,
    "track" SMALLINT NOT NULL,
    "rating" "music"."mpaa rating" NOT NULL,
    "number" BIGINT GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "song_numbers" INCREMENT BY 2 START WITH 5) NOT NULL,
    "artist_id" BIGINT,
    "label_id" BIGINT,
    "columns" TEXT NOT NULL,
    CONSTRAINT "songs_pkey" PRIMARY KEY ("id") INCLUDE ("title") WITH (fillfactor=70),
    CONSTRAINT "uq_songs_title_year" UNIQUE NULLS NOT DISTINCT ("title", "year") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "by_track" UNIQUE ("track"),
    CONSTRAINT "ck_songs_title_not_empty" CHECK (length(title) > 0) NO INHERIT,
    CONSTRAINT "ex_songs_year_track" EXCLUDE USING "gist" ("year" WITH =, "track" "int4_ops" WITH <>) WHERE (year > 0),
    CONSTRAINT "fk_songs_label_id_labels" FOREIGN KEY ("label_id") REFERENCES "business"."labels" ("id"),
    CONSTRAINT "fk_songs_artist_id_artists" FOREIGN KEY ("artist_id") REFERENCES "artists" ("id") ON DELETE SET NULL ("artist_id") DEFERRABLE
)
WITH (fillfactor=90);
ALTER TABLE "songs" ADD CONSTRAINT "fk_songs_label_id_year_artists" FOREIGN KEY ("label_id", "year") REFERENCES "artists" ("id", "id") MATCH FULL NOT VALID;
ALTER TABLE "songs" ADD CONSTRAINT "old enough" CHECK (year > 1000) NOT VALID;
ALTER SEQUENCE "songs_id_seq" OWNED BY "songs"."id";
ALTER TABLE "songs" ALTER COLUMN "title" SET STORAGE EXTERNAL;
ALTER TABLE "songs" ALTER COLUMN "search" SET STATISTICS 500;
ALTER TABLE "songs" ALTER COLUMN "search" SET (n_distinct=5);
CREATE INDEX "ix_songs_year_title" ON "songs" ("year" DESC, "title" COLLATE "C" "text_pattern_ops") INCLUDE ("track") WITH (fillfactor=50) WHERE year > 0;
CREATE INDEX "by_search" ON "songs" USING "gin" ("search");
CREATE UNIQUE INDEX "by_lower" ON "songs" ((lower(title)), "year" NULLS FIRST);
ALTER TABLE "songs" CLUSTER ON "by_lower";
ALTER TABLE "songs" REPLICA IDENTITY FULL;
ALTER TABLE "songs" ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE "songs" IS 'what is sung';
COMMENT ON COLUMN "songs"."title" IS 'as printed';
COMMENT ON CONSTRAINT "by_track" ON "songs" IS 'one each';
)sql");
}

TEST_CASE("unique() of columns of one type is not taken for std::unique", "[unit][models]") {
    const auto made = table(triples, unique(triples.a, triples.b), unique(triples.b, triples.c).named("two"),
                            unique(triples.a, triples.b, triples.c).nulls_not_distinct());
    REQUIRE(made.uniques.size() == 3);
    CHECK(made.uniques[0].columns == std::vector<std::string>{"a", "b"});
    CHECK(made.uniques[1].name == "two");
    CHECK(made.uniques[2].columns == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a model says all that SQLite keeps of a table", "[unit][models]") {
    const MetaData metadata{
        table(artists, column(artists.id).identity(Numbering::autoincrement),
              column(artists.name).not_null_name("named").on_conflict("REPLACE").collation("NOCASE"),
              type(artists.name, spelt(Text(), "NVARCHAR(100)")), unique(artists.name).unnamed().on_conflict("IGNORE"),
              check("length(name) > 0").unnamed(), index(desc(artists.name))),
        table(plays, column(plays.note).computed("upper('x')").computed_virtual(), type(plays.id, NoType())),
        table("words", virtual_table("fts5(title, body)"))};
    CHECK(sql_of(metadata, "sqlite") == R"sql(CREATE TABLE "artists" (
    "id" INTEGER NOT NULL,
    "name" NVARCHAR(100) CONSTRAINT "named" NOT NULL ON CONFLICT REPLACE COLLATE "NOCASE",
    CONSTRAINT "pk_artists" PRIMARY KEY ("id" AUTOINCREMENT),
    UNIQUE ("name") ON CONFLICT IGNORE,
    CHECK (length(name) > 0)
);
CREATE INDEX "ix_artists_name" ON "artists" ("name" DESC);
CREATE TABLE "plays" (
    "note" TEXT NOT NULL GENERATED ALWAYS AS (upper('x')) VIRTUAL,
    "id" NOT NULL
);
CREATE VIRTUAL TABLE "words" USING fts5(title, body);
)sql");
}

TEST_CASE("a table may be a partition, inherit or follow a type", "[unit][models]") {
    const MetaData metadata{
        table(plays, partition_by("RANGE (id)")),
        table("plays_1", partition_of("plays", "FOR VALUES FROM (1) TO (9)")),
        table(artists, inherits({"plays", {"music", "named"}})),
    };
    CHECK(metadata.find("plays")->partition_by == "RANGE (id)");
    CHECK(metadata.find("plays_1")->partition_of == "plays");
    CHECK(metadata.find("plays_1")->partition_bound == "FOR VALUES FROM (1) TO (9)");
    CHECK(metadata.find("artists")->inherits == std::vector<QualifiedName>{"plays", {"music", "named"}});
    CHECK_FALSE(metadata.find("plays")->primary_key);
}

TEST_CASE("what is not a table stands beside tables in a MetaData", "[unit][models]") {
    const MetaData metadata{
        schema_named("music"),
        extension("citext"),
        enum_type<Rating>(),
        enum_type("mood", {"sad", "happy"}).commented("how it feels"),
        domain("positive", "integer CHECK (VALUE > 0)"),
        sequence("numbers", {.start = 5, .cycle = true}),
        table(artists),
        view(song_list, "SELECT id, title FROM songs"),
        materialized_view("counts", "SELECT count(*) FROM artists").after({{ObjectKind::table, "artists"}}),
        function("f", "integer", "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1'"),
        trigger("tr", "artists", "CREATE TRIGGER tr ...").then({"ALTER TABLE artists ENABLE ALWAYS TRIGGER tr"}),
        object({ObjectKind::cast, "a"}, "CREATE CAST ..."),
    };
    CHECK(metadata.tables.size() == 1);
    CHECK(metadata.objects.size() == 11);
    CHECK(metadata.find(ObjectRef{ObjectKind::view, "song_list"})->definition ==
          "CREATE VIEW \"song_list\" AS SELECT id, title FROM songs");
    CHECK(metadata.find(ObjectRef{ObjectKind::enum_type, {"music", "mpaa rating"}})->labels ==
          std::vector<std::string>{"G", "PG-13"});
    CHECK(metadata.find(ObjectRef{ObjectKind::sequence, "numbers"})->definition ==
          "CREATE SEQUENCE \"numbers\" START WITH 5 CYCLE");
    CHECK(metadata.find(ObjectRef{ObjectKind::domain, "positive"})->definition ==
          "CREATE DOMAIN \"positive\" AS integer CHECK (VALUE > 0)");
    CHECK(metadata.find(ObjectRef{ObjectKind::function, "f", {}, "integer"}) != nullptr);
    CHECK(metadata.find(ObjectRef{ObjectKind::trigger, "tr", "artists"})->completions.size() == 1);
    CHECK_THROWS_WITH((MetaData{extension("a"), extension("a")}), Contains("extension a is named twice"));
}

TEST_CASE("a MetaData has its own naming convention", "[unit][models]") {
    const NamingConvention names{.ix = "%(table_name)s_%(column_0_N_name)s_idx",
                                 .uq = "%(table_name)s_%(column_0N_name)s_key",
                                 .ck = "%(constraint_name)s",
                                 .fk = "%(table_name)s_%(column_0_name)s_%(referred_column_0_name)s_fkey",
                                 .pk = ""};
    const MetaData metadata(
        names, {table(songs, index(songs.year, songs.track), check("full", "year > 0"), check("ck_kept", "year > 1"),
                      check("year > 2"), index(songs.title).named("mine"))});
    const Table& table = metadata.tables.front();
    CHECK(table.primary_key->name == "");
    CHECK(table.uniques[0].name == "songs_titleyear_key");
    CHECK(table.foreign_keys[0].name == "songs_artist_id_id_fkey");
    CHECK(table.checks[0].name == "full");
    CHECK(table.checks[1].name == "ck_kept");
    CHECK(table.checks[2].name == "");
    CHECK(table.indexes[0].name == "songs_year_track_idx");
    CHECK(table.indexes[1].name == "mine");

    NamingConvention longer;
    longer.ix = "an_index_of_the_table_%(table_name)s_on_the_columns_%(column_0_N_name)s_and_more_text";
    const MetaData cut(longer, {strata::schema::table(songs, index(songs.year, songs.track))});
    CHECK(cut.tables.front().indexes[0].name.size() == 63);
    NamingConvention wrong;
    wrong.pk = "%(nothing)s";
    CHECK_THROWS_WITH(MetaData(wrong, {strata::schema::table(artists)}), Contains("%(nothing)s"));
}

TEST_CASE("what an item cannot mean is refused in one line", "[unit][models]") {
    CHECK_THROWS_WITH(table(artists, index(songs.title)), Contains("names column title of table songs"));
    CHECK_THROWS_WITH(table(artists, column(songs.title).collation("C")), Contains("of table songs"));
    CHECK_THROWS_WITH(table(artists, foreign_key(artists.name)), Contains("nothing stands on the columns"));
    CHECK_THROWS_WITH(table(plays, primary_key().deferrable()), Contains("it has none"));
    CHECK_THROWS_WITH(table(artists, primary_key(artists.name)), Contains("other columns than the model's key"));
    CHECK_THROWS_WITH(table(songs, exclude("gist", {songs.year}, {})), Contains("1 elements and 0 operators"));
    CHECK_THROWS_WITH(table(songs, foreign_key(songs.year).references("artists", {"a", "b"})),
                      Contains("1 columns for 2"));
    CHECK(table(plays, primary_key(plays.id)).primary_key->columns == std::vector<std::string>{"id"});
}
