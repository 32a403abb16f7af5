//! The keys of one place: *Dashboard > Box Offices > Settings > API Keys*, and the same for venues and channels.
//! Source: contracts.md §2.5, §4.1.

use askama::Template;
use callboard_core::key::{BOX_OFFICE_KEYS_MAX, Family};
use callboard_core::place::{BoxOffice, Channel, Venue};
use callboard_store::keys::KeyPlace;

use super::list::KeyTable;
use super::view::{KeyView, Names};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{self, Pager, ROWS, Tab};
use crate::dashboard::rooms::places::kind::Place;
use crate::dashboard::rooms::places::tabs;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::{KeysRead, KeysWrite, Needs};
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(Venue::PATHS.keys).granted(show::<Venue>),
        Page::get(Channel::PATHS.keys).granted(show::<Channel>),
        Page::get(BoxOffice::PATHS.keys).granted(show::<BoxOffice>),
    ]
}

/// A kind of place that has keys of its own.
trait HasKeys: Place {
    const FAMILY: Family;
    /// The field of a new key that names it.
    const FIELD: &'static str;
    fn keys(&self) -> KeyPlace;
    fn about() -> String;
}

impl HasKeys for Venue {
    const FAMILY: Family = Family::Venue;
    const FIELD: &'static str = "venueId";
    fn keys(&self) -> KeyPlace {
        KeyPlace::Venue(self.id)
    }
    fn about() -> String {
        "A venue key reads what is on at this venue, and nothing else. Make one per deployment: production, staging, your own machine.".to_owned()
    }
}

impl HasKeys for Channel {
    const FAMILY: Family = Family::Channel;
    const FIELD: &'static str = "";
    fn keys(&self) -> KeyPlace {
        KeyPlace::Channel(self.id)
    }
    fn about() -> String {
        "A channel key belongs to the person who makes it. It reaches this channel and every other one of the organizations in which that person is owner, admin or editor.".to_owned()
    }
}

impl HasKeys for BoxOffice {
    const FAMILY: Family = Family::BoxOffice;
    const FIELD: &'static str = "boxOfficeId";
    fn keys(&self) -> KeyPlace {
        KeyPlace::BoxOffice(self.id)
    }
    fn about() -> String {
        format!(
            "A key sees this box office only. A box office has at most {BOX_OFFICE_KEYS_MAX} active keys; keep them on your server, never in a browser."
        )
    }
}

#[derive(Template)]
#[template(path = "dashboard/keys_of_place.html")]
struct KeysOfPlacePage {
    frame: Shell,
    tabs: Vec<Tab>,
    about: String,
    table: KeyTable,
    pager: Pager,
}

async fn show<P: HasKeys>(visit: Visit, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let store = &visit.app.store;
    let id = visit.path.id("id").ok_or(Refusal::not_found(P::THING))?;
    let place = P::find(store, grant.tenant(), id).await?.ok_or(Refusal::not_found(P::THING))?;
    let page = store.list_keys_of(grant.tenant(), place.keys(), pieces::after(&visit.query), ROWS).await?;
    let names = Names::of_all(&visit.app, grant.tenant(), &page.items, visit.now).await?;
    let bound = if P::FIELD.is_empty() { String::new() } else { format!("&{}={}", P::FIELD, place.id()) };
    let frame = visit.shell("API keys", P::PATHS.list).await?;
    let frame = frame.crumb(P::WORDS.many, P::PATHS.list).crumb(place.name(), place.path(P::PATHS.one));
    let frame = frame.crumb("Settings", place.path(P::PATHS.settings)).crumb("API keys", "");
    let path = place.path(P::PATHS.keys);
    let page = KeysOfPlacePage {
        frame,
        tabs: tabs(&visit, &place, P::PATHS.keys),
        about: P::about(),
        table: KeyTable {
            keys: page.items.iter().map(|key| KeyView::new(key, &names, visit.now)).collect(),
            may_write: visit.may(KeysWrite::CAPABILITY),
            new: format!("{}/new?family={}{bound}", super::PATH, P::FAMILY.as_str()),
        },
        pager: Pager::of(&path, &visit.query, &page),
    };
    visit.show(&page)
}
