//! Search terms: case- and accent-insensitive words; each word of a query must begin a word of the
//! title, description or venue name, in any order. Source: contracts.md §4.2, storage.md §5.

use std::collections::{BTreeSet, HashSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest query. Unit: characters.
pub const QUERY_MAX: usize = 200;
/// Longest term that is kept, in characters; longer words match by their beginning.
pub const TERM_MAX: usize = 40;
/// Most distinct terms of one event; the title's come first, so a very long description loses its tail.
pub const TERMS_MAX: usize = 1_000;
/// Most words of a query that are looked at.
pub const QUERY_WORDS_MAX: usize = 10;

/// The folded words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let mut folded = String::with_capacity(text.len());
    fold(text, &mut folded);
    let parts: Vec<String> = split(&folded).map(str::to_owned).collect();
    parts.into_iter()
}

/// Appends a text without case and accents. Most are ASCII, which needs no tables.
fn fold(text: &str, into: &mut String) {
    if text.is_ascii() {
        into.push_str(&text.to_ascii_lowercase());
        return;
    }
    into.extend(text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase));
}

/// The words of a folded text, the long ones cut.
fn split(folded: &str) -> impl Iterator<Item = &str> {
    let cut = |word: &'_ str| match word.char_indices().nth(TERM_MAX) {
        Some((end, _)) if word.len() > TERM_MAX => end,
        _ => word.len(),
    };
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(move |word| word.get(..cut(word)).unwrap_or(word))
}

/// The terms under which an event is found: distinct, in byte order, none of them the beginning of another (who
/// asks for the shorter one finds the longer), with a space before and after each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(String);

impl Terms {
    /// Those that were stored as [`Terms::text`].
    pub fn stored(text: String) -> Terms {
        Terms(text)
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|term| !term.is_empty())
    }
}

/// The terms under which an event is found.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> Terms {
    let mut folded = String::new();
    for text in texts {
        fold(text, &mut folded);
        folded.push(' ');
    }
    let mut words: Vec<&str> = split(&folded).collect();
    if words.len() > TERMS_MAX {
        let mut seen = HashSet::new();
        words.retain(|word| seen.len() < TERMS_MAX && seen.insert(*word));
    }
    words.sort_unstable();
    let mut text = String::with_capacity(folded.len());
    let followers = words.iter().skip(1).map(Some).chain([None]);
    for (word, next) in words.iter().zip(followers) {
        if next.is_some_and(|next| next.starts_with(*word)) {
            continue;
        }
        text.push(' ');
        text.push_str(word);
    }
    if !text.is_empty() {
        text.push(' ');
    }
    Terms(text)
}

/// What stands in [`Terms::text`] where a word of a query begins a term, as a pattern for `LIKE`. Words have
/// letters and digits only, so that nothing in them has another meaning there.
pub fn pattern(word: &str) -> String {
    format!("% {word}%")
}

/// The distinct words of a query, at most [`QUERY_WORDS_MAX`]; none if it has no letters or digits.
pub fn query_words(query: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words(query).filter(|word| seen.insert(word.clone())).take(QUERY_WORDS_MAX).collect()
}

/// The first text after every text that begins with `prefix`, for range scans in byte order.
pub fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(words("Café MÜLLER, Straße 5!").collect::<Vec<_>>(), ["cafe", "muller", "straße", "5"]);
        assert!(terms(["Low Tide Quartet", "tide"]).iter().any(|term| term == "tide"));
        assert_eq!(query_words("  jazz Jazz blue"), ["jazz", "blue"]);
        assert!("jazzy" < prefix_end("jazz").as_str() && "jazz" < prefix_end("jazz").as_str());
    }
    #[test]
    fn terms_are_distinct_sorted_and_no_beginnings_of_each_other() {
        let all = terms(["The theatre: The-Café", "an and AND a cafe 7", ""]);
        assert_eq!(all.text(), " 7 and cafe theatre ");
        assert_eq!(all.iter().collect::<Vec<_>>(), ["7", "and", "cafe", "theatre"]);
        assert_eq!(Terms::stored(all.text().to_owned()), all);
        assert!(terms(["", " -- "]).is_empty());
        let long = "é".repeat(TERM_MAX + 5);
        assert_eq!(terms([long.as_str()]).text(), format!(" {} ", "e".repeat(TERM_MAX)));
    }

    #[test]
    fn a_text_with_too_many_words_loses_its_tail() {
        let title = "zebra";
        let description: String = (0..2 * TERMS_MAX).map(|n| format!("w{n:05} ")).collect();
        let kept = terms([title, &description]);
        assert_eq!(kept.iter().count(), TERMS_MAX);
        assert!(kept.text().contains(" zebra ") && !kept.text().contains("w01500"));
    }
}
