//! What an edit does to the occurrences of a series: which to update, create and remove.
//!
//! Decisions only; the caller carries them out in one transaction. Three rules hold throughout:
//! an occurrence is named for ever by its series and its original date, so nothing is made twice; a date
//! with tickets sold or held is never moved or removed, the whole edit is refused instead; shows that
//! have begun are history and are left alone. Source: native-api.md §6, contracts.md §6.7.

use std::collections::BTreeSet;
use std::fmt;

use super::expand::INSTANCES_MAX;
use super::plan::Plan;
use super::recurrence::Window;
use crate::event::words;
use crate::ids::EventId;
use crate::issue::{Issue, IssueCode, Issues};
use crate::rejection::Rejection;
use crate::time::{ShowDate, Timestamp};

/// An occurrence that was made before, also one that was deleted since: its name stays taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// The date that the series gave it, whatever became of the event.
    pub date: ShowDate,
    pub event: EventId,
    /// When the event itself begins; from then on it is history and left alone.
    pub starts_at: Timestamp,
    pub sold: i64,
    pub held: i64,
    pub tie: Tie,
}

words! {
    /// Whether an occurrence still follows its series.
    Tie {
        Attached = "attached",
        /// Edited, moved or cancelled alone; edits of the series pass it by.
        Detached = "detached",
        /// Deleted alone; it is not made again.
        Removed = "removed",
    }
}

/// Which occurrences an edit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    This(ShowDate),
    Following(ShowDate),
    All,
}

/// A change of a series: what it said, what it is to say.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    pub scope: Scope,
    pub before: &'a Plan,
    pub after: &'a Plan,
    /// Whether anything but dates and times changes: title, prices, performers, …
    pub template_changed: bool,
}

/// Where the present is, and how far ahead occurrences are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    pub now: Timestamp,
    /// Inclusive.
    pub ahead_to: ShowDate,
}

/// What is to be done; lists are in the order of dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    pub update: Vec<Update>,
    /// Dates to make an event for, at `Plan::show_on` of the new plan.
    pub create: Vec<ShowDate>,
    pub remove: Vec<EventId>,
    /// What is updated or created no longer follows the series.
    pub detach: bool,
    /// The old plan ends the day before this date and the new one takes over, when it has a past to
    /// keep: see [`super::Recurrence::split_at`].
    pub split: Option<ShowDate>,
}

/// An event to be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update {
    pub event: EventId,
    pub date: ShowDate,
    /// Whether its times change; otherwise only the template does.
    pub reschedule: bool,
}

/// What ending a series does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub remove: Vec<EventId>,
    /// Future dates that stay, for their tickets.
    pub keep: Vec<TakenDate>,
    /// The recurrence's last date from now on, so that nothing is made again.
    pub until: ShowDate,
}

/// A date that buyers count on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenDate {
    pub date: ShowDate,
    pub event: EventId,
    pub sold: i64,
    pub held: i64,
}

/// Why an edit was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesRejection {
    /// The edit would move or remove dates with tickets sold or held; never empty.
    HasSales { dates: Vec<TakenDate> },
    /// A rule cannot change for one date.
    RuleForOne,
    /// The date is not one of the series that is still ahead.
    NoSuchDate { date: ShowDate },
    /// Nothing would be left of the series.
    NoDates,
    /// Too many edits of "this and following" lie ahead.
    TooManyStretches { limit: usize },
}

impl fmt::Display for SeriesRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SeriesRejection::HasSales { dates } => {
                let dates: Vec<String> = dates.iter().map(|taken| taken.date.to_string()).collect();
                let (those, have) =
                    if dates.len() == 1 { ("that date", "has") } else { ("those dates", "have") };
                write!(
                    f,
                    "{} {have} tickets sold or held and would be moved or removed; edit or cancel {those} alone first",
                    dates.join(", ")
                )
            }
            SeriesRejection::RuleForOne => {
                f.write_str("the rule cannot change for one date; use the scope `following` or `all`")
            }
            SeriesRejection::NoSuchDate { date } => {
                write!(f, "{date} is not a date of this series that is still ahead")
            }
            SeriesRejection::NoDates => f.write_str("the series would have no date left; delete it instead"),
            SeriesRejection::TooManyStretches { limit } => write!(
                f,
                "a series changes its words at most {limit} times ahead; make another series for what follows"
            ),
        }
    }
}

impl std::error::Error for SeriesRejection {}

/// What the caller of a series' operation is told.
impl From<SeriesRejection> for Rejection {
    fn from(refused: SeriesRejection) -> Rejection {
        let message = refused.to_string();
        let (path, code) = match refused {
            SeriesRejection::HasSales { dates } => return Rejection::DatesHaveSales { dates },
            SeriesRejection::RuleForOne => ("scope", IssueCode::Conflict),
            SeriesRejection::NoSuchDate { .. } => ("fromDate", IssueCode::NotFound),
            SeriesRejection::NoDates => ("rrule", IssueCode::InvalidValue),
            SeriesRejection::TooManyStretches { .. } => ("scope", IssueCode::TooBig),
        };
        Rejection::Invalid(Issues(vec![Issue::body(path, code, message)]))
    }
}

impl Work {
    pub fn is_empty(&self) -> bool {
        self.update.is_empty() && self.create.is_empty() && self.remove.is_empty()
    }
}

impl Existing {
    /// Someone has bought, or is about to buy.
    fn is_taken(&self) -> bool {
        self.sold > 0 || self.held > 0
    }
    /// There is an event whose show has not begun.
    fn is_ahead(&self, now: Timestamp) -> bool {
        let is_there = match self.tie {
            Tie::Attached | Tie::Detached => true,
            Tie::Removed => false,
        };
        is_there && self.starts_at > now
    }
    fn taken(&self) -> TakenDate {
        TakenDate { date: self.date, event: self.event, sold: self.sold, held: self.held }
    }
}

/// The dates of a series that have no event yet, from the first show still ahead.
///
/// Idempotent: once they exist, there are none.
pub fn materialise(plan: &Plan, existing: &[Existing], reach: Reach) -> Vec<ShowDate> {
    missing(plan, existing, Window { from: plan.first_ahead(reach.now), ..window_to(reach.ahead_to) })
}

/// What an edit comes to.
///
/// # Errors
/// [`SeriesRejection::HasSales`] with every date that would move or go although tickets are sold or held ·
/// [`SeriesRejection::RuleForOne`] · [`SeriesRejection::NoSuchDate`].
pub fn edit(edit: &Edit<'_>, existing: &[Existing], reach: Reach) -> Result<Work, SeriesRejection> {
    match edit.scope {
        Scope::This(date) => edit_one(edit, date, existing, reach),
        Scope::Following(date) => {
            let work = edit_from(edit, Some(date), existing, reach)?;
            let has_past = edit.before.recurrence.first_date().is_some_and(|first| first < date);
            Ok(Work { split: has_past.then_some(date), ..work })
        }
        Scope::All => edit_from(edit, None, existing, reach),
    }
}

/// What ending a series comes to: dates still ahead go, detached ones too, unless tickets are sold or held.
pub fn ending(plan: &Plan, existing: &[Existing], now: Timestamp) -> Ending {
    let until = plan.first_ahead(now).plus_days(-1);
    let mut ending = Ending { remove: Vec::new(), keep: Vec::new(), until };
    for occurrence in by_date(existing).filter(|occurrence| occurrence.is_ahead(now)) {
        if occurrence.is_taken() {
            ending.keep.push(occurrence.taken());
        } else {
            ending.remove.push(occurrence.event);
        }
    }
    ending
}

fn edit_one(
    edit: &Edit<'_>,
    date: ShowDate,
    existing: &[Existing],
    reach: Reach,
) -> Result<Work, SeriesRejection> {
    if !edit.before.recurrence.says_the_same(&edit.after.recurrence) {
        return Err(SeriesRejection::RuleForOne);
    }
    let is_to_come = || date >= edit.before.first_ahead(reach.now) && edit.before.recurrence.contains(date);
    let mut work = Work::default();
    match existing.iter().find(|occurrence| occurrence.date == date) {
        Some(occurrence) if occurrence.is_ahead(reach.now) => {
            let effect = Effect::on(edit, date);
            if effect.is_move && occurrence.is_taken() {
                return Err(SeriesRejection::HasSales { dates: vec![occurrence.taken()] });
            }
            work.update.extend(effect.update(edit, occurrence));
        }
        None if is_to_come() => work.create.push(date),
        Some(_) | None => return Err(SeriesRejection::NoSuchDate { date }),
    }
    work.detach = !work.update.is_empty() || !work.create.is_empty();
    Ok(work)
}

fn edit_from(
    edit: &Edit<'_>,
    from: Option<ShowDate>,
    existing: &[Existing],
    reach: Reach,
) -> Result<Work, SeriesRejection> {
    let mut work = Work::default();
    let mut taken = Vec::new();
    let is_meant = |occurrence: &&Existing| {
        occurrence.tie == Tie::Attached
            && occurrence.is_ahead(reach.now)
            && from.is_none_or(|from| occurrence.date >= from)
    };
    for occurrence in by_date(existing).filter(is_meant) {
        let effect = Effect::on(edit, occurrence.date);
        if occurrence.is_taken() && (effect.is_removal || effect.is_move) {
            taken.push(occurrence.taken());
        } else if effect.is_removal {
            work.remove.push(occurrence.event);
        } else {
            work.update.extend(effect.update(edit, occurrence));
        }
    }
    if !taken.is_empty() {
        return Err(SeriesRejection::HasSales { dates: taken });
    }
    let ahead = edit.after.first_ahead(reach.now);
    let from = from.map_or(ahead, |from| from.max(ahead));
    work.create = missing(edit.after, existing, Window { from, ..window_to(reach.ahead_to) });
    Ok(work)
}

/// What an edit does to one date.
#[derive(Debug, Clone, Copy)]
struct Effect {
    /// The new plan has no show on this date.
    is_removal: bool,
    /// The show would begin at another instant.
    is_move: bool,
    /// Doors, start, end or zone differ.
    is_reschedule: bool,
}

impl Effect {
    fn on(edit: &Edit<'_>, date: ShowDate) -> Effect {
        let (before, after) = (edit.before.show_on(date), edit.after.show_on(date));
        let starts_at = |show: &Option<super::Occurrence>| show.as_ref().map(|show| show.starts_at);
        Effect {
            is_removal: after.is_none() || !edit.after.recurrence.contains(date),
            is_move: starts_at(&before) != starts_at(&after),
            is_reschedule: before != after,
        }
    }

    fn update(self, edit: &Edit<'_>, occurrence: &Existing) -> Option<Update> {
        let (event, date, reschedule) = (occurrence.event, occurrence.date, self.is_reschedule);
        (reschedule || edit.template_changed).then_some(Update { event, date, reschedule })
    }
}

/// The dates in a window that the plan puts a show on and that have no occurrence, deleted ones included.
fn missing(plan: &Plan, existing: &[Existing], window: Window) -> Vec<ShowDate> {
    let known: BTreeSet<ShowDate> = existing.iter().map(|occurrence| occurrence.date).collect();
    let mut dates = plan.recurrence.dates(window).dates;
    dates.retain(|date| !known.contains(date) && plan.show_on(*date).is_some());
    dates
}

fn window_to(last: ShowDate) -> Window {
    Window { from: last, to: Some(last), limit: INSTANCES_MAX }
}

fn by_date(existing: &[Existing]) -> impl Iterator<Item = &Existing> {
    let mut sorted: Vec<&Existing> = existing.iter().collect();
    sorted.sort_by_key(|occurrence| occurrence.date);
    sorted.into_iter()
}
