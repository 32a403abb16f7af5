//! The life of an event: draft, published, cancelled, archived, and the steps between them.
//! Source: native-api.md §5, contracts.md §6.4.

use super::words;
use crate::rejection::Rejection;

words! {
    /// Stored state. `published` is what contracts.md §6.4 calls scheduled.
    Lifecycle { Draft = "draft", Published = "published", Cancelled = "cancelled", Archived = "archived" }
}
words! {
    /// A step that an organiser may ask for.
    Transition { Publish = "publish", Unpublish = "unpublish", Cancel = "cancel", Archive = "archive", Restore = "restore" }
}

/// Where an event stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub lifecycle: Lifecycle,
    pub before_archive: Option<Lifecycle>,
    /// Whether any ticket was sold; a sold event cannot become a draft again.
    pub has_sales: bool,
}

impl Standing {
    /// The steps that are possible from here.
    pub fn allowed(self) -> Vec<Transition> {
        Transition::ALL.iter().copied().filter(|step| self.target(*step).is_some()).collect()
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`Rejection::HasSales`] for unpublishing a sold event · [`Rejection::IllegalTransition`] otherwise.
    pub fn take(self, step: Transition) -> Result<Standing, Rejection> {
        if step == Transition::Unpublish && self.lifecycle == Lifecycle::Published && self.has_sales {
            return Err(Rejection::HasSales {
                what: "the event has sold tickets and cannot become a draft again".to_owned(),
            });
        }
        let illegal = || Rejection::IllegalTransition { from: self.lifecycle, step, allowed: self.allowed() };
        let lifecycle = self.target(step).ok_or_else(illegal)?;
        let before_archive = (lifecycle == Lifecycle::Archived).then_some(self.lifecycle);
        Ok(Standing { lifecycle, before_archive, has_sales: self.has_sales })
    }

    fn target(self, step: Transition) -> Option<Lifecycle> {
        use Lifecycle::{Archived, Cancelled, Draft, Published};
        match (step, self.lifecycle) {
            (Transition::Publish, Draft) => Some(Published),
            (Transition::Unpublish, Published) => (!self.has_sales).then_some(Draft),
            (Transition::Cancel, Draft | Published) => Some(Cancelled),
            (Transition::Archive, Draft | Published | Cancelled) => Some(Archived),
            // What it was before; an archive that does not remember was a draft.
            (Transition::Restore, Archived) => Some(self.before_archive.unwrap_or(Draft)),
            (Transition::Restore, Cancelled) => Some(Draft),
            (Transition::Publish, Published | Cancelled | Archived)
            | (Transition::Unpublish, Draft | Cancelled | Archived)
            | (Transition::Cancel, Cancelled | Archived)
            | (Transition::Archive, Archived)
            | (Transition::Restore, Draft | Published) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(lifecycle: Lifecycle) -> Standing {
        Standing { lifecycle, before_archive: None, has_sales: false }
    }

    #[test]
    fn restore_returns_to_what_it_was() {
        let archived = standing(Lifecycle::Published).take(Transition::Archive).unwrap();
        assert_eq!(archived.take(Transition::Restore).unwrap().lifecycle, Lifecycle::Published);
        assert_eq!(
            standing(Lifecycle::Cancelled).take(Transition::Restore).unwrap().lifecycle,
            Lifecycle::Draft
        );
    }

    #[test]
    fn an_illegal_step_names_the_legal_ones() {
        let refused = standing(Lifecycle::Archived).take(Transition::Publish).unwrap_err();
        assert!(
            matches!(refused, Rejection::IllegalTransition { allowed, .. } if allowed == [Transition::Restore])
        );
    }

    #[test]
    fn a_sold_event_stays_public() {
        let sold = Standing { has_sales: true, ..standing(Lifecycle::Published) };
        assert!(matches!(sold.take(Transition::Unpublish), Err(Rejection::HasSales { .. })));
        assert_eq!(sold.take(Transition::Cancel).unwrap().lifecycle, Lifecycle::Cancelled);
        assert!(!sold.allowed().contains(&Transition::Unpublish));
    }
}
