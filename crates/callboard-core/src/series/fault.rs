//! What is wrong with a recurrence text: every fault by name, each with what would be right.

use std::fmt;

use super::rule::{COUNT_MAX, RULE_TEXT_MAX};
use crate::issue::{Issue, IssueCode, Issues};

/// One fault of a recurrence text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    #[error("must have a rule, such as FREQ=WEEKLY;BYDAY=FR")]
    Empty,
    #[error("must be at most {limit} characters")]
    TooLong { limit: usize },
    #[error("`{part}` must be written NAME=VALUE")]
    NotAPart { part: String },
    #[error(
        "{part} is not supported in a series; use FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST"
    )]
    Unsupported { part: String },
    #[error("`{part}` is not a part of a recurrence rule")]
    Unknown { part: String },
    #[error("{part} is written twice")]
    Repeated { part: &'static str },
    #[error("FREQ is missing; say DAILY, WEEKLY, MONTHLY or YEARLY")]
    NoFrequency,
    #[error("FREQ={value} is not supported; a series is DAILY, WEEKLY, MONTHLY or YEARLY")]
    FrequencyUnsupported { value: String },
    #[error("{part}={value}: must be {should}")]
    Value { part: &'static str, value: String, should: &'static str },
    #[error("{part} names {value} twice")]
    RepeatedValue { part: &'static str, value: String },
    #[error("COUNT={value}: must be at most {COUNT_MAX}; leave COUNT out for a series without an end")]
    CountTooBig { value: u32 },
    #[error("COUNT and UNTIL exclude each other; keep one")]
    CountAndUntil,
    #[error("BYDAY={value}: a number before the day needs FREQ=MONTHLY or YEARLY")]
    OrdinalNeedsMonth { value: String },
    #[error("BYDAY={value}: a month has at most five of a weekday")]
    OrdinalBeyondMonth { value: String },
    #[error("BYMONTHDAY does not go with FREQ=WEEKLY; use FREQ=MONTHLY")]
    MonthDayOfWeek,
    #[error("BYSETPOS needs another BY part to choose from, such as BYDAY")]
    LonelySetPos,
    #[error("{name} is not supported in a series' rule; {instead}")]
    PropertyUnsupported { name: String, instead: &'static str },
    #[error(
        "{name} has the parameter `{parameter}`; only VALUE=DATE, VALUE=DATE-TIME and the series' own TZID are understood"
    )]
    Parameter { name: &'static str, parameter: String },
    #[error("there are two rules; a series has one")]
    TwoRules,
    #[error("{name} {value} is not a date written YYYYMMDD")]
    NotADate { name: &'static str, value: String },
    #[error("{name} {value} is not at the series' time of day; write the date alone")]
    OtherTime { name: &'static str, value: String },
    #[error("RDATE {value} is before the series' first date")]
    BeforeStart { value: String },
    #[error("{name} has more than {limit} dates")]
    TooManyDates { name: &'static str, limit: usize },
}

/// Most faults that are said of one text.
pub const FAULTS_MAX: usize = 20;

/// The faults of one text, the first [`FAULTS_MAX`] of them; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<RuleFault>);

impl RuleFault {
    pub fn code(&self) -> IssueCode {
        match self {
            RuleFault::Empty | RuleFault::NoFrequency => IssueCode::Required,
            RuleFault::TooLong { .. } | RuleFault::TooManyDates { .. } | RuleFault::CountTooBig { .. } => {
                IssueCode::TooBig
            }
            RuleFault::NotAPart { .. } | RuleFault::NotADate { .. } => IssueCode::InvalidFormat,
            RuleFault::Unsupported { .. }
            | RuleFault::FrequencyUnsupported { .. }
            | RuleFault::PropertyUnsupported { .. }
            | RuleFault::Parameter { .. }
            | RuleFault::TwoRules => IssueCode::NotSupported,
            RuleFault::Unknown { .. }
            | RuleFault::Repeated { .. }
            | RuleFault::Value { .. }
            | RuleFault::RepeatedValue { .. }
            | RuleFault::CountAndUntil
            | RuleFault::OrdinalNeedsMonth { .. }
            | RuleFault::OrdinalBeyondMonth { .. }
            | RuleFault::MonthDayOfWeek
            | RuleFault::LonelySetPos
            | RuleFault::OtherTime { .. }
            | RuleFault::BeforeStart { .. } => IssueCode::InvalidValue,
        }
    }

    pub(super) fn value(part: &'static str, value: &str, should: &'static str) -> RuleFault {
        RuleFault::Value { part, value: quoted(value), should }
    }
    pub(super) fn rule_too_long() -> RuleFault {
        RuleFault::TooLong { limit: RULE_TEXT_MAX }
    }
}

impl Faults {
    pub(super) fn new(mut faults: Vec<RuleFault>) -> Faults {
        faults.truncate(FAULTS_MAX);
        Faults(faults)
    }
    pub fn into_vec(self) -> Vec<RuleFault> {
        self.0
    }

    /// The faults as issues at `path` of the body (the member that holds the rule).
    pub fn into_issues(self, path: &str) -> Issues {
        Issues(self.0.into_iter().map(|fault| Issue::body(path, fault.code(), fault.to_string())).collect())
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A client's words cut to what a sentence can carry: 40 printable characters.
pub(super) fn quoted(text: &str) -> String {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(40).map(printable).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}
