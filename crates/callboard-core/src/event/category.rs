//! Categories (one per event, T and N) and classifications (several, P), and how they answer each other.
//! Source: contracts.md §6.6.

use super::words;

words! {
    Category {
        Comedy = "comedy", Music = "music", Conference = "conference", Workshop = "workshop",
        Theater = "theater", Sports = "sports", Other = "other",
    }
}

/// The classifications that a new database holds: `(slug, name)`, numbered from 1 in this order.
pub const SEEDED_CLASSIFICATIONS: [(&str, &str); 15] = [
    ("comedy", "Comedy"),
    ("music", "Music"),
    ("conference", "Conference"),
    ("workshop", "Workshop"),
    ("theater", "Theater"),
    ("sports", "Sports"),
    ("other", "Other"),
    ("community", "Community"),
    ("nightlife", "Nightlife"),
    ("food", "Food"),
    ("family", "Family"),
    ("film", "Film"),
    ("art", "Art"),
    ("tech", "Tech"),
    ("wellness", "Wellness"),
];

/// The category of a list of classifications: the first with a partner, else `other`.
pub fn of_classifications<S: AsRef<str>>(slugs: &[S]) -> Category {
    slugs.iter().find_map(|slug| Category::parse(slug.as_ref())).unwrap_or(Category::Other)
}

/// What P shows: the event's classifications, or the category's slug if it has none.
pub fn shown(classifications: &[String], category: Category) -> Vec<&str> {
    if classifications.is_empty() {
        vec![category.as_str()]
    } else {
        classifications.iter().map(String::as_str).collect()
    }
}

/// The classifications after the category alone was changed: the old partner gives way to the new.
pub fn recategorised(classifications: &[String], from: Category, to: Category) -> Vec<String> {
    if classifications.is_empty() || from == to {
        return classifications.to_vec();
    }
    let rest =
        classifications.iter().filter(|slug| slug.as_str() != from.as_str() && slug.as_str() != to.as_str());
    std::iter::once(to.as_str().to_owned()).chain(rest.cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_partner_decides() {
        assert_eq!(of_classifications(&["nightlife", "music", "comedy"]), Category::Music);
        assert_eq!(of_classifications(&["nightlife"]), Category::Other);
        assert_eq!(shown(&[], Category::Sports), ["sports"]);
        let before = ["nightlife".to_owned(), "music".to_owned()];
        assert_eq!(recategorised(&before, Category::Music, Category::Comedy), ["comedy", "nightlife"]);
    }
}
