//! The dashboard's cookies. All are `__Host-`: bound to this very host, sent over HTTPS only. Browsers count
//! plain HTTP on this machine itself as secure, so that the first steps need no certificate.
//! Source: promises R21.

use http::HeaderMap;

/// The session's token.
pub(crate) const SESSION: &str = "__Host-callboard";
/// A random value for whoever is not signed in: the token of their forms follows from it.
pub(crate) const GUEST: &str = "__Host-callboard-guest";
/// What the next page says first.
pub(crate) const FLASH: &str = "__Host-callboard-flash";
/// `light` or `dark`, where that is not the system's choice. Scripts need not read it either.
pub(crate) const THEME: &str = "__Host-callboard-theme";
/// The gate at which this browser checks tickets in.
pub(crate) const GATE: &str = "__Host-callboard-gate";

/// Longest cookie that is looked at. Unit: bytes.
const VALUE_MAX: usize = 4_096;
/// Most seconds that the theme is remembered: a year.
pub(crate) const YEAR_S: i64 = 31_536_000;

/// A cookie's value; of two with one name the first.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(http::header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(known, value)| *known == name && value.len() <= VALUE_MAX).map(|(_, value)| value).next()
}

/// A `Set-Cookie` that lasts `seconds`; `None` = until the browser closes.
pub(crate) fn set(name: &str, value: &str, seconds: Option<i64>) -> String {
    let life = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}")
}

/// A `Set-Cookie` that takes a cookie away.
pub(crate) fn clear(name: &str) -> String {
    set(name, "", Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_in_any_line() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=1; __Host-callboard=x.y.z".parse().unwrap());
        headers.append("cookie", "b=2;c=".parse().unwrap());
        assert_eq!(read(&headers, SESSION), Some("x.y.z"));
        assert_eq!(read(&headers, "b"), Some("2"));
        assert_eq!(read(&headers, "c"), Some(""));
        assert_eq!(read(&headers, "callboard"), None);
    }
}
