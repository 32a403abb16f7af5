//! Carries out what the core decided, inside the transaction that holds the series' row.

use callboard_core::event::Event;
use callboard_core::issue::{Place, Warning};
use callboard_core::series::{Note, Occurrence, Plan, Reach, Series, Step, Stretch, Tie, Update};
use callboard_core::time::{DAY, ShowDate, Timestamp};

use super::occurrences;
use crate::error::Result;
use crate::events::occurrence;
use crate::sql::Tx;
use crate::store::Subject;
use crate::tenant::Tenant;

/// How far ahead occurrences are made when somebody writes a series or the job comes by. Unit: days.
pub const MADE_AHEAD_DAYS: i64 = 210;
/// The job comes by once fewer days than this are made; never less than the 180 that are promised.
/// Source: native-api.md §6.
pub const LOOK_AHEAD_DAYS: i64 = 185;

/// A series after a write.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesWritten {
    pub series: Series,
    /// The occurrences that were made.
    pub born: Vec<Event>,
    pub warnings: Vec<Warning>,
}

/// How far ahead occurrences of this plan are made at `now`.
pub(super) fn reach(plan: &Plan, now: Timestamp) -> Reach {
    Reach { now, ahead_to: ShowDate::of(now.wall(&plan.zone)).plus_days(MADE_AHEAD_DAYS) }
}

/// When the job is to come by after occurrences were made up to the reach; never where none will follow.
pub(super) fn due_at(series: &Series, reach: Reach) -> Option<Timestamp> {
    let wait = (MADE_AHEAD_DAYS - LOOK_AHEAD_DAYS).saturating_mul(DAY);
    series.course.goes_on_after(reach.ahead_to).then(|| reach.now.plus_millis(wait))
}

/// Makes the event of a date and names it; `None` where the zone leaves the date out.
pub(super) async fn bear(
    tx: &Tx<'_>,
    tenant: &Tenant,
    series: &Series,
    stretch: &Stretch,
    (date, tie): (ShowDate, Tie),
) -> Result<Option<(Event, Option<Warning>)>> {
    let Some(show) = stretch.plan.show_on(date) else { return Ok(None) };
    let warning = warning(stretch, &show);
    let event = occurrence::bear(tx, tenant, series.id, &stretch.template, show.schedule).await?;
    occurrences::insert(tx, series, date, event.id, tie).await?;
    Ok(Some((event, warning)))
}

/// Does one step of an edit.
pub(super) async fn carry_out(
    tx: &Tx<'_>,
    tenant: &Tenant,
    written: &mut SeriesWritten,
    step: &Step,
) -> Result<()> {
    let tie = if step.work.detach { Tie::Detached } else { Tie::Attached };
    for id in &step.work.remove {
        let event = occurrence::load(tx, tenant, *id).await?;
        occurrence::remove(tx, tenant, event).await?;
        occurrences::free(tx, &written.series, *id).await?;
    }
    for update in &step.work.update {
        written.warnings.extend(bring_up(tx, tenant, step, *update, tie).await?);
    }
    for date in &step.work.create {
        if let Some((event, warning)) = bear(tx, tenant, &written.series, &step.after, (*date, tie)).await? {
            written.born.push(event);
            written.warnings.extend(warning);
        }
    }
    Ok(())
}

async fn bring_up(
    tx: &Tx<'_>,
    tenant: &Tenant,
    step: &Step,
    update: Update,
    tie: Tie,
) -> Result<Option<Warning>> {
    let event = occurrence::load(tx, tenant, update.event).await?;
    let show = step.after.plan.show_on(update.date).filter(|_| update.reschedule);
    let warning = show.as_ref().and_then(|show| warning(&step.after, show));
    let templates = (&step.before, &step.after.template);
    let event = occurrence::reword(tx, tenant, event, show.map(|show| show.schedule), templates).await?;
    if tie == Tie::Detached {
        occurrence::mark(tx, &event, tie).await?;
    }
    Ok(warning)
}

/// What the change of the clocks does to a show.
fn warning(stretch: &Stretch, show: &Occurrence) -> Option<Warning> {
    let zone = stretch.plan.zone.name();
    let (code, message) = match show.note? {
        Note::Gap => (
            "time_in_gap",
            format!("on {} the clocks in {zone} jump over a time; it is moved forward", show.date),
        ),
        Note::Overlap => {
            ("time_in_overlap", format!("on {} a time happens twice in {zone}; the first is used", show.date))
        }
    };
    Some(Warning { place: Place::body("local"), code, message })
}

/// Notes a series in the feed and in the audit log.
pub(super) async fn note(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, series: &Series) -> Result<()> {
    let data = tx.project(Subject::Series(series));
    tx.changed(series.organization_id, kind, "series", series.id.0, Some(data));
    tx.audit(tenant, kind, "series", series.id.0).await
}
