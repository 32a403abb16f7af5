//! `/dashboard/series`: what recurs.

use askama::Template;
use callboard_core::account::Capability;

use super::{PATH, path_of, said, title};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{Pager, ROWS, after};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show)]
}

#[derive(Template)]
#[template(path = "dashboard/series/list.html")]
struct ListPage {
    frame: Shell,
    rows: Vec<Row>,
    pager: Pager,
    may_create: bool,
}

struct Row {
    path: String,
    title: String,
    rule: String,
    zone: String,
    until: String,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let found = visit.app.store.list_series(grant.tenant(), after(&visit.query), ROWS).await?;
    let row = |series: &callboard_core::series::Series| {
        let stretch = series.course.last();
        let until = stretch.plan.recurrence.until.map(|date| format!("until {date}"));
        Row {
            path: path_of(series),
            title: title(series),
            rule: said(stretch),
            zone: stretch.plan.zone.name().replace('_', " "),
            until: until.unwrap_or_default(),
        }
    };
    let page = ListPage {
        frame: visit.shell("Series", PATH).await?,
        rows: found.items.iter().map(row).collect(),
        pager: Pager::of(PATH, &visit.query, &found),
        may_create: visit.may(Capability::EventsCreate),
    };
    visit.show(&page)
}
