//! The docs for programs that read: `/llms.txt` lists the pages, `/llms-full.txt` is all of them in one.
//! Source: contracts.md §1.10.

use std::fmt::Write;

use ::http::{HeaderValue, StatusCode};

use super::site::{SITE, Site};
use super::values::Values;
use crate::http::Reply;

const TEXT: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");

/// All pages with a line each, in the form of llmstxt.org.
pub(super) fn llms(values: &Values) -> Reply {
    let mut text = String::from("# Callboard\n\n> ");
    if let Some((_, first)) = SITE.find("") {
        text.push_str(&first.rendered().summary);
    }
    text.push_str("\n\nEvery page below is Markdown. All of them in one file: {{url}}/llms-full.txt\n");
    for section in Site::sections() {
        let _ = writeln!(text, "\n## {section}\n");
        for page in SITE.pages.iter().filter(|page| page.section == section) {
            let _ = writeln!(
                text,
                "- [{}]({{{{url}}}}{}.md): {}",
                page.title(),
                page.address(),
                page.rendered().summary
            );
        }
    }
    Reply::new(StatusCode::OK, TEXT, values.fill(&text))
}

/// Every page with its canonical address.
pub(super) fn llms_full(values: &Values) -> Reply {
    let mut text = String::new();
    for page in &SITE.pages {
        let _ = writeln!(text, "<!-- {{{{url}}}}{} -->\n\n{}\n", page.address(), page.text);
    }
    Reply::new(StatusCode::OK, TEXT, values.fill(&text))
}
