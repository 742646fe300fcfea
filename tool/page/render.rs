//! What takes a directive's place: a card with the code, what it printed, and what its processes did.
//!
//! The code itself stays a fenced block, so that mdBook highlights it. Everything else is HTML on single lines: inside a
//! list each line keeps the directive's indentation, and a blank line would end the block of HTML.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use records::catalog::{Language, Listing};
use records::record::{Record, shown};
use records::refusal::{Fault, Refusal};
use records::timeline::Timeline;
use workshop::Exercise;

use crate::figure::timeline::figure::{Figure, Look, figure, key};
use crate::figure::timeline::legend::Signs;
use crate::page::arguments::Argument;
use crate::page::changes::Changes;
use crate::page::code::Code;
use crate::page::printed::sources;
use crate::predict::part::Block;
use crate::predict::question::Question;
use crate::predict::{self, Mistake};
use crate::text::html::escape;
use crate::text::order::sentence;
use crate::text::words::{always_fails, kept_order, promise_in_short, rest_of_the_promise, with_lines};

/// What the caption of a program offers beside its name.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// What may be chosen for it when it runs; `live` runs it, `theme/run.js` shows it.
    pub arguments: Vec<Argument>,
    /// Whether it has a recording, which `build::recordings` puts where its id says.
    pub recorded: bool,
    /// Why the compiler refuses it, if that is what it shows.
    pub refused: Vec<Fault>,
    /// Whether a question asks about it, here or further up. Then the card says only beside the compiler's words that it is
    /// refused.
    pub asked: bool,
}

/// One page while its directives are replaced.
#[derive(Debug)]
pub struct Page {
    path: PathBuf,
    /// From the page to the site's root: empty, or `../` once for every folder.
    to_root: String,
    /// The path, as a name for what must be told apart from the same thing on another page.
    name: String,
    /// How many timelines were shown.
    timelines: usize,
    /// How often it has shown the output of a listing.
    outputs: HashMap<String, usize>,
    /// The ids of the questions, under which a reader's choices are kept.
    questions: HashSet<String>,
    /// The programs that they ask about.
    asked: HashSet<String>,
    /// The names by which links find code: each is given once.
    names: BTreeSet<String>,
    /// The programs, of which each has one caption.
    captions: HashSet<String>,
    /// The programs that it has shown as a whole, each with its language and text.
    whole: Vec<(String, Language, String)>,
    /// The signs of its timelines, and the machines on which they were recorded.
    signs: Signs,
    machines: BTreeSet<String>,
    /// The exercises on it.
    exercises: BTreeSet<&'static str>,
}

impl Page {
    /// A page at this path of the site.
    pub fn new(path: &Path) -> Page {
        let folders = path.components().count().saturating_sub(1);
        let name = path.with_extension("").to_string_lossy().replace(|c: char| !c.is_alphanumeric(), "-");
        Page {
            path: path.to_owned(),
            to_root: "../".repeat(folders),
            name,
            timelines: 0,
            outputs: HashMap::new(),
            questions: HashSet::new(),
            asked: HashSet::new(),
            names: BTreeSet::new(),
            captions: HashSet::new(),
            whole: vec![],
            signs: Signs::default(),
            machines: BTreeSet::new(),
            exercises: BTreeSet::new(),
        }
    }

    /// The path it was made for.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From the page to the site's root: empty, or `../` once for every folder.
    pub fn to_root(&self) -> &str {
        &self.to_root
    }

    /// Whether the exercise is not on the page yet. From now on it is.
    pub fn is_first(&mut self, exercise: &Exercise) -> bool {
        self.exercises.insert(exercise.name)
    }

    /// The card of a program, of which `inside` is what is shown here. The first card of a page that shows a program has its
    /// caption; a later one says at its edge what it is a part of.
    pub fn card(&mut self, code: &Code, listed: &Listed, inside: &str) -> String {
        let id = escape(&code.id);
        let key = self.key_button(inside);
        let top = match self.captions.insert(code.id.clone()) {
            true => self.caption(code, listed, &key),
            false => {
                format!("<p class=\"part-of\">{}{} {key}</p>\n", escape(code.short_name()), verdict(listed))
            }
        };
        format!("<figure class=\"card\" data-id=\"{id}\">\n{top}{inside}</figure>\n")
    }

    /// One line: the name, which leads to the source, and what can be done.
    fn caption(&self, code: &Code, listed: &Listed, key: &str) -> String {
        let id = escape(&code.id);
        let how = code.command.as_ref().map(|command| {
            let command = format!("<code class=\"command\">{}</code>", escape(command));
            let said = match &listed.refused[..] {
                [_, ..] if listed.asked => format!("In a terminal: {command}"),
                [_, ..] => format!("Compile it: {command}"),
                [] => format!(
                    "Run it: {command} Draw what its processes do: <code class=\"command\">cargo run -- run {id}</code>"
                ),
            };
            format!("<details class=\"how\"><summary>Terminal</summary><p>{said}</p></details>")
        });
        format!(
            "<figcaption><a class=\"listing-id\" href=\"{to_root}{href}\" title=\"Source: {file}\">{name}</a>{refuses} \
             <span class=\"acts\">{run}{key}</span>{how}</figcaption>\n",
            name = escape(code.short_name()),
            refuses = verdict(listed),
            run = self.run(code, listed),
            how = how.unwrap_or_default(),
            to_root = self.to_root,
            href = escape(&code.site_path),
            file = escape(code.file_name()),
        )
    }

    /// Where `theme/run.js` puts its button.
    fn run(&self, code: &Code, listed: &Listed) -> String {
        if code.command.is_none() || !listed.refused.is_empty() {
            return String::new();
        }
        let recorded = if listed.recorded { " data-recorded" } else { "" };
        let arguments = match &listed.arguments[..] {
            [] => String::new(),
            arguments => {
                let arguments = serde_json::to_string(arguments).expect("arguments are always JSON");
                format!(" data-arguments=\"{}\"", escape(&arguments))
            }
        };
        format!(
            "<span class=\"run-it\" data-run=\"{id}\"{recorded}{arguments}></span> ",
            id = escape(&code.id),
        )
    }

    /// What opens the page's key to its timelines, for a card that has one.
    fn key_button(&self, inside: &str) -> String {
        match inside.contains("<figure class=\"timeline\"") && !self.machines.is_empty() {
            true => format!(
                "<button type=\"button\" class=\"key-button\" popovertarget=\"key-{}\" \
                 aria-label=\"What the signs of the timeline mean\">?</button> ",
                self.name
            ),
            false => String::new(),
        }
    }

    /// What the page's timelines need once: what the signs mean, and where they were recorded. `help` explains more.
    pub fn key(&self, help: Option<&str>) -> String {
        if self.machines.is_empty() {
            return String::new();
        }
        let help = help.map(|help| {
            format!("<p><a href=\"{}{}\">How to read a timeline</a></p>\n", self.to_root, escape(help))
        });
        format!(
            "\n<div class=\"key\" popover id=\"key-{name}\" role=\"note\" aria-label=\"Signs of the timelines\">\n{}{}</div>\n",
            key(&self.signs, self.machines.iter().map(String::as_str)),
            help.unwrap_or_default(),
            name = self.name,
        )
    }

    /// The code of a listing or a source file, or the anchor of it that `text` is. Links find it by its name; when a page shows
    /// the same again, the first one keeps it. `printed` are lines that the program has printed.
    pub fn code(
        &mut self,
        code: &Code,
        anchor: Option<&str>,
        text: &str,
        name: Option<&str>,
        printed: &BTreeSet<String>,
    ) -> String {
        let sources = sources(text, printed.iter().map(String::as_str));
        let prints = match sources.is_empty() {
            true => String::new(),
            false => {
                let prints = serde_json::to_string(&sources).expect("texts and numbers are always JSON");
                format!(" data-prints=\"{}\"", escape(&prints))
            }
        };
        let changes = match (anchor, &code.command) {
            (None, Some(_)) => self.changes(code, text).unwrap_or_default(),
            _ => String::new(),
        };
        let id = escape(&code.id);
        let name = name.filter(|name| self.names.insert((*name).to_owned()));
        let name = name.map(|name| format!(" id=\"{}\"", escape(name))).unwrap_or_default();
        let anchor = anchor.map(|anchor| format!(" data-anchor=\"{}\"", escape(anchor))).unwrap_or_default();
        let (language, text) = match code.language {
            Language::Rust => ("rust", guard_hidden_lines(text)),
            Language::Python => ("python", text.to_owned()),
        };
        let text = guard_directives(&text);
        let mut fence = "```".to_owned();
        while text.contains(&fence) {
            fence.push('`');
        }
        format!(
            "<div class=\"listing\"{name} data-id=\"{id}\"{anchor}{prints}{changes}>\n\
             \n\
             {fence}{language}\n{text}{fence}\n\
             \n\
             </div>\n",
        )
    }

    /// Where a program differs from the last one on the page that it is almost the same as: for the style sheet, which tints
    /// these lines, and in words.
    fn changes(&mut self, code: &Code, text: &str) -> Option<String> {
        let mut before =
            self.whole.iter().rev().filter(|(id, language, _)| *id != code.id && *language == code.language);
        let changes = before.find_map(|(id, _, before)| Some((id.clone(), Changes::since(before, text)?)));
        self.whole.push((code.id.clone(), code.language, text.to_owned()));
        let (before, changes) = changes?;
        let before = before.rsplit('/').next().unwrap_or(&before);
        let words = format!("{} since {before}", changes.words());
        Some(format!(
            " role=\"group\" aria-label=\"{}\" style=\"--edge:{};--changes:{}\"",
            escape(&words),
            changes.stops("#000"),
            changes.stops("#0002")
        ))
    }

    /// A recorded output with its promise, which the pages before this one show so often: regions of one page need different
    /// labels, and for printing all pages are one.
    pub fn output(&mut self, listing: &Listing, record: &Record, before: usize) -> String {
        let id = listing.id();
        let here = self.outputs.entry(id.clone()).or_default();
        *here += 1;
        let count = before + *here;
        let mut html = format!("<div class=\"output\" data-id=\"{}\">\n", escape(&id));
        let labelled = !record.stderr.is_empty();
        let streams = [("stdout", &record.stdout), ("stderr", &record.stderr)];
        let streams = streams.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        let streams: Vec<String> =
            streams.map(|(stream, bytes)| one_stream(&id, stream, bytes, labelled, count)).collect();
        // Beside the first label, or where there is none, beside the lines.
        let badge = badge(record);
        match streams.split_first() {
            Some((first, rest)) if labelled => {
                html += &first.replacen("</p>\n", &format!("</p>\n{badge}"), 1);
                html += &rest.concat();
            }
            _ => html += &(streams.concat() + &badge),
        }
        html + &said(record) + "</div>\n"
    }

    /// What the compiler says of a program that it refuses, which the pages before this one show so often.
    pub fn refusal(
        &mut self,
        listing: &Listing,
        listed: &Listed,
        refusal: &Refusal,
        before: usize,
    ) -> String {
        let id = listing.id();
        let here = self.outputs.entry(id.clone()).or_default();
        *here += 1;
        let label = again(format!("what the compiler says of {id}"), before + *here);
        // A line such as `error[E0373]: …` is long, and can be broken. All others quote the program.
        let line = |line: &String| match line.starts_with(|c: char| c.is_ascii_lowercase()) {
            true => format!("<b>{}</b>", escape(line)),
            false => escape(line),
        };
        let text: Vec<String> = shown(&refusal.message).iter().map(line).collect();
        format!(
            "<div class=\"output\" data-id=\"{id}\">\n<p class=\"stream\">the compiler says{refuses}</p>\n\
             <pre class=\"compiler\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><samp>{text}</samp></pre>\n\
             <p class=\"said\">This is what {compiler} says. Other versions may word it differently.</p>\n</div>\n",
            id = escape(&id),
            refuses = if listed.asked { refuses(listed) } else { String::new() },
            label = escape(&label),
            text = text.join("&#10;"),
            compiler = escape(&refusal.compiler),
        )
    }

    /// The figure of a timeline. `record` is what is promised, where many runs are counted beside it.
    pub fn timeline(&mut self, timeline: &Timeline, look: Look, record: Option<&Record>) -> String {
        self.timelines += 1;
        let name = format!("{}-{}", self.name, self.timelines);
        let Figure { html, signs } = figure(timeline, look, record, &name);
        if look == Look::Whole {
            self.signs.add(signs);
            self.machines.insert(timeline.machine.clone());
        }
        html
    }

    /// Whether a question that the page has asked so far is about this program.
    pub fn has_asked(&self, id: &str) -> bool {
        self.asked.contains(id)
    }

    /// A question about a listing.
    ///
    /// # Errors
    ///
    /// When it is on the page already, or holds Markdown that has no place in it.
    pub fn question(&mut self, question: &Question, block: &Block<'_>) -> Result<String, Vec<Mistake>> {
        if !self.questions.insert(predict::html::id(question, block)) {
            let message = "this question about this listing is on the page already".to_owned();
            return Err(vec![Mistake { line: 1, message }]);
        }
        self.asked.insert(block.id.to_owned());
        predict::html::html(question, block, &self.name)
    }
}

/// What is said beside the name of a program: that it is refused, unless a question is about that.
fn verdict(listed: &Listed) -> String {
    if listed.asked { String::new() } else { refuses(listed) }
}

/// That the compiler refuses a program, and why.
fn refuses(listed: &Listed) -> String {
    if listed.refused.is_empty() {
        return String::new();
    }
    let error = |fault: &Fault| {
        let code = match &fault.code {
            Some(code) => format!("<a href=\"https://doc.rust-lang.org/error_codes/{code}.html\">{code}</a>"),
            None => "an error".to_owned(),
        };
        fault.line.map_or(code.clone(), |line| format!("{code} at line {line}"))
    };
    let errors: Vec<String> = listed.refused.iter().map(error).collect();
    format!(" <span class=\"refuses\">✗ does not compile: {}</span>", errors.join(", "))
}

/// Marks the lines that the compiler refuses, which are at these places of the code.
pub fn mark_refused(code: &str, listed: &Listed, places: &[usize]) -> String {
    let class = if listed.asked { " veiled" } else { "" };
    let mark = |at: &usize| {
        format!("<div class=\"refused-at{class}\" style=\"--at:{at}\" aria-hidden=\"true\">✗</div>\n")
    };
    let marks: String = places.iter().map(mark).collect();
    format!("{}{marks}</div>\n", code.trim_end_matches("</div>\n"))
}

/// The promise in short. What it leaves out is said below the output.
fn badge(record: &Record) -> String {
    let fails = match always_fails(record) {
        true => " fails",
        false if record.promise.not_guaranteed.is_some() => " open",
        false => "",
    };
    format!("<p class=\"promise{fails}\">{}</p>\n", escape(&promise_in_short(record)))
}

/// What the promise in short leaves out, below the output. An order that takes many words is in a fold.
fn said(record: &Record) -> String {
    const MOST_WORDS: usize = 25;
    let rest = rest_of_the_promise(record).join(" ");
    let paragraph = |words: &str| match words.trim() {
        "" => String::new(),
        words => format!("<p class=\"said\">{}</p>\n", with_lines(words)),
    };
    let Some((sure, clauses)) = kept_order(record) else { return paragraph(&rest) };
    let order = format!("{sure}: {}.", sentence(&clauses));
    if order.split_whitespace().count() <= MOST_WORDS {
        return paragraph(&format!("{order} {rest}"));
    }
    let items: String = clauses.iter().map(|clause| format!("<li>{}</li>", with_lines(clause))).collect();
    format!(
        "<details class=\"said\"><summary>{sure}: these lines, some of them in a fixed order</summary><ul>{items}</ul></details>\n{}",
        paragraph(&rest)
    )
}

/// What is hidden until its question is answered, or until the reader asks. `refused` is a program that prints nothing, which
/// the question may ask about.
pub fn veil(inside: &str, refused: bool) -> String {
    let shows = if refused { "Show what happens" } else { "Show what it printed" };
    format!("<details class=\"veil\">\n<summary>{shows}</summary>\n{inside}</details>\n")
}

/// The label of what a page shows for this time.
fn again(label: String, count: usize) -> String {
    if count > 1 { format!("{label}, shown again ({count})") } else { label }
}

fn one_stream(id: &str, stream: &str, bytes: &[u8], labelled: bool, count: usize) -> String {
    let label = again(format!("{stream} of {id}"), count);
    let heading = if labelled { format!("<p class=\"stream\">{stream}</p>\n") } else { String::new() };
    let text: Vec<String> = shown(bytes).iter().map(|line| escape(line)).collect();
    let note = if bytes.ends_with(b"\n") {
        ""
    } else {
        "<p class=\"no-newline\">The last line has no newline at its end.</p>\n"
    };
    format!(
        "{heading}<pre class=\"{stream}\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><samp>{text}</samp></pre>\n\
         {note}",
        label = escape(&label),
        text = text.join("&#10;"),
    )
}

/// In Rust code mdBook hides the lines that begin with `# ` and writes `##` as `#`. Here every line is shown as it is.
fn guard_hidden_lines(code: &str) -> String {
    let guard = |line: &str| {
        let rest = line.trim_start();
        let hidden = rest == "#" || rest.starts_with("# ") || rest.starts_with("##");
        let (indent, rest) = line.split_at(line.len() - rest.len());
        format!("{indent}{}{rest}\n", if hidden { "#" } else { "" })
    };
    code.lines().map(guard).collect()
}

/// A `{{#…}}` in the code belongs to the code. mdBook drops one backslash before the first of a line, and then takes the
/// rest of the line as text.
fn guard_directives(code: &str) -> String {
    let guard = |line: &str| match line.find("{{") {
        Some(at) if line[at + 2..].trim_start().starts_with('#') && line[at..].contains("}}") => {
            format!("{}\\{}\n", &line[..at], &line[at..])
        }
        _ => format!("{line}\n"),
    };
    code.lines().map(guard).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn record(text: &str) -> Record {
        text.parse().expect("a record")
    }

    fn hello() -> Listing {
        Listing::new("process-class", "hello")
    }

    fn code(name: &str, language: Language) -> Code {
        Code {
            id: format!("process-class/{name}"),
            path: PathBuf::new(),
            language,
            command: Some(format!("run {name}")),
            site_path: format!("listings/process-class/{name}"),
        }
    }

    #[test]
    fn a_caption_is_one_line_and_knows_the_command() {
        let mut page = Page::new(Path::new("part/page.md"));
        let code = code("hello.rs", Language::Rust);
        let arguments =
            crate::page::arguments::declared("// ARGUMENT: n: 1..=2 = 1\n").expect("a declaration");
        let listed = Listed { arguments, recorded: true, ..Listed::default() };
        let card = page.card(&code, &listed, "");
        for part in [
            "<figure class=\"card\" data-id=\"process-class/hello.rs\">\n<figcaption>",
            ">hello.rs</a>",
            "<code class=\"command\">run hello.rs</code>",
            "<code class=\"command\">cargo run -- run process-class/hello.rs</code>",
            "<a class=\"listing-id\" href=\"../listings/process-class/hello.rs\" title=\"Source: hello.rs\">",
            "data-run=\"process-class/hello.rs\" data-recorded",
            r#"data-arguments="[&#123;&quot;name&quot;:&quot;n&quot;,&quot;least&quot;:1,"#,
        ] {
            assert!(card.contains(part), "{part} is not in {card}");
        }
        let later = page.card(&code, &listed, "");
        assert!(later.contains("<p class=\"part-of\">hello.rs"), "{later}");
        assert!(!later.contains("figcaption") && !later.contains("run-it"), "{later}");
    }

    #[test]
    fn a_program_that_is_refused_says_so_and_cannot_be_run() {
        let refused = ["E0373 at line 5", "no code"].map(|text| text.parse().expect("an error")).into();
        let mut listed = Listed { refused, ..Listed::default() };
        let code = code("hello", Language::Rust);
        let text = "fn main() {}\n";
        let html = Page::new(Path::new("a.md")).code(&code, None, text, None, &BTreeSet::new());
        let marked = mark_refused(&html, &listed, &[4]);
        let mark = "\n<div class=\"refused-at\" style=\"--at:4\" aria-hidden=\"true\">✗</div>\n</div>\n";
        assert!(marked.ends_with(mark) && marked.starts_with(html.trim_end_matches("</div>\n")), "{marked}");
        let mut page = Page::new(Path::new("a.md"));
        let [first, later] = [page.card(&code, &listed, ""), page.card(&code, &listed, "")];
        let link = "<a href=\"https://doc.rust-lang.org/error_codes/E0373.html\">E0373</a>";
        for card in [&first, &later] {
            let words =
                format!(" <span class=\"refuses\">✗ does not compile: {link} at line 5, an error</span>");
            assert!(card.contains(&words), "{card}");
        }
        assert!(first.contains("Compile it: <code") && !first.contains("run-it"), "{first}");

        listed.asked = true;
        let mut page = Page::new(Path::new("a.md"));
        for _ in ["first", "later"] {
            let card = page.card(&code, &listed, &mark_refused(&html, &listed, &[4]));
            assert!(card.contains("class=\"refused-at veiled\""), "{card}");
            assert!(!card.to_lowercase().contains("compile") && !card.contains("E0373"), "{card}");
        }
    }

    #[test]
    fn what_the_compiler_says_is_shown_as_its_words() {
        let text = "promise: refused with E0373 at line 5\ncompiler: rustc 1.95.0\nmessage:\n  | error[E0373]: a < b\n  |  --> a.rs:5:1\n  |\n  | note: c\n";
        let refusal: Refusal = text.parse().expect("a record");
        let mut page = Page::new(Path::new("a.md"));
        let listed = Listed { refused: refusal.errors.clone(), ..Listed::default() };
        let html = page.refusal(&hello(), &listed, &refusal, 0);
        assert!(!html.contains("does not compile"), "its caption says that: {html}");
        for part in [
            "<samp><b>error[E0373]: a &lt; b</b>&#10; --&gt; a.rs:5:1&#10;&#10;<b>note: c</b></samp>",
            "aria-label=\"what the compiler says of process-class/hello\"",
            "This is what rustc 1.95.0 says. Other versions may word it differently.",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        let asked = page.refusal(&hello(), &Listed { asked: true, ..listed }, &refusal, 0);
        assert!(asked.contains("hello, shown again (2)\""), "{asked}");
        assert!(
            asked.contains("the compiler says <span class=\"refuses\">✗ does not compile: <a"),
            "{asked}"
        );
    }

    #[test]
    fn code_is_named_once_on_a_page() {
        let mut page = Page::new(Path::new("part/page.md"));
        let mut show = || {
            page.code(
                &code("hello", Language::Rust),
                Some("main"),
                "fn main() {}\n",
                Some("the-name"),
                &BTreeSet::new(),
            )
        };
        let first = show();
        assert!(
            first.starts_with(
                "<div class=\"listing\" id=\"the-name\" data-id=\"process-class/hello\" data-anchor=\"main\">"
            ),
            "{first}"
        );
        assert!(first.contains("\n\n```rust\nfn main() {}\n```\n\n</div>"), "{first}");
        assert!(!show().contains("the-name"));
        let twin = page.code(&code("hello.py", Language::Python), None, "# pass\n", None, &BTreeSet::new());
        assert!(twin.contains("```python\n# pass\n"));
    }

    #[test]
    fn code_knows_what_it_printed() {
        let mut page = Page::new(Path::new("a.md"));
        let printed = BTreeSet::from(["\"Hi\" 7".to_owned(), "other".to_owned()]);
        let text = "fn main() {\n    println!(\"\\\"Hi\\\" {x}\");\n}\n";
        let html = page.code(&code("a", Language::Rust), None, text, None, &printed);
        assert!(html.contains(r#" data-prints="&#123;&quot;\&quot;Hi\&quot; 7&quot;:1}">"#), "{html}");
    }

    #[test]
    fn a_source_file_has_its_path_and_no_command() {
        let id = "multiprocess/src/wire.rs".to_owned();
        let part = Code { command: None, id, ..code("wire.rs", Language::Rust) };
        let card = Page::new(Path::new("a.md")).card(&part, &Listed::default(), "");
        assert!(card.contains(">multiprocess/src/wire.rs</a>"), "{card}");
        assert!(!card.contains("command") && !card.contains("run-it"), "{card}");
    }

    #[test]
    fn signs_and_machine_are_said_once_for_all_timelines() {
        let mut page = Page::new(Path::new("part/page.md"));
        assert_eq!(page.key(None), "");
        let timelines =
            [crate::figure::timeline::cases::greeting(), crate::figure::timeline::cases::signal()];
        for timeline in &timelines {
            let figure = page.timeline(timeline, Look::Whole, None);
            assert!(!figure.contains("legend") && !figure.contains("Recorded on"), "{figure}");
            let card = page.card(&code("hello", Language::Rust), &Listed::default(), &figure);
            assert!(card.contains("popovertarget=\"key-part-page\""), "{card}");
        }
        let key = page.key(Some("help.html"));
        for part in [
            "id=\"key-part-page\"",
            "a zombie",
            "sends a signal",
            "Recorded on a machine",
            "href=\"../help.html\"",
        ] {
            assert!(key.contains(part), "{part} is not in {key}");
        }
        assert_eq!(key.matches("a zombie").count(), 1);
    }

    #[test]
    fn code_reaches_the_page_unchanged() {
        assert_eq!(guard_hidden_lines("# a\n#\n#[b]\n  ## c\n#!d\n"), "## a\n##\n#[b]\n  ### c\n#!d\n");
        assert_eq!(guard_directives("x {{#include y}} z\n{{x}}\n"), "x \\{{#include y}} z\n{{x}}\n");
        let figure = Page::new(Path::new("a.md")).code(
            &code("a", Language::Rust),
            None,
            "/// ```\n/// ````\n",
            None,
            &BTreeSet::new(),
        );
        assert!(figure.contains("\n`````rust\n"));
    }

    #[test]
    fn one_stream_is_not_labelled_and_two_are() {
        let mut page = Page::new(Path::new("a.md"));
        let one = page.output(
            &hello(),
            &record("promise: exact\nended: exit code 0\nstdout:\n  | a\n  |\n  | <b>\nstderr:\n"),
            0,
        );
        assert!(one.contains("<samp>a&#10;&#10;&lt;b&gt;</samp>"));
        assert!(!one.contains("class=\"stream\""));
        assert!(one.contains("</pre>\n<p class=\"promise\">✓ always prints this</p>"), "{one}");
        let open = "promise: exact\nnot guaranteed: a < b\nended: exit code 0\nstdout:\n  | a\nstderr:\n";
        let open = Page::new(Path::new("c.md")).output(&hello(), &record(open), 0);
        assert!(open.contains("<p class=\"promise open\">printed this in all our runs</p>"), "{open}");
        assert!(open.contains("<p class=\"said\">Not guaranteed: a &lt; b.</p>"), "{open}");
        let two = page.output(
            &hello(),
            &record("promise: exact\nended: exit code 1\nstdout:\n  | a\nstderr:\n  | b\n"),
            0,
        );
        assert!(two.contains(
            "<p class=\"stream\">stdout</p>\n<p class=\"promise fails\">✗ always fails like this</p>\n<pre"
        ));
        assert!(two.contains("<p class=\"stream\">stderr</p>"));
        assert!(two.contains("Ended with exit code 1."));
        assert!(two.contains("aria-label=\"stdout of process-class/hello, shown again (2)\""));
        let mut next = Page::new(Path::new("b.md"));
        let again = "promise: exact\nended: exit code 0\nstdout:\n  | a\nstderr:\n";
        assert!(next.output(&hello(), &record(again), 2).contains("shown again (3)"));
    }

    #[test]
    fn a_long_order_is_in_a_fold() {
        let said = |constraints: &[[&str; 2]]| {
            let pairs: String =
                constraints.iter().map(|[a, b]| format!("\n  \"{a}\" before \"{b}\"")).collect();
            let lines =
                "  | a line of several words\n  | another line\n  | one more line\n  | the last line\n";
            said(&record(&format!(
                "promise: lines in any order, but{pairs}\nended: exit code 1\nstdout:\n{lines}stderr:\n"
            )))
        };
        let short = [["another line", "one more line"]];
        assert_eq!(
            said(&short),
            "<p class=\"said\">Guaranteed: <samp>another line</samp> comes before <samp>one more line</samp>. Ended with exit code 1.</p>\n"
        );
        let long = [
            ["a line of several words", "another line"],
            ["one more line", "the last line"],
            ["a line of several words", "the last line"],
        ];
        let html = said(&long);
        assert!(html.starts_with("<details class=\"said\"><summary>Guaranteed: these lines, some of them in a fixed order</summary><ul><li><samp>"), "{html}");
        assert_eq!(html.matches("<li>").count(), 3, "{html}");
        assert!(html.ends_with("</details>\n<p class=\"said\">Ended with exit code 1.</p>\n"), "{html}");
    }

    #[test]
    fn a_missing_final_newline_is_said() {
        let text =
            "promise: exact\nended: exit code 0\nstdout:\n  | a\n  \\ no newline at the end\nstderr:\n";
        assert!(
            Page::new(Path::new("a.md")).output(&hello(), &record(text), 0).contains("no newline at its end")
        );
    }
}
