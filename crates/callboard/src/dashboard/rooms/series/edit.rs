//! `/dashboard/series/{id}/edit`: changing one date, that and the following, or all.

use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::series::{Scope, Series};
use callboard_core::time::ShowDate;
use callboard_store::Tenant;
use callboard_store::series::ReviseSeries;

use super::super::events::{places::Places, view};
use super::new::{FormPage, names};
use super::{PATH, find, form, path_of, show, title};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Tone;
use crate::dashboard::visit::{Visit, done, go_saying};
use crate::dashboard::words;
use crate::http::grant::EventsWrite;
use crate::http::{Granted, Refusal, Reply};

const EDIT: &str = "/dashboard/series/{id}/edit";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(EDIT).granted(open), Page::post(EDIT).granted(save)]
}

async fn open(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    visit.form = form::values(series.course.last());
    visit.form.set("scope", "all");
    visit.form.set("version", &series.stamp.version.to_string());
    page(visit, grant.tenant(), &series).await
}

async fn page(mut visit: Visit, tenant: &Tenant, series: &Series) -> Result<Reply, Refusal> {
    let places = Places::of(&visit, tenant).await?;
    let scope = scope_fields(&visit, tenant, series).await?;
    let sections = form::sections(&visit.form, &places, false);
    let mut names = names(&sections);
    names.extend(scope.iter().map(|field| field.name.clone()));
    visit.form =
        std::mem::take(&mut visit.form).showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let heading = title(series);
    let frame = visit.shell(&format!("Edit {heading}"), PATH).await?;
    let page = FormPage {
        frame: frame.crumb("Series", PATH).crumb(heading, path_of(series)),
        summary: visit.form.summary(),
        action: format!("{}/edit", path_of(series)),
        submit: "Save",
        cancel: path_of(series),
        version: visit.form.get("version").to_owned(),
        scope,
        sections,
        preview: None,
    };
    visit.show(&page)
}

async fn scope_fields(visit: &Visit, tenant: &Tenant, series: &Series) -> Result<Vec<Field>, Refusal> {
    let choices = vec![
        Choice::new("all", "All dates ahead"),
        Choice::new("following", "One date and those after it"),
        Choice::new("this", "One date alone").hint("It no longer follows the series then."),
    ];
    let (events, _) = show::coming(visit, tenant, series.id).await?;
    let date = |event: &callboard_core::event::Event| {
        let date = event.details.schedule.show_date;
        Choice::new(date.to_string(), view::day(date))
    };
    let mut dates = vec![Choice::new("", "All")];
    dates.extend(events.iter().map(date));
    Ok(vec![
        visit.form.cards("scope", "For which dates?", choices),
        visit.form.select("fromDate", "From, or for, the date", dates).optional(),
    ])
}

fn scope(form: &Form) -> Result<Scope, Issues> {
    let date = ShowDate::parse(form.get("fromDate"));
    match (form.get("scope"), date) {
        ("this", Ok(date)) => Ok(Scope::This(date)),
        ("following", Ok(date)) => Ok(Scope::Following(date)),
        ("this" | "following", Err(_)) => {
            Err(Issues(vec![Issue::body("fromDate", IssueCode::Required, "choose the date")]))
        }
        _ => Ok(Scope::All),
    }
}

async fn save(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    match attempt(&visit, grant.tenant(), &series).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(visit, grant.tenant(), &series).await
        }
    }
}

async fn attempt(visit: &Visit, tenant: &Tenant, series: &Series) -> Result<Reply, Refusal> {
    let places = Places::of(visit, tenant).await?;
    let shown = form::values(series.course.last());
    let command = ReviseSeries {
        tenant: tenant.clone(),
        id: series.id,
        scope: scope(&visit.form)?,
        patch: form::patch(&visit.form, Some(&shown), &places)?,
        if_match: visit.form.get("version").parse().ok(),
    };
    let before = series.stamp.version;
    visit
        .write(tenant, command, move |written| {
            let path = path_of(&written.series);
            if written.series.stamp.version == before && written.warnings.is_empty() {
                return go_saying(&path, Tone::Info, "Nothing was changed, so nothing was saved.");
            }
            let warnings: Vec<String> =
                written.warnings.iter().map(|one| words::sentence_case(&one.message)).collect();
            done(&path, format!("Saved. {}", warnings.join(" ")).trim())
        })
        .await
}
