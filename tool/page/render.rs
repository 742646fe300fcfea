//! What takes a directive's place: a figure with the code, or with the recorded output.
//!
//! The code itself stays a fenced block, so that mdBook highlights it. Everything else is HTML on single lines: inside a
//! list each line keeps the directive's indentation, and a blank line would end the block of HTML.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use records::catalog::{Language, Listing};
use records::record::{Record, shown};
use records::timeline::Timeline;
use workshop::Exercise;

use crate::figure::timeline::figure::{Place, figure};
use crate::page::arguments::Argument;
use crate::page::code::Code;
use crate::predict::part::Block;
use crate::predict::question::Question;
use crate::predict::{self, Mistake};
use crate::text::html::escape;
use crate::text::words::{ending_in_words, promise_in_words};

/// What a listing's figure has to know beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// By which links find it.
    pub name: Option<String>,
    /// What may be chosen for it when it runs; `live` runs it, `theme/run.js` shows it.
    pub arguments: Vec<Argument>,
    /// Where in the site its recording is, if it has one.
    pub recording: Option<String>,
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
    /// The names that figures of listings have: each is given once.
    names: BTreeSet<String>,
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
            names: BTreeSet::new(),
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

    /// The figure of a listing or a source file, or of the anchor of it that `text` is. A listing can be run. Links find the
    /// figure by its name; when a page shows the same again, the first one keeps it.
    pub fn listing(&mut self, code: &Code, anchor: Option<&str>, text: &str, listed: &Listed) -> String {
        let id = escape(&code.id);
        let name = listed.name.as_ref().filter(|&name| self.names.insert(name.clone()));
        let name = name.map(|name| format!(" id=\"{}\"", escape(name))).unwrap_or_default();
        let anchor = anchor.map(|anchor| format!(" data-anchor=\"{}\"", escape(anchor))).unwrap_or_default();
        let command = code.command.as_deref().map(escape);
        let command =
            command.map(|command| format!("<code class=\"command\">{command}</code> ")).unwrap_or_default();
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
            "<figure class=\"listing\"{name} data-id=\"{id}\"{anchor}>\n\
             <figcaption><span class=\"listing-id\">{id}</span> {command}\
             <a class=\"source\" href=\"{to_root}{href}\">{file}</a></figcaption>\n\
             \n\
             {fence}{language}\n{text}{fence}\n\
             \n\
             {run}</figure>\n",
            run = self.run(code, listed),
            to_root = self.to_root,
            href = escape(&code.site_path),
            file = escape(code.file_name()),
        )
    }

    /// The place of the button; without a script it says how to do the same in a terminal.
    fn run(&self, code: &Code, listed: &Listed) -> String {
        if code.command.is_none() {
            return String::new();
        }
        let id = escape(&code.id);
        let recording = listed.recording.as_deref();
        let recording = recording.map(|path| format!(" data-recording=\"{}{}\"", self.to_root, escape(path)));
        let arguments = serde_json::to_string(&listed.arguments).expect("arguments are always JSON");
        format!(
            "<div class=\"run-it\" data-run=\"{id}\"{recording} data-arguments=\"{arguments}\">\
             <noscript>To see it run, in a terminal: <code>cargo run -- run {id}</code></noscript></div>\n",
            recording = recording.unwrap_or_default(),
            arguments = escape(&arguments),
        )
    }

    /// The figure of a recorded output, which the pages before this one show so often: regions of one page need different
    /// labels, and for printing all pages are one.
    pub fn output(&mut self, listing: &Listing, record: &Record, before: usize) -> String {
        let id = listing.id();
        let here = self.outputs.entry(id.clone()).or_default();
        *here += 1;
        let count = before + *here;
        let mut figure = format!(
            "<figure class=\"output\" data-id=\"{id}\">\n\
             <figcaption><span class=\"output-of\">Output of {id}</span> \
             <span class=\"promise\">{promise}</span> <span class=\"ending\">{ending}</span></figcaption>\n",
            id = escape(&id),
            promise = escape(&promise_in_words(record)),
            ending = escape(&ending_in_words(record)),
        );
        let labelled = !record.stderr.is_empty();
        for (stream, bytes) in [("stdout", &record.stdout), ("stderr", &record.stderr)] {
            if !bytes.is_empty() {
                figure += &one_stream(&id, stream, bytes, labelled, count);
            }
        }
        figure + "</figure>\n"
    }

    /// The figure of a timeline. `record` is what is promised, where many runs are counted beside it.
    pub fn timeline(&mut self, timeline: &Timeline, record: Option<&Record>, help: Option<&str>) -> String {
        self.timelines += 1;
        let name = format!("{}-{}", self.name, self.timelines);
        let help = help.map(|help| format!("{}{help}", self.to_root));
        figure(timeline, record, Place { name: &name, help: help.as_deref() })
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
        predict::html::html(question, block, &self.name)
    }
}

fn one_stream(id: &str, stream: &str, bytes: &[u8], labelled: bool, count: usize) -> String {
    let label = format!("{stream} of {id}");
    let label = if count > 1 { format!("{label}, shown again ({count})") } else { label };
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
    fn a_listing_names_its_command_and_links_its_source() {
        let mut page = Page::new(Path::new("part/page.md"));
        let bare = Listed::default();
        let figure = page.listing(&code("hello.rs", Language::Rust), Some("main"), "fn main() {}\n", &bare);
        assert!(figure.contains("data-id=\"process-class/hello.rs\" data-anchor=\"main\""));
        assert!(figure.contains("<code class=\"command\">run hello.rs</code>"));
        assert!(figure.contains("href=\"../listings/process-class/hello.rs\">hello.rs</a>"));
        assert!(figure.contains("\n\n```rust\nfn main() {}\n```\n\n<div class=\"run-it\""));
        let twin = page.listing(&code("hello.py", Language::Python), None, "# pass\n", &bare);
        assert!(twin.contains("```python\n# pass\n"));
    }

    #[test]
    fn a_listing_is_named_once_on_a_page() {
        let mut page = Page::new(Path::new("part/page.md"));
        let listed = Listed { name: Some("the-name".into()), ..Listed::default() };
        let mut show = || page.listing(&code("hello", Language::Rust), None, "fn main() {}\n", &listed);
        assert!(show().starts_with("<figure class=\"listing\" id=\"the-name\" data-id="));
        assert!(!show().contains("the-name"));
    }

    #[test]
    fn a_listing_says_how_it_is_run() {
        let mut page = Page::new(Path::new("part/page.md"));
        let arguments =
            crate::page::arguments::declared("// ARGUMENT: n: 1..=2 = 1\n").expect("a declaration");
        let recording = Some("timelines/process-class/hello.txt".into());
        let listed = Listed { name: None, arguments, recording };
        let figure = page.listing(&code("hello", Language::Rust), None, "fn main() {}\n", &listed);
        assert!(figure.contains(
            "data-run=\"process-class/hello\" data-recording=\"../timelines/process-class/hello.txt\""
        ));
        assert!(
            figure.contains(r#"data-arguments="[&#123;&quot;name&quot;:&quot;n&quot;,&quot;least&quot;:1,"#),
            "{figure}"
        );
        assert!(figure.contains(
            "<noscript>To see it run, in a terminal: <code>cargo run -- run process-class/hello</code>"
        ));
    }

    #[test]
    fn a_source_file_has_no_command() {
        let part = Code { command: None, ..code("src/wire.rs", Language::Rust) };
        let bare = Listed::default();
        let figure = Page::new(Path::new("a.md")).listing(&part, None, "mod a;\n", &bare);
        assert!(!figure.contains("command") && !figure.contains("run-it"), "{figure}");
    }

    #[test]
    fn code_reaches_the_page_unchanged() {
        assert_eq!(guard_hidden_lines("# a\n#\n#[b]\n  ## c\n#!d\n"), "## a\n##\n#[b]\n  ### c\n#!d\n");
        assert_eq!(guard_directives("x {{#include y}} z\n{{x}}\n"), "x \\{{#include y}} z\n{{x}}\n");
        let figure = Page::new(Path::new("a.md")).listing(
            &code("a", Language::Rust),
            None,
            "/// ```\n/// ````\n",
            &Listed::default(),
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
        let two = page.output(
            &hello(),
            &record("promise: exact\nended: exit code 1\nstdout:\n  | a\nstderr:\n  | b\n"),
            0,
        );
        assert!(two.contains("<p class=\"stream\">stdout</p>"));
        assert!(two.contains("<p class=\"stream\">stderr</p>"));
        assert!(two.contains("Ended with exit code 1."));
        assert!(two.contains("aria-label=\"stdout of process-class/hello, shown again (2)\""));
        let mut next = Page::new(Path::new("b.md"));
        let again = "promise: exact\nended: exit code 0\nstdout:\n  | a\nstderr:\n";
        assert!(next.output(&hello(), &record(again), 2).contains("shown again (3)"));
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
