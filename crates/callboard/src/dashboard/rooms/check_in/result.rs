//! What became of a scan, in words that one reads from an arm's length.

use callboard_core::event::Event;
use callboard_core::inventory::order::{Scan, Ticket};
use callboard_core::time::{MINUTE, Timestamp, Zone};
use callboard_store::sales::Scanned;

use super::super::events::view;
use crate::dashboard::times;

/// A result, ready to be shown.
pub(super) struct ResultView {
    /// `good`, `warn` or `bad`; the sound follows it.
    pub tone: &'static str,
    pub sign: &'static str,
    pub title: &'static str,
    pub lines: Vec<String>,
    /// The admission that can be taken back.
    pub undo: Option<String>,
}

impl ResultView {
    pub(super) fn of(scanned: &Scanned, event: Option<&Event>, now: Timestamp) -> ResultView {
        let ticket = scanned.ticket.as_ref();
        let mut lines: Vec<String> = ticket.map(|ticket| what(ticket, event)).into_iter().collect();
        let entry = ticket.and_then(|ticket| ticket.checked_in.as_ref());
        let (tone, sign, title) = match scanned.result {
            Scan::Admitted => ("good", "✓", "Admitted"),
            Scan::Duplicate => ("warn", "!", "Already in"),
            Scan::Void => ("bad", "✕", "Void"),
            Scan::Unknown => ("bad", "✕", "Unknown"),
        };
        match scanned.result {
            Scan::Duplicate => {
                lines.extend(entry.map(|entry| first(entry.at, entry.gate.as_deref(), event, now)))
            }
            Scan::Void => lines.push("The order was cancelled or refunded.".to_owned()),
            Scan::Unknown => lines.push("This is no ticket of yours.".to_owned()),
            Scan::Admitted => {}
        }
        let undo = entry.filter(|_| scanned.result == Scan::Admitted).map(|entry| entry.check_in.to_string());
        ResultView { tone, sign, title, lines, undo }
    }

    /// A ticket of another event: it is not let in, and not checked in either.
    pub(super) fn elsewhere(ticket: &Ticket, own: Option<&Event>) -> ResultView {
        ResultView {
            tone: "bad",
            sign: "✕",
            title: "Another event",
            lines: vec![what(ticket, own), "Nothing was checked in.".to_owned()],
            undo: None,
        }
    }
}

/// `General admission. Low Tide Quartet, Fri 4 Dec 2026`.
fn what(ticket: &Ticket, event: Option<&Event>) -> String {
    let found = event.and_then(|event| event.ticket_types.iter().find(|one| one.id == ticket.ticket_type));
    let name = found.map_or("Ticket", |one| one.terms.name.as_str());
    event.map_or_else(|| name.to_owned(), |event| format!("{name}. {}", view::named(event)))
}

fn first(at: Timestamp, gate: Option<&str>, event: Option<&Event>, now: Timestamp) -> String {
    let zone = event.map_or_else(Zone::utc, |event| event.details.schedule.zone.clone());
    let ago = if now.millis_since(at) < MINUTE { "a moment ago".to_owned() } else { times::ago(at, now) };
    let gate = gate.map(|gate| format!(" at {gate}")).unwrap_or_default();
    format!("First in {ago}{gate}: {}.", view::instant(at, &zone))
}
