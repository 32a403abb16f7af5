//! The pages of errors, written from the surfaces' own lists of words, so that none can be forgotten.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use super::reference::surface_title;
use super::site::Source;
use crate::surfaces::{ErrorWord, Name, Surface};

/// Where the page of errors is.
pub(super) const BASE: &str = "errors";
/// The line of that page that becomes the tables.
pub(super) const MARKER: &str = "<!-- codes -->";

/// The surfaces that answer words for programs; the other two answer sentences.
const CODED: [Name; 3] = [Name::Native, Name::Channel, Name::Developer];

/// Every code with the surfaces that answer it.
fn codes() -> BTreeMap<&'static str, Vec<(Name, ErrorWord)>> {
    let mut codes: BTreeMap<&'static str, Vec<(Name, ErrorWord)>> = BTreeMap::new();
    for name in CODED {
        for word in (Surface::of(name).errors)() {
            codes.entry(word.word).or_default().push((name, word));
        }
    }
    codes
}

/// One page for each code, and one for each surface that answers sentences.
pub(super) fn pages() -> Vec<Source> {
    let page = |(word, said): (&str, Vec<(Name, ErrorWord)>)| Source {
        slug: format!("{BASE}/{word}"),
        text: code_page(word, &said),
        parent: Some(BASE.to_owned()),
    };
    codes().into_iter().map(page).chain([Name::Venue, Name::BoxOffice].map(sentences)).collect()
}

fn code_page(word: &str, said: &[(Name, ErrorWord)]) -> String {
    let mut text = format!("# {word}\n\n");
    for (name, error) in said {
        let reason = reason(error.status);
        let _ = writeln!(text, "{}\n", joined(error.meaning));
        let _ = writeln!(text, "## {}: {reason} {{#{}}}\n", surface_title(*name), name.as_str());
        let _ = writeln!(text, "```json\n{}\n```\n", sample(*name, error));
        if said.len() > 1 && said.last().is_some_and(|(last, _)| last != name) {
            text.push('\n');
        }
    }
    text.push_str("How refusals look in general, and what to do with them: [errors](/docs/errors).\n");
    text
}

fn reason(status: u16) -> String {
    http::StatusCode::from_u16(status).map_or_else(|_| status.to_string(), |status| status.to_string())
}

/// A text of several lines as one.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sample(name: Name, error: &ErrorWord) -> String {
    let request = "req_01KAEXAMPLE";
    let native = |word: &str| crate::surfaces::native::Code::parse(word).map_or("", |code| code.title());
    let body = match name {
        Name::Native => {
            json!({ "type": format!("{{{{url}}}}/docs/errors/{}", error.word), "title": native(error.word),
            "status": error.status, "detail": "…", "code": error.word, "requestId": request })
        }
        Name::Channel => json!({ "error": { "code": error.word, "message": "…", "requestId": request } }),
        Name::Developer => json!({ "success": false, "error": { "code": error.word, "message": "…" } }),
        Name::Venue | Name::BoxOffice => json!({ "error": error.word }),
    };
    super::json::pretty(&body)
}

/// The tables of the page of errors.
pub(super) fn tables() -> String {
    let mut text =
        String::from("### Codes {#codes}\n\n| Code | Status | Answered by |\n| --- | --- | --- |\n");
    for (word, said) in codes() {
        let statuses: Vec<String> = said.iter().map(|(_, error)| error.status.to_string()).collect();
        let mut distinct = statuses.clone();
        distinct.dedup();
        let names: Vec<&str> = said.iter().map(|(name, _)| surface_title(*name)).collect();
        let _ = writeln!(
            text,
            "| [`{word}`](/docs/{BASE}/{word}) | {} | {} |",
            distinct.join(", "),
            names.join(", ")
        );
    }
    text.push_str(
        "\n### Sentences {#sentences}\n\nThe venue feed and the box office answer a sentence as `error`: ",
    );
    text.push_str("[those of the venue feed](/docs/errors/venue-feed), [those of the box office](/docs/errors/box-office).\n");
    text
}

fn sentences(name: Name) -> Source {
    let (slug, contract) = match name {
        Name::Venue => (
            "venue-feed",
            "`details` comes with 400, `missingScopes` with 403, `retryAfter` where waiting helps.",
        ),
        _ => {
            ("box-office", "`details`, `hint`, `missingScopes` and `retryAfter` come along where they help.")
        }
    };
    let mut text =
        format!("# Errors of the {}\n\n", if name == Name::Venue { "venue feed" } else { "box office" });
    let _ = writeln!(text, "A refusal is JSON with `error`, one of these sentences. {contract}\n");
    let _ = writeln!(text, "| Status | `error` | When, and what to do |\n| --- | --- | --- |");
    for error in (Surface::of(name).errors)() {
        let _ = writeln!(text, "| {} | `{}` | {} |", error.status, error.word, joined(error.meaning));
    }
    Source { slug: format!("{BASE}/{slug}"), text, parent: Some(BASE.to_owned()) }
}
