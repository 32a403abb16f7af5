//! `/dashboard/events/new`: a new event as a draft.

use askama::Template;
use callboard_core::issue::Warning;
use callboard_store::Tenant;
use callboard_store::events::{CreateEvent, Written};

use super::conflict::Conflict;
use super::fields::{self, Section};
use super::places::Places;
use super::{PATH, parse, path_of, rows};
use crate::dashboard::form::{Form, Summary};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::dashboard::words;
use crate::http::grant::EventsCreate;
use crate::http::{Granted, Refusal, Reply};

const NEW: &str = "/dashboard/events/new";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(NEW).granted(show), Page::post(NEW).granted(create)]
}

/// The page of the form, for a new event or one that is changed.
#[derive(Template)]
#[template(path = "dashboard/events/form.html")]
pub(super) struct FormPage {
    pub frame: Shell,
    pub summary: Summary,
    pub action: String,
    pub submit: &'static str,
    pub cancel: String,
    /// The version that was shown; none for a new event.
    pub version: String,
    pub sections: Vec<Section>,
    /// What somebody else has saved meanwhile.
    pub conflict: Conflict,
}

async fn show(mut visit: Visit, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, grant.tenant()).await?;
    visit.form = beginning(&visit.query, &places);
    page(visit, &places).await
}

/// What the address asks for (a day of the calendar, a place), else what there is only one of.
fn beginning(query: &Form, places: &Places) -> Form {
    let mut form = Form::filled([
        ("visibility", "public".to_owned()),
        ("booking", "filled".to_owned()),
        ("category", "other".to_owned()),
    ]);
    for name in ["date", "venueId", "channelId", "boxOfficeId", "title"] {
        if let Some(value) = query.some(name) {
            form.set(name, value);
        }
    }
    if let ([office], None) = (places.offices.as_slice(), form.some("boxOfficeId")) {
        form.set("boxOfficeId", &office.id.to_string());
    }
    if let ([venue], [], None) = (places.venues.as_slice(), places.offices.as_slice(), form.some("venueId")) {
        form.set("venueId", &venue.id.to_string());
    }
    form
}

async fn page(mut visit: Visit, places: &Places) -> Result<Reply, Refusal> {
    let mut form = std::mem::take(&mut visit.form);
    let sections = fields::sections(&mut form, places, true);
    let names = fields::names(&sections);
    visit.form = form.showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let page = FormPage {
        frame: visit.shell("New event", PATH).await?.crumb("Events", PATH),
        summary: visit.form.summary(),
        action: NEW.to_owned(),
        submit: "Save as a draft",
        cancel: PATH.to_owned(),
        version: String::new(),
        sections,
        conflict: Conflict::default(),
    };
    visit.show(&page)
}

async fn create(mut visit: Visit, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, grant.tenant()).await?;
    if rows::adjust(&mut visit.form) {
        return page(visit, &places).await;
    }
    match attempt(&visit, grant.tenant(), &places).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(parse::at_fields(refusal))?;
            page(visit, &places).await
        }
    }
}

async fn attempt(visit: &Visit, tenant: &Tenant, places: &Places) -> Result<Reply, Refusal> {
    let command = CreateEvent {
        tenant: tenant.clone(),
        patch: parse::patch(&visit.form, places, None)?,
        ticket_types: Vec::new(),
        status: None,
        channel_number: None,
    };
    visit.write(tenant, command, made).await
}

fn made(written: &Written) -> Reply {
    let said = format!("Saved as a draft. {}", adjusted(&written.warnings));
    done(&path_of(&written.event), said.trim())
}

/// What had to be adjusted, in sentences.
pub(super) fn adjusted(warnings: &[Warning]) -> String {
    let all: Vec<String> = warnings.iter().map(|warning| words::sentence_case(&warning.message)).collect();
    all.join(" ")
}
