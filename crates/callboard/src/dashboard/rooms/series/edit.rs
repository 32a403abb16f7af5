//! `/dashboard/series/{id}/edit`: changing one date, that and the following, or all.

use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rejection::Rejection;
use callboard_core::series::{Scope, Series};
use callboard_core::time::ShowDate;
use callboard_store::Tenant;
use callboard_store::series::ReviseSeries;

use super::super::events::conflict::{self, Conflict, VERSION};
use super::super::events::{fields, places::Places, rows, view};
use super::dates::Dates;
use super::new::FormPage;
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
/// What somebody else may have changed.
const WHAT: &str = "series";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(EDIT).granted(open), Page::post(EDIT).granted(save)]
}

async fn open(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    visit.form = form::values(series.course.last());
    visit.form.set("scope", "all");
    visit.form.set(VERSION, &series.stamp.version.to_string());
    Edit { visit, places, series }.page(&grant, Conflict::default(), None).await
}

/// A visit at a series that is changed.
struct Edit {
    visit: Visit,
    places: Places,
    series: Series,
}

impl Edit {
    async fn page(
        self,
        grant: &Granted<EventsWrite>,
        conflict: Conflict,
        dates: Option<Dates>,
    ) -> Result<Reply, Refusal> {
        let Edit { mut visit, places, series } = self;
        let scope = scope_fields(&visit, grant.tenant(), &series).await?;
        let mut form = std::mem::take(&mut visit.form);
        let sections = form::sections(&mut form, &places, false);
        let mut names = fields::names(&sections);
        names.extend(scope.iter().map(|field| field.name.clone()));
        visit.form = form.showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let heading = title(&series);
        let frame = visit.shell(&format!("Edit {heading}"), PATH).await?;
        let page = FormPage {
            frame: frame.crumb("Series", PATH).crumb(heading, path_of(&series)),
            summary: visit.form.summary(),
            action: format!("{}/edit", path_of(&series)),
            submit: "Save",
            cancel: path_of(&series),
            version: visit.form.get(VERSION).to_owned(),
            conflict,
            scope,
            sections,
            dates,
        };
        visit.show(&page)
    }

    /// The dates as they are and as the form would have them.
    fn dates(&self) -> Result<Dates, Refusal> {
        let before = self.series.course.last();
        let patch = form::patch(&self.visit.form, Some(before), &self.places)?;
        let (is_one, anchor) = match scope(&self.visit.form)? {
            Scope::This(date) => (true, date),
            Scope::Following(date) => (false, date),
            Scope::All => (false, before.plan.recurrence.start()),
        };
        let after = patch.amend(before, is_one, anchor, self.visit.now)?;
        Ok(Dates::changed(&before.plan, &after.plan, self.visit.now))
    }

    /// Sets what was typed beside what somebody else has saved.
    fn conflict(&mut self) -> Conflict {
        let stored = form::values(self.series.course.last());
        let version = self.series.stamp.version;
        Conflict::of(&mut self.visit.form, &stored, version, &self.places, WHAT)
    }
}

async fn scope_fields(visit: &Visit, tenant: &Tenant, series: &Series) -> Result<Vec<Field>, Refusal> {
    let choices = vec![
        Choice::new("all", "All dates ahead"),
        Choice::new("following", "One date and those after it"),
        Choice::new("this", "One date alone").hint("It no longer follows the series then."),
    ];
    let (events, _) = show::coming(visit, tenant, series.id).await?;
    let date = |event: &std::sync::Arc<callboard_core::event::Event>| {
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

async fn save(visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    let mut edit = Edit { visit, places, series };
    if conflict::take(&mut edit.visit.form, &form::values(edit.series.course.last())) {
        let conflict = edit.conflict();
        let dates = edit.dates().ok();
        return edit.page(&grant, conflict, dates).await;
    }
    if rows::adjust(&mut edit.visit.form) {
        return edit.page(&grant, Conflict::default(), None).await;
    }
    let outcome = if edit.visit.form.has("preview") {
        edit.dates().map(|dates| Err(Some(dates)))
    } else {
        edit.attempt(grant.tenant()).await.map(Ok)
    };
    match outcome {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(dates)) => edit.page(&grant, Conflict::default(), dates).await,
        Err(refusal) => {
            let is_stale = matches!(refusal, Refusal::Rejected(Rejection::Stale { .. }));
            edit.visit.form.refused(refusal)?;
            if !is_stale {
                return edit.page(&grant, Conflict::default(), None).await;
            }
            let conflict = edit.conflict();
            let dates = edit.dates().ok();
            edit.page(&grant, conflict, dates).await
        }
    }
}

impl Edit {
    async fn attempt(&self, tenant: &Tenant) -> Result<Reply, Refusal> {
        let before = self.series.stamp.version;
        // Said before the form is read: what it means to change is not what is there any more.
        if conflict::is_stale(&self.visit.form, before) {
            return Err(Refusal::Rejected(Rejection::Stale { current: before }));
        }
        let command = ReviseSeries {
            tenant: tenant.clone(),
            id: self.series.id,
            scope: scope(&self.visit.form)?,
            patch: form::patch(&self.visit.form, Some(self.series.course.last()), &self.places)?,
            if_match: self.visit.form.get(VERSION).parse().ok(),
        };
        let saved = move |written: &callboard_store::series::SeriesWritten| {
            let path = path_of(&written.series);
            if written.series.stamp.version == before && written.warnings.is_empty() {
                return go_saying(&path, Tone::Info, "Nothing was changed, so nothing was saved.");
            }
            let warnings: Vec<String> =
                written.warnings.iter().map(|one| words::sentence_case(&one.message)).collect();
            done(&path, format!("Saved. {}", warnings.join(" ")).trim())
        };
        self.visit.write(tenant, command, saved).await
    }
}
