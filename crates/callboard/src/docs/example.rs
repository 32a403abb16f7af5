//! One request in a page's source, said in three languages.
//!
//! A page writes a request once, as it goes over the wire:
//!
//! ````text
//! ```request create-event channel
//! POST /api/public/v1/events
//! Idempotency-Key: cms-post-9-create
//!
//! { "channelId": 417 }
//! ```
//! ````
//!
//! Readers get it as curl, JavaScript and Python; the tests run all three (`tests/docs_examples.py`). The words
//! after the name: whose key it takes, and `empty` where the answer has no body.

use std::fmt::Write;

/// Whose credential an example sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Credential {
    Channel,
    Venue,
    BoxOffice,
    Developer,
    Native,
    Session,
}

impl Credential {
    pub(super) const ALL: [Credential; 6] = [
        Credential::Channel,
        Credential::Venue,
        Credential::BoxOffice,
        Credential::Developer,
        Credential::Native,
        Credential::Session,
    ];

    fn parse(word: &str) -> Option<Credential> {
        Credential::ALL.into_iter().find(|credential| credential.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Credential::Channel => "channel",
            Credential::Venue => "venue",
            Credential::BoxOffice => "box-office",
            Credential::Developer => "developer",
            Credential::Native => "native",
            Credential::Session => "session",
        }
    }

    /// The environment variable that examples read it from.
    pub(super) fn variable(self) -> &'static str {
        match self {
            Credential::Channel => "CHANNEL_KEY",
            Credential::Venue => "VENUE_KEY",
            Credential::BoxOffice => "BOX_OFFICE_KEY",
            Credential::Developer => "DEVELOPER_KEY",
            Credential::Native => "NATIVE_KEY",
            Credential::Session => "SESSION_TOKEN",
        }
    }

    /// What it looks like, and where it comes from.
    pub(super) fn sample(self) -> (&'static str, &'static str) {
        match self {
            Credential::Channel => ("pin_live_…", "a channel key"),
            Credential::Venue => ("hdlr_live_…", "a venue key"),
            Credential::BoxOffice => ("ts_sk_live_…", "a box-office key"),
            Credential::Developer => ("evn_prod_…", "a developer key"),
            Credential::Native => ("cb_live_…", "a native key"),
            Credential::Session => ("eyJ…", "a session token, from POST /v1/sessions"),
        }
    }

    fn header(self) -> (&'static str, &'static str) {
        match self {
            Credential::BoxOffice => ("x-api-key", ""),
            _ => ("Authorization", "Bearer "),
        }
    }
}

/// A request.
#[derive(Debug, Clone, Default)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) credential: Option<Credential>,
    /// The credential goes into `x-api-key`, where the surface takes both.
    pub(super) by_api_key_header: bool,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    pub(super) is_empty: bool,
    /// The body is a file in a form.
    pub(super) is_file: bool,
}

impl Example {
    /// Reads a `request` block: the words after `request`, and what is inside.
    pub(super) fn parse(words: &str, inside: &str) -> Example {
        let mut example = Example::default();
        for (place, word) in words.split_whitespace().enumerate() {
            match word {
                word if place == 0 => example.name = word.to_owned(),
                "empty" => example.is_empty = true,
                "x-api-key" => example.by_api_key_header = true,
                word => example.credential = Credential::parse(word),
            }
        }
        let (head, body) = inside.split_once("\n\n").unwrap_or((inside, ""));
        let mut lines = head.lines();
        let (method, path) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or(("GET", "/"));
        example.method = method.to_owned();
        example.path = path.trim().to_owned();
        example.headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        let body = body.trim_end();
        if !body.is_empty() {
            example.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
            example.body = Some(body.to_owned());
        }
        example
    }

    /// The three variants, as Markdown; `words` say whether the tests run them.
    pub(super) fn to_markdown(&self, words: &str) -> String {
        format!(
            "```bash {words}\n{}```\n\n```js {words}\n{}```\n\n```python {words}\n{}```\n",
            self.curl(),
            self.javascript(),
            self.python()
        )
    }

    fn credential_header(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let credential = self.credential?;
        let (name, scheme) = if self.by_api_key_header { ("x-api-key", "") } else { credential.header() };
        Some((name, scheme, credential.variable()))
    }

    pub(super) fn curl(&self) -> String {
        let mut parts = vec![format!("curl -sS \"{{{{url}}}}{}\"", self.path)];
        let implied = if self.body.is_some() || self.is_file { "POST" } else { "GET" };
        if self.method != implied {
            parts.push(format!("-X {}", self.method));
        }
        if let Some((name, scheme, variable)) = self.credential_header() {
            parts.push(format!("-H \"{name}: {scheme}${variable}\""));
        }
        parts.extend(self.headers.iter().map(|(name, value)| format!("-H '{name}: {value}'")));
        if let Some(body) = &self.body {
            parts.push(format!("-d '{}'", indented(&body.replace('\'', r"'\''"), 2)));
        }
        if self.is_file {
            parts.push(format!("-F file=@{FILE}"));
        }
        if self.is_empty {
            parts.push("-w '%{http_code}\\n'".to_owned());
        }
        parts.join(" \\\n  ") + "\n"
    }

    pub(super) fn javascript(&self) -> String {
        let mut text = String::new();
        if self.is_file {
            let _ = write!(
                text,
                "import {{ openAsBlob }} from \"node:fs\";\n\nconst form = new FormData();\n\
                 form.set(\"file\", await openAsBlob(\"{FILE}\", {{ type: \"image/png\" }}), \"{FILE}\");\n"
            );
        }
        let _ = write!(text, "const response = await fetch(\"{{{{url}}}}{}\"", self.path);
        let mut members = String::new();
        if self.method != "GET" {
            let _ = writeln!(members, "  method: \"{}\",", self.method);
        }
        let credential = self.credential_header().map(|(name, scheme, variable)| match scheme {
            "" => format!("    {}: process.env.{variable},\n", member(name)),
            scheme => format!("    {}: `{scheme}${{process.env.{variable}}}`,\n", member(name)),
        });
        let others = self.headers.iter().map(|(n, v)| format!("    {}: \"{v}\",\n", member(n)));
        let headers: String = credential.into_iter().chain(others).collect();
        if !headers.is_empty() {
            let _ = writeln!(members, "  headers: {{\n{headers}  }},");
        }
        if let Some(body) = &self.body {
            let _ = writeln!(members, "  body: JSON.stringify({}),", indented(body, 2));
        }
        if self.is_file {
            members.push_str("  body: form,\n");
        }
        if !members.is_empty() {
            let _ = write!(text, ", {{\n{members}}}");
        }
        let shown = if self.is_empty { "response.status" } else { "await response.json()" };
        let _ = writeln!(text, ");\nconsole.log({shown});");
        text
    }

    pub(super) fn python(&self) -> String {
        let imports =
            if self.credential.is_some() { "import os\n\nimport requests" } else { "import requests" };
        let mut text = format!(
            "{imports}\n\nresponse = requests.{}(\n    \"{{{{url}}}}{}\",\n",
            self.method.to_lowercase(),
            self.path
        );
        let credential = self.credential_header().map(|(name, scheme, variable)| match scheme {
            "" => format!("\"{name}\": os.environ[\"{variable}\"]"),
            scheme => format!("\"{name}\": f\"{scheme}{{os.environ['{variable}']}}\""),
        });
        // `json=` sets the content type.
        let others = self.headers.iter().filter(|(name, _)| name != "Content-Type");
        let headers: Vec<String> =
            credential.into_iter().chain(others.map(|(n, v)| format!("\"{n}\": \"{v}\""))).collect();
        match headers.as_slice() {
            [] => {}
            [only] => {
                let _ = writeln!(text, "    headers={{{only}}},");
            }
            many => {
                let lines: String = many.iter().map(|line| format!("        {line},\n")).collect();
                let _ = writeln!(text, "    headers={{\n{lines}    }},");
            }
        }
        if let Some(body) = &self.body {
            let _ = writeln!(text, "    json={},", indented(&literals(body), 4));
        }
        if self.is_file {
            let _ = writeln!(
                text,
                "    files={{\"file\": (\"{FILE}\", open(\"{FILE}\", \"rb\"), \"image/png\")}},"
            );
        }
        let shown = if self.is_empty { "response.status_code" } else { "response.json()" };
        let _ = writeln!(text, ")\nprint({shown})");
        text
    }
}

/// The picture that examples upload.
const FILE: &str = "poster.png";

/// A header's name as a member of a JavaScript object.
fn member(name: &str) -> String {
    if name.bytes().all(|b| b.is_ascii_alphanumeric()) { name.to_owned() } else { format!("\"{name}\"") }
}

/// Every line but the first moved to the right.
fn indented(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

/// JSON's three words as Python writes them, outside of texts.
fn literals(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut outside = String::new();
    let (mut is_inside, mut is_escaped) = (false, false);
    for c in json.chars() {
        let is_mark = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        if is_inside || is_mark {
            out.push_str(&pythonic(&std::mem::take(&mut outside)));
            out.push(c);
        } else {
            outside.push(c);
        }
        is_inside ^= is_mark;
    }
    out + &pythonic(&outside)
}

fn pythonic(json: &str) -> String {
    json.replace("true", "True").replace("false", "False").replace("null", "None")
}

/// Replaces the `request` blocks of a page by their three variants.
pub(super) fn expand(source: &str) -> String {
    let mut text = String::with_capacity(source.len().saturating_mul(2));
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("```request ") {
        let Some((words, after)) = after.split_once('\n') else { break };
        let Some((inside, after)) = after.split_once("\n```\n") else { break };
        text.push_str(before);
        let example = Example::parse(words, inside);
        text.push_str(&example.to_markdown(&format!("run={}", example.name)));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The credentials that a page's examples read.
pub(super) fn credentials(expanded: &str) -> Vec<Credential> {
    let is_read = |credential: &Credential| {
        let variable = credential.variable();
        [format!("${variable}"), format!("process.env.{variable}"), format!("os.environ[\"{variable}\"]")]
            .iter()
            .any(|reading| expanded.contains(reading))
    };
    Credential::ALL.into_iter().filter(is_read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "POST /v1/events?dryRun=true\nIdempotency-Key: k-1\n\n{\n  \"title\": \"Mara's true night\",\n  \"free\": true\n}";

    #[test]
    fn a_request_is_said_in_three_languages() {
        let example = Example::parse("make native", POST);
        assert_eq!(
            example.curl(),
            "curl -sS \"{{url}}/v1/events?dryRun=true\" \\\n  -H \"Authorization: Bearer $NATIVE_KEY\" \\\n  \
             -H 'Idempotency-Key: k-1' \\\n  -H 'Content-Type: application/json' \\\n  \
             -d '{\n    \"title\": \"Mara'\\''s true night\",\n    \"free\": true\n  }'\n"
        );
        assert!(example.javascript().contains("body: JSON.stringify({\n    \"title\""));
        assert!(example.javascript().contains("Authorization: `Bearer ${process.env.NATIVE_KEY}`"));
        let python = example.python();
        assert!(python.contains("\"free\": True") && python.contains("Mara's true night"), "{python}");
        assert!(!python.contains("Content-Type"));
    }

    #[test]
    fn words_inside_of_texts_stay_as_they_are() {
        let json = r#"{ "a": "say \"true\", \\", "b": null, "c": [false] }"#;
        assert_eq!(literals(json), r#"{ "a": "say \"true\", \\", "b": None, "c": [False] }"#);
    }

    #[test]
    fn a_file_goes_along_in_every_language() {
        let example = Example {
            credential: Some(Credential::Native),
            method: "POST".to_owned(),
            path: "/v1/media".to_owned(),
            is_file: true,
            ..Example::default()
        };
        assert!(example.curl().ends_with("-F file=@poster.png\n") && !example.curl().contains("-X"));
        assert!(example.javascript().contains("  body: form,\n"));
        assert!(example.python().contains("files={\"file\": (\"poster.png\""));
    }

    #[test]
    fn a_plain_read_is_a_plain_line() {
        let example = Example::parse("health none", "GET /healthz");
        assert_eq!(example.curl(), "curl -sS \"{{url}}/healthz\"\n");
        assert_eq!(
            example.javascript(),
            "const response = await fetch(\"{{url}}/healthz\");\nconsole.log(await response.json());\n"
        );
        assert!(
            Example::parse("end session empty", "DELETE /v1/sessions/current").curl().contains("-X DELETE")
        );
    }

    #[test]
    fn blocks_are_replaced_where_they_stand() {
        let page = "Before\n\n```request a venue\nGET /api/v1/events\n```\n\nAfter\n";
        let expanded = expand(page);
        assert!(expanded.starts_with("Before\n\n```bash run=a\n") && expanded.ends_with("```\n\nAfter\n"));
        assert_eq!(credentials(&expanded), [Credential::Venue]);
    }
}
