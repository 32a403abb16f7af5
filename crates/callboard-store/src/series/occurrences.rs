//! The names of occurrences: which dates of a series have an event, and what became of it.

use callboard_core::ids::{EventId, SeriesId};
use callboard_core::series::{Existing, Series, Tie};
use callboard_core::time::{ShowDate, Timestamp};

use crate::error::{Error, Result};
use crate::sql::{Conn, Row, Tx, params};

/// Dates before today that are read as well: shows of the day before may begin after midnight, and zones differ.
const MARGIN_DAYS: i64 = -2;

/// The occurrences that may still be ahead at `now`, by date; those removed alone too.
pub(super) async fn ahead(conn: &Conn, series: &Series, now: Timestamp) -> Result<Vec<Existing>> {
    let from = now.utc_date().plus_days(MARGIN_DAYS).to_string();
    conn.rows(
        "SELECT o.date, o.event_id, o.tie, e.effective_start,
         coalesce((SELECT CAST(sum(t.sold) AS BIGINT) FROM ticket_type t WHERE t.organization_id = o.organization_id
         AND t.event_id = o.event_id AND t.deleted_at IS NULL), 0),
         coalesce((SELECT CAST(sum(t.held) AS BIGINT) FROM ticket_type t WHERE t.organization_id = o.organization_id
         AND t.event_id = o.event_id AND t.deleted_at IS NULL AND t.held > 0), 0)
         - coalesce((SELECT CAST(sum(x.quantity) AS BIGINT) FROM ticket_type t JOIN hold_item x
         ON x.organization_id = t.organization_id AND x.ticket_type_id = t.id AND x.ended_at IS NULL
         AND x.expires_at <= $1 WHERE t.organization_id = o.organization_id AND t.event_id = o.event_id
         AND t.deleted_at IS NULL AND t.held > 0), 0)
         FROM series_occurrence o JOIN event e ON e.organization_id = o.organization_id AND e.id = o.event_id
         WHERE o.organization_id = $2 AND o.series_id = $3 AND (o.date >= $4 OR e.effective_start > $1)
         ORDER BY o.date",
        params![now, series.organization_id, series.id, &from],
        existing,
    )
    .await
}

fn existing(row: &Row<'_>) -> Result<Existing> {
    let (date, tie): (String, String) = (row.get(0)?, row.get(2)?);
    Ok(Existing {
        date: ShowDate::parse(&date).map_err(|_| Error::corrupt("series_occurrence", "date", &date))?,
        event: row.get(1)?,
        tie: Tie::parse(&tie).ok_or_else(|| Error::corrupt("series_occurrence", "tie", &tie))?,
        starts_at: row.get(3)?,
        sold: row.get(4)?,
        held: row.get(5)?,
    })
}

/// Names the event of a date.
pub(super) async fn insert(
    tx: &Tx<'_>,
    series: &Series,
    date: ShowDate,
    event: EventId,
    tie: Tie,
) -> Result<()> {
    tx.exec(
        "INSERT INTO series_occurrence (organization_id, series_id, date, event_id, tie) VALUES ($1, $2, $3, $4, $5)",
        params![series.organization_id, series.id, &date.to_string(), event, tie.as_str()],
    )
    .await?;
    Ok(())
}

/// Frees the name of an occurrence that the series itself gave up, so that another edit may bring its date back.
pub(super) async fn free(tx: &Tx<'_>, series: &Series, event: EventId) -> Result<()> {
    let SeriesId(id) = series.id;
    tx.exec(
        "DELETE FROM series_occurrence WHERE organization_id = $1 AND series_id = $2 AND event_id = $3",
        params![series.organization_id, id, event],
    )
    .await?;
    Ok(())
}
