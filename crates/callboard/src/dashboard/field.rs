//! One field of a form: label, control, hint, and the fault beside it. Made from a [`Form`], so that it keeps
//! what was typed.

use askama::Template;

use super::form::Form;

/// What a field is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An `<input>` of this type.
    Input(&'static str),
    Area,
    Select,
    /// Boxes, of which any number may be ticked.
    Boxes,
    /// Buttons, of which one is chosen; as cards where each explains itself.
    Radios {
        as_cards: bool,
    },
}

/// One of several to choose from.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub is_chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: String::new(), is_chosen: false }
    }
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = hint.into();
        self
    }
}

/// A field, ready to stand in a template as `{{ field }}`.
#[derive(Debug, Clone, Template)]
#[template(path = "dashboard/field.html")]
pub(crate) struct Field {
    pub name: String,
    id: String,
    label: String,
    kind: Kind,
    value: String,
    hint: String,
    fault: Option<String>,
    is_optional: bool,
    max: usize,
    bounds: Option<(String, String)>,
    step: String,
    autocomplete: &'static str,
    placeholder: String,
    /// The id of a list of suggestions.
    list: &'static str,
    is_focused: bool,
    /// Boxes of which none may be ticked say so.
    is_clearable: bool,
    /// Somewhere in the form something is wrong: there one goes on, not where the form begins.
    is_amiss: bool,
    choices: Vec<Choice>,
}

impl askama::filters::HtmlSafe for Field {}

impl Form {
    fn field(&self, name: &str, label: &str, kind: Kind) -> Field {
        let is_secret = kind == Kind::Input("password");
        Field {
            name: name.to_owned(),
            id: format!("f-{}", name.replace('.', "-")),
            label: label.to_owned(),
            value: if is_secret { String::new() } else { self.get(name).to_owned() },
            kind,
            hint: String::new(),
            fault: self.fault(name).map(str::to_owned),
            is_optional: false,
            max: 0,
            bounds: None,
            step: String::new(),
            autocomplete: "off",
            placeholder: String::new(),
            list: "",
            is_focused: self.is_first_fault(name),
            is_amiss: self.has_faults(),
            is_clearable: false,
            choices: Vec::new(),
        }
    }

    /// An `<input>` of any type: `text`, `email`, `url`, `date`, `time`, `datetime-local`, `search`, `file`.
    pub(crate) fn input(&self, kind: &'static str, name: &str, label: &str) -> Field {
        self.field(name, label, Kind::Input(kind))
    }
    pub(crate) fn text(&self, name: &str, label: &str) -> Field {
        self.input("text", name, label)
    }
    /// A password; it is never sent back.
    pub(crate) fn password(&self, name: &str, label: &str) -> Field {
        self.input("password", name, label)
    }
    pub(crate) fn area(&self, name: &str, label: &str) -> Field {
        self.field(name, label, Kind::Area)
    }
    /// A number; `step` may be `any`.
    pub(crate) fn number(&self, name: &str, label: &str, bounds: (&str, &str), step: &str) -> Field {
        let bounds = Some((bounds.0.to_owned(), bounds.1.to_owned()));
        Field { bounds, step: step.to_owned(), ..self.input("number", name, label) }
    }
    pub(crate) fn select(&self, name: &str, label: &str, choices: Vec<Choice>) -> Field {
        self.choosing(name, label, Kind::Select, choices)
    }
    pub(crate) fn boxes(&self, name: &str, label: &str, choices: Vec<Choice>) -> Field {
        self.choosing(name, label, Kind::Boxes, choices)
    }
    pub(crate) fn radios(&self, name: &str, label: &str, choices: Vec<Choice>) -> Field {
        self.choosing(name, label, Kind::Radios { as_cards: false }, choices)
    }
    pub(crate) fn cards(&self, name: &str, label: &str, choices: Vec<Choice>) -> Field {
        self.choosing(name, label, Kind::Radios { as_cards: true }, choices)
    }

    fn choosing(&self, name: &str, label: &str, kind: Kind, mut choices: Vec<Choice>) -> Field {
        for choice in &mut choices {
            choice.is_chosen = self.is_ticked(name, &choice.value);
        }
        Field { choices, ..self.field(name, label, kind) }
    }
}

impl Field {
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = hint.into();
        self
    }
    /// May be left empty.
    pub(crate) fn optional(mut self) -> Field {
        self.is_optional = true;
        self
    }
    /// Where no box is ticked, that is said, and not nothing.
    pub(crate) fn clearable(mut self) -> Field {
        self.is_clearable = true;
        self
    }
    /// Most characters.
    pub(crate) fn max(mut self, max: usize) -> Field {
        self.max = max;
        self
    }
    /// What the browser may fill in by itself, as HTML's `autocomplete` names it.
    pub(crate) fn autocomplete(mut self, word: &'static str) -> Field {
        self.autocomplete = word;
        self
    }
    pub(crate) fn placeholder(mut self, text: impl Into<String>) -> Field {
        self.placeholder = text.into();
        self
    }
    /// Suggests what the `<datalist>` of this id holds.
    pub(crate) fn list(mut self, id: &'static str) -> Field {
        self.list = id;
        self
    }
    /// The first field to type in, unless the form is shown again for a fault: then the first that has one.
    pub(crate) fn focused(mut self) -> Field {
        self.is_focused |= !self.is_amiss;
        self
    }

    fn is_input(&self) -> bool {
        matches!(self.kind, Kind::Input(_))
    }
    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Input(kind) => kind,
            _ => "text",
        }
    }
    fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Boxes | Kind::Radios { .. })
    }
    fn group_class(&self) -> &'static str {
        if self.kind == (Kind::Radios { as_cards: true }) { "choices cards" } else { "choices" }
    }
    fn choice_type(&self) -> &'static str {
        if self.kind == Kind::Boxes { "checkbox" } else { "radio" }
    }
    /// The ids of hint and fault, for screen readers.
    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let fault = self.fault.is_some().then(|| format!("{}-fault", self.id));
        fault.into_iter().chain(hint).collect::<Vec<_>>().join(" ")
    }
}
