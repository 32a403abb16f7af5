//! What SQLite's planner is told about the tables.
//!
//! Without statistics it takes every index for equally good and may walk an organization's events to
//! find a box office's. The figures are those of a large installation and are written, not measured, so that a
//! plan is the same on every database and does not change overnight.
//! Source: sqlite.org/optoverview.html ("Manual Control Of Query Plans").

use super::{Conn, params};
use crate::error::Result;

/// `(table, index, figures)`: rows of the table, then rows per value of the index's first column, of its
/// first two, and so on. 100 organizations with 10,000 events each, a tenth of them at one place.
const STATISTICS: &[(&str, &str, &str)] = &[
    ("event", "sqlite_autoindex_event_1", "1000000 1"),
    ("event", "sqlite_autoindex_event_2", "1000000 10000 1"),
    ("event", "event_box_office_slug", "1000000 10000 1000 1"),
    ("event", "event_loose_slug", "1000000 10000 1"),
    ("event", "event_slug", "1000000 10000 2"),
    ("event", "event_start", "1000000 10000 2 1"),
    ("event", "event_updated", "1000000 10000 2 1"),
    ("event", "event_venue", "1000000 10000 1000 3 2 1"),
    ("event", "event_venue_start", "1000000 10000 1000 2 1"),
    ("event", "event_channel", "1000000 10000 1000 2 1"),
    ("event", "event_box_office", "1000000 10000 1000 2 1"),
    ("event", "event_venue_updated", "1000000 10000 1000 2 1"),
    ("event", "event_channel_updated", "1000000 10000 1000 2 1"),
    ("event", "event_box_office_updated", "1000000 10000 1000 2 1"),
    ("event", "event_over", "1000000 10000 1000 2"),
    ("event_total", "event_total", "20000 200 4 1"),
    ("event_count", "event_count", "2000000 20000 1000 500 1"),
    ("event", "event_series", "1000000 10000 50 1 1"),
    ("event", "event_external", "1000000 10000 5000 1"),
    ("ticket_type", "sqlite_autoindex_ticket_type_1", "3000000 30000 3 1"),
    ("ticket_type", "ticket_type_id", "3000000 30000 1"),
    ("ticket_type", "ticket_type_live", "3000000 30000 3 1"),
    ("hold_item", "hold_item_expiry", "100000 1000 2"),
    ("search_segment", "sqlite_autoindex_search_segment_1", "100 1"),
    ("search_entry", "search_entry", "1000000 10000 256 1"),
    ("search_block", "search_block", "5000000 50000 40 2 1"),
    ("search_term", "search_term", "20000000 200000 20 1"),
    ("search_term", "search_term_event", "20000000 200000 20"),
];

/// Writes the figures and has this connection read them; others read them when they open.
pub(crate) async fn write(conn: &Conn) -> Result<()> {
    conn.exec("ANALYZE sqlite_schema", &[]).await?;
    conn.exec("DELETE FROM sqlite_stat1", &[]).await?;
    for (table, index, figures) in STATISTICS {
        let values = params![*table, *index, *figures];
        conn.exec("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)", values).await?;
    }
    conn.exec("ANALYZE sqlite_schema", &[]).await?;
    Ok(())
}
