//! `/theme`: light, dark, or what the system prefers; kept in a cookie, so that pages come in their colours.

use crate::dashboard::page::Page;
use crate::dashboard::visit::{Visit, add_cookie, go};
use crate::dashboard::{cookie, guard};
use crate::http::{Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::post("/theme").open(choose)]
}

async fn choose(visit: Visit) -> Result<Reply, Refusal> {
    let mut reply = go(guard::next_path(visit.form.get("back")).unwrap_or("/"));
    let cookie = match visit.form.get("theme") {
        theme @ ("light" | "dark") => cookie::set(cookie::THEME, theme, Some(cookie::YEAR_S)),
        _ => cookie::clear(cookie::THEME),
    };
    add_cookie(&mut reply, &cookie);
    Ok(reply)
}
