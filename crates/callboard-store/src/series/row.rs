//! Rows of `series`.

use callboard_core::ids::{EventId, OrganizationId, SeriesId};
use callboard_core::place::Stamp;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::series::{Course, Series};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::words;
use crate::error::{Error, Result};
use crate::places::{self, expect_changed};
use crate::sql::{Row, Tx, params};
use crate::tenant::{Reach, Tenant};

macro_rules! columns {
    () => {
        "organization_id, id, stretches, version, created_at, updated_at"
    };
}
pub(super) use columns;

pub(super) fn series(row: &Row<'_>) -> Result<Series> {
    let text: String = row.get(2)?;
    let course = words::read(&text)?;
    let course = Course::of(course).ok_or_else(|| Error::corrupt("series", "stretches", &text))?;
    Ok(Series { organization_id: row.get(0)?, id: row.get(1)?, course, stamp: places::stamp(row, 3)? })
}

/// Whether a caller reaches a series: a narrowed one by the place of its last stretch; a key of one event none.
pub(super) fn reaches(tenant: &Tenant, series: &Series) -> bool {
    let Reach::Organization(_) = tenant.reach() else { return false };
    let details = series.course.last().template.details();
    tenant.reaches(EventId(Uuid::nil()), details.venue_id, details.channel_id, details.box_office_id)
}

/// A living series whose row this transaction holds, so that nobody else makes or removes occurrences of it.
pub(super) async fn take(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: SeriesId,
) -> Result<Option<Series>> {
    tx.one(
        concat!(
            "UPDATE series SET updated_at = updated_at
             WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ",
            columns!()
        ),
        params![organization_id, id],
        series,
    )
    .await
}

/// As [`take`], within the tenant's reach.
pub(super) async fn take_reached(tx: &Tx<'_>, tenant: &Tenant, id: SeriesId) -> Result<Series> {
    let found = take(tx, tenant.organization_id(), id).await?.filter(|series| reaches(tenant, series));
    found.ok_or_else(|| Rejection::NotFound(Thing::Series).into())
}

pub(super) async fn insert(tx: &Tx<'_>, series: &Series, due_at: Option<Timestamp>) -> Result<()> {
    let details = series.course.last().template.details();
    let stretches = words::write(series.course.stretches())?;
    let Stamp { version, created_at, updated_at } = series.stamp;
    tx.exec(
        "INSERT INTO series (organization_id, id, stretches, venue_id, channel_id, box_office_id, due_at, version,
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            series.organization_id,
            series.id,
            &stretches,
            details.venue_id,
            details.channel_id,
            details.box_office_id,
            due_at,
            version,
            created_at,
            updated_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes what a series says now, with its new version.
pub(super) async fn update(tx: &Tx<'_>, series: &Series) -> Result<()> {
    let details = series.course.last().template.details();
    let stretches = words::write(series.course.stretches())?;
    let changed = tx
        .exec(
            "UPDATE series SET stretches = $4, venue_id = $5, channel_id = $6, box_office_id = $7, version = $3,
             updated_at = $8 WHERE organization_id = $1 AND id = $2 AND version = $3 - 1 AND deleted_at IS NULL",
            params![
                series.organization_id,
                series.id,
                series.stamp.version,
                &stretches,
                details.venue_id,
                details.channel_id,
                details.box_office_id,
                series.stamp.updated_at
            ],
        )
        .await?;
    expect_changed(changed)
}

/// When further occurrences are to be made; no change of the series.
pub(super) async fn set_due(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: SeriesId,
    due_at: Option<Timestamp>,
) -> Result<()> {
    let sql = "UPDATE series SET due_at = $3 WHERE organization_id = $1 AND id = $2";
    tx.exec(sql, params![organization_id, id, due_at]).await?;
    Ok(())
}
