//! `/dashboard/series/new`: a new series. Its dates are shown before anything is stored.

use askama::Template;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use callboard_store::series::CreateSeries;

use super::super::events::conflict::Conflict;
use super::super::events::fields::{self, Section};
use super::super::events::places::Places;
use super::super::events::rows;
use super::dates::Dates;
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
    /// What somebody else has saved meanwhile.
    pub conflict: Conflict,
    pub sections: Vec<Section>,
    pub dates: Option<Dates>,
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
        ("booking", "filled".to_owned()),
        ("startDate", now.utc_date().plus_days(7).to_string()),
        ("timezone", zone.unwrap_or_default()),
    ]);
    if let [office] = places.offices.as_slice() {
        form.set("boxOfficeId", &office.id.to_string());
    }
    form
}

async fn page(mut visit: Visit, places: &Places, dates: Option<Dates>) -> Result<Reply, Refusal> {
    let mut form = std::mem::take(&mut visit.form);
    let sections = form::sections(&mut form, places, true);
    let names = fields::names(&sections);
    visit.form = form.showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let page = FormPage {
        frame: visit.shell("New series", PATH).await?.crumb("Series", PATH),
        summary: visit.form.summary(),
        action: NEW.to_owned(),
        submit: "Create the series",
        cancel: PATH.to_owned(),
        version: String::new(),
        conflict: Conflict::default(),
        scope: Vec::new(),
        sections,
        dates,
    };
    visit.show(&page)
}

async fn create(mut visit: Visit, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, grant.tenant()).await?;
    if rows::adjust(&mut visit.form) {
        return page(visit, &places, None).await;
    }
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

fn dates(visit: &Visit, places: &Places) -> Result<Dates, Refusal> {
    let plan = form::patch(&visit.form, None, places)?.first_plan(visit.now)?;
    Ok(Dates::of(&plan))
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
