//! When an event happens, as a body says it: instants, or wall times of its zone. Source: native-api.md §5.

use callboard_core::event::patch::Change;
use callboard_core::event::{LocalPatch, SchedulePatch, When};
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone};

use super::body::{EventChange, LocalTimesChange};
use super::reading::Reading;

/// Reads zone and times; instants and `local` in one body contradict each other.
pub(super) fn read(r: &mut Reading, body: &EventChange) -> SchedulePatch {
    let zone = r.value("timezone", body.timezone.as_deref(), Zone::parse);
    let said_instant =
        [&body.starts_at, &body.ends_at, &body.doors_at].into_iter().flatten().any(Option::is_some);
    let mut instant = |path: &str, said: &Change<String>| {
        r.each(path, said.clone(), |text| Timestamp::parse(&text)).map(|at| at.map(When::At))
    };
    let (doors, start, end) = (
        instant("doorsAt", &body.doors_at),
        instant("startsAt", &body.starts_at),
        instant("endsAt", &body.ends_at),
    );
    let Some(said) = &body.local else {
        return SchedulePatch { zone, doors, start, end, ..SchedulePatch::default() };
    };
    if said_instant {
        let message = "give either instants (startsAt, endsAt, doorsAt) or wall times (local), not both";
        r.0.push(Issue::body("local", IssueCode::Conflict, message));
    }
    let local = local(r, said);
    SchedulePatch { zone, local: Some(local).filter(|local| !local.is_empty()), ..SchedulePatch::default() }
}

fn local(r: &mut Reading, said: &LocalTimesChange) -> LocalPatch {
    let date = r.value("local.date", said.date.as_deref(), ShowDate::parse);
    let mut clock =
        |path: &str, said: &Change<String>| r.each(path, said.clone(), |text| ClockTime::parse(&text));
    LocalPatch {
        date,
        doors: clock("local.doors", &said.doors),
        start: clock("local.start", &said.start),
        end: clock("local.end", &said.end),
    }
}
