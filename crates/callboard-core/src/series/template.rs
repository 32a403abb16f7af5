//! What the occurrences of a series are born with, besides their dates and times.

use crate::event::{Details, Lifecycle, Schedule, TimeBasis};
use crate::money::Currency;
use crate::slug::Slug;
use crate::ticket::{Terms, slug_of_title};
use crate::time::{ShowDate, Timestamp, Zone};

/// The details and ticket types of every occurrence. Slug, schedule and external name are each occurrence's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    details: Details,
    pub types: Vec<Terms>,
    /// Draft or published; what exists already keeps its status.
    pub status: Lifecycle,
}

impl Template {
    /// A template with these details; what is each occurrence's own is left out.
    pub fn new(details: Details, types: Vec<Terms>, status: Lifecycle) -> Template {
        let details = Details { slug: slug_of_title(None), schedule: unset(), external: None, ..details };
        Template { details, types, status }
    }

    /// Details to begin a template with.
    pub fn blank(currency: Currency) -> Details {
        Details::blank(slug_of_title(None), unset(), currency)
    }

    /// The details that all occurrences share.
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// The details of a new occurrence; its slug, if it is free.
    pub fn born(&self, schedule: Schedule) -> Details {
        let date = schedule.show_date;
        Details { slug: self.slug_on(date), schedule, ..self.details.clone() }
    }

    /// The details of an occurrence that is brought up to date.
    pub fn reworded(&self, before: &Details, schedule: Option<Schedule>) -> Details {
        let (slug, external) = (before.slug.clone(), before.external.clone());
        let schedule = schedule.unwrap_or_else(|| before.schedule.clone());
        Details { slug, external, schedule, ..self.details.clone() }
    }

    /// Whether the occurrences of both are alike; the status at birth does not matter to those that exist.
    pub fn makes_the_same(&self, other: &Template) -> bool {
        self.details == other.details && self.types == other.types
    }

    /// `open-mic-2026-12-04`: readable, and unique among the dates of a series.
    fn slug_on(&self, date: ShowDate) -> Slug {
        let title = slug_of_title(Some(self.details.display_title()));
        Slug::parse(&format!("{title}-{date}")).unwrap_or(title)
    }
}

/// The schedule of a template, which has none.
fn unset() -> Schedule {
    Schedule {
        zone: Zone::utc(),
        basis: TimeBasis::Local,
        show_date: Timestamp::from_millis(0).utc_date(),
        doors: None,
        start: None,
        end: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_of_an_occurrence_names_its_date_however_long_its_title() {
        for title in ["Open Stage", "東京", &"a very long title ".repeat(12)] {
            let details = Details { title: Some(title.to_owned()), ..Template::blank(Currency::USD) };
            let template = Template::new(details, Vec::new(), Lifecycle::Draft);
            let date = ShowDate::parse("2026-12-04").unwrap();
            let slug = template.born(Schedule { show_date: date, ..unset() }).slug;
            assert!(slug.as_str().ends_with("-2026-12-04"), "{slug}");
        }
    }
}
