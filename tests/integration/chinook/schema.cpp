#include "chinook/models.hpp"

#include <strata/schema/table.hpp>

namespace chinook {

strata::schema::MetaData metadata() {
    using namespace strata::schema;
    return {
        table(artists, primary_key_named("artist_pkey")),
        table(albums, primary_key_named("album_pkey"), foreign_key_named("album_artist_id_fkey", albums.artist_id),
              index(albums.artist_id).named("album_artist_id_idx")),
        table(employees, primary_key_named("employee_pkey"),
              foreign_key_named("employee_reports_to_fkey", employees.reports_to),
              index(employees.reports_to).named("employee_reports_to_idx")),
        table(customers, primary_key_named("customer_pkey"),
              foreign_key_named("customer_support_rep_id_fkey", customers.support_rep_id),
              index(customers.support_rep_id).named("customer_support_rep_id_idx")),
        table(genres, primary_key_named("genre_pkey")),
        table(media_types, primary_key_named("media_type_pkey")),
        table(tracks, primary_key_named("track_pkey"), foreign_key_named("track_album_id_fkey", tracks.album_id),
              foreign_key_named("track_genre_id_fkey", tracks.genre_id),
              foreign_key_named("track_media_type_id_fkey", tracks.media_type_id),
              index(tracks.album_id).named("track_album_id_idx"), index(tracks.genre_id).named("track_genre_id_idx"),
              index(tracks.media_type_id).named("track_media_type_id_idx")),
        table(invoices, primary_key_named("invoice_pkey"),
              foreign_key_named("invoice_customer_id_fkey", invoices.customer_id),
              index(invoices.customer_id).named("invoice_customer_id_idx")),
        table(invoice_lines, primary_key_named("invoice_line_pkey"),
              foreign_key_named("invoice_line_invoice_id_fkey", invoice_lines.invoice_id),
              foreign_key_named("invoice_line_track_id_fkey", invoice_lines.track_id),
              index(invoice_lines.invoice_id).named("invoice_line_invoice_id_idx"),
              index(invoice_lines.track_id).named("invoice_line_track_id_idx")),
        table(playlists, primary_key_named("playlist_pkey")),
        table(playlist_tracks, primary_key_named("playlist_track_pkey"),
              foreign_key_named("playlist_track_playlist_id_fkey", playlist_tracks.playlist_id),
              foreign_key_named("playlist_track_track_id_fkey", playlist_tracks.track_id),
              index(playlist_tracks.playlist_id).named("playlist_track_playlist_id_idx"),
              index(playlist_tracks.track_id).named("playlist_track_track_id_idx")),
    };
}

}  // namespace chinook
