//! Rows of a form of which there may be any number (the bill, offers elsewhere, notes): counted, added, removed. Without
//! scripts, a button sends the form and it comes back with another row.

use callboard_core::event::{METADATA_MAX, OFFERS_MAX, PERFORMERS_MAX, TICKET_TYPES_MAX};

use crate::dashboard::form::Form;

/// A kind of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dashboard::rooms) struct Kind {
    /// The first part of its fields' names.
    pub name: &'static str,
    /// The fields of a row; the first one decides whether there is one.
    pub fields: &'static [&'static str],
    pub max: usize,
}

/// Fields of a row that always say something, and so do not make one.
const CHOSEN: [&str; 2] = ["role", "hidden"];

pub(super) const PERFORMERS: Kind =
    Kind { name: "performers", fields: &["name", "role", "bandSlug", "bannerUrl"], max: PERFORMERS_MAX };
pub(super) const OFFERS: Kind =
    Kind { name: "offers", fields: &["url", "name", "availability"], max: OFFERS_MAX };
pub(super) const METADATA: Kind = Kind { name: "metadata", fields: &["key", "value"], max: METADATA_MAX };
/// The ticket types of a series.
pub(in crate::dashboard::rooms) const TYPES: Kind = Kind {
    name: "types",
    fields: &[
        "name",
        "price",
        "quantity",
        "minPerOrder",
        "maxPerOrder",
        "hidden",
        "saleStartsAt",
        "saleEndsAt",
        "description",
    ],
    max: TICKET_TYPES_MAX,
};
const KINDS: [Kind; 4] = [PERFORMERS, OFFERS, METADATA, TYPES];

/// The buttons that ask for a row more or less: `add=performers`, `drop=performers.2`.
const ADD: &str = "add";
const DROP: &str = "drop";

impl Kind {
    pub(in crate::dashboard::rooms) fn field(&self, at: usize, field: &str) -> String {
        format!("{}.{at}.{field}", self.name)
    }

    /// Rows that the form has, filled or not.
    pub(in crate::dashboard::rooms) fn count(&self, form: &Form) -> usize {
        let rows = self
            .fields
            .first()
            .into_iter()
            .flat_map(|field| (0..=self.max).take_while(move |at| form.has(&self.field(*at, field))));
        rows.count()
    }

    /// Something is said in a row.
    pub(super) fn is_filled(&self, form: &Form, at: usize) -> bool {
        let telling = self.fields.iter().filter(|field| !CHOSEN.contains(field));
        telling.into_iter().any(|field| form.some(&self.field(at, field)).is_some())
    }

    fn set_blank(&self, form: &mut Form, at: usize) {
        for field in self.fields {
            // Whoever stands below the first name is usually support.
            let usual = if *field == "role" && at > 0 { "support" } else { "" };
            form.set(&self.field(at, field), usual);
        }
    }

    /// Gives the form some empty rows to type in.
    pub(in crate::dashboard::rooms) fn pad(&self, form: &mut Form, blank: usize) {
        let count = self.count(form);
        let filled = (0..count).rev().find(|at| self.is_filled(form, *at)).map_or(0, |last| last + 1);
        for at in count..filled.saturating_add(blank).min(self.max) {
            self.set_blank(form, at);
        }
    }

    /// The filled rows, in their order; nothing where the form has none at all.
    pub(in crate::dashboard::rooms) fn filled(&self, form: &Form) -> Option<Vec<usize>> {
        let count = self.count(form);
        (count > 0).then(|| (0..count).filter(|at| self.is_filled(form, *at)).collect())
    }

    /// Takes a row out; those behind it move up.
    fn remove(&self, form: &mut Form, gone: usize) {
        let count = self.count(form);
        for at in gone..count.saturating_sub(1) {
            for field in self.fields {
                let next = form.get(&self.field(at.saturating_add(1), field)).to_owned();
                form.set(&self.field(at, field), &next);
            }
        }
        if let Some(last) = count.checked_sub(1).filter(|last| *last >= gone) {
            self.set_blank(form, last);
        }
    }
}

/// Does what a button for rows asks for; `false` where the form was sent to be saved.
pub(in crate::dashboard::rooms) fn adjust(form: &mut Form) -> bool {
    let (add, drop) = (form.get(ADD).to_owned(), form.get(DROP).to_owned());
    for kind in KINDS {
        if add == kind.name {
            let count = kind.count(form);
            if count < kind.max {
                kind.set_blank(form, count);
            }
            return true;
        }
        let gone = drop.strip_prefix(kind.name).and_then(|rest| rest.strip_prefix('.'));
        if let Some(at) = gone.and_then(|at| at.parse().ok()) {
            kind.remove(form, at);
            return true;
        }
    }
    false
}

/// Whether a field is one of a row that somebody fills in.
pub(super) fn is_of_row(name: &str) -> bool {
    let mut parts = name.split('.');
    let (kind, field) = (parts.next().unwrap_or(""), parts.nth(1).unwrap_or(""));
    KINDS.iter().any(|known| known.name == kind) && !field.is_empty() && !CHOSEN.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill(names: &[&str]) -> Form {
        let row = |(at, name): (usize, &&str)| (format!("performers.{at}.name"), (*name).to_owned());
        Form::of(names.iter().enumerate().map(row).collect())
    }
    fn names(form: &Form) -> Vec<String> {
        (0..PERFORMERS.count(form)).map(|at| form.get(&PERFORMERS.field(at, "name")).to_owned()).collect()
    }

    #[test]
    fn a_row_is_added_and_another_taken_out() {
        let mut form = bill(&["a", "b", "c"]);
        assert!(!adjust(&mut form));
        form.set("drop", "performers.1");
        assert!(adjust(&mut form));
        assert_eq!(names(&form), ["a", "c", ""]);
        form.set("drop", "");
        form.set("add", "performers");
        assert!(adjust(&mut form));
        assert_eq!(names(&form), ["a", "c", "", ""]);
    }

    #[test]
    fn no_more_rows_than_an_event_may_have() {
        let many = vec!["x"; PERFORMERS_MAX];
        let mut form = bill(&many);
        form.set("add", "performers");
        assert!(adjust(&mut form));
        assert_eq!(PERFORMERS.count(&form), PERFORMERS_MAX);
        PERFORMERS.pad(&mut form, 3);
        assert_eq!(PERFORMERS.count(&form), PERFORMERS_MAX);
    }

    #[test]
    fn a_form_ends_with_empty_rows() {
        let mut form = bill(&["a", "", "c", ""]);
        PERFORMERS.pad(&mut form, 2);
        assert_eq!(names(&form), ["a", "", "c", "", ""]);
    }
}
