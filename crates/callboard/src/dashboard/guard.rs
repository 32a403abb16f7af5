//! Whether a form was sent from a page of this server: by what the browser says of its origin. The form's own
//! token is checked besides (`visit`). Source: promises R21, rule 15.

use crate::app::App;
use crate::http::Request;

/// Whether an unsafe request comes from a page of this very origin.
///
/// `Sec-Fetch-Site` must say `same-origin`; `Origin` must be this host's. Browsers send at least one of them with
/// every form; what sends neither is no browser, and one that differs is another site's page.
pub(crate) fn is_own(app: &App, request: &Request) -> bool {
    let all = |name: &str| -> Vec<_> { request.headers.get_all(name).iter().collect() };
    let (sites, origins) = (all("sec-fetch-site"), all("origin"));
    let site_is_own = sites.iter().all(|site| site.as_bytes() == b"same-origin");
    let origin_is_own =
        origins.iter().all(|origin| origin.to_str().is_ok_and(|origin| is_own_origin(app, request, origin)));
    site_is_own && origin_is_own && !(sites.is_empty() && origins.is_empty())
}

fn is_own_origin(app: &App, request: &Request, origin: &str) -> bool {
    if origin.eq_ignore_ascii_case(origin_of(&app.public_url)) {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    // A page that came over plain HTTP may have been written by whoever carried it.
    let scheme_fits =
        scheme.eq_ignore_ascii_case("https") || (scheme.eq_ignore_ascii_case("http") && !request.peer.secure);
    scheme_fits && host(request).is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// Whether the visitor's browser will keep a `Secure` cookie: it came over HTTPS, or it is on this machine.
pub(crate) fn keeps_cookies(app: &App, request: &Request) -> bool {
    let Some(host) = host(request) else { return false };
    let public = origin_of(&app.public_url);
    let is_public_https = public.strip_prefix("https://").is_some_and(|own| own.eq_ignore_ascii_case(host));
    request.peer.secure || is_public_https || is_this_machine(host)
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    let is_loopback = name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

/// The host that the browser asked for.
pub(crate) fn host(request: &Request) -> Option<&str> {
    request.header("host")
}

/// Scheme and authority of an address.
fn origin_of(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let authority = rest.find('/').unwrap_or(rest.len());
    url.get(..scheme.len() + 3 + authority).unwrap_or(url)
}

/// A path of this server to go on to, or `None`: one slash, no second one, no backslash, nothing unprintable.
pub(crate) fn next_path(text: &str) -> Option<&str> {
    let mut bytes = text.bytes();
    let is_path = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let is_clean = text.len() <= 2_000 && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (is_path && is_clean).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_server_is_gone_on_to() {
        for good in ["/", "/dashboard/keys?state=active", "/settings"] {
            assert_eq!(next_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "dashboard",
            "/a\nb",
            "/ä",
            "/a\\b",
        ] {
            assert_eq!(next_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn this_machine_has_many_names() {
        for own in ["localhost", "localhost:8080", "127.0.0.1:9", "[::1]:80", "a.localhost"] {
            assert!(is_this_machine(own), "{own}");
        }
        for other in
            ["events.example", "192.168.0.4:8080", "127.0.0.1.evil.example", "localhost.evil.example", ""]
        {
            assert!(!is_this_machine(other), "{other}");
        }
    }

    #[test]
    fn an_origin_is_scheme_and_authority() {
        assert_eq!(origin_of("https://events.example/board"), "https://events.example");
        assert_eq!(origin_of("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
    }
}
