//! Search terms: case- and accent-insensitive words; each word of a query must begin a word of the
//! title, description or venue name, in any order. Source: contracts.md §4.2, storage.md §5.

use std::collections::BTreeSet;

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
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let parts: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(TERM_MAX).collect())
        .collect();
    parts.into_iter()
}

/// The terms under which an event is found.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in texts.into_iter().flat_map(words) {
        if found.len() >= TERMS_MAX {
            break;
        }
        found.insert(word);
    }
    found
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
        assert!(terms(["Low Tide Quartet", "tide"]).contains("tide"));
        assert_eq!(query_words("  jazz Jazz blue"), ["jazz", "blue"]);
        assert!("jazzy" < prefix_end("jazz").as_str() && "jazz" < prefix_end("jazz").as_str());
    }
}
