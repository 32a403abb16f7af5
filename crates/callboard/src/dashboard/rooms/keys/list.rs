//! `/dashboard/keys`: every key of the organization.

use askama::Template;

use super::PATH;
use super::view::{KeyView, Names};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{self, Pager, ROWS};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::{KeysRead, KeysWrite, Needs};
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show)]
}

#[derive(Template)]
#[template(path = "dashboard/keys.html")]
struct KeysPage {
    frame: Shell,
    table: KeyTable,
    pager: Pager,
}

/// The table of keys, as it stands on several pages.
#[derive(Template)]
#[template(path = "dashboard/key_table.html")]
pub(in crate::dashboard) struct KeyTable {
    pub keys: Vec<KeyView>,
    /// The member may make and end keys.
    pub may_write: bool,
    /// Where one is made.
    pub new: String,
}

impl askama::filters::HtmlSafe for KeyTable {}

async fn show(visit: Visit, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let page = visit.app.store.list_keys(grant.tenant(), pieces::after(&visit.query), ROWS).await?;
    let names = Names::of_all(&visit.app, grant.tenant(), &page.items, visit.now).await?;
    let page = KeysPage {
        frame: visit.shell("API keys", PATH).await?,
        table: KeyTable {
            keys: page.items.iter().map(|key| KeyView::new(key, &names, visit.now)).collect(),
            may_write: visit.may(KeysWrite::CAPABILITY),
            new: format!("{PATH}/new"),
        },
        pager: Pager::of(PATH, &visit.query, &page),
    };
    visit.show(&page)
}
