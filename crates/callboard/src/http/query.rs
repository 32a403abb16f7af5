//! Query parameters: declared once, for parsing and for the OpenAPI document alike.

use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::time::{ShowDate, Timestamp};
use uuid::Uuid;

use super::rendered::text;

/// One query parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
}

/// What a parameter's text must be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A whole number from `min`; above `max` it is refused, or taken as `max` where `is_capped`.
    Int {
        min: i64,
        max: i64,
        is_capped: bool,
        default: Option<i64>,
    },
    /// One of these words, exact case.
    Word(&'static [&'static str]),
    /// `YYYY-MM-DD`.
    Date,
    /// A date-time with an offset.
    Instant,
    Uuid,
    /// `true`, `false`, `1` or `0`.
    Flag,
    /// Text of at most this many characters.
    Text(usize),
}

/// How a surface treats what it does not know. Source: contracts.md §2.3, native-api.md §1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryRules {
    /// Unknown parameters are refused (N) or ignored (the published surfaces).
    pub refuses_unknown: bool,
    /// `name=` with nothing behind it is refused (H, N) or taken as absent.
    pub refuses_empty: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Arg {
    Int(i64),
    Word(&'static str),
    Date(ShowDate),
    Instant(Timestamp),
    Id(Uuid),
    Flag(bool),
    Text(String),
}

/// The parsed parameters of one request, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Args(Vec<(&'static str, Arg)>);

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident: $variant:ident => $out:ty),+ $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&self, name: &str) -> Option<$out> {
            match self.find(name) { Some(Arg::$variant(value)) => Some(value.clone()), _ => None }
        }
    )+};
}

impl Args {
    getters! {
        int: Int => i64,
        word: Word => &'static str,
        date: Date => ShowDate,
        instant: Instant => Timestamp,
        id: Id => Uuid,
        flag: Flag => bool,
        text: Text => String,
    }

    /// Writes what was asked for, in bytes that differ wherever the arguments do; whatever the order or the spelling
    /// they were sent in.
    pub(in crate::http) fn write_to(&self, out: &mut Vec<u8>) {
        for (name, arg) in &self.0 {
            text(out, name);
            match arg {
                Arg::Int(value) => out.extend_from_slice(&value.to_le_bytes()),
                Arg::Word(word) => text(out, word),
                Arg::Date(date) => text(out, &date.to_string()),
                Arg::Instant(at) => out.extend_from_slice(&at.as_millis().to_le_bytes()),
                Arg::Id(id) => out.extend_from_slice(id.as_bytes()),
                Arg::Flag(flag) => out.push(u8::from(*flag)),
                Arg::Text(value) => text(out, value),
            }
        }
    }

    fn find(&self, name: &str) -> Option<&Arg> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, arg)| arg)
    }

    /// Parses a query by its declaration.
    ///
    /// # Errors
    /// All faults at once: wrong values, repeated parameters, unknown ones where they are refused.
    pub fn parse(query: Option<&str>, params: &[Param], rules: QueryRules) -> Result<Args, Issues> {
        let (mut args, mut issues, mut seen) = (Args::default(), Issues::new(), Vec::new());
        for (name, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
            let Some(param) = params.iter().find(|param| param.name == name) else {
                if rules.refuses_unknown {
                    let known: Vec<&str> = params.iter().map(|param| param.name).collect();
                    let message = format!("unknown parameter; known are: {}", known.join(", "));
                    issues.push(Issue::query(
                        name.chars().take(100).collect::<String>(),
                        IssueCode::UnknownMember,
                        message,
                    ));
                }
                continue;
            };
            if seen.contains(&param.name) {
                issues.push(Issue::query(param.name, IssueCode::InvalidValue, "must be given once"));
                continue;
            }
            seen.push(param.name);
            if value.is_empty() && !rules.refuses_empty {
                continue;
            }
            match param.kind.parse(&value) {
                Ok(arg) => args.0.push((param.name, arg)),
                Err((code, message)) => issues.push(Issue::query(param.name, code, message)),
            }
        }
        for param in params.iter().filter(|param| !seen.contains(&param.name)) {
            if let Kind::Int { default: Some(default), .. } = param.kind {
                args.0.push((param.name, Arg::Int(default)));
            }
        }
        args.0.sort_unstable_by_key(|(name, _)| *name);
        issues.done().map(|()| args)
    }
}

impl Kind {
    fn parse(&self, text: &str) -> Result<Arg, (IssueCode, String)> {
        let wrong = |message: String| (IssueCode::InvalidValue, message);
        match self {
            Kind::Int { min, max, is_capped, .. } => int(text, *min, *max, *is_capped),
            Kind::Word(words) => words
                .iter()
                .find(|word| **word == text)
                .map(|word| Arg::Word(word))
                .ok_or_else(|| wrong(format!("must be one of: {}", words.join(", ")))),
            Kind::Date => {
                ShowDate::parse(text).map(Arg::Date).map_err(|e| (IssueCode::InvalidFormat, e.to_string()))
            }
            Kind::Instant => Timestamp::parse(text)
                .map(Arg::Instant)
                .map_err(|e| (IssueCode::InvalidFormat, e.to_string())),
            Kind::Uuid => callboard_core::ids::parse_hyphenated(text)
                .map(Arg::Id)
                .ok_or_else(|| (IssueCode::InvalidFormat, "must be a UUID".to_owned())),
            Kind::Flag => match text {
                "true" | "1" => Ok(Arg::Flag(true)),
                "false" | "0" => Ok(Arg::Flag(false)),
                _ => Err(wrong("must be true or false".to_owned())),
            },
            Kind::Text(max) if text.chars().count() > *max => {
                Err((IssueCode::TooBig, format!("must have at most {max} characters")))
            }
            Kind::Text(_) if text.is_empty() => Err((IssueCode::TooSmall, "must not be empty".to_owned())),
            Kind::Text(_) if text.contains('\0') => {
                Err(wrong("must not contain control characters".to_owned()))
            }
            Kind::Text(_) => Ok(Arg::Text(text.to_owned())),
        }
    }
}

fn int(text: &str, min: i64, max: i64, is_capped: bool) -> Result<Arg, (IssueCode, String)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err((IssueCode::InvalidType, "must be a whole number".to_owned()));
    }
    // Digits only: what does not fit is beyond every bound.
    let value = text.parse::<i64>().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX });
    match value {
        value if value < min => Err((IssueCode::TooSmall, format!("must be at least {min}"))),
        value if value <= max => Ok(Arg::Int(value)),
        _ if is_capped => Ok(Arg::Int(max)),
        _ => Err((IssueCode::TooBig, format!("must be at most {max}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: &[Param] = &[
        Param {
            name: "limit",
            kind: Kind::Int { min: 1, max: 100, is_capped: false, default: Some(50) },
            doc: "",
        },
        Param { name: "page", kind: Kind::Int { min: 1, max: 9, is_capped: true, default: None }, doc: "" },
        Param { name: "from", kind: Kind::Date, doc: "" },
    ];
    const STRICT: QueryRules = QueryRules { refuses_unknown: true, refuses_empty: true };
    const LOOSE: QueryRules = QueryRules { refuses_unknown: false, refuses_empty: false };

    #[test]
    fn faults_are_reported_together() {
        let faults =
            Args::parse(Some("limit=0&from=2026-02-30&x=1&page=1&page=2"), PARAMS, STRICT).unwrap_err();
        let names: Vec<String> = faults.0.iter().map(|issue| issue.place.dotted()).collect();
        assert_eq!(names, ["limit", "from", "x", "page"]);
    }

    #[test]
    fn caps_defaults_and_empties_follow_the_declaration() {
        let args = Args::parse(Some("page=99999999999999999999&from=&x=1"), PARAMS, LOOSE).unwrap();
        assert_eq!((args.int("page"), args.int("limit"), args.date("from")), (Some(9), Some(50), None));
        for bad in ["limit=101", "limit=x", "limit=1.5", "limit=", "limit=%00", "limit=-"] {
            assert!(Args::parse(Some(bad), PARAMS, STRICT).is_err(), "{bad}");
        }
    }
}
