//! What many pages are made of: a plain form, the question before a grave step, the way through a long list.

use std::sync::LazyLock;

use askama::Template;
use callboard_core::time::{Timestamp, Zone};
use callboard_store::page::{After, Page};

use super::field::Field;
use super::form::Form;
use super::shell::Shell;

/// A page that is one form. The heading is the frame's title.
#[derive(Template)]
#[template(path = "dashboard/form.html")]
pub(crate) struct FormPage {
    frame: Shell,
    form: Form,
    lead: String,
    action: String,
    submit: &'static str,
    cancel: String,
    /// Fields row by row; those of one row stand beside each other where there is room.
    rows: Vec<Vec<Field>>,
    /// Values that travel along unseen.
    kept: Vec<(String, String)>,
    has_zones: bool,
    tabs: Vec<Tab>,
    /// A grave step that leads away from the form: its label and its question.
    grave: Option<(&'static str, String)>,
}

impl FormPage {
    pub(crate) fn new(
        frame: Shell,
        form: &Form,
        action: impl Into<String>,
        submit: &'static str,
        cancel: impl Into<String>,
    ) -> FormPage {
        FormPage {
            frame,
            form: form.clone(),
            lead: String::new(),
            action: action.into(),
            submit,
            cancel: cancel.into(),
            rows: Vec::new(),
            kept: Vec::new(),
            has_zones: false,
            tabs: Vec::new(),
            grave: None,
        }
    }
    /// A sentence under the heading.
    pub(crate) fn lead(mut self, text: impl Into<String>) -> FormPage {
        self.lead = text.into();
        self
    }
    pub(crate) fn row(mut self, fields: impl Into<Vec<Field>>) -> FormPage {
        self.rows.push(fields.into());
        self
    }
    pub(crate) fn keep(mut self, name: &str, value: impl Into<String>) -> FormPage {
        self.kept.push((name.to_owned(), value.into()));
        self
    }
    /// Brings the list of time zones, for a field with `.list("zones")`.
    pub(crate) fn with_zones(mut self) -> FormPage {
        self.has_zones = true;
        self
    }
    /// The other pages of what the form changes.
    pub(crate) fn tabs(mut self, tabs: Vec<Tab>) -> FormPage {
        self.tabs = tabs;
        self
    }
    /// A step such as removing, whose question is at `path`.
    pub(crate) fn grave(mut self, label: &'static str, path: impl Into<String>) -> FormPage {
        self.grave = Some((label, path.into()));
        self
    }
    /// Ready to be shown: a fault whose field is not on the page is said above it.
    pub(crate) fn ready(mut self) -> FormPage {
        let shown: Vec<&str> = self.rows.iter().flatten().map(|field| field.name.as_str()).collect();
        self.form = self.form.clone().showing(&shown);
        self
    }
}

/// One of the pages of a thing that has several.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub label: &'static str,
    pub path: String,
    pub is_here: bool,
}

/// The question before a step that cannot be taken back. With scripts it stands in a dialog.
#[derive(Template)]
#[template(path = "dashboard/confirm.html")]
pub(crate) struct ConfirmPage {
    frame: Shell,
    /// Why it was refused, if it was.
    pub problem: Option<String>,
    /// What happens then.
    pub lines: Vec<String>,
    /// What it concerns.
    pub list: Vec<String>,
    action: String,
    verb: &'static str,
    pub is_grave: bool,
    cancel: String,
}

impl ConfirmPage {
    pub(crate) fn new(
        frame: Shell,
        action: impl Into<String>,
        verb: &'static str,
        cancel: impl Into<String>,
    ) -> ConfirmPage {
        ConfirmPage {
            frame,
            problem: None,
            lines: Vec::new(),
            list: Vec::new(),
            action: action.into(),
            verb,
            is_grave: true,
            cancel: cancel.into(),
        }
    }
    pub(crate) fn line(mut self, text: impl Into<String>) -> ConfirmPage {
        self.lines.push(text.into());
        self
    }
}

/// The links under a list that is longer than a page.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "dashboard/pager.html")]
pub(crate) struct Pager {
    first: Option<String>,
    next: Option<String>,
}

impl askama::filters::HtmlSafe for Pager {}

/// Rows of one page of a list.
pub(crate) const ROWS: i64 = 50;

impl Pager {
    /// For a list at `path`, whose other parameters (filters) stay as they are in `query`.
    pub(crate) fn of<T>(path: &str, query: &Form, page: &Page<T>) -> Pager {
        Pager::behind(path, query, "after", page.next.map(written))
    }

    /// For a list whose pages are told by a parameter of its own; `next` is what it is for the page behind this one.
    pub(crate) fn behind(path: &str, query: &Form, name: &str, next: Option<String>) -> Pager {
        let link = |value: Option<String>| {
            let mut url = form_urlencoded::Serializer::new(String::new());
            for (known, kept) in
                query.values().iter().filter(|(known, kept)| known != name && !kept.is_empty())
            {
                url.append_pair(known, kept);
            }
            if let Some(value) = value {
                url.append_pair(name, &value);
            }
            let text = url.finish();
            if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
        };
        Pager { first: query.some(name).map(|_| link(None)), next: next.map(|value| link(Some(value))) }
    }

    fn has_pages(&self) -> bool {
        self.first.is_some() || self.next.is_some()
    }
}

/// The place in a list that the address names; one that is no place is the beginning.
pub(crate) fn after(query: &Form) -> Option<After> {
    let (millis, id) = query.get("after").split_once('.')?;
    Some(After { created_at: Timestamp::from_millis(millis.parse().ok()?), id: id.parse().ok()? })
}

fn written(after: After) -> String {
    format!("{}.{}", after.created_at.as_millis(), after.id)
}

/// The zones that a form suggests: those named after a place, and UTC.
pub(crate) fn zones() -> &'static [String] {
    static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let odd = ["Etc/", "SystemV/", "posix/", "right/"];
        let names = Zone::names().into_iter();
        let named =
            names.filter(|name| name.contains('/') && !odd.iter().any(|prefix| name.starts_with(prefix)));
        named.chain(std::iter::once("UTC".to_owned())).collect()
    });
    &ZONES
}
