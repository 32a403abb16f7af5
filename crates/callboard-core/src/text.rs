//! Text from outside: trimmed, bounded, without control or direction-changing characters.
//! Source: promises R32, R33.

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAText {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {0} characters")]
    TooLong(usize),
    #[error("must not contain control or text-direction characters")]
    Control,
    #[error("must be an http or https address of at most 2000 characters")]
    NotAnAddress,
}

/// One line of text: trimmed, 1 to `max` characters, no control characters.
///
/// # Errors
/// [`NotAText`] with the reason.
pub fn line(text: &str, max: usize) -> Result<String, NotAText> {
    bounded(text.trim(), max, |c| !c.is_control())
}

/// Several lines of text: as [`line`], but line breaks and tabs may stay.
///
/// # Errors
/// [`NotAText`] with the reason.
pub fn lines(text: &str, max: usize) -> Result<String, NotAText> {
    bounded(text.trim(), max, |c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

fn bounded(text: &str, max: usize, allowed: impl Fn(char) -> bool) -> Result<String, NotAText> {
    if text.is_empty() {
        Err(NotAText::Empty)
    } else if text.chars().count() > max {
        Err(NotAText::TooLong(max))
    } else if text.chars().all(|c| allowed(c) && !is_direction_control(c)) {
        Ok(text.to_owned())
    } else {
        Err(NotAText::Control)
    }
}

/// Marks that make a text read differently from what it holds (Trojan Source).
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// An http or https address with a host and no credentials, at most 2,000 bytes, no spaces.
///
/// # Errors
/// [`NotAText::NotAnAddress`].
pub fn address(text: &str) -> Result<String, NotAText> {
    let text = text.trim();
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let prefix = ["https://", "http://"].iter().find(|p| lower.starts_with(**p)).map(|p| p.len());
    let rest = prefix.and_then(|at| text.get(at..)).unwrap_or("");
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let clean = text.chars().all(|c| {
        !c.is_control()
            && !c.is_whitespace()
            && !is_direction_control(c)
            && !matches!(c, '<' | '>' | '"' | '\\' | '`')
    });
    if text.len() <= 2_000 && clean && !host.is_empty() && !host.contains('@') && !host.starts_with(':') {
        Ok(text.to_owned())
    } else {
        Err(NotAText::NotAnAddress)
    }
}

/// An e-mail address, plausible and bounded; the domain is lower-cased by [`fold_email`].
///
/// # Errors
/// A sentence that says what would be right.
pub fn email(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "must be an e-mail address";
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or(WRONG)?;
    let clean = |s: &str| {
        !s.is_empty()
            && s.chars().all(|c| {
                !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | ',' | ';' | '@')
            })
    };
    let dotted = domain.split('.').all(|part| !part.is_empty());
    if text.len() <= 254 && clean(local) && clean(domain) && dotted {
        Ok(text.to_owned())
    } else {
        Err(WRONG)
    }
}

/// The form in which two e-mail addresses are compared.
pub fn fold_email(email: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    email.trim().nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_http_with_a_host() {
        for good in [
            "https://tickets.example/ltq",
            "http://a",
            "HTTPS://x.example/?q=1#f",
            "https://münchen.example/",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "//host",
            "ftp://x",
            "https://",
            "https:///x",
            "https://a b",
            "https://u:p@h/",
            "data:text/html,x",
            "",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn direction_marks_and_controls_are_refused() {
        assert_eq!(line(" Jazz ", 10).as_deref(), Ok("Jazz"));
        assert_eq!(line("a\u{202E}b", 10), Err(NotAText::Control));
        assert_eq!(line("a\nb", 10), Err(NotAText::Control));
        assert!(lines("a\nb", 10).is_ok());
        assert_eq!(line("  ", 10), Err(NotAText::Empty));
        assert_eq!(line("abc", 2), Err(NotAText::TooLong(2)));
    }
}
