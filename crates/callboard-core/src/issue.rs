//! What is wrong with an input: a list of issues, each with its place, kind and a sentence.
//!
//! Every surface renders the same list in its own shape: P as dotted `field`, H and T as Zod
//! issues, N as JSON Pointers. Reporting all faults at once is the rule; stopping at the first is not.

use std::fmt;

/// One step on the way to a value inside a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Member(String),
    /// An element of an array.
    Index(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Step::Member(name.to_owned())
    }
}
impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// Where a fault sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A path into the JSON body; empty for the body as a whole.
    Body(Vec<Step>),
    /// A query parameter by name.
    Query(String),
    /// A header by name.
    Header(&'static str),
}

impl Place {
    /// A path of member names into the body, written with dots: `ticketTypes.0.price`; digits are an index.
    pub fn body(path: &str) -> Place {
        let step = |part: &str| part.parse().map_or_else(|_| Step::from(part), Step::Index);
        Place::Body(path.split('.').filter(|part| !part.is_empty()).map(step).collect())
    }

    /// The dotted form (`ticketTypes.0.price`; a parameter or header is its name).
    pub fn dotted(&self) -> String {
        match self {
            Place::Query(name) => name.clone(),
            Place::Header(name) => (*name).to_owned(),
            Place::Body(steps) => {
                let parts: Vec<String> = steps.iter().map(ToString::to_string).collect();
                parts.join(".")
            }
        }
    }

    /// The JSON Pointer of RFC 6901 (`/ticketTypes/0/price`), or `query:NAME`, `header:NAME`.
    pub fn pointer(&self) -> String {
        match self {
            Place::Query(name) => format!("query:{name}"),
            Place::Header(name) => format!("header:{name}"),
            Place::Body(steps) => steps.iter().fold(String::new(), |mut out, step| {
                out.push('/');
                out.push_str(&step.to_string().replace('~', "~0").replace('/', "~1"));
                out
            }),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Member(name) => f.write_str(name),
            Step::Index(index) => write!(f, "{index}"),
        }
    }
}

/// The kind of a fault. `as_str` is the code of the native API; `zod` the nearest Zod issue code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueCode {
    Required,
    InvalidType,
    TooSmall,
    TooBig,
    InvalidFormat,
    InvalidValue,
    UnknownMember,
    DuplicateMember,
    NotFound,
    Conflict,
    NotSupported,
}

impl IssueCode {
    pub fn as_str(self) -> &'static str {
        match self {
            IssueCode::Required => "required",
            IssueCode::InvalidType => "invalid_type",
            IssueCode::TooSmall => "too_small",
            IssueCode::TooBig => "too_big",
            IssueCode::InvalidFormat => "invalid_format",
            IssueCode::InvalidValue => "invalid_value",
            IssueCode::UnknownMember => "unknown_member",
            IssueCode::DuplicateMember => "duplicate_member",
            IssueCode::NotFound => "not_found",
            IssueCode::Conflict => "conflict",
            IssueCode::NotSupported => "not_supported",
        }
    }

    /// The Zod issue code that H and T answer. Source: contracts.md §2.4, §4.3.
    pub fn zod(self) -> &'static str {
        match self {
            IssueCode::Required | IssueCode::InvalidType => "invalid_type",
            IssueCode::TooSmall => "too_small",
            IssueCode::TooBig => "too_big",
            IssueCode::InvalidFormat => "invalid_format",
            IssueCode::InvalidValue => "invalid_value",
            IssueCode::UnknownMember | IssueCode::DuplicateMember => "unrecognized_keys",
            IssueCode::NotFound | IssueCode::Conflict | IssueCode::NotSupported => "custom",
        }
    }
}

/// One fault of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub place: Place,
    pub code: IssueCode,
    /// A sentence for people: what is wrong and what would be right.
    pub message: String,
}

impl Issue {
    pub fn body(path: &str, code: IssueCode, message: impl Into<String>) -> Issue {
        Issue { place: Place::body(path), code, message: message.into() }
    }
    pub fn query(name: impl Into<String>, code: IssueCode, message: impl Into<String>) -> Issue {
        Issue { place: Place::Query(name.into()), code, message: message.into() }
    }
    pub fn header(name: &'static str, code: IssueCode, message: impl Into<String>) -> Issue {
        Issue { place: Place::Header(name), code, message: message.into() }
    }
}

/// The faults found so far; parsing goes on after the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issues(pub Vec<Issue>);

impl Issues {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn push(&mut self, issue: Issue) {
        self.0.push(issue);
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Keeps a value, or notes its fault at `path` of the body and goes on with `None`.
    pub fn keep<T, E: fmt::Display>(
        &mut self,
        path: &str,
        code: IssueCode,
        result: Result<T, E>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(Issue::body(path, code, error.to_string()));
                None
            }
        }
    }
    /// Ends a parse: `Ok` when nothing was found.
    ///
    /// # Errors
    /// All faults that were noted.
    pub fn done(self) -> Result<(), Issues> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// An input that was understood with an adjustment, said in the reply of the write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub place: Place,
    pub code: &'static str,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_written_in_each_surfaces_way() {
        let place = Place::Body(vec!["ticketTypes".into(), 0.into(), "a/b".into()]);
        assert_eq!(place.dotted(), "ticketTypes.0.a/b");
        assert_eq!(place.pointer(), "/ticketTypes/0/a~1b");
        assert_eq!(Place::Query("limit".into()).pointer(), "query:limit");
    }
}
