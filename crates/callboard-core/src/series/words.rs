//! What a caller says about a series, read against what it said before.
//!
//! Places of issues are the members of native-api.md §6: `rrule`, `startDate`, `untilDate`, `exDates`, `rDates`.

use std::collections::BTreeSet;

use jiff::ToSpan;

use super::course::Stretch;
use super::expand::YEARS_MAX;
use super::plan::{Plan, ShowTimes};
use super::recurrence::{EXTRA_DATES_MAX, Recurrence};
use super::rule::{Anchor, Ends};
use super::template::Template;
use crate::event::patch::Change;
use crate::event::{EventPatch, Lifecycle};
use crate::issue::{Issue, IssueCode, Issues};
use crate::ticket::Terms;
use crate::time::{ClockTime, ShowDate, Timestamp, Zone};

/// Changes to a series, or all of a new one. In each member `None` keeps what is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesPatch {
    /// A rule, perhaps with `EXDATE` and `RDATE` lines, which add to the lists.
    pub rrule: Option<String>,
    pub zone: Option<Zone>,
    pub start_date: Option<ShowDate>,
    pub doors: Change<ClockTime>,
    pub start: Option<ClockTime>,
    pub end: Change<ClockTime>,
    pub until: Change<ShowDate>,
    pub exdates: Option<BTreeSet<ShowDate>>,
    pub rdates: Option<BTreeSet<ShowDate>>,
    /// What the occurrences are like; slug, schedule and external name are not said here.
    pub event: EventPatch,
    pub types: Option<Vec<Terms>>,
    pub status: Option<Lifecycle>,
}

impl SeriesPatch {
    /// The plan of a new series.
    ///
    /// # Errors
    /// All faults of the rule and the dates; a rule without any date.
    pub fn first_plan(&self, now: Timestamp) -> Result<Plan, Issues> {
        let mut issues = Issues::new();
        let mut needed = |is_said: bool, path: &str| {
            if !is_said {
                issues.push(Issue::body(path, IssueCode::Required, "is required"));
            }
        };
        needed(self.rrule.is_some(), "rrule");
        needed(self.zone.is_some(), "timezone");
        needed(self.start_date.is_some(), "startDate");
        needed(self.start.is_some(), "local.start");
        let (Some(zone), Some(start_date), Some(start)) = (&self.zone, self.start_date, self.start) else {
            return Err(issues);
        };
        issues.done()?;
        let times = ShowTimes { doors: self.doors.flatten(), start, end: self.end.flatten() };
        self.plan(None, start_date, times, zone.clone(), now)
    }

    /// A stretch after this change; for one occurrence alone its rule stays anchored as it is.
    ///
    /// A rule that is said without a start begins at `anchor`, and counts from there.
    ///
    /// # Errors
    /// As [`SeriesPatch::first_plan`].
    pub fn amend(
        &self,
        before: &Stretch,
        is_for_one: bool,
        anchor: ShowDate,
        now: Timestamp,
    ) -> Result<Stretch, Issues> {
        let (plan, times) = (&before.plan, before.plan.times);
        let times = ShowTimes {
            doors: self.doors.unwrap_or(times.doors),
            start: self.start.unwrap_or(times.start),
            end: self.end.unwrap_or(times.end),
        };
        let anchored = self.rrule.as_ref().filter(|_| !is_for_one).map(|_| anchor);
        let start = self.start_date.or(anchored).unwrap_or(plan.recurrence.start());
        let zone = self.zone.clone().unwrap_or_else(|| plan.zone.clone());
        let plan = self.plan(Some(&plan.recurrence), start, times, zone, now)?;
        let (details, _) = self.event.clone().apply(before.template.details())?;
        let types = self.types.clone().unwrap_or_else(|| before.template.types.clone());
        let status = self.status.unwrap_or(before.template.status);
        Ok(Stretch { plan, template: Template::new(details, types, status) })
    }

    fn plan(
        &self,
        before: Option<&Recurrence>,
        start: ShowDate,
        times: ShowTimes,
        zone: Zone,
        now: Timestamp,
    ) -> Result<Plan, Issues> {
        let anchor = Anchor { start, time: times.start, zone: &zone };
        let mut recurrence = match (&self.rrule, before) {
            (Some(text), _) => {
                Recurrence::parse(text, anchor).map_err(|faults| faults.into_issues("rrule"))?
            }
            (None, Some(before)) => Recurrence::new(before.rule().clone(), anchor),
            (None, None) => {
                return Err(Issues(vec![Issue::body("rrule", IssueCode::Required, "is required")]));
            }
        };
        let kept = |said: &Option<BTreeSet<ShowDate>>, before: Option<&BTreeSet<ShowDate>>| {
            said.clone().or_else(|| before.cloned()).unwrap_or_default()
        };
        recurrence.exdates.append(&mut kept(&self.exdates, before.map(|before| &before.exdates)));
        recurrence.rdates.append(&mut kept(&self.rdates, before.map(|before| &before.rdates)));
        if self.rdates.is_none() {
            // A start that moves leaves extra dates behind that nobody said anew.
            recurrence.rdates = recurrence.rdates.split_off(&start);
        }
        recurrence.until = self.until.unwrap_or(before.and_then(|before| before.until));
        recurrence.since = before.and_then(|before| before.since);
        self.check(&recurrence, anchor, now)?;
        Ok(Plan { recurrence, times, zone })
    }

    fn check(&self, recurrence: &Recurrence, anchor: Anchor<'_>, now: Timestamp) -> Result<(), Issues> {
        let mut issues = Issues::new();
        let today = ShowDate::of(now.wall(anchor.zone));
        let horizon = ShowDate::from(anchor.start.max(today).civil().saturating_add(YEARS_MAX.years()));
        let mut refuse = |path: &str, code, message: String| issues.push(Issue::body(path, code, message));
        let too_far = || format!("must not be after {horizon}, {YEARS_MAX} years ahead");
        for (path, dates) in [("exDates", &recurrence.exdates), ("rDates", &recurrence.rdates)] {
            if dates.len() > EXTRA_DATES_MAX {
                refuse(path, IssueCode::TooBig, format!("must have at most {EXTRA_DATES_MAX} dates"));
            }
        }
        if recurrence.rdates.first().is_some_and(|first| *first < anchor.start) {
            refuse("rDates", IssueCode::InvalidValue, "must not be before startDate".to_owned());
        }
        if self.rdates.as_ref().and_then(BTreeSet::last).is_some_and(|last| *last > horizon) {
            refuse("rDates", IssueCode::TooBig, too_far());
        }
        if let Some(until) = self.until.flatten() {
            if until < anchor.start {
                refuse("untilDate", IssueCode::InvalidValue, "must not be before startDate".to_owned());
            } else if until > horizon {
                refuse(
                    "untilDate",
                    IssueCode::TooBig,
                    format!("{}; leave it out for a series without an end", too_far()),
                );
            }
        }
        if let (Some(_), Ends::Until(until)) = (&self.rrule, recurrence.rule().ends())
            && until.last_date(anchor) > horizon
        {
            refuse(
                "rrule",
                IssueCode::TooBig,
                format!("UNTIL {}; leave it out for a series without an end", too_far()),
            );
        }
        let mut whole = recurrence.clone();
        whole.since = None;
        if issues.is_empty() && whole.first_date().is_none() {
            let message =
                format!("has no date in the {YEARS_MAX} years from startDate, or none up to untilDate");
            issues.push(Issue::body("rrule", IssueCode::InvalidValue, message));
        }
        issues.done()
    }
}
