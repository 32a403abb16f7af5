//! Changing a series: one date, a date and those after it, or all that are ahead.

use callboard_core::ids::{EventId, OrganizationId, SeriesId};
use callboard_core::issue::{Place, Warning};
use callboard_core::series::{Course, Revision, Scope, Series, SeriesPatch};
use callboard_core::time::ShowDate;

use super::work::{self, SeriesWritten};
use super::{occurrences, row};
use crate::error::Result;
use crate::events::{bind, check_references, check_terms, occurrence};
use crate::places::{expect_version, next_stamp};
use crate::sql::{Command, Tx};
use crate::tenant::Tenant;

/// Most dates that one warning names.
const NAMED_MAX: usize = 20;

/// Changes a series and its occurrences, all or nothing. What changes nothing bumps no version and leaves no trace.
#[derive(Debug, Clone)]
pub struct ReviseSeries {
    pub tenant: Tenant,
    pub id: SeriesId,
    pub scope: Scope,
    pub patch: SeriesPatch,
    pub if_match: Option<i64>,
}

impl Command for ReviseSeries {
    type Out = SeriesWritten;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<SeriesWritten> {
        let before = row::take_reached(tx, &self.tenant, self.id).await?;
        expect_version(self.if_match, before.stamp.version)?;
        let mut patch = self.patch.clone();
        bind(&self.tenant, &mut patch.event, false)?;
        check_terms(patch.types.as_deref().unwrap_or_default())?;
        let reach = work::reach(&before.course.last().plan, tx.now());
        let decide = async || -> Result<Revision> {
            let existing = occurrences::ahead(tx, &before, tx.now()).await?;
            Ok(before.course.revise(self.scope, &patch, &existing, reach)?)
        };
        // Decided once more when nobody can sell of what moves or goes any longer.
        let moving = decide().await?;
        occurrence::hold_still(tx, before.organization_id, moved(&moving)).await?;
        let Revision { course, steps, passed_by } = decide().await?;
        self.check(tx, &before, &steps.iter().map(|step| &step.after).collect::<Vec<_>>(), &course).await?;

        let mut series = Series { course, ..before.clone() };
        let is_changed = series.course != before.course;
        if is_changed {
            series.stamp = next_stamp(&before.stamp, tx.now());
            row::update(tx, &series).await?;
            work::note(tx, &self.tenant, "series.updated", &series).await?;
        }
        let mut written = SeriesWritten { series, born: Vec::new(), warnings: kept(&passed_by) };
        for step in &steps {
            work::carry_out(tx, &self.tenant, &mut written, step).await?;
        }
        if is_changed {
            let due_at = work::due_at(&written.series, reach);
            row::set_due(tx, before.organization_id, self.id, due_at).await?;
        }
        Ok(written)
    }
}

impl ReviseSeries {
    /// Checks what the new words refer to; what a stretch said before may be gone since.
    async fn check(
        &self,
        tx: &Tx<'_>,
        before: &Series,
        changed: &[&callboard_core::series::Stretch],
        course: &Course,
    ) -> Result<()> {
        let known = before.course.stretches();
        let old = before.course.last().template.details();
        let said = course.stretches().iter().chain(changed.iter().copied());
        let mut checked: Vec<&callboard_core::event::Details> = Vec::new();
        for details in said.map(|stretch| stretch.template.details()) {
            let is_known = known.iter().any(|stretch| stretch.template.details() == details);
            if is_known || checked.contains(&details) {
                continue;
            }
            check_references(tx, &self.tenant, before.organization_id, Some(old), details).await?;
            checked.push(details);
        }
        Ok(())
    }
}

/// The events that would move or go.
fn moved(revision: &Revision) -> Vec<EventId> {
    let works = revision.steps.iter().map(|step| &step.work);
    let moving = works.clone().flat_map(|work| &work.update).filter(|update| update.reschedule);
    works.flat_map(|work| &work.remove).copied().chain(moving.map(|update| update.event)).collect()
}

/// Says which dates stay as somebody made them.
fn kept(passed_by: &[ShowDate]) -> Vec<Warning> {
    if passed_by.is_empty() {
        return Vec::new();
    }
    let mut dates: Vec<String> = passed_by.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    if passed_by.len() > NAMED_MAX {
        dates.push("…".to_owned());
    }
    let message = format!("changed or cancelled alone before, and left as they are: {}", dates.join(", "));
    vec![Warning { place: Place::body("scope"), code: "dates_left_alone", message }]
}
