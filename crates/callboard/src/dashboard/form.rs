//! What a form says: the values as they were typed, and what is wrong with each. A form that is refused is shown
//! again with both. Fields are named like the members of the API's bodies, so a rule's fault finds its field.

use askama::Template;
use callboard_core::issue::{Issues, Place};
use callboard_core::rejection::Rejection;
use callboard_core::text;
use http::StatusCode;

use super::words;
use crate::http::Refusal;

/// Most fields of one form.
pub(crate) const FIELDS_MAX: usize = 2_000;

/// Values and faults of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    values: Vec<(String, String)>,
    faults: Vec<(String, String)>,
    /// What is wrong with the whole, or with what no field shows.
    pub problems: Vec<String>,
    /// The status with which it is shown again.
    status: Option<StatusCode>,
}

impl Form {
    /// A form with values to begin with.
    pub(crate) fn filled(values: impl IntoIterator<Item = (&'static str, String)>) -> Form {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Form { values, ..Form::default() }
    }

    pub(crate) fn of(values: Vec<(String, String)>) -> Form {
        Form { values, ..Form::default() }
    }

    /// A field's text as typed; empty where it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field's text, trimmed; `None` where it is empty or was not sent.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|text| !text.is_empty())
    }

    /// All values of one name, as boxes that are ticked send them; an empty one says that none may be.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.values.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// What a field says as one text: its line breaks as one character each, several values behind each other.
    pub(crate) fn said(&self, name: &str) -> String {
        let all: Vec<&str> = self.all(name).collect();
        all.join(", ").replace("\r\n", "\n").trim().to_owned()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(known, _)| known == name)
    }

    pub(crate) fn is_ticked(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, ticked)| known == name && ticked == value)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(known, _)| known != name);
        self.values.push((name.to_owned(), value.to_owned()));
    }

    /// Adds several values of one name, as boxes that are ticked.
    pub(crate) fn add_all(&mut self, name: &str, values: &[&str]) {
        self.values.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
    }

    /// All that was sent, in its order.
    pub(crate) fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// What is wrong with a field.
    pub(crate) fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(known, _)| known == name).map(|(_, fault)| fault.as_str())
    }

    /// Whether a field of it has a fault.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Whether a field is the first that has one.
    pub(crate) fn is_first_fault(&self, name: &str) -> bool {
        self.faults.first().is_some_and(|(known, _)| known == name)
    }

    pub(crate) fn is_faulty(&self) -> bool {
        self.has_faults() || !self.problems.is_empty()
    }

    /// The status of the page that shows it.
    pub(crate) fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    /// Takes a refusal that the visitor can mend, to show the form again.
    ///
    /// # Errors
    /// The refusal itself where no form can help: it gets a page of its own.
    pub(crate) fn refused(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        let status = match &refusal {
            Refusal::Invalid(issues) => {
                self.note(issues);
                StatusCode::BAD_REQUEST
            }
            Refusal::Rejected(Rejection::NotFound(_) | Rejection::OutOfReach) => return Err(refusal),
            Refusal::Rejected(Rejection::SlugTaken { .. }) => {
                self.faults.push(("slug".to_owned(), words::sentence(&refusal)));
                StatusCode::CONFLICT
            }
            Refusal::Rejected(Rejection::ExternalIdTaken { .. }) => {
                self.faults.push(("external.id".to_owned(), words::sentence(&refusal)));
                StatusCode::CONFLICT
            }
            Refusal::Rejected(Rejection::EmailTaken | Rejection::AlreadyMember) => {
                self.faults.push(("email".to_owned(), words::sentence(&refusal)));
                StatusCode::CONFLICT
            }
            Refusal::Rejected(_)
            | Refusal::InvalidCredentials
            | Refusal::SignInBlocked { .. }
            | Refusal::RateLimited(_)
            | Refusal::IdempotencyReused
            | Refusal::IdempotencyInProgress => {
                self.problems.push(words::sentence(&refusal));
                words::status(&refusal)
            }
            _ => return Err(refusal),
        };
        self.status = Some(status);
        Ok(())
    }

    /// Each fault to its field, by the name that the place has when written with dots.
    fn note(&mut self, issues: &Issues) {
        for issue in &issues.0 {
            let name = match &issue.place {
                Place::Body(_) => issue.place.dotted(),
                Place::Query(_) | Place::Header(_) => String::new(),
            };
            let message = words::sentence_case(&issue.message);
            if name.is_empty() {
                self.problems.push(message);
            } else {
                self.faults.push((name, message));
            }
        }
    }

    /// Faults at fields that are not among these become problems of the whole, so that none is lost.
    #[must_use]
    pub(crate) fn showing(mut self, fields: &[&str]) -> Form {
        let (shown, lost): (Vec<_>, Vec<_>) =
            self.faults.into_iter().partition(|(name, _)| fields.contains(&name.as_str()));
        self.faults = shown;
        self.problems.extend(lost.into_iter().map(|(name, fault)| format!("{name}: {fault}")));
        self
    }

    /// What was wrong with the whole is told elsewhere on the page; the status stays.
    pub(crate) fn forget_problems(&mut self) {
        self.problems.clear();
    }

    /// What is wrong with the whole, for the top of the form; nothing where all is well.
    pub(crate) fn summary(&self) -> Summary {
        Summary { problems: self.problems.clone(), faulty_fields: self.faults.len() }
    }
}

/// The box above a form that was refused.
#[derive(Template)]
#[template(path = "dashboard/summary.html")]
pub(crate) struct Summary {
    problems: Vec<String>,
    faulty_fields: usize,
}

impl askama::filters::HtmlSafe for Summary {}

/// A required line of text of a form.
pub(crate) fn line(form: &Form, issues: &mut Issues, name: &str, max: usize) -> Option<String> {
    issues.keep(name, callboard_core::issue::IssueCode::InvalidValue, text::line(form.get(name), max))
}

/// A line of text that may be left empty.
pub(crate) fn optional_line(form: &Form, issues: &mut Issues, name: &str, max: usize) -> Option<String> {
    form.some(name)?;
    line(form, issues, name, max)
}

/// Several lines of text that may be left empty.
pub(crate) fn optional_lines(form: &Form, issues: &mut Issues, name: &str, max: usize) -> Option<String> {
    let typed = form.some(name)?;
    issues.keep(name, callboard_core::issue::IssueCode::InvalidValue, text::lines(typed, max))
}

/// A whole number within bounds.
pub(crate) fn whole(
    form: &Form,
    issues: &mut Issues,
    name: &str,
    bounds: std::ops::RangeInclusive<i64>,
) -> Option<i64> {
    let number = form.get(name).trim().parse::<i64>().ok().filter(|number| bounds.contains(number));
    let fits =
        number.ok_or_else(|| format!("must be a whole number from {} to {}", bounds.start(), bounds.end()));
    issues.keep(name, callboard_core::issue::IssueCode::InvalidValue, fits)
}

/// A decimal number within bounds that may be left empty.
pub(crate) fn optional_decimal(
    form: &Form,
    issues: &mut Issues,
    name: &str,
    bounds: std::ops::RangeInclusive<f64>,
) -> Option<f64> {
    let number = form.some(name)?.parse::<f64>().ok().filter(|number| bounds.contains(number));
    let fits = number.ok_or_else(|| format!("must be a number from {} to {}", bounds.start(), bounds.end()));
    issues.keep(name, callboard_core::issue::IssueCode::InvalidValue, fits)
}
