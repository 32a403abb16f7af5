//! What the bodies of all places share.

use callboard_core::issue::{IssueCode, Issues};
pub(super) use callboard_core::place::NAME_MAX;
use callboard_core::slug::Slug;
use callboard_core::text::{line, lines};
use callboard_store::slugs::OnClash;

/// A line of text, trimmed.
pub(super) fn text(issues: &mut Issues, path: &str, text: &str, max: usize) -> Option<String> {
    issues.keep(path, IssueCode::InvalidValue, line(text, max))
}

/// Several lines of text, trimmed.
pub(super) fn long_text(issues: &mut Issues, path: &str, text: &str, max: usize) -> Option<String> {
    issues.keep(path, IssueCode::InvalidValue, lines(text, max))
}

/// A slug that was named.
pub(super) fn slug(issues: &mut Issues, text: &str) -> Option<Slug> {
    issues.keep("slug", IssueCode::InvalidFormat, Slug::parse(text))
}

/// The slug that a new place wishes for: the one named, which must be free, or one made from its name.
pub(super) fn wished_slug(
    issues: &mut Issues,
    named: Option<&str>,
    name: &str,
    kind: &str,
) -> Option<(Slug, OnClash)> {
    match named {
        Some(text) => slug(issues, text).map(|slug| (slug, OnClash::Refuse)),
        None => Some((Slug::from_text(name, kind), OnClash::Number)),
    }
}
