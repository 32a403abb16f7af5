//! `/dashboard`: where members begin.

use askama::Template;

use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::{Refusal, Reply};

const PATH: &str = "/dashboard";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).member(show)]
}

#[derive(Template)]
#[template(path = "dashboard/home.html")]
struct HomePage {
    frame: Shell,
    url: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    let frame = visit.shell("Overview", PATH).await?;
    visit.show(&HomePage { frame, url: visit.app.public_url.clone() })
}
