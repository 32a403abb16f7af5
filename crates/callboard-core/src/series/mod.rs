//! Series: a recurring show, its dates in civil time, and what an edit does to its occurrences.
//!
//! Dates are worked out on the venue's calendar, never on instants, and only then become instants in
//! the zone; so a change of the clocks can neither lose nor double a show.
//! Source: native-api.md §6, contracts.md §6.7, promises.md R25 and R32.

pub mod course;
pub mod edit;
pub mod expand;
pub mod fault;
pub mod parse;
pub mod plan;
pub mod recurrence;
pub mod rule;
pub mod template;
pub mod words;

pub use course::{Course, Revision, STRETCHES_MAX, Series, Step, Stretch};
pub use edit::{
    Edit, Ending, Existing, Reach, Scope, SeriesRejection, TakenDate, Tie, Update, Work, edit, ending,
    materialise,
};
pub use expand::{Expansion, INSTANCES_MAX, Span, YEARS_MAX};
pub use fault::{Faults, RuleFault};
pub use plan::{Note, Occurrence, Plan, Preview, ShowTimes};
pub use recurrence::{Dates, EXTRA_DATES_MAX, Recurrence, TEXT_MAX, Window};
pub use rule::{Anchor, Ends, Frequency, Rule, Until};
pub use template::Template;
pub use words::SeriesPatch;
