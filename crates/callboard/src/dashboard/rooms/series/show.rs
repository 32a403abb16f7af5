//! `/dashboard/series/{id}`: one series and its coming dates.

use std::sync::Arc;

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::Event;
use callboard_core::ids::SeriesId;
use callboard_store::Tenant;
use callboard_store::events::EventList;

use super::super::events;
use super::super::events::view::{self, Badge, Stock};
use super::{PATH, find, path_of, said, title};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};

/// Dates of a series that its page shows.
pub(super) const DATES: i64 = 100;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/series/{id}").granted(show)]
}

#[derive(Template)]
#[template(path = "dashboard/series/show.html")]
struct SeriesPage {
    frame: Shell,
    title: String,
    stretches: Vec<Words>,
    dates: Vec<Date>,
    has_more: bool,
    path: String,
    id: String,
    may_edit: bool,
    may_end: bool,
}

/// What a series says of some of its dates.
struct Words {
    from: String,
    rule: String,
    rrule: String,
    zone: String,
    until: String,
}

struct Date {
    path: String,
    day: String,
    title: String,
    time: String,
    badges: Vec<Badge>,
    stock: Option<Stock>,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    let (found, has_more) = coming(&visit, grant.tenant(), series.id).await?;
    let words = |(at, stretch): (usize, &callboard_core::series::Stretch)| Words {
        from: stretch.plan.recurrence.since.unwrap_or(stretch.plan.recurrence.start()).to_string(),
        rule: said(stretch),
        rrule: stretch.plan.recurrence.rule().to_string(),
        zone: stretch.plan.zone.name().to_owned(),
        until: series.course.end_of(at).map(|date| date.to_string()).unwrap_or_default(),
    };
    let date = |event: &Arc<Event>| Date {
        path: events::path_of(event),
        day: view::day(event.details.schedule.show_date),
        title: event.details.display_title().to_owned(),
        time: view::time(event),
        badges: view::badges(event, visit.now).into_iter().filter(|badge| badge.text != "Series").collect(),
        stock: Stock::of_all(event),
    };
    let page = SeriesPage {
        frame: visit.shell(&title(&series), PATH).await?.crumb("Series", PATH),
        title: title(&series),
        stretches: series.course.stretches().iter().enumerate().map(words).collect(),
        dates: found.iter().map(date).collect(),
        has_more,
        path: path_of(&series),
        id: series.id.to_string(),
        may_edit: visit.may(Capability::EventsWrite),
        may_end: visit.may(Capability::EventsDelete),
    };
    visit.show(&page)
}

/// The dates from yesterday on, and whether there are more than a page shows.
pub(super) async fn coming(
    visit: &Visit,
    tenant: &Tenant,
    series: SeriesId,
) -> Result<(Vec<Arc<Event>>, bool), Refusal> {
    let list = EventList { series_id: Some(series), ..events::coming(visit.now, DATES) };
    let found = visit.app.store.list_events(tenant, &list).await?;
    Ok((found.items, found.next.is_some()))
}
