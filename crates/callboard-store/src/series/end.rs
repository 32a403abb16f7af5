//! Ending a series.

use callboard_core::ids::{OrganizationId, SeriesId};
use callboard_core::series::{Existing, Tie};

use super::{occurrences, row};
use crate::error::Result;
use crate::events::occurrence;
use crate::places::{expect_changed, expect_version};
use crate::sql::{Command, Tx, params};
use crate::tenant::Tenant;

/// Ends a series: dates ahead of which nothing is sold or held go, the others stay as ordinary events.
#[derive(Debug, Clone)]
pub struct EndSeries {
    pub tenant: Tenant,
    pub id: SeriesId,
    pub if_match: Option<i64>,
}

impl Command for EndSeries {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let series = row::take_reached(tx, &self.tenant, self.id).await?;
        expect_version(self.if_match, series.stamp.version)?;
        let organization_id = series.organization_id;
        let ending = |existing: &[Existing]| series.course.ending(existing, tx.now());
        let existing = occurrences::ahead(tx, &series, tx.now()).await?;
        occurrence::hold_still(tx, organization_id, ending(&existing).remove).await?;
        let existing = occurrences::ahead(tx, &series, tx.now()).await?;
        for id in ending(&existing).remove {
            let event = occurrence::load(tx, &self.tenant, id).await?;
            occurrence::mark(tx, &event, Tie::Removed).await?;
            occurrence::remove(tx, &self.tenant, event).await?;
        }
        let changed = tx
            .exec(
                "UPDATE series SET deleted_at = $3, updated_at = $3, due_at = NULL, version = version + 1
                 WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
                params![organization_id, self.id, tx.now()],
            )
            .await?;
        expect_changed(changed)?;
        tx.changed(organization_id, "series.deleted", "series", self.id.0, None);
        tx.audit(&self.tenant, "series.deleted", "series", self.id.0).await
    }
}
