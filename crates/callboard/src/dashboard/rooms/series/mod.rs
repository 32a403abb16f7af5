//! The rooms of series: list, one series with its coming dates, making one with a preview of its dates, changing
//! one date, that and the following, or all, and ending. Source: native-api.md §6.

mod dates;
mod edit;
mod end;
mod form;
mod list;
mod new;
mod rule;
mod show;

use callboard_core::rejection::Thing;
use callboard_core::series::{Series, Stretch};
use callboard_store::Tenant;

use crate::dashboard::page::Page;
use crate::dashboard::visit::Visit;
use crate::http::Refusal;

const PATH: &str = "/dashboard/series";

pub(super) fn pages() -> Vec<Page> {
    let rooms: [fn() -> Vec<Page>; 5] = [list::pages, new::pages, show::pages, edit::pages, end::pages];
    rooms.iter().flat_map(|room| room()).collect()
}

/// The series that the address names.
async fn find(visit: &Visit, tenant: &Tenant) -> Result<Series, Refusal> {
    let absent = || Refusal::not_found(Thing::Series);
    let id = visit.path.id("id").ok_or_else(absent)?;
    visit.app.store.find_series(tenant, id).await?.ok_or_else(absent)
}

fn path_of(series: &Series) -> String {
    format!("{PATH}/{}", series.id)
}

fn title(series: &Series) -> String {
    series.course.last().template.details().display_title().to_owned()
}

/// `every week on Friday, 20:30`.
fn said(stretch: &Stretch) -> String {
    format!("{}, {}", rule::in_words(&stretch.plan.recurrence), stretch.plan.times.start)
}
