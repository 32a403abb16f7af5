//! Slugs: the readable part of an address. ASCII `[a-z0-9-]` only, never shaped like a UUID, so
//! that `{idOrSlug}` is unambiguous. Source: contracts.md §4.2, §6.8; promises R33.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::ids::parse_hyphenated;

/// Most characters a slug may have.
pub const SLUG_MAX: usize = 100;

/// A valid slug: `^[a-z0-9]+(-[a-z0-9]+)*$`, at most [`SLUG_MAX`] characters, not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be lower-case letters and digits joined by single hyphens, at most 100 characters, and not shaped like a UUID"
)]
pub struct NotASlug;

impl Slug {
    /// # Errors
    /// [`NotASlug`].
    pub fn parse(text: &str) -> Result<Slug, NotASlug> {
        let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let shaped = text.len() <= SLUG_MAX && text.split('-').all(part);
        if shaped && parse_hyphenated(text).is_none() { Ok(Slug(text.to_owned())) } else { Err(NotASlug) }
    }

    /// Makes a slug from any text: accents dropped, everything else a hyphen; `fallback` if nothing is left.
    pub fn from_text(text: &str, fallback: &str) -> Slug {
        let mut out = String::new();
        for c in text.nfkd().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                out.push(c);
            } else if !unicode_normalization::char::is_combining_mark(c)
                && c != '\''
                && c != '’'
                && !out.is_empty()
                && !out.ends_with('-')
            {
                out.push('-');
            }
            // Room is left for a suffix such as `-1000`.
            if out.len() >= SLUG_MAX.saturating_sub(10) {
                break;
            }
        }
        let trimmed = out.trim_matches('-');
        Slug::parse(trimmed).unwrap_or_else(|_| {
            let joined = format!("{fallback}-{}", trimmed.replace('-', ""));
            Slug::parse(joined.trim_matches('-')).unwrap_or_else(|_| Slug(fallback.to_owned()))
        })
    }

    /// The n-th alternative on a clash: `jazz-2`, `jazz-3`.
    pub fn numbered(&self, n: u32) -> Slug {
        Slug(format!(
            "{}-{n}",
            self.0.get(..SLUG_MAX.saturating_sub(10)).unwrap_or(&self.0).trim_end_matches('-')
        ))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_become_readable_slugs() {
        assert_eq!(Slug::from_text("Café Müller — Live!", "event").as_str(), "cafe-muller-live");
        assert_eq!(Slug::from_text("It's 100% Jazz", "event").as_str(), "its-100-jazz");
        assert_eq!(Slug::from_text("東京", "event").as_str(), "event");
        assert_eq!(
            Slug::from_text("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "event").as_str(),
            "event-0192f0c12a3b7c4d8e5f60718293a4b5"
        );
        assert_eq!(Slug::from_text("jazz", "event").numbered(2).as_str(), "jazz-2");
    }

    #[test]
    fn look_alikes_are_refused() {
        for bad in ["", "-a", "a-", "a--b", "A", "jаzz", "a_b", "a b", "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5"]
        {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_text_makes_a_valid_slug(text in "\\PC{0,300}", n in 2u32..5000) {
            let slug = Slug::from_text(&text, "event");
            prop_assert!(Slug::parse(slug.as_str()).is_ok());
            prop_assert!(Slug::parse(slug.numbered(n).as_str()).is_ok());
        }
    }
}
