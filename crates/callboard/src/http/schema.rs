//! Validation of bodies by the very schema that the OpenAPI document publishes.
//!
//! One call finds all faults, each with its path; two sources of truth cannot drift apart because
//! there is one. Formats that a JSON Schema cannot say (zones, currencies) are checked here by name.

use callboard_core::issue::{Issue, IssueCode, Issues, Place, Step};
use callboard_core::money::Currency;
use callboard_core::slug::Slug;
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone, parse_wall};
use callboard_core::{ids, place, text};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// A string format: its name, the sentence that says what is right, and the check.
type Format = (&'static str, &'static str, fn(&str) -> bool);

/// The string formats that bodies may name.
const FORMATS: &[Format] = &[
    ("date-time", "must be a date-time with an offset, such as 2026-12-04T20:30:00-05:00", |t| {
        Timestamp::parse(t).is_ok()
    }),
    ("date-time-or-wall", "must be an ISO 8601 date-time, such as 2026-12-05T01:30:00Z", |t| {
        Timestamp::parse(t).is_ok() || parse_wall(t).is_ok()
    }),
    ("date", "must be a real date written YYYY-MM-DD", |t| ShowDate::parse(t).is_ok()),
    ("clock", "must be a time of day written HH:MM", |t| ClockTime::parse(t).is_ok()),
    ("timezone", "must be an IANA time zone name, such as America/New_York", |t| Zone::parse(t).is_ok()),
    ("currency", "must be a three-letter ISO 4217 currency code such as USD", |t| Currency::parse(t).is_ok()),
    ("country", "must be an ISO 3166-1 alpha-2 country code such as US", |t| place::country(t).is_ok()),
    (
        "slug",
        "must be lower-case letters and digits joined by single hyphens, and not shaped like a UUID",
        |t| Slug::parse(t).is_ok(),
    ),
    ("uuid", "must be a UUID", |t| ids::parse_hyphenated(t).is_some()),
    ("uri", "must be an http or https address", |t| text::address(t).is_ok()),
    ("email", "must be an e-mail address", |t| text::email(t).is_ok()),
    ("line", "must not be empty and must not contain control or text-direction characters", |t| {
        text::line(t, usize::MAX).is_ok()
    }),
    ("lines", "must not be empty and must not contain control or text-direction characters", |t| {
        text::lines(t, usize::MAX).is_ok()
    }),
];

/// Compiles a self-contained schema document.
///
/// # Panics
/// When one of our own schemas is not a schema; a test compiles them all.
pub fn compile(document: &Value) -> Validator {
    let options = FORMATS.iter().fold(
        jsonschema::options().should_validate_formats(true),
        |options, (name, _, check)| {
            let check = *check;
            options.with_format(*name, move |text: &str| check(text))
        },
    );
    options.build(document).expect("our own schemas are valid; a test compiles each of them")
}

/// All faults of a body, in the order of the document's own walk.
///
/// # Errors
/// The faults.
pub fn check(validator: &Validator, body: &Value) -> Result<(), Issues> {
    let mut issues = Issues::new();
    for error in validator.iter_errors(body) {
        collect(&error, &mut issues);
    }
    issues.0.dedup();
    issues.done()
}

fn collect(error: &ValidationError<'_>, issues: &mut Issues) {
    let steps = steps(error.instance_path().as_str());
    match error.kind() {
        // A nullable object is "null or this"; the fault lies in the branch that the value resembles.
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let branch =
                context.iter().filter(|branch| !branch.is_empty()).max_by_key(|branch| resemblance(branch));
            match branch {
                Some(branch) => branch.iter().for_each(|inner| collect(inner, issues)),
                None => issues.push(issue(
                    steps,
                    IssueCode::InvalidValue,
                    "is not one of the allowed forms".to_owned(),
                )),
            }
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            issues.push(issue(with(steps, name), IssueCode::Required, "is required".to_owned()));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected.iter().take(20) {
                issues.push(issue(
                    with(steps.clone(), name),
                    IssueCode::UnknownMember,
                    "is not a known member".to_owned(),
                ));
            }
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            let (code, message) = explain(error.kind());
            issues.push(issue(with(steps, &name), code, format!("its name {message}")));
        }
        kind => {
            let (code, message) = explain(kind);
            issues.push(issue(steps, code, message));
        }
    }
}

/// The branch in which the type was right has its faults deeper down, or at least not in the type.
fn resemblance(branch: &[ValidationError<'_>]) -> (usize, usize) {
    let typed = branch.iter().filter(|error| matches!(error.kind(), Kind::Type { .. })).count();
    let depth =
        branch.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or(0);
    (depth, branch.len().saturating_sub(typed))
}

fn explain(kind: &Kind) -> (IssueCode, String) {
    match kind {
        Kind::Type { kind } => {
            let types = format!("{kind:?}");
            let words: Vec<&str> = ["string", "integer", "number", "boolean", "array", "object", "null"]
                .into_iter()
                .filter(|word| types.to_ascii_lowercase().contains(word))
                .collect();
            (IssueCode::InvalidType, format!("must be of type {}", words.join(" or ")))
        }
        Kind::Minimum { limit } => (IssueCode::TooSmall, format!("must be at least {limit}")),
        Kind::ExclusiveMinimum { limit } => (IssueCode::TooSmall, format!("must be more than {limit}")),
        Kind::Maximum { limit } => (IssueCode::TooBig, format!("must be at most {limit}")),
        Kind::ExclusiveMaximum { limit } => (IssueCode::TooBig, format!("must be less than {limit}")),
        Kind::MinLength { limit } => (IssueCode::TooSmall, format!("must have at least {limit} characters")),
        Kind::MaxLength { limit } => (IssueCode::TooBig, format!("must have at most {limit} characters")),
        Kind::MinItems { limit } => (IssueCode::TooSmall, format!("must have at least {limit} entries")),
        Kind::MaxItems { limit } => (IssueCode::TooBig, format!("must have at most {limit} entries")),
        Kind::MinProperties { limit } => (IssueCode::TooSmall, format!("must have at least {limit} members")),
        Kind::MaxProperties { limit } => (IssueCode::TooBig, format!("must have at most {limit} members")),
        Kind::Pattern { pattern } => (IssueCode::InvalidFormat, format!("must match {pattern}")),
        Kind::Enum { options } => {
            let words: Vec<String> = options
                .as_array()
                .into_iter()
                .flatten()
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                .collect();
            (IssueCode::InvalidValue, format!("must be one of: {}", words.join(", ")))
        }
        Kind::Format { format } => {
            let known = FORMATS.iter().find(|(name, _, _)| name == format);
            (IssueCode::InvalidFormat, known.map_or("has a wrong format", |(_, right, _)| right).to_owned())
        }
        // An object whose schema knows no member at all.
        Kind::FalseSchema => (IssueCode::UnknownMember, "must have no members".to_owned()),
        _ => (IssueCode::InvalidValue, "has a value that is not allowed".to_owned()),
    }
}

fn issue(steps: Vec<Step>, code: IssueCode, message: String) -> Issue {
    Issue { place: Place::Body(steps), code, message }
}

fn with(mut steps: Vec<Step>, name: &str) -> Vec<Step> {
    steps.push(Step::Member(name.chars().take(100).collect()));
    steps
}

/// The steps of a JSON Pointer; a step of digits only is an index.
fn steps(pointer: &str) -> Vec<Step> {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    parts.map(|part| part.parse::<usize>().map_or(Step::Member(part), Step::Index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(schema: &Value, body: &Value) -> Vec<(String, &'static str)> {
        let found = check(&compile(schema), body).err().unwrap_or_default();
        found.0.iter().map(|issue| (issue.place.pointer(), issue.code.as_str())).collect()
    }

    #[test]
    fn all_faults_come_with_their_place() {
        let schema = json!({ "type": "object", "required": ["title", "startsAt"], "additionalProperties": false, "properties": {
            "title": { "type": "string", "minLength": 1 }, "startsAt": { "type": "string", "format": "date-time" },
            "ticketTypes": { "type": "array", "items": { "type": "object", "properties": { "price": { "type": "integer", "minimum": 0 } } } },
            "place": { "oneOf": [{ "type": "null" }, { "type": "object", "properties": { "city": { "type": "string" } } }] } } });
        let body = json!({ "startsAt": "tomorrow", "x": 1, "ticketTypes": [{ "price": "1" }, { "price": -1 }, { "price": 1.5 }], "place": { "city": 5 } });
        let mut found = faults(&schema, &body);
        found.sort();
        let mut expected = vec![
            ("/title".to_owned(), "required"),
            ("/startsAt".to_owned(), "invalid_format"),
            ("/x".to_owned(), "unknown_member"),
            ("/ticketTypes/0/price".to_owned(), "invalid_type"),
            ("/ticketTypes/1/price".to_owned(), "too_small"),
            ("/ticketTypes/2/price".to_owned(), "invalid_type"),
            ("/place/city".to_owned(), "invalid_type"),
        ];
        expected.sort();
        assert_eq!(found, expected);
    }
}
