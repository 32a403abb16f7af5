//! `/dashboard/events/{id}/edit`: changing an event. The form carries the version that it shows; where somebody
//! else has saved meanwhile, both values are shown and the next save decides.

use callboard_core::event::Event;
use callboard_core::rejection::Rejection;
use callboard_store::Tenant;
use callboard_store::events::{EventRef, ReviseEvent, Written};

use super::create::{Difference, FormPage, adjusted};
use super::places::Places;
use super::{PATH, fields, find, parse, path_of, rows, values};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Tone;
use crate::dashboard::visit::{Visit, done, go_saying};
use crate::http::grant::EventsWrite;
use crate::http::{Granted, Refusal, Reply};

const EDIT: &str = "/dashboard/events/{id}/edit";
const VERSION: &str = "version";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(EDIT).granted(show), Page::post(EDIT).granted(save)]
}

async fn show(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    visit.form = Form::of(values::of(&event));
    visit.form.set(VERSION, &event.version.to_string());
    page(visit, &places, &event, Vec::new()).await
}

async fn page(
    mut visit: Visit,
    places: &Places,
    event: &Event,
    theirs: Vec<Difference>,
) -> Result<Reply, Refusal> {
    let mut form = std::mem::take(&mut visit.form);
    let sections = fields::sections(&mut form, places, Some(event));
    let names = fields::names(&sections);
    visit.form = form.showing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let title = event.details.display_title();
    let frame = visit.shell(&format!("Edit {title}"), PATH).await?;
    let page = FormPage {
        frame: frame.crumb("Events", PATH).crumb(title, path_of(event)),
        summary: visit.form.summary(),
        action: format!("{}/edit", path_of(event)),
        submit: "Save",
        cancel: path_of(event),
        version: visit.form.get(VERSION).to_owned(),
        sections,
        theirs,
    };
    visit.show(&page)
}

async fn save(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    if rows::adjust(&mut visit.form) {
        return page(visit, &places, &event, Vec::new()).await;
    }
    match attempt(&visit, grant.tenant(), &places, &event).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            let is_stale = matches!(refusal, Refusal::Rejected(Rejection::Stale { .. }));
            visit.form.refused(parse::at_fields(refusal))?;
            let theirs = if is_stale { differences(&visit.form, &event, &places) } else { Vec::new() };
            if is_stale {
                visit.form.set(VERSION, &event.version.to_string());
            }
            page(visit, &places, &event, theirs).await
        }
    }
}

async fn attempt(visit: &Visit, tenant: &Tenant, places: &Places, event: &Event) -> Result<Reply, Refusal> {
    let seen: Option<i64> = visit.form.get(VERSION).parse().ok();
    // Said before the form is read: what it means to change is not what is there any more.
    if let Some(seen) = seen.filter(|seen| *seen != event.version) {
        tracing::debug!(seen, current = event.version, "an event was changed meanwhile");
        return Err(Refusal::Rejected(Rejection::Stale { current: event.version }));
    }
    let command = ReviseEvent {
        tenant: tenant.clone(),
        event: EventRef::Id(event.id),
        patch: parse::patch(&visit.form, places, Some(event))?,
        if_match: seen,
        remove_ticket_type: None,
        add_ticket_type: None,
        set_status: None,
    };
    let before = event.version;
    visit.write(tenant, command, move |written| saved(written, before)).await
}

fn saved(written: &Written, before: i64) -> Reply {
    let path = path_of(&written.event);
    if written.event.version == before {
        return go_saying(&path, Tone::Info, "Nothing was changed, so nothing was saved.");
    }
    done(&path, format!("Saved. {}", adjusted(&written.warnings)).trim())
}

/// The fields that differ between what was typed and what is stored now.
fn differences(form: &Form, event: &Event, places: &Places) -> Vec<Difference> {
    let unix = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let stored = Form::of(values::of(event));
    let typed = form.values().iter().filter(|(name, _)| stored.has(name) || is_row(name));
    let gone = stored.values().iter().filter(|(name, _)| !form.has(name) && is_row(name));
    let all = typed.chain(gone).map(|(name, _)| name);
    let differing = all.filter(|name| unix(form.get(name)) != unix(stored.get(name)));
    differing
        .map(|name| Difference {
            label: values::label(name),
            yours: said(name, form.get(name), places),
            theirs: said(name, stored.get(name), places),
        })
        .collect()
}

/// A field of the bill or of the offers, of which either side may have more.
fn is_row(name: &str) -> bool {
    [rows::PERFORMERS, rows::OFFERS].iter().any(|kind| {
        let rest = name.strip_prefix(kind.name).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| !rest.ends_with("role"))
    })
}

/// A value for people: places by their names.
fn said(name: &str, value: &str, places: &Places) -> String {
    let choices = match name {
        "venueId" => places.venue_choices(&[]),
        "channelId" => places.channel_choices(&[]),
        "boxOfficeId" => places.office_choices(&[]),
        _ => Vec::new(),
    };
    let known = choices.into_iter().find(|choice| choice.value == value).map(|choice| choice.label);
    let text = known.unwrap_or_else(|| value.to_owned());
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}
