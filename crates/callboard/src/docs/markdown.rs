//! From a page's Markdown to its HTML, its table of contents and what the search finds in it.

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::highlight::{escaped, highlight};

/// A page, rendered. Placeholders (`{{name}}`) are still in it.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) title: String,
    /// The first paragraph, without marks.
    pub(super) summary: String,
    pub(super) html: String,
    pub(super) contents: Vec<Heading>,
    /// The page in parts, each below its heading.
    pub(super) parts: Vec<Part>,
}

/// A heading below the title.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    pub(super) id: String,
    pub(super) text: String,
    /// 2 or 3.
    pub(super) level: u8,
}

/// A heading and the text below it, for the search.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    /// Empty for what stands before the first heading.
    pub(super) id: String,
    pub(super) heading: String,
    pub(super) text: String,
}

/// Renders a page. Its title is the one heading of the first level.
pub(super) fn render(source: &str) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut page = Renderer::default();
    for event in Parser::new_ext(source, options) {
        page.take(event);
    }
    page.close()
}

#[derive(Debug)]
struct Block {
    language: String,
    info: String,
    code: String,
}

/// What the walk over a page has seen.
#[derive(Debug, Default)]
struct Renderer<'a> {
    out: Rendered,
    /// Events that are plain HTML, not yet written.
    plain: Vec<Event<'a>>,
    /// The code block that is open.
    code: Option<Block>,
    /// Neighbouring code blocks, one language each.
    group: Vec<Block>,
    /// The heading that is open: its level, its own id if it has one, its text.
    heading: Option<(HeadingLevel, Option<String>, String)>,
    part: Part,
    ids: HashMap<String, usize>,
    paragraph: Option<String>,
    is_in_list: usize,
}

impl<'a> Renderer<'a> {
    fn take(&mut self, event: Event<'a>) {
        if let Some(block) = &mut self.code {
            match event {
                Event::Text(text) => block.code.push_str(&text),
                _ => self.end_code(),
            }
            return;
        }
        match event {
            Event::Start(Tag::CodeBlock(kind)) => self.code = Some(open(&kind)),
            event => {
                self.flush_group();
                self.outside_code(event);
            }
        }
    }

    fn outside_code(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.flush();
                self.heading = Some((level, id.map(CowStr::into_string), String::new()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Table(alignments)) => {
                self.plain.push(Event::Html(CowStr::Borrowed("<div class=\"scroll\" tabindex=\"0\">")));
                self.plain.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                self.plain.push(Event::End(TagEnd::Table));
                self.plain.push(Event::Html(CowStr::Borrowed("</div>")));
                self.say(" ");
            }
            event => {
                self.note(&event);
                self.plain.push(event);
            }
        }
    }

    /// Keeps the words of an event: for the summary and for the search.
    fn note(&mut self, event: &Event<'a>) {
        match event {
            Event::Start(Tag::List(_)) => self.is_in_list = self.is_in_list.saturating_add(1),
            Event::End(TagEnd::List(_)) => self.is_in_list = self.is_in_list.saturating_sub(1),
            Event::Start(Tag::Paragraph) if self.is_in_list == 0 => self.paragraph = Some(String::new()),
            Event::End(TagEnd::Paragraph) => {
                let paragraph = self.paragraph.take();
                if self.out.summary.is_empty() {
                    self.out.summary = paragraph.unwrap_or_default();
                }
                self.say(" ");
            }
            Event::End(TagEnd::Item | TagEnd::TableCell | TagEnd::TableHead) => self.say(" "),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, _, heading)) = &mut self.heading {
                    heading.push_str(text);
                    return;
                }
                if let Some(paragraph) = &mut self.paragraph {
                    paragraph.push_str(text);
                }
                self.say(text);
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(paragraph) = &mut self.paragraph {
                    paragraph.push(' ');
                }
                self.say(" ");
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        self.part.text.push_str(text);
    }

    fn end_heading(&mut self) {
        let Some((level, id, text)) = self.heading.take() else { return };
        let inside = std::mem::take(&mut self.plain);
        let mut inner = String::new();
        html::push_html(&mut inner, inside.into_iter());
        if level == HeadingLevel::H1 {
            self.out.title = text;
            return;
        }
        let id = self.unique(id.unwrap_or_else(|| slug(&text)));
        let rank = if level == HeadingLevel::H2 {
            2
        } else if level == HeadingLevel::H3 {
            3
        } else {
            4
        };
        let label = escaped(&text);
        self.out.html.push_str(&format!(
            "<h{rank} id=\"{id}\">{inner} <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to {label}\">#</a></h{rank}>\n"
        ));
        if rank < 4 {
            self.out.contents.push(Heading { id: id.clone(), text: text.clone(), level: rank });
            let next = Part { id, heading: text, text: String::new() };
            let done = std::mem::replace(&mut self.part, next);
            self.out.parts.push(done);
        } else {
            self.say(&text);
            self.say(" ");
        }
    }

    /// An id that no other heading has.
    fn unique(&mut self, id: String) -> String {
        let seen = self.ids.entry(id.clone()).or_insert(0);
        *seen = seen.saturating_add(1);
        if *seen == 1 { id } else { format!("{id}-{seen}") }
    }

    fn end_code(&mut self) {
        let Some(block) = self.code.take() else { return };
        self.flush();
        let is_example = matches!(block.language.as_str(), "bash" | "js" | "python");
        let is_there = self.group.iter().any(|other| other.language == block.language);
        if !is_example || is_there {
            self.flush_group();
        }
        if !is_example {
            self.out.html.push_str(&figure(&block));
        } else {
            // Of the three variants one is enough for the search.
            if self.group.is_empty() {
                self.say(&block.code);
                self.say(" ");
            }
            self.group.push(block);
        }
    }

    fn flush_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        match group.as_slice() {
            [] => {}
            [only] => self.out.html.push_str(&figure(only)),
            many => {
                let figures: String = many.iter().map(|block| figure(block).trim_end().to_owned()).collect();
                self.out.html.push_str(&format!("<div class=\"tabs\">{figures}</div>\n"));
            }
        }
    }

    fn flush(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        html::push_html(&mut self.out.html, plain.into_iter());
    }

    fn close(mut self) -> Rendered {
        self.flush_group();
        self.flush();
        self.out.parts.push(self.part);
        // A column without a name has no header.
        self.out.html = self.out.html.replace("<th></th>", "<td></td>").replace("<th>", "<th scope=\"col\">");
        self.out
    }
}

fn open(kind: &CodeBlockKind<'_>) -> Block {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.to_string(),
        CodeBlockKind::Indented => String::new(),
    };
    let language = info.split_whitespace().next().unwrap_or("").to_owned();
    Block { language, info, code: String::new() }
}

fn figure(block: &Block) -> String {
    let caption = caption(block);
    let code = highlight(&block.language, &block.code);
    let language = escaped(&block.language);
    let class = if block.info.contains("answer=") { "code answer" } else { "code" };
    format!(
        "<div class=\"{class}\" data-lang=\"{language}\"><p class=\"caption\">{caption}</p>\
         <pre tabindex=\"0\"><code>{code}</code></pre></div>\n"
    )
}

fn caption(block: &Block) -> String {
    if block.info.contains("answer=") {
        let status = block.info.split("status=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let known = status.and_then(|text| http::StatusCode::from_bytes(text.as_bytes()).ok());
        return known.map_or_else(|| "Answer".to_owned(), |status| format!("Answer: {status}"));
    }
    match block.language.as_str() {
        "bash" if block.code.contains("curl ") => "curl",
        "bash" => "Shell",
        "js" => "Node.js",
        "python" => "Python",
        "json" => "JSON",
        "toml" => "callboard.toml",
        "http" => "HTTP",
        _ => "Text",
    }
    .to_owned()
}

/// A heading as an address.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_title_a_summary_and_parts() {
        let page = render(
            "# Venue feed\n\nOne *venue*'s\nevents.\n\n## The list\n\nAll of `data`.\n\n### The list\n\nx\n",
        );
        assert_eq!((page.title.as_str(), page.summary.as_str()), ("Venue feed", "One venue's events."));
        let ids: Vec<&str> = page.contents.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["the-list", "the-list-2"]);
        assert!(page.html.contains("<h2 id=\"the-list\">The list <a") && !page.html.contains("<h1"));
        assert_eq!(page.parts.len(), 3);
        assert_eq!(page.parts.get(1).map(|part| part.text.trim()), Some("All of data."));
    }

    #[test]
    fn neighbours_in_several_languages_are_tabs_and_an_answer_stands_alone() {
        let page = render(
            "# T\n\n```bash run=a\ncurl x\n```\n\n```js run=a\ny\n```\n\n```json answer=a status=201\n{}\n```\n\n```bash norun=x\nz\n```\n",
        );
        assert_eq!(page.html.matches("<div class=\"tabs\">").count(), 1);
        assert_eq!(page.html.matches("<pre").count(), 4);
        assert!(page.html.contains("<p class=\"caption\">Answer: 201 Created</p>"));
        let tabs = page.html.split("</div></div>").next().unwrap();
        assert_eq!(tabs.matches("<pre").count(), 2);
    }
}
