//! `/dashboard/events/{id}/edit`: changing an event. The form carries the version that it shows; where somebody
//! else has saved meanwhile, both values are shown and the next save decides.

use callboard_core::event::Event;
use callboard_core::rejection::Rejection;
use callboard_store::Tenant;
use callboard_store::events::{EventRef, ReviseEvent, Written};

use super::conflict::{self, Conflict, VERSION};
use super::create::{FormPage, adjusted};
use super::places::Places;
use super::{PATH, fields, find, parse, path_of, rows, values};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Tone;
use crate::dashboard::visit::{Visit, done, go_saying};
use crate::http::grant::EventsWrite;
use crate::http::{Granted, Refusal, Reply};

const EDIT: &str = "/dashboard/events/{id}/edit";
/// What somebody else may have changed.
const WHAT: &str = "event";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(EDIT).granted(show), Page::post(EDIT).granted(save)]
}

async fn show(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    visit.form = Form::of(values::of(&event.details));
    visit.form.set(VERSION, &event.version.to_string());
    page(visit, &places, &event, Conflict::default()).await
}

async fn page(
    mut visit: Visit,
    places: &Places,
    event: &Event,
    conflict: Conflict,
) -> Result<Reply, Refusal> {
    let mut form = std::mem::take(&mut visit.form);
    let sections = fields::sections(&mut form, places, false);
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
        conflict,
    };
    visit.show(&page)
}

async fn save(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let places = Places::of(&visit, grant.tenant()).await?;
    let stored = Form::of(values::of(&event.details));
    if conflict::take(&mut visit.form, &stored) {
        let conflict = Conflict::of(&mut visit.form, &stored, event.version, &places, WHAT);
        return page(visit, &places, &event, conflict).await;
    }
    if rows::adjust(&mut visit.form) {
        return page(visit, &places, &event, Conflict::default()).await;
    }
    match attempt(&visit, grant.tenant(), &places, &event).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            let is_stale = matches!(refusal, Refusal::Rejected(Rejection::Stale { .. }));
            visit.form.refused(parse::at_fields(refusal))?;
            let conflict = if is_stale {
                Conflict::of(&mut visit.form, &stored, event.version, &places, WHAT)
            } else {
                Conflict::default()
            };
            page(visit, &places, &event, conflict).await
        }
    }
}

async fn attempt(visit: &Visit, tenant: &Tenant, places: &Places, event: &Event) -> Result<Reply, Refusal> {
    // Said before the form is read: what it means to change is not what is there any more.
    if conflict::is_stale(&visit.form, event.version) {
        return Err(Refusal::Rejected(Rejection::Stale { current: event.version }));
    }
    let command = ReviseEvent {
        tenant: tenant.clone(),
        event: EventRef::Id(event.id),
        patch: parse::patch(&visit.form, places, Some(&event.details))?,
        if_match: visit.form.get(VERSION).parse().ok(),
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
