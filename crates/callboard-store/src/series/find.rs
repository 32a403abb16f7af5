//! Finding and listing series inside a tenant.

use callboard_core::ids::SeriesId;
use callboard_core::series::Series;

use super::row::{self, columns};
use crate::error::Result;
use crate::page::{After, Page, bounded, page};
use crate::query::Query;
use crate::sql::params;
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

impl Store {
    /// A series within the tenant's reach.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_series(&self, tenant: &Tenant, id: SeriesId) -> Result<Option<Series>> {
        let read = self.read().await?;
        let found = read
            .one(
                concat!(
                    "SELECT ",
                    columns!(),
                    " FROM series WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL"
                ),
                params![tenant.organization_id(), id],
                row::series,
            )
            .await?;
        Ok(found.filter(|series| row::reaches(tenant, series)))
    }

    /// The organization's series in the order of their making; for a narrowed tenant those of its place.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_series(
        &self,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<Series>> {
        let (bound, after) = (tenant.binding(), after.unwrap_or(After::FIRST));
        if bound.event_id.is_some() || !matches!(tenant.reach(), Reach::Organization(_)) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let mut query = Query::with(
            concat!("SELECT ", columns!(), " FROM series WHERE organization_id = $1 AND deleted_at IS NULL"),
            tenant.organization_id(),
        );
        query.bind_some(" AND venue_id = ", bound.venue_id);
        query.bind_some(" AND channel_id = ", bound.channel_id);
        query.bind_some(" AND box_office_id = ", bound.box_office_id);
        query.bind(" AND (created_at, id) > (", after.created_at);
        query.bind(", ", after.id);
        query.bind(") ORDER BY created_at, id LIMIT ", bounded(limit) + 1);
        let read = self.read().await?;
        let rows = read.rows(query.sql(), query.params(), row::series).await?;
        let place = |series: &Series| After { created_at: series.stamp.created_at, id: series.id.0 };
        Ok(page(rows, limit, place))
    }
}
