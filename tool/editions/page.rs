//! What an edition takes from a page of the site: all that can be read without a screen.
//!
//! Controls are left out, folds are open, and what answers a question waits for the end of the chapter. From here on, an id is
//! an address on the site, such as `part/page.html#place`, and so is a link to a place in the book, after [`BOOK`].
//! [`super::places`] makes addresses of the edition of them.

use percent_encoding::percent_decode_str;

use crate::editions::dom::{Element, Node, parse};

/// What begins a link to a place in the book.
pub(crate) const BOOK: &str = "book:";

/// Elements that need a screen, a pointer or a script.
const CONTROLS: [&str; 11] = [
    "button", "dialog", "iframe", "input", "nav", "noscript", "script", "select", "style", "template",
    "textarea",
];

/// Parts of a page that only the site has: *Run*, how to run a program in a terminal, which is the same for each, notes for an
/// instructor, which teaching mode shows, links to editions, the drawing for a phone, the mark on a line of code, and what a
/// question hides until it is answered.
const OF_THE_SITE: [&str; 6] = ["run-it", "how", "instructor", "editions", "tall", "refused-at"];

/// Folds that answer a question. They go to the end of the chapter.
const ANSWERS: [&str; 3] = ["answer", "exercise-hint", "exercise-solution"];

/// Attributes that only scripts, keyboards and scrolling need.
const OF_A_SCREEN: [&str; 6] =
    ["tabindex", "popover", "aria-controls", "aria-describedby", "aria-labelledby", "for"];

/// A page of the site, as an edition has it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its address, from the site's root.
    pub(crate) url: String,
    /// Its text: a `section`.
    pub(crate) text: Element,
}

/// What answers the questions of a chapter, until the chapter ends.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    questions: usize,
    list: Vec<Node>,
}

impl Answers {
    /// The section for the end of the chapter, on the page at this address; `None` if nothing was asked.
    pub(crate) fn section(self, url: &str) -> Option<Element> {
        if self.list.is_empty() {
            return None;
        }
        let heading = Element::new("h2", &[("id", &format!("{url}#answers"))], vec!["Answers".into()]);
        let children = [vec![heading.into()], self.list].concat();
        Some(Element::new("section", &[("class", "answers")], children))
    }
}

impl Page {
    /// Takes the text of a page; `None` if the page has none.
    pub(crate) fn take(html: &str, url: &str, answers: &mut Answers) -> Option<Page> {
        let page = parse(html);
        let main = page.find("main")?.clone();
        let mut taking = Taking { url, answers, heading: None, question: None };
        let children = taking.nodes(main.children);
        Some(Page { url: url.to_owned(), text: Element::new("section", &[("id", url)], children) })
    }
}

struct Taking<'a> {
    url: &'a str,
    answers: &'a mut Answers,
    /// The last heading, with its id.
    heading: Option<(String, String)>,
    /// The question around, with its id.
    question: Option<(String, String)>,
}

impl Taking<'_> {
    fn nodes(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        let node = |node| match node {
            Node::Element(element) => self.element(element).map(Node::Element),
            text => Some(text),
        };
        nodes.into_iter().filter_map(node).collect()
    }

    fn element(&mut self, mut element: Element) -> Option<Element> {
        let is_hidden = element.attribute("hidden").is_some();
        if is_hidden
            || CONTROLS.contains(&element.name.as_str())
            || OF_THE_SITE.iter().any(|class| element.has_class(class))
        {
            return None;
        }
        if element.name == "details" && ANSWERS.iter().any(|class| element.has_class(class)) {
            return Some(self.moved(element));
        }
        if element.has_class("veil") {
            return Some(self.held_back(element));
        }
        self.attributes(&mut element);
        if let [b'h', b'1'..=b'6'] = element.name.as_bytes()
            && let Some(id) = element.attribute("id")
        {
            self.heading = Some((element.text().trim().to_owned(), id.to_owned()));
        }
        if element.has_class("predict") {
            self.answers.questions += 1;
            let name = format!("Question {}", self.answers.questions);
            if let Some(kind) = first_mut(&mut element, "strong") {
                kind.children = vec![Node::Text(format!("{name}:"))];
            }
            let id = element.attribute("id").unwrap_or(self.url).to_owned();
            let around = self.question.replace((name, id));
            element.children = self.nodes(element.children);
            self.question = around;
        } else {
            element.children = self.nodes(element.children);
        }
        Some(element)
    }

    fn attributes(&self, element: &mut Element) {
        // A box that scrolls is named for those who reach it with the keyboard.
        let scrolls = element.attribute("role") == Some("region");
        element.attributes.retain(|(name, _)| {
            let is_for_a_screen =
                (name.starts_with("data-") && name != "data-column") || OF_A_SCREEN.contains(&name.as_str());
            let is_a_name = scrolls && matches!(name.as_str(), "role" | "aria-label");
            !is_for_a_screen && !is_a_name
        });
        for (name, value) in &mut element.attributes {
            match name.as_str() {
                "id" => *value = format!("{}#{value}", self.url),
                "href" | "src" | "xlink:href" => *value = resolve(self.url, value),
                _ => {}
            }
        }
        if element.name == "details" {
            element.set("open", "open");
        }
    }

    /// Moves what a program printed to the answer that it would give away. A link to it is left.
    fn held_back(&mut self, fold: Element) -> Element {
        let is_refused = has_compiler(&fold);
        let inside = fold.children.into_iter().filter(|child| !is_summary(child)).collect();
        let card = Element::new("figure", &[("class", "card")], self.nodes(inside));
        let Some(Node::Element(answer)) = self.answers.list.last_mut() else { return card };
        answer.children.push(card.into());
        let id = format!("{}#answer-{}", self.url, self.answers.list.len());
        to_answer(&id, if is_refused { "What happens" } else { "What it printed" })
    }

    /// Moves an answer to the end of the chapter. A link to it is left.
    fn moved(&mut self, fold: Element) -> Element {
        let (mut summary, mut rest) = (String::new(), vec![]);
        for child in fold.children {
            match child {
                Node::Element(element) if element.name == "summary" => summary = element.text(),
                child => rest.push(child),
            }
        }
        let (name, asked) = match (&self.question, &self.heading) {
            (Some((name, id)), _) => (format!("{summary} to {}", name.to_lowercase()), Some(id.clone())),
            (None, Some((name, id))) => (format!("{name}: {summary}"), Some(id.clone())),
            (None, None) => (summary, None),
        };
        let id = format!("{}#answer-{}", self.url, self.answers.list.len() + 1);
        let back: Node = asked.map_or(name.as_str().into(), |asked| link(&asked, &name).into());
        let heading = Element::new("h3", &[("id", &id)], vec![back]);
        let rest = self.nodes(rest);
        let answer = Element::new("div", &[("class", "answered")], [vec![heading.into()], rest].concat());
        self.answers.list.push(answer.into());
        to_answer(&id, &name)
    }
}

/// Whether it has what the compiler says.
fn has_compiler(element: &Element) -> bool {
    let inside = |node: &Node| matches!(node, Node::Element(element) if has_compiler(element));
    element.has_class("compiler") || element.children.iter().any(inside)
}

fn to_answer(id: &str, text: &str) -> Element {
    Element::new("p", &[("class", "to-answer")], vec![link(id, text).into()])
}

/// A link to a place in the book.
fn link(address: &str, text: &str) -> Element {
    Element::new("a", &[("href", &format!("{BOOK}{address}"))], vec![text.into()])
}

fn is_summary(node: &Node) -> bool {
    matches!(node, Node::Element(element) if element.name == "summary")
}

fn first_mut<'a>(element: &'a mut Element, name: &str) -> Option<&'a mut Element> {
    if element.name == name {
        return Some(element);
    }
    element.children.iter_mut().find_map(|child| match child {
        Node::Element(element) => first_mut(element, name),
        Node::Text(_) => None,
    })
}

/// What a link on the page `from` leads to: a place in the book, after [`BOOK`], or what it says.
fn resolve(from: &str, link: &str) -> String {
    let is_outside = link.split(['/', '#', '?']).next().is_some_and(|start| start.contains(':'));
    if is_outside || link.starts_with('/') {
        return link.to_owned();
    }
    let (path, fragment) = link.split_once('#').map_or((link, ""), |(path, fragment)| (path, fragment));
    let path = path.split('?').next().unwrap_or(path);
    let mut parts: Vec<&str> = from.split('/').collect();
    if !path.is_empty() {
        parts.pop();
    }
    for part in path.split('/') {
        match part {
            ".." => parts.truncate(parts.len().saturating_sub(1)),
            "." => {}
            "" if path.is_empty() => {}
            part => parts.push(part),
        }
    }
    let mut address = parts.join("/");
    if address.is_empty() || address.ends_with('/') {
        address += "index.html";
    }
    if !fragment.is_empty() {
        address = format!("{address}#{fragment}");
    }
    format!("{BOOK}{}", percent_decode_str(&address).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_from_its_page() {
        for (link, expected) in [
            ("other.html", "book:part/other.html"),
            ("../a.html#b", "book:a.html#b"),
            ("#b", "book:part/page.html#b"),
            ("../listings/x/%70.rs", "book:listings/x/p.rs"),
            ("chapter/", "book:part/chapter/index.html"),
            ("../", "book:index.html"),
            ("?teach#b", "book:part/page.html#b"),
            ("https://example.org/a#b", "https://example.org/a#b"),
            ("mailto:a@example.org", "mailto:a@example.org"),
        ] {
            assert_eq!(resolve("part/page.html", link), expected, "{link}");
        }
    }

    fn take(main: &str) -> (String, String) {
        let mut answers = Answers::default();
        let page = Page::take(&format!("<nav>no</nav><main>{main}</main>"), "a/b.html", &mut answers);
        let text = page.expect("a page").text.xml();
        (text, answers.section("a/b.html").map(|section| section.xml()).unwrap_or_default())
    }

    #[test]
    fn what_needs_a_screen_is_left_out() {
        let (text, answers) = take(
            "<button>no</button><div class=run-it>no</div><aside class=instructor>no</aside><p hidden>no</p><svg class='plot-words tall'></svg>\
             <pre tabindex=0 role=region aria-label=no data-x=no>a</pre><details class=events><summary>s</summary>t</details>",
        );
        let expected = "<section id=\"a/b.html\"><pre>a</pre>\
             <details class=\"events\" open=\"open\"><summary>s</summary>t</details></section>";
        assert_eq!((text.as_str(), answers.as_str()), (expected, ""));
    }

    #[test]
    fn a_program_is_named() {
        let (text, _) = take(
            "<figcaption><span class=listing-id>hello</span><details class=how><summary>Terminal</summary><p>So.</p></details></figcaption>",
        );
        let expected = "<figcaption><span class=\"listing-id\">hello</span></figcaption>";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn that_a_program_is_refused_is_not_said_before_the_question_is_answered() {
        let mark = "<div class='refused-at veiled'>✗</div>";
        let (text, answers) = take(&format!(
            "<figure class=card><figcaption><i>moved</i></figcaption>{mark}\
             <aside class=predict id=q><details class=answer><summary>Answer</summary></details></aside>\
             <details class=veil><summary>Show</summary><div><pre class=compiler>error</pre></div></details></figure>"
        ));
        assert!(!text.contains('✗') && text.contains(">What happens</a>"), "{text}");
        assert!(answers.contains("<pre class=\"compiler\">error</pre>"), "{answers}");
        let (text, _) = take("<figcaption><span class=refuses>✗</span></figcaption>");
        assert!(text.contains("<span class=\"refuses\">✗</span>"), "{text}");
    }

    #[test]
    fn what_a_program_printed_is_with_the_answer_that_it_gives_away() {
        let (text, answers) = take(
            "<aside class=predict id=q><details class=answer><summary>Answer</summary><p>So.</p></details></aside>\
             <details class=veil><summary>Show</summary><pre>out</pre></details>",
        );
        let to = "</aside><p class=\"to-answer\"><a href=\"book:a/b.html#answer-1\">What it printed</a></p></section>";
        assert!(text.ends_with(to), "{text}");
        assert!(
            answers.contains("<p>So.</p><figure class=\"card\"><pre>out</pre></figure></div>"),
            "{answers}"
        );
    }

    #[test]
    fn answers_go_to_the_end_of_the_chapter() {
        let (text, answers) = take(
            "<aside class=predict id=q><fieldset><legend><strong>Predict:</strong> Why?</legend><label><input> A</label></fieldset>\
             <details class=answer><summary>Answer</summary><p>So.</p></details></aside>\
             <h3 id=e>Exercise</h3><details class=exercise-hint><summary>Hint 1</summary>Try <a href='#q'>it</a>.</details>",
        );
        for part in [
            "<section id=\"a/b.html\"><aside class=\"predict\" id=\"a/b.html#q\">",
            "<legend><strong>Question 1:</strong> Why?</legend><label> A</label>",
            "<p class=\"to-answer\"><a href=\"book:a/b.html#answer-1\">Answer to question 1</a></p></aside>",
            "<p class=\"to-answer\"><a href=\"book:a/b.html#answer-2\">Exercise: Hint 1</a></p></section>",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        for part in [
            "<h3 id=\"a/b.html#answer-1\"><a href=\"book:a/b.html#q\">Answer to question 1</a></h3><p>So.</p></div>",
            "<a href=\"book:a/b.html#e\">Exercise: Hint 1</a></h3>Try <a href=\"book:a/b.html#q\">it</a>.</div></section>",
        ] {
            assert!(answers.contains(part), "{part} is not in {answers}");
        }
        assert!(!text.contains("So.") && !text.contains("Try"), "{text}");
    }
}
