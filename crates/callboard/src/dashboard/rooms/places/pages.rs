//! The pages that all kinds of places have.

use askama::Template;
use callboard_core::rejection::{Rejection, Thing};

use super::kind::Place;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{self, ConfirmPage, FormPage, Pager, ROWS, Tab};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::dashboard::{times, words};
use crate::http::grant::Needs;
use crate::http::{Granted, Refusal, Reply};

/// All pages of a kind.
pub(super) fn of<P: Place>() -> Vec<Page> {
    let paths = P::PATHS;
    vec![
        Page::get(paths.list).granted(list::<P>),
        Page::post(paths.list).granted(create::<P>),
        Page::get(paths.new).granted(new::<P>),
        Page::get(paths.one).granted(show::<P>),
        Page::get(paths.settings).granted(settings::<P>),
        Page::post(paths.settings).granted(save::<P>),
        Page::get(paths.delete).granted(ask::<P>),
        Page::post(paths.delete).granted(delete::<P>),
    ]
}

#[derive(Template)]
#[template(path = "dashboard/places.html")]
struct ListPage {
    frame: Shell,
    about: &'static str,
    one: &'static str,
    rows: Vec<Row>,
    pager: Pager,
    /// Where one is made, for those who may.
    new: Option<&'static str>,
}

struct Row {
    name: String,
    slug: String,
    summary: String,
    path: String,
    made: String,
}

async fn list<P: Place>(visit: Visit, grant: Granted<P::Read>) -> Result<Reply, Refusal> {
    let page = P::list(&visit.app.store, grant.tenant(), pieces::after(&visit.query), ROWS).await?;
    let row = |place: &P| Row {
        name: place.name().to_owned(),
        slug: place.slug().to_owned(),
        summary: place.summary(),
        path: place.path(P::PATHS.one),
        made: times::day(place.stamp().created_at),
    };
    let page = ListPage {
        frame: visit.shell(P::WORDS.many, P::PATHS.list).await?,
        about: P::WORDS.about,
        one: P::WORDS.one,
        rows: page.items.iter().map(row).collect(),
        pager: Pager::of(P::PATHS.list, &visit.query, &page),
        new: visit.may(P::Write::CAPABILITY).then_some(P::PATHS.new),
    };
    visit.show(&page)
}

async fn new<P: Place>(visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let neighbours = P::neighbours(&visit.app.store, grant.tenant()).await?;
    let frame = visit.shell(&format!("New {}", P::WORDS.one), P::PATHS.list).await?;
    let frame = frame.crumb(P::WORDS.many, P::PATHS.list).crumb("New", "");
    let verb = match P::THING {
        Thing::Venue => "Create venue",
        Thing::Channel => "Create channel",
        _ => "Create box office",
    };
    let mut page = FormPage::new(frame, &visit.form, P::PATHS.list, verb, P::PATHS.list);
    for row in P::fields(&visit.form, &neighbours) {
        page = page.row(row);
    }
    visit.show(&page.with_zones().ready())
}

async fn create<P: Place>(mut visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let written = match P::parse_new(&visit.form, grant.tenant()) {
        Ok(command) => {
            let made = |made: &P| done(&made.path(P::PATHS.one), &format!("{} is there.", made.name()));
            visit.write(grant.tenant(), command, made).await
        }
        Err(issues) => Err(issues.into()),
    };
    match written {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            new::<P>(visit, grant).await
        }
    }
}

/// The place that the path names.
async fn named<P: Place, C: Needs>(visit: &Visit, grant: &Granted<C>) -> Result<P, Refusal> {
    let id = visit.path.id("id").ok_or(Refusal::not_found(P::THING))?;
    let found = P::find(&visit.app.store, grant.tenant(), id).await?;
    found.ok_or(Refusal::not_found(P::THING))
}

#[derive(Template)]
#[template(path = "dashboard/place.html")]
struct PlacePage {
    frame: Shell,
    tabs: Vec<Tab>,
    id: String,
    slug: String,
    facts: Vec<(&'static str, String)>,
    changed: String,
    sample: String,
    keys: Option<String>,
    events: Option<String>,
    /// Where it is deleted, for those who may.
    delete: Option<String>,
}

/// The pages of a place that this member may see; `here` is the pattern of the one that is shown.
pub(in crate::dashboard) fn tabs<P: Place>(visit: &Visit, place: &P, here: &str) -> Vec<Tab> {
    use callboard_core::account::Capability;
    let paths = P::PATHS;
    let all = [
        ("Overview", paths.one, true),
        ("Settings", paths.settings, visit.may(P::Write::CAPABILITY)),
        ("API keys", paths.keys, visit.may(Capability::KeysRead)),
    ];
    let offered = all.into_iter().filter(|(.., may)| *may);
    offered.map(|(label, path, _)| Tab { label, path: place.path(path), is_here: path == here }).collect()
}

async fn show<P: Place>(visit: Visit, grant: Granted<P::Read>) -> Result<Reply, Refusal> {
    use callboard_core::account::Capability;
    let place: P = named(&visit, &grant).await?;
    let neighbours = P::neighbours(&visit.app.store, grant.tenant()).await?;
    let frame = visit.shell(place.name(), P::PATHS.list).await?;
    let page = PlacePage {
        frame: frame.crumb(P::WORDS.many, P::PATHS.list).crumb(place.name(), ""),
        tabs: tabs(&visit, &place, P::PATHS.one),
        id: place.id().to_string(),
        slug: place.slug().to_owned(),
        facts: place.facts(&neighbours),
        changed: times::ago(place.stamp().updated_at, visit.now),
        sample: place.sample(&visit.app.public_url),
        keys: visit.may(Capability::KeysRead).then(|| place.path(P::PATHS.keys)),
        events: visit
            .offers("/dashboard/events")
            .then(|| format!("/dashboard/events?{}={}", P::WORDS.filter, place.id())),
        delete: visit.may(P::Write::CAPABILITY).then(|| place.path(P::PATHS.delete)),
    };
    visit.show(&page)
}

async fn settings<P: Place>(mut visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let place: P = named(&visit, &grant).await?;
    if !visit.form.is_faulty() {
        visit.form = place.fill();
    }
    form_of(&visit, &grant, &place).await
}

/// The form that changes a place. It carries the version that it was filled from.
async fn form_of<P: Place>(visit: &Visit, grant: &Granted<P::Write>, place: &P) -> Result<Reply, Refusal> {
    let neighbours = P::neighbours(&visit.app.store, grant.tenant()).await?;
    let path = place.path(P::PATHS.settings);
    let frame = visit.shell("Settings", P::PATHS.list).await?;
    let frame = frame
        .crumb(P::WORDS.many, P::PATHS.list)
        .crumb(place.name(), place.path(P::PATHS.one))
        .crumb("Settings", "");
    let mut page = FormPage::new(frame, &visit.form, path, "Save", place.path(P::PATHS.one))
        .tabs(tabs(visit, place, P::PATHS.settings))
        .keep("version", place.stamp().version.to_string());
    for row in P::fields(&visit.form, &neighbours) {
        page = page.row(row);
    }
    visit.show(&page.with_zones().ready())
}

async fn save<P: Place>(mut visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let place: P = named(&visit, &grant).await?;
    let version = visit.form.get("version").parse().ok();
    let written = match P::parse_change(&visit.form, grant.tenant(), place.id(), version) {
        Ok(command) => {
            let saved = |after: &P| done(&after.path(P::PATHS.one), &format!("{} is saved.", after.name()));
            visit.write(grant.tenant(), command, saved).await
        }
        Err(issues) => Err(issues.into()),
    };
    match written {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form_of(&visit, &grant, &place).await
        }
    }
}

async fn ask<P: Place>(visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let place: P = named(&visit, &grant).await?;
    question(&visit, &place, None).await
}

async fn question<P: Place>(visit: &Visit, place: &P, problem: Option<Refusal>) -> Result<Reply, Refusal> {
    let frame = visit.shell(&format!("Delete {}?", place.name()), P::PATHS.list).await?;
    let frame = frame
        .crumb(P::WORDS.many, P::PATHS.list)
        .crumb(place.name(), place.path(P::PATHS.one))
        .crumb("Delete", "");
    let mut page = ConfirmPage::new(frame, place.path(P::PATHS.delete), "Delete", place.path(P::PATHS.one))
        .line("Past events keep it. API keys that are bound to it are revoked: what uses them stops working at once.");
    let status = problem.as_ref().map_or(http::StatusCode::OK, words::status);
    page.problem = problem.map(|refusal| words::sentence(&refusal));
    visit.show_as(status, &page)
}

async fn delete<P: Place>(visit: Visit, grant: Granted<P::Write>) -> Result<Reply, Refusal> {
    let place: P = named(&visit, &grant).await?;
    let text = format!("{} is deleted.", place.name());
    let deleted = move |(): &()| done(P::PATHS.list, &text);
    match visit.write(grant.tenant(), P::deletion(grant.tenant(), place.id()), deleted).await {
        Err(refusal @ Refusal::Rejected(Rejection::InUse { .. })) => {
            question(&visit, &place, Some(refusal)).await
        }
        other => other,
    }
}
