//! Making a series, with its occurrences of the next months.

use callboard_core::event::{EventPatch, Lifecycle};
use callboard_core::ids::OrganizationId;
use callboard_core::money::Currency;
use callboard_core::series::{Course, Series, SeriesPatch, Stretch, Template, Tie};

use super::row;
use super::work::{self, SeriesWritten};
use crate::error::Result;
use crate::events::{bind, box_office, check_references, check_terms};
use crate::places::first_stamp;
use crate::sql::{Command, Tx};
use crate::tenant::{Reach, Tenant};

/// Makes a series and, all or nothing, the occurrences that are ahead and near. A box office's default venue and
/// channel fill the facets that are not said.
#[derive(Debug, Clone)]
pub struct CreateSeries {
    pub tenant: Tenant,
    pub patch: SeriesPatch,
}

impl Command for CreateSeries {
    type Out = SeriesWritten;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<SeriesWritten> {
        let tenant = &self.tenant;
        let Reach::Organization(_) = tenant.reach() else {
            return Err(callboard_core::rejection::Rejection::OutOfReach.into());
        };
        let plan = self.patch.first_plan(tx.now())?;
        let template = self.template(tx).await?;
        let reach = work::reach(&plan, tx.now());
        let series = Series {
            id: tx.mint(),
            organization_id: tenant.organization_id(),
            course: Course::new(Stretch { plan, template }),
            stamp: first_stamp(tx.now()),
        };
        row::insert(tx, &series, work::due_at(&series, reach)).await?;
        work::note(tx, tenant, "series.created", &series).await?;
        let (mut born, mut warnings) = (Vec::new(), Vec::new());
        for (date, stretch) in series.course.missing(&[], reach) {
            let made = work::bear(tx, tenant, &series, &stretch, (date, Tie::Attached)).await?;
            if let Some((event, warning)) = made {
                born.push(event);
                warnings.extend(warning);
            }
        }
        Ok(SeriesWritten { series, born, warnings })
    }
}

impl CreateSeries {
    async fn template(&self, tx: &Tx<'_>) -> Result<Template> {
        let (tenant, organization_id) = (&self.tenant, self.tenant.organization_id());
        let mut patch: EventPatch = self.patch.event.clone();
        bind(tenant, &mut patch, true)?;
        let office = box_office(tx, organization_id, patch.box_office_id.flatten()).await?;
        if let Some(office) = &office {
            patch.venue_id = patch.venue_id.or(office.details.default_venue_id.map(Some));
            patch.channel_id = patch.channel_id.or(office.details.default_channel_id.map(Some));
        }
        let types = self.patch.types.clone().unwrap_or_default();
        check_terms(&types)?;
        let currency = office.map_or(Currency::USD, |office| office.details.currency);
        let (details, _) = patch.apply(&Template::blank(currency))?;
        check_references(tx, tenant, organization_id, None, &details).await?;
        Ok(Template::new(details, types, self.patch.status.unwrap_or(Lifecycle::Draft)))
    }
}
