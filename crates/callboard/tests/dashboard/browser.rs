//! A browser without scripts: it keeps cookies, fills forms as they stand in the page, and follows redirections.

use std::collections::BTreeMap;

use crate::support::{Answer, TestApp};

pub const HOST: &str = "events.example";
pub const ORIGIN: &str = "https://events.example";

pub struct Browser<'a> {
    pub app: &'a TestApp,
    pub cookies: BTreeMap<String, String>,
    /// The page that is open.
    pub page: String,
    pub status: u16,
    pub path: String,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Browser<'a> {
        Browser { app, cookies: BTreeMap::new(), page: String::new(), status: 0, path: String::new() }
    }

    /// Somebody new, signed up through the form, in an organization of that name.
    pub async fn signed_up(app: &'a TestApp, organization: &str) -> Browser<'a> {
        let mut browser = Browser::new(app);
        browser.open("/signup").await;
        let email = format!("{}@example.com", organization.to_lowercase().replace(' ', "-"));
        let fields =
            [("name", "Ada"), ("email", &email), ("password", PASSWORD), ("organizationName", organization)];
        browser.send("/signup", &fields).await;
        assert!(browser.path.starts_with("/dashboard"), "{} {}", browser.path, browser.page);
        browser
    }

    pub fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Remembers and forgets cookies as an answer says.
    pub fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (pair, rest) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// One request with this browser's cookies; nothing is followed.
    pub async fn raw(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let cookies = self.cookie_header();
        let mut all = vec![("host", HOST)];
        if !cookies.is_empty() {
            all.push(("cookie", cookies.as_str()));
        }
        all.extend_from_slice(headers);
        let answer = self.app.send(method, path, &all, body.to_owned()).await;
        self.keep(&answer);
        answer
    }

    fn took(&mut self, path: &str, answer: &Answer) {
        self.status = answer.status;
        self.path = path.to_owned();
        self.page = String::from_utf8(answer.bytes.to_vec()).unwrap();
    }

    /// Opens a page, wherever it leads.
    pub async fn open(&mut self, path: &str) -> &mut Self {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let headers = [("sec-fetch-site", "none"), ("accept", "text/html")];
            let answer = self.raw("GET", &path, &headers, "").await;
            self.took(&path, &answer);
            if answer.status != 303 {
                return self;
            }
            path = answer.header("location").to_owned();
        }
        panic!("{path} leads in circles");
    }

    /// Fills the form of the open page that goes to `action` and sends it; fields that it holds already, hidden
    /// and filled ones, are sent along unless they are given.
    pub async fn send(&mut self, action: &str, fields: &[(&str, &str)]) -> &mut Self {
        let body = self.filled(action, fields);
        let answer = self.post(action, &body).await;
        if answer.status == 303 {
            let to = answer.header("location").to_owned();
            return self.open(&to).await;
        }
        self.took(action, &answer);
        self
    }

    pub async fn post(&mut self, action: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
        ];
        self.raw("POST", action, &headers, body).await
    }

    /// The body that a form of the open page sends.
    pub fn filled(&self, action: &str, fields: &[(&str, &str)]) -> String {
        let form = self
            .form(action)
            .unwrap_or_else(|| panic!("no form goes to {action} on {}: {}", self.path, self.page));
        let given = |name: &str| fields.iter().any(|(known, _)| *known == name);
        let mut body = form_urlencoded(&[]);
        for (name, value) in inputs(form).iter().filter(|(name, _)| !given(name)) {
            add(&mut body, name, value);
        }
        for (name, value) in fields {
            add(&mut body, name, value);
        }
        body
    }

    /// The markup of the form that goes to `action`.
    pub fn form(&self, action: &str) -> Option<&str> {
        let all = self.page.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap());
        let wanted = format!("action=\"{action}\"");
        all.into_iter().find(|form| form.split('>').next().unwrap().contains(&wanted))
    }

    /// A hidden field's value in the form that goes to `action`.
    pub fn hidden(&self, action: &str, name: &str) -> String {
        let form = self.form(action).expect("the form is there");
        inputs(form).into_iter().find(|(known, _)| known == name).expect("the field is there").1
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(
            self.page.contains(text),
            "{} ({}) does not say {text:?}:\n{}",
            self.path,
            self.status,
            self.page
        );
        self
    }
    #[track_caller]
    pub fn is_silent_on(&self, text: &str) -> &Self {
        assert!(!self.page.contains(text), "{} says {text:?}:\n{}", self.path, self.page);
        self
    }
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}: {}", self.path, self.page);
        self
    }
}

pub const PASSWORD: &str = "correct horse battery";

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn plain(text: &str) -> String {
    let text =
        text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
}

/// What a form sends as it stands: inputs, ticked boxes, texts, chosen options.
fn inputs(form: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for tag in form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let kind = attribute(tag, "type").unwrap_or("text");
        let is_sent = !matches!(kind, "checkbox" | "radio") || tag.contains(" checked");
        if let (Some(name), true) = (attribute(tag, "name"), is_sent) {
            all.push((name.to_owned(), plain(attribute(tag, "value").unwrap_or(""))));
        }
    }
    for area in form.split("<textarea").skip(1) {
        let (tag, rest) = area.split_once('>').unwrap();
        let text = rest.split("</textarea>").next().unwrap();
        all.push((
            attribute(tag, "name").unwrap().to_owned(),
            plain(text.strip_prefix('\n').unwrap_or(text)),
        ));
    }
    for select in form.split("<select").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap();
        let options: Vec<&str> = rest.split("</select>").next().unwrap().split("<option").skip(1).collect();
        let chosen = options.iter().find(|option| option.split('>').next().unwrap().contains(" selected"));
        if let Some(option) = chosen.or(options.first()) {
            all.push((
                attribute(tag, "name").unwrap().to_owned(),
                plain(attribute(option, "value").unwrap_or("")),
            ));
        }
    }
    all
}

fn add(body: &mut String, name: &str, value: &str) {
    if !body.is_empty() {
        body.push('&');
    }
    body.push_str(&form_urlencoded(&[(name, value)]));
}

fn form_urlencoded(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}
