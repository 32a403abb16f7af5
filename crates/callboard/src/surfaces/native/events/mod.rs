//! Events. Source: native-api.md §5.
//!
//! `body` is what callers say (`parse` and `times` read it into the core's words), `view` what is answered
//! (`render` makes it); `pointers` knows where a fault of the core's sits in a body.

mod availability;
mod body;
mod contract;
mod create;
mod delete;
mod duplicate;
mod get;
mod list;
mod moves;
mod new_event;
mod parse;
mod pointers;
mod put;
mod reading;
mod render;
mod revise;
pub(super) mod sample;
pub(super) mod template;
mod template_view;
mod times;
mod view;
mod words;

pub(super) use pointers::Spoken;
pub(super) use reading::Reading;
pub(super) use render::{sight, stored};
pub(super) use template_view::TemplateView;

use callboard_core::rejection::Thing;
use callboard_store::events::EventRef;

use crate::http::{Call, Operation, Refusal};

const TAG: &str = "Events";
/// How every event operation names its event.
pub(super) const PATH_DOC: (&str, &str) = ("idOrSlug", "The event's id, or its slug");

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        list::operation(),
        create::operation(),
        get::operation(),
        revise::operation(),
        delete::operation(),
        availability::operation(),
        put::operation(),
        duplicate::operation(),
    ];
    all.extend(moves::operations());
    all
}

/// The event that a path names; what cannot be an id or a slug names nothing.
pub(super) fn named(call: &Call) -> Result<EventRef, Refusal> {
    EventRef::parse(call.path.text(PATH_DOC.0)).ok_or(Refusal::not_found(Thing::Event))
}
