//! `/dashboard/check-in`: the door. A code is typed, scanned by a scanner that types, or read by the camera; what
//! became of it is said large, in words, colour and sound. One event may be chosen; then tickets of others are
//! refused and the admitted are counted.

mod result;

use std::sync::Arc;

use askama::Template;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::ids::CheckInId;
use callboard_core::inventory::order::{GATE_MAX, Scan, parse_code};
use callboard_core::rejection::Thing;
use callboard_core::text;
use callboard_core::time::DAY;
use callboard_store::Tenant;
use callboard_store::events::{EventList, EventRef};
use callboard_store::sales::{Admitted, CheckIn, Scanned, UndoCheckIn};
use http::{HeaderName, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use self::result::ResultView;
use super::events::{self, view};
use crate::dashboard::cookie;
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, Summary, optional_line};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Committed, HTML, Visit, add_cookie, done};
use crate::http::grant::CheckInsWrite;
use crate::http::{Granted, Refusal, Reply};

const PATH: &str = "/dashboard/check-in";
const UNDO: &str = "/dashboard/check-in/{id}/undo";
/// Events to choose from.
const CHOICES_MAX: i64 = 100;
/// What a repeated form is answered is kept as a word in this header.
const OUTCOME: HeaderName = HeaderName::from_static("callboard-scan");

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show), Page::post(PATH).granted(scan), Page::post(UNDO).granted(undo)]
}

#[derive(Template)]
#[template(path = "dashboard/check_in/page.html")]
struct DoorPage {
    frame: Shell,
    events: Field,
    event: Option<Event>,
    counted: Option<Admitted>,
    summary: Summary,
    code: Field,
    gate: Field,
    result: Option<ResultView>,
}

impl DoorPage {
    fn event_id(&self) -> String {
        self.event.as_ref().map(|event| event.id.to_string()).unwrap_or_default()
    }
    /// Of those who may come in, in thousandths.
    fn share(&self) -> i64 {
        let share = |counted: Admitted| counted.admitted.saturating_mul(1_000).checked_div(counted.tickets);
        self.counted.and_then(share).unwrap_or(0)
    }
    fn title(&self) -> String {
        self.event.as_ref().map_or_else(|| "Any event".to_owned(), view::named)
    }
}

async fn show(mut visit: Visit, grant: Granted<CheckInsWrite>) -> Result<Reply, Refusal> {
    let event = chosen(&visit, grant.tenant(), visit.query.get("event")).await?;
    let gate = cookie::read(&visit.request.headers, cookie::GATE).unwrap_or("");
    let gate = percent_decode_str(gate).decode_utf8_lossy().into_owned();
    visit.form = Form::filled([("gate", text::line(&gate, GATE_MAX).unwrap_or_default())]);
    page(&visit, grant.tenant(), event, None).await
}

async fn chosen(visit: &Visit, tenant: &Tenant, id: &str) -> Result<Option<Event>, Refusal> {
    if id.is_empty() {
        return Ok(None);
    }
    let absent = || Refusal::not_found(Thing::Event);
    let id = id.parse().map_err(|_| absent())?;
    let found = visit.app.store.find_event(tenant, &EventRef::Id(id), visit.now).await?;
    found.map(|event| Some(Arc::unwrap_or_clone(event))).ok_or_else(absent)
}

async fn page(
    visit: &Visit,
    tenant: &Tenant,
    event: Option<Event>,
    result: Option<ResultView>,
) -> Result<Reply, Refusal> {
    let counted = match &event {
        Some(event) => Some(visit.app.store.count_admitted(tenant, event.id).await?),
        None => None,
    };
    let mut choosing = Form::default();
    choosing.set("event", &event.as_ref().map(|event| event.id.to_string()).unwrap_or_default());
    let choices = choices(visit, tenant, event.as_ref()).await?;
    let code = match result {
        Some(_) => Form::default(),
        None => visit.form.clone(),
    };
    let page = DoorPage {
        frame: visit.shell("Check-in", PATH).await?,
        events: choosing.select("event", "Event", choices).optional(),
        counted,
        summary: visit.form.summary(),
        code: code.text("code", "Ticket code").max(200).focused().placeholder("Scan or type"),
        gate: visit.form.text("gate", "Gate").max(GATE_MAX).optional().placeholder("North"),
        event,
        result,
    };
    visit.show(&page)
}

/// The events of these days; the one that is chosen, whenever it is.
async fn choices(visit: &Visit, tenant: &Tenant, event: Option<&Event>) -> Result<Vec<Choice>, Refusal> {
    let list = EventList {
        status: Some(Lifecycle::Published),
        from: Some(visit.now.plus_millis(-2 * DAY)),
        to: Some(visit.now.plus_millis(30 * DAY)),
        ..events::coming(visit.now, CHOICES_MAX)
    };
    let mut found = visit.app.store.list_events(tenant, &list).await?.items;
    found.retain(|one| !one.ticket_types.is_empty() && event.is_none_or(|event| event.id != one.id));
    let all = event.into_iter().chain(found.iter().map(AsRef::as_ref));
    let choice = |one: &Event| Choice::new(one.id.to_string(), view::named(one));
    Ok(std::iter::once(Choice::new("", "Any event")).chain(all.map(choice)).collect())
}

async fn scan(mut visit: Visit, grant: Granted<CheckInsWrite>) -> Result<Reply, Refusal> {
    let event = chosen(&visit, grant.tenant(), visit.form.get("event")).await?;
    match admit(&visit, grant.tenant(), event.as_ref()).await {
        Ok(result) => {
            let gate = visit.form.get("gate").trim().to_owned();
            let mut reply = page(&visit, grant.tenant(), event, Some(result)).await?;
            let gate = utf8_percent_encode(&gate, NON_ALPHANUMERIC).to_string();
            add_cookie(&mut reply, &cookie::set(cookie::GATE, &gate, Some(cookie::YEAR_S)));
            Ok(reply)
        }
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(&visit, grant.tenant(), event, None).await
        }
    }
}

/// Checks a code in, unless its ticket is for another event than the one at the door.
async fn admit(visit: &Visit, tenant: &Tenant, event: Option<&Event>) -> Result<ResultView, Refusal> {
    let mut issues = callboard_core::issue::Issues::new();
    let gate = optional_line(&visit.form, &mut issues, "gate", GATE_MAX);
    issues.done()?;
    let code = parse_code(visit.form.get("code"));
    let ticket = match &code {
        Some(code) => visit.app.store.find_ticket(tenant, code).await?,
        None => None,
    };
    let own = match &ticket {
        Some(ticket) => visit.app.store.find_event(tenant, &EventRef::Id(ticket.event_id), visit.now).await?,
        None => None,
    };
    if let (Some(at_door), Some(ticket)) = (event, &ticket)
        && ticket.event_id != at_door.id
    {
        return Ok(ResultView::elsewhere(ticket, own.as_deref()));
    }
    let command = CheckIn { tenant: tenant.clone(), code: code.clone(), gate };
    let scanned = match visit.commit(tenant, command, kept).await? {
        Committed::Now(scanned) => scanned,
        Committed::Before(reply) => Scanned { result: outcome(&reply), ticket },
    };
    Ok(ResultView::of(&scanned, own.as_deref(), visit.now))
}

/// What is kept of an answer, for a form that is sent twice: the word.
fn kept(scanned: &Scanned) -> Reply {
    Reply::new(StatusCode::OK, HTML, "").with(OUTCOME, scanned.result.as_str())
}

fn outcome(reply: &Reply) -> Scan {
    let word = reply.headers.get(&OUTCOME).and_then(|word| word.to_str().ok());
    word.and_then(Scan::parse).unwrap_or(Scan::Unknown)
}

async fn undo(visit: Visit, grant: Granted<CheckInsWrite>) -> Result<Reply, Refusal> {
    let absent = || Refusal::not_found(Thing::CheckIn);
    let id: CheckInId = visit.path.id("id").ok_or_else(absent)?;
    let event = visit.form.get("event").to_owned();
    let back = if event.parse::<callboard_core::ids::EventId>().is_ok() {
        format!("{PATH}?event={event}")
    } else {
        PATH.to_owned()
    };
    let command = UndoCheckIn { tenant: grant.tenant().clone(), id };
    visit.write(grant.tenant(), command, move |()| done(&back, "Taken back: the ticket admits again.")).await
}
