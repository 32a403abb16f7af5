//! Colours for code: a small scanner for the handful of languages in the docs. It runs once, when the site is
//! built, and knows only what can be told without understanding: comments, texts, numbers, words, variables.

use std::iter::Peekable;
use std::str::CharIndices;

/// What separates comments, and which words are the language's.
struct Language {
    comment: &'static str,
    quotes: &'static [char],
    words: &'static [&'static str],
    has_variables: bool,
}

const NONE: Language = Language { comment: "\0", quotes: &[], words: &[], has_variables: false };

fn language(name: &str) -> Language {
    match name {
        "bash" => Language {
            comment: "# ",
            quotes: &['"', '\''],
            words: &[
                "curl",
                "export",
                "callboard",
                "for",
                "do",
                "done",
                "if",
                "then",
                "fi",
                "while",
                "cp",
                "jq",
            ],
            has_variables: true,
        },
        "js" => Language {
            comment: "//",
            quotes: &['"', '\'', '`'],
            words: &[
                "const", "let", "await", "async", "function", "return", "for", "of", "if", "else", "import",
                "from", "new", "throw", "while", "true", "false", "null", "break", "continue", "try",
                "catch",
            ],
            has_variables: false,
        },
        "python" => Language {
            comment: "#",
            quotes: &['"', '\''],
            words: &[
                "import", "from", "def", "return", "for", "in", "if", "else", "elif", "while", "with", "as",
                "not", "and", "or", "raise", "True", "False", "None", "break", "continue", "try", "except",
            ],
            has_variables: false,
        },
        "json" => Language {
            comment: "\0",
            quotes: &['"'],
            words: &["true", "false", "null"],
            has_variables: false,
        },
        "toml" => Language { comment: "#", quotes: &['"'], words: &["true", "false"], has_variables: false },
        "http" => Language {
            comment: "\0",
            quotes: &['"'],
            words: &["GET", "POST", "PATCH", "PUT", "DELETE", "HTTP/1.1"],
            has_variables: false,
        },
        _ => NONE,
    }
}

/// The code as HTML.
pub(super) fn highlight(name: &str, code: &str) -> String {
    let language = language(name);
    let mut html = String::with_capacity(code.len().saturating_mul(2));
    let mut chars = code.char_indices().peekable();
    while let Some((at, first)) = chars.next() {
        let rest = code.get(at..).unwrap_or("");
        if rest.starts_with(language.comment) {
            skip_while(&mut chars, |c| c != '\n');
            mark(&mut html, "c", slice(code, at, &mut chars));
        } else if language.quotes.contains(&first) {
            skip_text(&mut chars, first);
            let text = slice(code, at, &mut chars);
            let is_name = name == "json"
                && code.get(at.saturating_add(text.len())..).is_some_and(|r| r.starts_with(':'));
            mark(&mut html, if is_name { "m" } else { "s" }, text);
        } else if language.has_variables && first == '$' {
            skip_while(&mut chars, |c| c.is_ascii_alphanumeric() || c == '_' || c == '{' || c == '}');
            mark(&mut html, "v", slice(code, at, &mut chars));
        } else if first.is_ascii_digit() {
            skip_while(&mut chars, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
            mark(&mut html, "n", slice(code, at, &mut chars));
        } else if first.is_alphabetic() {
            skip_while(&mut chars, |c| c.is_alphanumeric() || c == '_' || (name == "http" && c == '/'));
            let word = slice(code, at, &mut chars);
            let class = if language.words.contains(&word) { "k" } else { "" };
            mark(&mut html, class, word);
        } else {
            escape(&mut html, first.encode_utf8(&mut [0; 4]));
        }
    }
    // What was left out of an answer stands in it as a member, so that it stays JSON.
    html.replace(r#"<i class="m">&quot;…&quot;</i>: <i class="s">&quot;…&quot;</i>"#, "…")
        .replace(r#"<i class="s">&quot;…&quot;</i>"#, "…")
}

fn slice<'a>(code: &'a str, from: usize, chars: &mut Peekable<CharIndices<'_>>) -> &'a str {
    let to = chars.peek().map_or(code.len(), |(at, _)| *at);
    code.get(from..to).unwrap_or("")
}

fn skip_while(chars: &mut Peekable<CharIndices<'_>>, goes_on: impl Fn(char) -> bool) {
    while chars.next_if(|(_, c)| goes_on(*c)).is_some() {}
}

fn skip_text(chars: &mut Peekable<CharIndices<'_>>, quote: char) {
    let mut is_escaped = false;
    for (_, c) in chars.by_ref() {
        if c == quote && !is_escaped {
            return;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
}

fn mark(html: &mut String, class: &str, text: &str) {
    if class.is_empty() {
        return escape(html, text);
    }
    html.push_str("<i class=\"");
    html.push_str(class);
    html.push_str("\">");
    escape(html, text);
    html.push_str("</i>");
}

/// Text as HTML, in elements and in quoted attributes.
pub(super) fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(&mut html, text);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_code_is_lost_and_nothing_of_it_is_html() {
        let strip = |html: &str| {
            let mut text = String::new();
            let mut is_tag = false;
            for c in html.chars() {
                match c {
                    '<' => is_tag = true,
                    '>' => is_tag = false,
                    c if !is_tag => text.push(c),
                    _ => {}
                }
            }
            text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
        };
        for (name, code) in [
            ("bash", "curl -sS \"{{url}}/v1\" \\\n  -H \"A: $KEY\" # it's\n"),
            ("js", "const a = `x${b}`; // no </script>\n"),
            ("python", "print(f\"{os.environ['A']}\")  # \"\n"),
            ("json", "{ \"a\": \"b\\\"c\", \"n\": -1.5e3, \"t\": true }"),
            ("", "a < b & 'c' \"open"),
        ] {
            assert_eq!(strip(&highlight(name, code)), code, "{name}");
        }
        assert!(highlight("json", "{ \"a\": 1 }").contains("<i class=\"m\">&quot;a&quot;</i>"));
        assert_eq!(highlight("json", "{ \"…\": \"…\" }"), "{ … }");
    }
}
