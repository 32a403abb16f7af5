//! The search over all pages: an index in memory, built with the site; no request leaves the server.
//!
//! Every word of a query must begin a word of a part of a page. What counts: where the word stands (title,
//! heading, text), whether it is the whole word, and how rare it is.

use std::collections::{BTreeMap, HashMap};

/// Words of a query that are looked at, and letters of it.
pub(super) const QUERY_MAX: usize = 100;
const WORDS_MAX: usize = 8;
pub(super) const RESULTS_MAX: usize = 20;
const IN_TITLE: u32 = 12;
const IN_HEADING: u32 = 8;
const IN_TEXT: u32 = 1;
/// A part of a code counts as many times less.
const IN_CODE: u32 = 4;
/// More of the same word in a text says nothing more.
const TEXT_CAP: u32 = 4;
/// Letters of text that are shown around a find.
const SNIPPET: usize = 160;

/// A part of a page that can be found.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) address: String,
    pub(super) page: String,
    pub(super) heading: String,
    pub(super) text: String,
}

/// A part that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) entry: &'a Entry,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// Word → the entries it stands in, with its weight there.
    words: BTreeMap<String, Vec<(usize, u32)>>,
}

impl Index {
    pub(super) fn new(entries: Vec<Entry>) -> Index {
        let mut words: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
        for (number, entry) in entries.iter().enumerate() {
            for (word, weight) in weights(entry) {
                words.entry(word).or_default().push((number, weight));
            }
        }
        Index { entries, words }
    }

    /// The best parts first; all words must be there, or, where that finds nothing, as many as possible.
    pub(super) fn find(&self, query: &str) -> Vec<Hit<'_>> {
        let asked: Vec<String> = split(query).take(WORDS_MAX).collect();
        let mut found: HashMap<usize, (usize, u32)> = HashMap::new();
        for word in &asked {
            for (entry, weight) in self.matches(word) {
                let (count, sum) = found.entry(entry).or_default();
                *count = count.saturating_add(1);
                *sum = sum.saturating_add(weight);
            }
        }
        let most = found.values().map(|(count, _)| *count).max().unwrap_or(0);
        let mut hits: Vec<(u32, usize)> = found
            .into_iter()
            .filter(|(_, (count, _))| *count == most)
            .map(|(entry, (_, sum))| (sum, entry))
            .collect();
        hits.sort_by_key(|(sum, entry)| (std::cmp::Reverse(*sum), *entry));
        hits.iter()
            .take(RESULTS_MAX)
            .filter_map(|(_, entry)| self.entries.get(*entry).map(|entry| Hit { entry }))
            .collect()
    }

    /// The entries of all words that begin so, each with its best weight.
    fn matches(&self, asked: &str) -> HashMap<usize, u32> {
        let mut best: HashMap<usize, u32> = HashMap::new();
        let begins = |word: &&String| word.starts_with(asked);
        for (word, places) in self.words.range(asked.to_owned()..).take_while(|(word, _)| begins(word)) {
            // Rare words tell more, whole words much more.
            let rarity =
                self.entries.len().checked_div(places.len()).map_or(1, usize::ilog2).saturating_add(1);
            let whole = if word == asked { 3 } else { 1 };
            for (entry, weight) in places {
                let weight = weight.saturating_mul(rarity).saturating_mul(whole);
                let known = best.entry(*entry).or_insert(0);
                *known = (*known).max(weight);
            }
        }
        best
    }
}

fn weights(entry: &Entry) -> HashMap<String, u32> {
    let mut weights: HashMap<String, u32> = HashMap::new();
    for word in split(&entry.text) {
        let weight = weights.entry(word).or_insert(0);
        *weight = weight.saturating_add(IN_TEXT).min(TEXT_CAP);
    }
    // A page as a whole is found by its title; its parts only a little.
    let title = if entry.heading.is_empty() { IN_TITLE } else { IN_TEXT };
    for (text, weight) in [(&entry.page, title), (&entry.heading, IN_HEADING)] {
        for word in split(text) {
            // A part of a code is less than a word of its own: a guide comes before the error.
            let is_whole = text.to_lowercase().split('_').count() == 1 || word.contains('_');
            let weight = if is_whole { weight } else { weight / IN_CODE };
            let known = weights.entry(word).or_insert(0);
            *known = known.saturating_add(weight);
        }
    }
    weights
}

/// Words in small letters: of letters, digits and `_`; a word with `_` or `-` is found by its parts too.
fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_inner = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c: char| !is_inner(c)).filter(|word| !word.is_empty()).flat_map(|word| {
        let whole = word.to_lowercase();
        let parts: Vec<String> = if whole.contains('_') {
            whole.split('_').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        std::iter::once(whole).chain(parts)
    })
}

/// The text around the first word that was asked for.
pub(super) fn snippet(text: &str, query: &str) -> String {
    let clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let small = clean.to_lowercase();
    let first = split(query).find_map(|word| small.find(&word)).unwrap_or(0);
    // Small letters may take other numbers of bytes; then the beginning is shown.
    let from = clean
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| at.saturating_add(SNIPPET / 3) <= first)
        .filter(|at| *at == 0 || clean.as_bytes().get(at.saturating_sub(1)) == Some(&b' '))
        .last()
        .unwrap_or(0);
    let rest = clean.get(from..).unwrap_or("");
    let shown: String = rest.chars().take(SNIPPET).collect();
    let before = if from > 0 { "… " } else { "" };
    let after = if shown.len() < rest.len() { " …" } else { "" };
    format!("{before}{}{after}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(page: &str, heading: &str, text: &str) -> Entry {
        let address = format!("/docs/{page}#{heading}");
        Entry { address, page: page.to_owned(), heading: heading.to_owned(), text: text.to_owned() }
    }

    fn index() -> Index {
        Index::new(vec![
            entry("Errors", "", "every code"),
            entry("Rate limits", "", "how many requests"),
            entry("Rate limits", "What 429 means", "wait for Retry-After, then repeat; rate_limited"),
            entry("FAQ", "", "is there a rate for limits of limits? idempotency"),
        ])
    }

    fn found(query: &str) -> Vec<String> {
        index().find(query).iter().map(|hit| hit.entry.address.clone()).collect()
    }

    #[test]
    fn titles_come_before_headings_and_those_before_text() {
        assert_eq!(found("rate limits").first().map(String::as_str), Some("/docs/Rate limits#"));
        assert_eq!(found("429"), ["/docs/Rate limits#What 429 means"]);
        assert_eq!(found("idemp"), ["/docs/FAQ#"]);
        assert_eq!(found("RATE_LIMITED"), ["/docs/Rate limits#What 429 means"]);
        assert!(found("").is_empty() && found("zebra").is_empty() && found("<>").is_empty());
    }

    #[test]
    fn a_snippet_shows_the_find() {
        let text = format!("{} needle in it {}", "hay ".repeat(100), "more ".repeat(100));
        let shown = snippet(&text, "needle");
        assert!(shown.contains("needle") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(snippet("short text", "zebra"), "short text");
    }
}
