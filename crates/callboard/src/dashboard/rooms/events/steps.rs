//! `/dashboard/events/{id}/steps/{step}`: publishing, unpublishing, cancelling, archiving, restoring, duplicating,
//! deleting. Each has a page that says what happens and how every surface shows it then.

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::transition::Standing;
use callboard_core::event::{Event, Transition};
use callboard_store::events::{DeleteEvent, DuplicateEvent, EventRef, MoveEvent};

use super::preview::{self, PublicPage, View};
use super::{PATH, find, path_of};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::dashboard::words;
use crate::http::grant::{EventsRead, Needs};
use crate::http::{Granted, Refusal, Reply, grant};

const STEP: &str = "/dashboard/events/{id}/steps/{step}";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(STEP).granted(ask), Page::post(STEP).granted(take)]
}

/// A step of an event's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Move(Transition),
    Duplicate,
    Delete,
}

impl Step {
    const ALL: [Step; 7] = [
        Step::Move(Transition::Publish),
        Step::Move(Transition::Unpublish),
        Step::Move(Transition::Cancel),
        Step::Move(Transition::Archive),
        Step::Move(Transition::Restore),
        Step::Duplicate,
        Step::Delete,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Step::Move(step) => step.as_str(),
            Step::Duplicate => "duplicate",
            Step::Delete => "delete",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Step::Move(Transition::Publish) => "Publish",
            Step::Move(Transition::Unpublish) => "Back to draft",
            Step::Move(Transition::Cancel) => "Cancel the event",
            Step::Move(Transition::Archive) => "Archive",
            Step::Move(Transition::Restore) => "Restore",
            Step::Duplicate => "Duplicate",
            Step::Delete => "Delete",
        }
    }

    pub(super) fn is_grave(self) -> bool {
        matches!(self, Step::Move(Transition::Cancel) | Step::Delete)
    }

    pub(super) fn needs(self) -> Capability {
        match self {
            Step::Move(_) => Capability::EventsPublish,
            Step::Duplicate => Capability::EventsCreate,
            Step::Delete => Capability::EventsDelete,
        }
    }

    /// The steps that are open to an event and its visitor.
    pub(super) fn open(visit: &Visit, event: &Event) -> Vec<Step> {
        let standing = Standing {
            lifecycle: event.lifecycle,
            before_archive: event.before_archive,
            has_sales: event.has_sales(),
        };
        let allowed = standing.allowed();
        let is_open = |step: &Step| match step {
            Step::Move(step) => allowed.contains(step),
            Step::Duplicate => true,
            Step::Delete => !event.has_sales(),
        };
        Step::ALL.into_iter().filter(|step| is_open(step) && visit.may(step.needs())).collect()
    }
}

#[derive(Template)]
#[template(path = "dashboard/events/step.html")]
struct StepPage {
    frame: Shell,
    problem: Option<String>,
    lines: Vec<String>,
    action: String,
    verb: &'static str,
    is_grave: bool,
    cancel: String,
    version: i64,
    /// How it is shown then; nothing for steps that show nothing.
    views: Vec<View>,
    page: Option<PublicPage>,
}

fn named(visit: &Visit) -> Result<Step, Refusal> {
    let word = visit.path.text("step");
    Step::ALL.into_iter().find(|step| step.word() == word).ok_or(Refusal::NoSuchRoute)
}

async fn ask(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let step = named(&visit)?;
    allowed(&visit, step)?;
    let event = find(&visit, grant.tenant()).await?;
    page(&visit, &grant, &event, step, None).await
}

/// The page is for whoever reads events; each step has a capability of its own besides.
fn allowed(visit: &Visit, step: Step) -> Result<(), Refusal> {
    fn proof<C: Needs>(visit: &Visit) -> Result<(), Refusal> {
        visit.grant::<C>().map(|_| ())
    }
    match step {
        Step::Move(_) => proof::<grant::EventsPublish>(visit),
        Step::Duplicate => proof::<grant::EventsCreate>(visit),
        Step::Delete => proof::<grant::EventsDelete>(visit),
    }
}

async fn page(
    visit: &Visit,
    grant: &Granted<EventsRead>,
    event: &Event,
    step: Step,
    refused: Option<&Refusal>,
) -> Result<Reply, Refusal> {
    let then = match step {
        Step::Move(step) => preview::after(event, step),
        Step::Duplicate | Step::Delete => None,
    };
    let views = match &then {
        Some(then) => preview::views(visit, grant.tenant(), then).await?,
        None => Vec::new(),
    };
    let title = event.details.display_title();
    let frame = visit.shell(&format!("{}: {title}", step.label()), PATH).await?;
    let page = StepPage {
        frame: frame.crumb("Events", PATH).crumb(title, path_of(event)),
        problem: refused.map(words::sentence),
        lines: lines(event, step),
        action: format!("{}/steps/{}", path_of(event), step.word()),
        verb: step.label(),
        is_grave: step.is_grave(),
        cancel: path_of(event),
        version: event.version,
        views,
        page: then.as_ref().map(|then| preview::public_page(visit, then)),
    };
    let status = refused.map_or(http::StatusCode::OK, words::status);
    visit.show_as(status, &page)
}

/// What the step does, in sentences.
fn lines(event: &Event, step: Step) -> Vec<String> {
    let sold: i64 = event.ticket_types.iter().map(|one| one.sold).sum();
    let text: &[&str] = match step {
        Step::Move(Transition::Publish) => &[
            "From now on the event is shown wherever it is published to, and its tickets sell while their windows are open.",
        ],
        Step::Move(Transition::Unpublish) => {
            &["It disappears from the page, the feeds and the box office, and is a draft again."]
        }
        Step::Move(Transition::Cancel) => &[
            "It stays visible and says that it is cancelled. Nothing more is sold.",
            "Orders stay as they are: refund them one by one. A cancelled event can be restored as a draft.",
        ],
        Step::Move(Transition::Archive) => {
            &["It leaves all lists and its page. Nothing is lost: restoring it brings it back as it was."]
        }
        Step::Move(Transition::Restore) => match event.before_archive {
            Some(_) => &["It comes back as it was before it was archived."],
            None => &["It becomes a draft again; publish it when it is right."],
        },
        Step::Duplicate => &[
            "A draft with the same words and ticket types, and nothing sold. Change its date, then publish it.",
        ],
        Step::Delete => &[
            "It is gone from every list, and its address is free for another event. This cannot be undone here.",
        ],
    };
    let mut lines: Vec<String> = text.iter().map(|line| (*line).to_owned()).collect();
    if sold > 0 && step == Step::Move(Transition::Cancel) {
        lines.push(format!("{sold} tickets are sold."));
    }
    lines
}

async fn take(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let step = named(&visit)?;
    allowed(&visit, step)?;
    match run(&visit, &grant, step).await {
        Ok(reply) => Ok(reply),
        Err(refusal @ Refusal::Rejected(_)) => {
            let event = find(&visit, grant.tenant()).await?;
            page(&visit, &grant, &event, step, Some(&refusal)).await
        }
        Err(fault) => Err(fault),
    }
}

async fn run(visit: &Visit, grant: &Granted<EventsRead>, step: Step) -> Result<Reply, Refusal> {
    let event = find(visit, grant.tenant()).await?;
    let tenant = grant.tenant().clone();
    let (event, if_match) = (EventRef::Id(event.id), visit.form.get("version").parse().ok());
    match step {
        Step::Move(step) => {
            let command = MoveEvent { tenant, event, step, if_match };
            visit.write(grant.tenant(), command, move |event| done(&path_of(event), moved(step))).await
        }
        Step::Duplicate => {
            let command = DuplicateEvent { tenant, event, if_match };
            let copied =
                |event: &Event| done(&format!("{}/edit", path_of(event)), "This is the copy, a draft.");
            visit.write(grant.tenant(), command, copied).await
        }
        Step::Delete => {
            let command = DeleteEvent { tenant, event, if_match };
            visit.write(grant.tenant(), command, |()| done(PATH, "The event is deleted.")).await
        }
    }
}

fn moved(step: Transition) -> &'static str {
    match step {
        Transition::Publish => "The event is published.",
        Transition::Unpublish => "The event is a draft again.",
        Transition::Cancel => "The event is cancelled.",
        Transition::Archive => "The event is archived.",
        Transition::Restore => "The event is restored.",
    }
}
