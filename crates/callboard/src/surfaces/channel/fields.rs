//! From a place of a fault to P's `field`: the one table of names, and the order in which faults are told.
//! Source: contracts.md §1.4 (the table of P3), §1.5.

use callboard_core::issue::{Issue, IssueCode, Place, Step};

use super::contract::{CLASSIFICATIONS, WHOLE_BODY};

/// The members of an event in the order of the published table; the first fault in this order is `details.field`.
const ORDER: [&str; 16] = [
    "channelId",
    "title",
    "startAt",
    "timezone",
    "classifications",
    "approxLocation",
    "endAt",
    "status",
    "locationName",
    "coverImage",
    "offers",
    "description",
    "location",
    "attendanceMode",
    "audience",
    "capacity",
];

/// Core names, as the rules report them, and P's; a longer name stands before its own beginning.
const NAMES: [(&[&str], &str); 14] = [
    (&["start"], "startAt"),
    (&["doors"], "startAt"),
    (&["showDate"], "startAt"),
    (&["end"], "endAt"),
    (&["zone"], "timezone"),
    (&["cover"], "coverImage"),
    (&["category"], "classifications"),
    (&["place", "name"], "locationName"),
    (&["place", "city"], "approxLocation.city.name"),
    (&["place", "country"], "approxLocation.city.countryCode"),
    (&["place", "placeId"], "approxLocation.city.placeId"),
    (&["place"], "location"),
    (&["attendance"], "attendanceMode"),
    (&["slug"], "title"),
];

/// One fault as P tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub field: String,
    pub issue: String,
}

/// All faults in P's names and order.
pub(super) fn tell(issues: &[Issue]) -> Vec<Told> {
    let mut told: Vec<Told> = issues.iter().map(one).collect();
    told.sort_by_key(|told| rank(&told.field));
    told.dedup();
    told
}

fn one(issue: &Issue) -> Told {
    let field = field(&issue.place);
    if issue.code == IssueCode::NotFound && field.starts_with("classifications") {
        let points = issue.message.contains(CLASSIFICATIONS);
        let pointer = if points { String::new() } else { format!("; GET {CLASSIFICATIONS} lists them") };
        let text = format!("{}{pointer}", issue.message.trim_end_matches('.'));
        return Told { field: "classifications".to_owned(), issue: sentence(&text) };
    }
    Told { field, issue: sentence(&issue.message) }
}

/// The dotted path in P's names; a header or parameter is its name.
fn field(place: &Place) -> String {
    let Place::Body(steps) = place else { return place.dotted() };
    if steps.is_empty() {
        return WHOLE_BODY.to_owned();
    }
    let begins = |core: &[&str]| {
        let named = |(step, name): (&Step, &&str)| matches!(step, Step::Member(member) if member == *name);
        steps.len() >= core.len() && steps.iter().zip(core).all(named)
    };
    match NAMES.iter().find(|(core, _)| begins(core)) {
        Some((core, ours)) => {
            let rest = steps.iter().skip(core.len()).map(ToString::to_string);
            std::iter::once((*ours).to_owned()).chain(rest).collect::<Vec<_>>().join(".")
        }
        None => place.dotted(),
    }
}

/// Faults outside the body come first; unknown members last.
fn rank(field: &str) -> usize {
    let first = field.split('.').next().unwrap_or(field);
    let is_header_or_body = first.starts_with(char::is_uppercase) || first == WHOLE_BODY;
    let known = || ORDER.iter().position(|name| *name == first).map(|at| at.saturating_add(1));
    if is_header_or_body { 0 } else { known().unwrap_or(usize::MAX) }
}

/// A capital at the beginning, a full stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(places: &[&str]) -> Vec<String> {
        let issues: Vec<Issue> =
            places.iter().map(|path| Issue::body(path, IssueCode::InvalidValue, "x")).collect();
        tell(&issues).into_iter().map(|told| told.field).collect()
    }

    #[test]
    fn faults_come_in_the_order_of_the_published_table() {
        assert_eq!(
            fields(&["capacity", "timezone", "approxLocation.city.placeId", "title", "x", "channelId"]),
            ["channelId", "title", "timezone", "approxLocation.city.placeId", "capacity", "x"]
        );
    }

    #[test]
    fn core_names_become_published_ones() {
        assert_eq!(fields(&["end"]), ["endAt"]);
        assert_eq!(fields(&["showDate"]), ["startAt"]);
        assert_eq!(fields(&["cover"]), ["coverImage"]);
        assert_eq!(fields(&["place.placeId"]), ["approxLocation.city.placeId"]);
        assert_eq!(fields(&["place.latitude"]), ["location.latitude"]);
        assert_eq!(fields(&[""]), ["body"]);
        let offer = Issue {
            place: Place::Body(vec!["offers".into(), 0.into(), "url".into()]),
            code: IssueCode::InvalidFormat,
            message: "must be an http or https address".to_owned(),
        };
        let told = tell(&[offer]);
        assert_eq!(
            (told[0].field.as_str(), told[0].issue.as_str()),
            ("offers.0.url", "Must be an http or https address.")
        );
    }

    #[test]
    fn an_unknown_classification_points_to_the_list() {
        let issue = Issue {
            place: Place::Body(vec!["classifications".into(), 1.into()]),
            code: IssueCode::NotFound,
            message: "`polka` is not a classification".to_owned(),
        };
        let told = tell(&[issue]);
        assert_eq!(told[0].field, "classifications");
        assert_eq!(
            told[0].issue,
            "`polka` is not a classification; GET /api/public/v1/classifications lists them."
        );
    }
}
