//! A series through its edits: stretches of the calendar, one behind the other, each with its own words.
//!
//! An edit of "this and following" begins a new stretch of the same series, so that the series keeps its id
//! and every date its name. Decisions only, as in [`super::edit`]. Source: native-api.md §6.

use super::edit::{
    Edit, Ending, Existing, Reach, Scope, SeriesRejection, TakenDate, Tie, Work, edit, ending, materialise,
};
use super::plan::Plan;
use super::recurrence::Window;
use super::template::Template;
use super::words::SeriesPatch;
use crate::ids::{OrganizationId, SeriesId};
use crate::place::Stamp;
use crate::rejection::Rejection;
use crate::time::{ShowDate, Timestamp};

/// Most stretches that lie ahead; each edit of "this and following" may begin one.
pub const STRETCHES_MAX: usize = 20;

/// A recurring event as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub id: SeriesId,
    pub organization_id: OrganizationId,
    pub course: Course,
    pub stamp: Stamp,
}

/// Some dates of a series in the same words. `plan.recurrence.since` is where it begins; it ends where the
/// next one begins, or at its own `until`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    pub plan: Plan,
    pub template: Template,
}

/// The stretches of a series in the order of their dates; never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Course(Vec<Stretch>);

/// What an edit comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub course: Course,
    pub steps: Vec<Step>,
    /// Dates that were changed alone before and that the edit passed by.
    pub passed_by: Vec<ShowDate>,
}

/// What is to be done in one stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What the occurrences that follow the series were made from.
    pub before: Template,
    /// What they are to be.
    pub after: Stretch,
    pub work: Work,
}

/// How far an edit reaches into a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Not,
    Whole,
    From(ShowDate),
    One(ShowDate),
}

impl Course {
    pub fn new(first: Stretch) -> Course {
        Course(vec![first])
    }

    /// Stretches as they were stored; `None` if there is none.
    pub fn of(stretches: Vec<Stretch>) -> Option<Course> {
        if stretches.is_empty() { None } else { Some(Course(stretches)) }
    }

    pub fn stretches(&self) -> &[Stretch] {
        &self.0
    }

    /// The last stretch, which goes on.
    pub fn last(&self) -> &Stretch {
        self.0.last().expect("a course has a stretch: its constructors see to it")
    }

    /// The last date of a stretch, if it has one.
    pub fn end_of(&self, index: usize) -> Option<ShowDate> {
        let next = self.0.get(index.saturating_add(1)).and_then(|next| next.plan.recurrence.since);
        let own = self.0.get(index).and_then(|stretch| stretch.plan.recurrence.until);
        let before_next = next.map(|next| next.plus_days(-1));
        [own, before_next].into_iter().flatten().min()
    }

    /// The stretches with their ends in their plans.
    fn bounded(&self) -> impl Iterator<Item = Stretch> + '_ {
        self.0.iter().enumerate().map(|(index, stretch)| {
            let mut bounded = stretch.clone();
            bounded.plan.recurrence.until = self.end_of(index);
            bounded
        })
    }

    /// The dates that have no event yet, each with the stretch that it is made from.
    pub fn missing(&self, existing: &[Existing], reach: Reach) -> Vec<(ShowDate, Stretch)> {
        let of = |stretch: Stretch| {
            let dates = materialise(&stretch.plan, existing, reach);
            dates.into_iter().map(move |date| (date, stretch.clone()))
        };
        self.bounded().flat_map(of).collect()
    }

    /// Whether there are, or may be, dates after this one.
    pub fn goes_on_after(&self, date: ShowDate) -> bool {
        let window = Window { from: date.plus_days(1), to: None, limit: 1 };
        self.bounded().any(|stretch| {
            let found = stretch.plan.recurrence.dates(window);
            found.truncated || !found.dates.is_empty()
        })
    }

    /// What ending it comes to.
    pub fn ending(&self, existing: &[Existing], now: Timestamp) -> Ending {
        ending(&self.last().plan, existing, now)
    }

    /// What a change comes to.
    ///
    /// # Errors
    /// [`Rejection::DatesHaveSales`] with every date that would move or go · issues of the change.
    pub fn revise(
        &self,
        scope: Scope,
        patch: &SeriesPatch,
        existing: &[Existing],
        reach: Reach,
    ) -> Result<Revision, Rejection> {
        let anchor = match scope {
            Scope::This(date) | Scope::Following(date) => date,
            Scope::All => {
                self.0.first().map_or(ShowDate::of(reach.now.wall(&self.last().plan.zone)), |first| {
                    first.plan.recurrence.start()
                })
            }
        };
        let (mut after, mut steps, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        let (mut passed_by, mut is_met) = (Vec::new(), false);
        for (index, (stretch, before)) in self.0.iter().zip(self.bounded()).enumerate() {
            let touch = self.touch(scope, index);
            if touch == Touch::Not {
                after.push(stretch.clone());
                continue;
            }
            is_met = true;
            let amended = patch.amend(stretch, touch.is_one(), anchor, reach.now)?;
            let within: Vec<Existing> =
                existing.iter().filter(|occurrence| self.holds(index, occurrence.date)).copied().collect();
            let work = match decide(touch, &before, &self.closed(index, &amended, touch), &within, reach) {
                Ok(work) => work,
                Err(SeriesRejection::HasSales { dates }) => {
                    taken.extend(dates);
                    continue;
                }
                Err(other) => return Err(other.into()),
            };
            passed_by.extend(touch.passed_by(&within, reach.now));
            after.extend(touch.result(stretch, &amended, &work));
            let after = self.closed(index, &amended, touch);
            steps.push(Step { before: stretch.template.clone(), after, work });
        }
        if let (Scope::This(date), false) = (scope, is_met) {
            return Err(SeriesRejection::NoSuchDate { date }.into());
        }
        refuse_taken(taken)?;
        steps.retain(|step| !step.work.is_empty());
        let course = if after == self.0 { self.clone() } else { tidied(after, reach.now)? };
        if course == *self && steps.is_empty() {
            passed_by.clear();
        }
        Ok(Revision { course, steps, passed_by })
    }

    /// A stretch's new words with the end that the next stretch gives it.
    fn closed(&self, index: usize, amended: &Stretch, touch: Touch) -> Stretch {
        let next = self.0.get(index.saturating_add(1)).and_then(|next| next.plan.recurrence.since);
        let before_next = next.map(|next| next.plus_days(-1));
        let mut closed = amended.clone();
        let recurrence = &mut closed.plan.recurrence;
        recurrence.until = [recurrence.until, before_next].into_iter().flatten().min();
        if let Touch::From(date) = touch {
            recurrence.since = Some(recurrence.since.map_or(date, |since| since.max(date)));
        }
        closed
    }

    fn begin_of(&self, index: usize) -> Option<ShowDate> {
        self.0.get(index).and_then(|stretch| stretch.plan.recurrence.since)
    }

    /// Whether a date belongs to a stretch, its own `until` aside.
    fn holds(&self, index: usize, date: ShowDate) -> bool {
        self.begin_of(index).is_none_or(|since| since <= date)
            && self.begin_of(index.saturating_add(1)).is_none_or(|next| date < next)
    }

    fn touch(&self, scope: Scope, index: usize) -> Touch {
        match scope {
            Scope::All => Touch::Whole,
            Scope::This(date) if self.holds(index, date) => Touch::One(date),
            Scope::This(_) => Touch::Not,
            Scope::Following(date) => match (self.begin_of(index), self.begin_of(index.saturating_add(1))) {
                (_, Some(next)) if next <= date => Touch::Not,
                (Some(since), _) if since >= date => Touch::Whole,
                (_, _) => Touch::From(date),
            },
        }
    }
}

fn decide(
    touch: Touch,
    before: &Stretch,
    after: &Stretch,
    existing: &[Existing],
    reach: Reach,
) -> Result<Work, SeriesRejection> {
    let scope = match touch {
        Touch::One(date) => Scope::This(date),
        Touch::From(date) => Scope::Following(date),
        Touch::Whole | Touch::Not => Scope::All,
    };
    let template_changed = !before.template.makes_the_same(&after.template);
    edit(&Edit { scope, before: &before.plan, after: &after.plan, template_changed }, existing, reach)
}

impl Touch {
    fn is_one(self) -> bool {
        matches!(self, Touch::One(_))
    }

    /// The stretches that take the place of one.
    fn result(self, before: &Stretch, amended: &Stretch, work: &Work) -> Vec<Stretch> {
        match (self, work.split) {
            (Touch::Not | Touch::One(_), _) => vec![before.clone()],
            (Touch::From(date), Some(_)) => {
                let mut new = amended.clone();
                new.plan.recurrence.since = Some(date);
                vec![before.clone(), new]
            }
            (Touch::Whole | Touch::From(_), _) => vec![amended.clone()],
        }
    }

    /// Dates ahead that left the series and are not touched, though they lie in the edit's range.
    fn passed_by(self, existing: &[Existing], now: Timestamp) -> Vec<ShowDate> {
        let from = match self {
            Touch::Not | Touch::One(_) => return Vec::new(),
            Touch::From(date) => Some(date),
            Touch::Whole => None,
        };
        let is_passed = |one: &&Existing| {
            one.tie == Tie::Detached && one.starts_at > now && from.is_none_or(|from| from <= one.date)
        };
        existing.iter().filter(is_passed).map(|one| one.date).collect()
    }
}

fn refuse_taken(mut dates: Vec<TakenDate>) -> Result<(), Rejection> {
    dates.sort_by_key(|taken| taken.date);
    if dates.is_empty() { Ok(()) } else { Err(SeriesRejection::HasSales { dates }.into()) }
}

/// Stretches without what is over, what says the same as the one before, and what has no dates at the end.
///
/// One without dates between others stays: its place is where later edits find it.
fn tidied(stretches: Vec<Stretch>, now: Timestamp) -> Result<Course, SeriesRejection> {
    let all = Course(stretches);
    let mut kept: Vec<Stretch> = Vec::new();
    let last = all.0.len().saturating_sub(1);
    for (index, (stretch, bounded)) in all.0.iter().zip(all.bounded()).enumerate() {
        let end = bounded.plan.recurrence.until.filter(|_| index < last);
        let is_over = end.is_some_and(|end| end < bounded.plan.first_ahead(now));
        if !is_over && !kept.last().is_some_and(|before| goes_on(before, stretch)) {
            kept.push(stretch.clone());
        }
    }
    while let Some(empty) = kept.pop_if(|last| last.plan.recurrence.first_date().is_none()) {
        // Where nothing follows, what was before ends here all the same.
        if let Some(before) = kept.last_mut() {
            let end = empty.plan.recurrence.since.map(|since| since.plus_days(-1));
            let recurrence = &mut before.plan.recurrence;
            recurrence.until = [recurrence.until, end].into_iter().flatten().min();
        }
    }
    if kept.len() > STRETCHES_MAX {
        return Err(SeriesRejection::TooManyStretches { limit: STRETCHES_MAX });
    }
    Course::of(kept).ok_or(SeriesRejection::NoDates)
}

/// Whether a stretch says what the one before it says.
fn goes_on(before: &Stretch, stretch: &Stretch) -> bool {
    let mut same = stretch.clone();
    same.plan.recurrence.since = before.plan.recurrence.since;
    same == *before
}
