//! `/dashboard/series/new`: a new series. Its dates are shown before anything is stored.

use askama::Template;
use callboard_core::event::schedule::Moment;
use callboard_core::series::{Note, Occurrence, Preview};
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use callboard_store::series::CreateSeries;

use super::super::events::places::Places;
use super::super::events::view;
use super::{PATH, form, path_of};
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, Summary};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::dashboard::words;
use crate::http::grant::EventsCreate;
use crate::http::{Granted, Refusal, Reply};

const NEW: &str = "/dashboard/series/new";
/// Dates that a page shows before they are made.
const SHOWN: usize = 60;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(NEW).granted(show), Page::post(NEW).granted(create)]
}

#[derive(Template)]
#[template(path = "dashboard/series/form.html")]
pub(super) struct FormPage {
    pub frame: Shell,
    pub summary: Summary,
    pub action: String,
    pub submit: &'static str,
    pub cancel: String,
    pub version: String,
    /// Which dates a change is for; nothing on a new series.
    pub scope: Vec<Field>,
    pub sections: Vec<(&'static str, Vec<Vec<Field>>)>,
    pub preview: Option<Shown>,
}

/// The dates of a series before they are made.
pub(super) struct Shown {
    pub shows: Vec<Show>,
    pub is_cut: bool,
    pub notes: usize,
}

pub(super) struct Show {
    pub date: String,
    pub times: String,
    pub note: &'static str,
}

impl From<Preview> for Shown {
    fn from(preview: Preview) -> Shown {
        let shows: Vec<Show> = preview.items.iter().map(Show::from).collect();
        let notes = shows.iter().filter(|show| !show.note.is_empty()).count();
        Shown { shows, is_cut: preview.truncated, notes }
    }
}

impl From<&Occurrence> for Show {
    fn from(show: &Occurrence) -> Show {
        let schedule = &show.schedule;
        let time = |at: Option<Moment>| at.map(|at| view::clock(at.wall));
        let times = [time(schedule.doors), time(schedule.start), time(schedule.end)];
        let note = match show.note {
            None => "",
            Some(Note::Gap) => "The clocks skip this time: it is moved forward.",
            Some(Note::Overlap) => "This time happens twice: the first is taken.",
        };
        Show {
            date: view::day(show.date),
            times: times.into_iter().flatten().collect::<Vec<_>>().join(" – "),
            note,
        }
    }
}

async fn show(mut visit: Visit, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, grant.tenant()).await?;
    visit.form = beginning(&places, visit.now);
    page(visit, &places, None).await
}

fn beginning(places: &Places, now: Timestamp) -> Form {
    let zone = places.offices.first().map(|office| office.details.zone.name().to_owned());
    let zone = zone.or_else(|| places.venues.first().map(|venue| venue.details.zone.name().to_owned()));
    let mut form = Form::filled([
        ("frequency", "WEEKLY".to_owned()),
        ("interval", "1".to_owned()),
        ("status", "draft".to_owned()),
        ("visibility", "public".to_owned()),
        ("category", "other".to_owned()),
        ("startDate", now.utc_date().plus_days(7).to_string()),
        ("timezone", zone.unwrap_or_default()),
    ]);
    if let [office] = places.offices.as_slice() {
        form.set("boxOfficeId", &office.id.to_string());
    }
    form
}

async fn page(mut visit: Visit, places: &Places, preview: Option<Shown>) -> Result<Reply, Refusal> {
    let sections = form::sections(&visit.form, places, true);
    let names = names(&sections);
    visit.form =
        std::mem::take(&mut visit.form).showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let page = FormPage {
        frame: visit.shell("New series", PATH).await?.crumb("Series", PATH),
        summary: visit.form.summary(),
        action: NEW.to_owned(),
        submit: "Create the series",
        cancel: PATH.to_owned(),
        version: String::new(),
        scope: Vec::new(),
        sections,
        preview,
    };
    visit.show(&page)
}

pub(super) fn names(sections: &[(&'static str, Vec<Vec<Field>>)]) -> Vec<String> {
    sections.iter().flat_map(|(_, rows)| rows).flatten().map(|field| field.name.clone()).collect()
}

async fn create(mut visit: Visit, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, grant.tenant()).await?;
    let preview = dates(&visit, &places);
    if visit.form.has("preview") {
        return match preview {
            Ok(preview) => page(visit, &places, Some(preview)).await,
            Err(refusal) => {
                visit.form.refused(refusal)?;
                page(visit, &places, None).await
            }
        };
    }
    match attempt(&visit, grant.tenant(), &places).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(visit, &places, preview.ok()).await
        }
    }
}

fn dates(visit: &Visit, places: &Places) -> Result<Shown, Refusal> {
    let plan = form::patch(&visit.form, None, places)?.first_plan(visit.now)?;
    Ok(Shown::from(plan.preview(SHOWN)))
}

async fn attempt(visit: &Visit, tenant: &Tenant, places: &Places) -> Result<Reply, Refusal> {
    let command = CreateSeries { tenant: tenant.clone(), patch: form::patch(&visit.form, None, places)? };
    visit
        .write(tenant, command, |written| {
            let warnings: Vec<String> =
                written.warnings.iter().map(|one| words::sentence_case(&one.message)).collect();
            let said =
                format!("The series is there, with {} dates. {}", written.born.len(), warnings.join(" "));
            done(&path_of(&written.series), said.trim())
        })
        .await
}
