//! Two people save the same: what was typed is set beside what is stored now, and one goes on from there. A button
//! in the table takes the other's value of one field, or of all, without scripts.

use askama::Template;

use super::places::Places;
use super::{rows, values};
use crate::dashboard::form::Form;

/// The version that a form shows.
pub(in crate::dashboard::rooms) const VERSION: &str = "version";
/// The button that takes the other's value: the name of its field, or [`ALL`].
const TAKE: &str = "take";
const ALL: &str = "*";

/// What somebody else has saved meanwhile, above the form that was refused for it; nothing where nothing differs.
#[derive(Template, Default)]
#[template(path = "dashboard/events/conflict.html")]
pub(in crate::dashboard::rooms) struct Conflict {
    pub what: &'static str,
    pub differences: Vec<Difference>,
    pub is_met: bool,
}

impl askama::filters::HtmlSafe for Conflict {}

/// A field as it was typed here and as it is stored now.
pub(in crate::dashboard::rooms) struct Difference {
    pub name: String,
    pub label: String,
    pub yours: String,
    pub theirs: String,
}

impl Conflict {
    /// Sets a form beside what is stored; from now on it stands on that version. This says what a refusal would say above
    /// the form, and more.
    pub(in crate::dashboard::rooms) fn of(
        form: &mut Form,
        stored: &Form,
        version: i64,
        places: &Places,
        what: &'static str,
    ) -> Conflict {
        form.set(VERSION, &version.to_string());
        form.forget_problems();
        Conflict { what, differences: differences(form, stored, places), is_met: true }
    }
}

/// Whether a form was sent from an older version than the one that is stored now.
pub(in crate::dashboard::rooms) fn is_stale(form: &Form, version: i64) -> bool {
    form.get(VERSION).parse::<i64>().is_ok_and(|seen| seen != version)
}

/// Takes the other's value where a button of the table asks for it; `false` where none does.
pub(in crate::dashboard::rooms) fn take(form: &mut Form, stored: &Form) -> bool {
    let Some(taken) = form.some(TAKE).map(str::to_owned) else { return false };
    let mut names: Vec<String> =
        form.values().iter().chain(stored.values()).map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    names
        .retain(|name| if taken == ALL { stored.has(name) || rows::is_of_row(name) } else { *name == taken });
    for name in names {
        let theirs: Vec<String> = stored.all(&name).map(str::to_owned).collect();
        form.set(&name, "");
        match theirs.as_slice() {
            [] => {}
            [one] => form.set(&name, one),
            many => form.add_all(&name, &many.iter().map(String::as_str).collect::<Vec<_>>()),
        }
    }
    true
}

/// The fields that differ between what was typed and what is stored now.
fn differences(form: &Form, stored: &Form, places: &Places) -> Vec<Difference> {
    let typed = form.values().iter().filter(|(name, _)| stored.has(name) || rows::is_of_row(name));
    let gone = stored.values().iter().filter(|(name, _)| !form.has(name) && rows::is_of_row(name));
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in typed.chain(gone) {
        if form.said(name) != stored.said(name) && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let difference = |name: &str| Difference {
        name: name.to_owned(),
        label: values::label(name),
        yours: said(name, &form.said(name), places),
        theirs: said(name, &stored.said(name), places),
    };
    names.into_iter().map(difference).collect()
}

/// A value for people: places by their names.
fn said(name: &str, value: &str, places: &Places) -> String {
    let choices = match name {
        "venueId" => places.venue_choices(&[]),
        "channelId" => places.channel_choices(&[]),
        "boxOfficeId" => places.office_choices(&[]),
        _ => Vec::new(),
    };
    let known = choices.into_iter().find(|choice| choice.value == value).map(|choice| choice.label);
    let text = known.unwrap_or_else(|| value.to_owned());
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}
