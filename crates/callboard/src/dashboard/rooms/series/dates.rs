//! The dates of a series before they are made: of a new one, or what a change makes of those ahead.

use callboard_core::event::schedule::Moment;
use callboard_core::series::{Note, Occurrence, Plan, Window};
use callboard_core::time::Timestamp;

use super::super::events::view;

/// Dates that a page shows before they are made.
const SHOWN: usize = 60;

/// Dates, each with what is to be known of it.
pub(super) struct Dates {
    pub title: String,
    pub shows: Vec<Show>,
    /// Shows at which the clocks change.
    pub notes: usize,
}

pub(super) struct Show {
    pub date: String,
    pub times: String,
    pub note: &'static str,
    pub class: &'static str,
}

impl Dates {
    /// Those of a plan.
    pub(super) fn of(plan: &Plan) -> Dates {
        let preview = plan.preview(SHOWN);
        let title =
            format!("{}{} dates", preview.items.len(), if preview.truncated { " and more" } else { "" });
        Dates::new(title, preview.items.iter().map(Show::of).collect())
    }

    /// Those ahead after a change, with those that it takes away, in their order.
    pub(super) fn changed(before: &Plan, after: &Plan, now: Timestamp) -> Dates {
        let (old, new) = (ahead(before, now), ahead(after, now));
        let at = |shows: &[Occurrence], show: &Occurrence| {
            shows.iter().find(|other| other.date == show.date).map(|other| other.schedule.clone())
        };
        // Beyond the last date of either side nobody knows what the other has.
        let last = |shows: &[Occurrence]| shows.get(SHOWN.saturating_sub(1)).map(|show| show.date);
        let known = [last(&old), last(&new)].into_iter().flatten().min();
        let is_known = |show: &&Occurrence| known.is_none_or(|known| show.date <= known);
        let added = |show: &Occurrence| match at(&old, show) {
            None => Show { note: "New with your change.", class: "added", ..Show::of(show) },
            Some(schedule) if schedule != show.schedule => {
                Show { note: "At another time with your change.", class: "added", ..Show::of(show) }
            }
            Some(_) => Show::of(show),
        };
        let gone =
            |show: &Occurrence| Show { note: "Goes with your change.", class: "gone", ..Show::of(show) };
        let left = old.iter().filter(|show| at(&new, show).is_none());
        let mut all: Vec<_> = new.iter().filter(is_known).map(|show| (show.date, added(show))).collect();
        all.extend(left.filter(is_known).map(|show| (show.date, gone(show))));
        all.sort_by_key(|(date, _)| *date);
        let count = |class: &str| all.iter().filter(|(_, show)| show.class == class).count();
        let title = match (count("added"), count("gone")) {
            (0, 0) => "The dates ahead stay as they are".to_owned(),
            (added, gone) => format!("The dates ahead: {added} new or moved, {gone} gone"),
        };
        Dates::new(title, all.into_iter().map(|(_, show)| show).collect())
    }

    fn new(title: String, shows: Vec<Show>) -> Dates {
        let notes = shows.iter().filter(|show| show.class == "noted").count();
        Dates { title, shows, notes }
    }
}

fn ahead(plan: &Plan, now: Timestamp) -> Vec<Occurrence> {
    let window = Window { from: plan.first_ahead(now), to: None, limit: SHOWN };
    plan.recurrence.dates(window).dates.into_iter().filter_map(|date| plan.show_on(date)).collect()
}

impl Show {
    fn of(show: &Occurrence) -> Show {
        let schedule = &show.schedule;
        let time = |at: Option<Moment>| at.map(|at| view::clock(at.wall));
        let times = [time(schedule.doors), time(schedule.start), time(schedule.end)];
        let (note, class) = match show.note {
            None => ("", ""),
            Some(Note::Gap) => ("The clocks skip this time: it is moved forward.", "noted"),
            Some(Note::Overlap) => ("This time happens twice: the first is taken.", "noted"),
        };
        Show {
            date: view::day(show.date),
            times: times.into_iter().flatten().collect::<Vec<_>>().join(" – "),
            note,
            class,
        }
    }
}
