//! The preprocessor: reads the pages, puts code and recorded output in the place of each directive.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, ScopedJoinHandle};
use std::{fmt, io, iter};

use anyhow::Result;
use mdbook_driver::book::{Book, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use records::catalog::Listing;
use records::record::Record;
use records::refusal::Refusal;
use records::timeline::Timeline;
use workshop::{Exercise, Text};

use crate::build::place::Places;
use crate::build::sealed::seal;
use crate::build::shown::Shown;
use crate::figure::plot;
use crate::figure::timeline::lines::lines;
use crate::figure::timeline::{check, figure::Look};
use crate::page::arguments;
use crate::page::card::{Group, Piece, group};
use crate::page::code::{Code, all_ids};
use crate::page::directive::{self, Directive, Include, Kind, Line};
use crate::page::link;
use crate::page::render::{Listed, Page, mark_refused, veil};
use crate::page::source;
use crate::predict::Mistake;
use crate::predict::judge::{Evidence, judge};
use crate::predict::part::{Block, Part, parts};
use crate::predict::question::Question;
use crate::teach::exercise;
use crate::teach::note::{self, Taught};
use crate::teach::notes;
use crate::teach::plan;
use crate::text::nearest::nearest;

/// The name in book.toml: `[preprocessor.listings]`.
pub const NAME: &str = "listings";

/// What a page has in place of the minutes of the next one.
const MINUTES: &str = "(MINUTES)";
/// How a page clones the repository, whose address takes the place of the word. Without one, the reader replaces it.
const CLONE: &str = "git clone ADDRESS ";
/// The page that says how to read a timeline, as the site has it.
const HELP: &str = "how-to-read-a-timeline.html";

/// Whether pages for this renderer can be prepared. All can but the backend that copies the listings' sources: it wants
/// the directives as they were written.
pub fn supports(renderer: &str) -> bool {
    renderer != NAME
}

/// Places the listings and outputs of a book; mdBook runs it between reading the book and writing the pages. A handle: what
/// it has found is there for its clones, too.
#[derive(Clone, Debug, Default)]
pub struct Listings(Arc<OnceLock<Shown>>);

impl Listings {
    /// What the pages show, once it has run.
    pub fn shown(&self) -> Option<&Shown> {
        self.0.get()
    }
}

impl Preprocessor for Listings {
    fn name(&self) -> &str {
        NAME
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(supports(renderer))
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let shown = Shown::of(&context.root, &book)?;
        let placer =
            Placer::new(&context.root, &context.config.book.src, &book, self.0.get_or_init(|| shown));
        let mut placed = placer.place_all(&book);
        let repository: Option<String> = context.config.get("output.html.git-repository-url")?;
        let mut problems = vec![];
        for chapter in book.chapters() {
            let placed = chapter.path.as_ref().and_then(|path| placed.get_mut(path));
            problems.extend(placed.into_iter().flat_map(|placed| placed.problems.drain(..)));
        }
        book.for_each_chapter_mut(|chapter| {
            if let Some(placed) = chapter.path.as_ref().and_then(|path| placed.remove(path)) {
                chapter.content = match &repository {
                    Some(address) => placed.content.replace(CLONE, &format!("git clone {address} ")),
                    None => placed.content,
                };
            }
        });
        if problems.is_empty() { Ok(book) } else { Err(Problems(problems).into()) }
    }
}

/// Something an author has to fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The page, from the book's root.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// All the problems of a book, so that the author can fix them in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Problem { file, line, message }) in self.0.iter().enumerate() {
            let newline = if i == 0 { "" } else { "\n" };
            write!(f, "{newline}{}:{line}: {message}", file.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// What keeps a part of a page from being placed.
enum Wrong {
    /// Mistakes in that part, whose first line is line 1.
    Here(Vec<Mistake>),
    /// Mistakes in a file that it shows.
    There(Vec<Problem>),
}

impl Wrong {
    /// Adds the mistakes in the part of the file that begins on this line.
    fn report(self, file: &Path, number: usize, problems: &mut Vec<Problem>) {
        match self {
            Wrong::Here(mistakes) => {
                let here = |Mistake { line, message }| Problem {
                    file: file.to_owned(),
                    line: number + line - 1,
                    message,
                };
                problems.extend(mistakes.into_iter().map(here));
            }
            Wrong::There(more) => problems.extend(more),
        }
    }
}

impl From<String> for Wrong {
    fn from(message: String) -> Wrong {
        Wrong::Here(vec![Mistake { line: 1, message }])
    }
}

/// A page with all that belongs on it, as far as it could be placed.
struct Placed {
    content: String,
    problems: Vec<Problem>,
}

/// What is needed to place a directive on any page.
struct Placer<'a> {
    root: &'a Path,
    src: &'a Path,
    shown: &'a Shown,
    /// The page that explains timelines, if the book has it.
    help: Option<&'static str>,
    /// The pages with notes for their instructor.
    taught: Vec<Taught>,
    /// Where the pages are in their parts.
    places: Places<'a>,
}

impl<'a> Placer<'a> {
    fn new(root: &'a Path, src: &'a Path, book: &'a Book, shown: &'a Shown) -> Placer<'a> {
        let help = root.join(src).join(HELP).with_extension("md").is_file().then_some(HELP);
        Placer { root, src, shown, help, taught: note::taught(book), places: Places::of(book) }
    }

    /// All pages, by their paths. Drawing takes time, so each core takes a page in turn.
    fn place_all(&self, book: &Book) -> HashMap<PathBuf, Placed> {
        let pages: Vec<(&Chapter, &PathBuf)> =
            book.chapters().filter_map(|chapter| Some((chapter, chapter.path.as_ref()?))).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let page = || pages.get(next.fetch_add(1, Ordering::Relaxed));
            iter::from_fn(page).map(|(chapter, path)| ((*path).clone(), self.place(chapter, path))).collect()
        };
        thread::scope(|scope| {
            let cores = thread::available_parallelism().map_or(1, usize::from);
            let threads: Vec<ScopedJoinHandle<'_, Vec<_>>> = (0..cores).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().expect("a thread that places pages"))
                .collect()
        })
    }

    fn place(&self, chapter: &Chapter, path: &Path) -> Placed {
        let file = self.src.join(chapter.source_path.as_deref().unwrap_or(path));
        let problem = |line, message| Problem { file: file.clone(), line, message };
        let mut problems = vec![];
        let mut page = Page::new(path);
        let content = self.resolve(&chapter.content, path).unwrap_or_else(|wrong| {
            problems.extend(wrong.into_iter().map(|(line, message)| problem(line, message)));
            chapter.content.clone()
        });
        match note::read(&content) {
            Ok(Some(note)) => {
                let mistake = exercise::contradicts(&note, &content);
                problems.extend(mistake.map(|message| problem(note.line, message)));
            }
            Ok(None) => {}
            Err((line, message)) => problems.push(problem(line, message)),
        }
        let mut placed = self.parts(&mut page, &file, &parts(&content), &mut problems);
        if placed.contains(MINUTES) {
            placed = placed.replace(MINUTES, &self.places.next_minutes(path).unwrap_or_default());
        }
        // The page that explains timelines needs no link to itself.
        placed += &page.key(self.help.filter(|help| Path::new(help).file_stem() != path.file_stem()));
        Placed { content: placed, problems }
    }

    /// Parts of a page, with what takes their place.
    fn parts(
        &self,
        page: &mut Page,
        file: &Path,
        parts: &[(usize, Part<'_>)],
        problems: &mut Vec<Problem>,
    ) -> String {
        let mut placed = String::new();
        let mut at = 0;
        while let Some((number, part)) = parts.get(at) {
            if let Some(group) = group(&parts[at..]) {
                placed += &self.card(page, file, &group, problems);
                at += group.len;
                continue;
            }
            at += 1;
            let replaced = match part {
                Part::Line(line) => {
                    self.line(page, file, line).map(|html| html.unwrap_or((*line).to_owned()))
                }
                Part::Block(block) => {
                    self.question(page, block).map(|html| indented(&html, block.indent)).map_err(Wrong::Here)
                }
            };
            placed += &replaced.unwrap_or_else(|wrong| {
                wrong.report(file, *number, problems);
                String::new()
            });
        }
        placed
    }

    /// The card of a program, with all that the page shows of it here.
    fn card(&self, page: &mut Page, file: &Path, group: &Group<'_>, problems: &mut Vec<Problem>) -> String {
        let code = match Code::find(self.root, &self.shown.catalog, group.id) {
            Some(code) => code,
            None => {
                Wrong::from(self.unknown(group.id)).report(file, group.pieces[0].0, problems);
                return String::new();
            }
        };
        let mut listed = self.listed(&code).unwrap_or_else(|message| {
            Wrong::from(message).report(file, group.pieces[0].0, problems);
            Listed::default()
        });
        let is_question = |(_, piece): &(usize, Piece<'_>)| matches!(piece, Piece::Question(_));
        listed.asked = page.has_asked(group.id) || group.pieces.iter().any(is_question);
        let (mut open, mut veiled) = (String::new(), String::new());
        let mut is_asked = false;
        for (number, piece) in &group.pieces {
            let html = match piece {
                Piece::Code(directive) => self.code(page, &code, &listed, directive),
                Piece::Question(block) => {
                    is_asked = true;
                    self.question(page, block).map_err(Wrong::Here)
                }
                Piece::Output => self.output(page, group.id, &listed),
                Piece::Timeline(look) => self.drawn(page, group.id, *look),
                Piece::Twin(parts) => Ok(self.parts(page, file, parts, problems)),
            };
            let part = if is_asked && !matches!(piece, Piece::Question(_)) { &mut veiled } else { &mut open };
            match html {
                Ok(html) => part.push_str(&html),
                Err(wrong) => wrong.report(file, *number, problems),
            }
        }
        if !veiled.is_empty() {
            open += &veil(&veiled, !listed.refused.is_empty());
        }
        indented(&page.card(&code, &listed, &open), group.indent)
    }

    fn code(
        &self,
        page: &mut Page,
        code: &Code,
        listed: &Listed,
        directive: &Directive<'_>,
    ) -> Result<String, Wrong> {
        let text = self.text(code, directive.anchor)?;
        let name = self.shown.places.name(directive, page.path());
        let html = page.code(code, directive.anchor, &text, name.as_deref(), &self.printed(code));
        if listed.refused.is_empty() {
            return Ok(html);
        }
        let file = read(&self.root.join(&code.path), &code.path)?;
        let lines = listed.refused.iter().filter_map(|fault| fault.line);
        let places: BTreeSet<usize> =
            lines.filter_map(|line| source::place(&file, directive.anchor, line)).collect();
        Ok(mark_refused(&html, listed, &Vec::from_iter(places)))
    }

    /// The lines that the runs in a listing's timeline have printed.
    fn printed(&self, code: &Code) -> BTreeSet<String> {
        let Some(listing) = self.shown.catalog.get(&code.id) else { return BTreeSet::new() };
        let timeline = self.timeline(listing).ok();
        let runs = timeline.iter().flat_map(|timeline| &timeline.runs);
        runs.flat_map(lines).map(|line| line.text).collect()
    }

    fn output(&self, page: &mut Page, id: &str, listed: &Listed) -> Result<String, Wrong> {
        let listing = self.shown.catalog.get(id).ok_or_else(|| self.unknown(id))?;
        let before = self.shown.outputs_before(id, page.path());
        if let Some(refusal) = self.refusal(listing)? {
            return Ok(seal(&page.refusal(listing, listed, &refusal, before)));
        }
        Ok(seal(&page.output(listing, &self.record(listing)?, before)))
    }

    fn drawn(&self, page: &mut Page, id: &str, look: Look) -> Result<String, Wrong> {
        let listing = self.shown.catalog.get(id).ok_or_else(|| self.unknown(id))?;
        let timeline = self.timeline(listing)?;
        let record = timeline.seen.is_some().then(|| self.record(listing)).transpose()?;
        Ok(seal(&page.timeline(&timeline, look, record.as_ref())))
    }

    /// What takes the place of a block that asks a question.
    fn question(&self, page: &mut Page, block: &Block<'_>) -> Result<String, Vec<Mistake>> {
        let question = Question::read(block)?;
        let listing = self.shown.catalog.get(block.id);
        let listing = listing.ok_or_else(|| vec![Mistake { line: 1, message: self.unknown(block.id) }])?;
        let mistakes = judge(&question, &Recorded::new(self, listing));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        page.question(&question, block)
    }

    /// What takes a line's place, or nothing if the line stays.
    fn line(&self, page: &mut Page, file: &Path, line: &str) -> Result<Option<String>, Wrong> {
        let directive = match directive::read(line)? {
            Line::Text => return Ok(None),
            Line::Include(include) => {
                self.check(&include, file)?;
                return Ok(None);
            }
            Line::Directive(directive) => directive,
        };
        let figure = match directive.kind {
            Kind::Plot => seal(&plot::plot(self.root, directive.id)?),
            Kind::Exercise => self.exercise(page, exercise::find(directive.id)?)?,
            Kind::Plan => plan::plan(self.root, directive.id, &self.taught, page.to_root())?,
            Kind::Notes => self.notes(page, directive.id)?,
            Kind::Contents => self.places.contents(page.path())?,
            Kind::Listing | Kind::Output | Kind::Timeline => unreachable!("each of these begins a card"),
        };
        Ok(Some(indented(&figure, directive.indent)))
    }

    fn exercise(&self, page: &mut Page, exercise: &Exercise) -> Result<String, Wrong> {
        let name = exercise.name;
        let home = exercise::page(exercise);
        if page.path() != home {
            return Err(format!("`{name}` belongs on {}", self.src.join(home).display()).into());
        }
        if !page.is_first(exercise) {
            return Err(format!("`{name}` is on the page already").into());
        }
        let text = self.words(exercise, page.path())?;
        let [start, solution] = exercise::programs(exercise);
        let shown = [self.text(&start, None)?, self.text(&solution, None)?];
        Ok(exercise::markdown(page, exercise, &text, &shown))
    }

    /// The text of an exercise, its links as they have to be on this page.
    fn words(&self, exercise: &Exercise, page: &Path) -> Result<Text, Wrong> {
        let words = exercise.words();
        let there = |line, message| Problem { file: words.clone(), line, message };
        let text = link::moved(&read(&self.root.join(&words), &words)?, &exercise::page(exercise), page);
        let text = self.resolve(&text, page).map_err(|wrong| {
            Wrong::There(wrong.into_iter().map(|(line, message)| there(line, message)).collect())
        })?;
        exercise::read(&text).map_err(|mistakes| {
            Wrong::There(mistakes.into_iter().map(|wrong| there(wrong.line, wrong.message)).collect())
        })
    }

    fn notes(&self, page: &Page, folder: &str) -> Result<String, Wrong> {
        let mut text = String::new();
        for taught in &notes::of(&self.taught, folder)? {
            let exercises: Vec<(&Exercise, Text)> = plan::timetable::of_page(&taught.page)
                .filter(|exercise| self.root.join(exercise.folder()).is_dir())
                .map(|exercise| Ok((exercise, self.words(exercise, page.path())?)))
                .collect::<Result<_, Wrong>>()?;
            let said = link::moved(&taught.note.text, &taught.file, page.path());
            let said = self.resolve(&said, page.path()).map_err(|_| {
                format!("the note of {} has a broken link", self.src.join(&taught.file).display())
            })?;
            text += &notes::markdown(taught, &said, &exercises, page.to_root());
        }
        Ok(text)
    }

    /// A text that stands on this page, its links to listings resolved.
    fn resolve(&self, text: &str, page: &Path) -> Result<String, Vec<(usize, String)>> {
        let unknown =
            |id: &str| Code::find(self.root, &self.shown.catalog, id).is_none().then(|| self.unknown(id));
        self.shown.places.resolve(text, page, unknown)
    }

    fn unknown(&self, id: &str) -> String {
        let ids = all_ids(self.root, &self.shown.catalog);
        let Some(near) = nearest(id, ids.iter().map(String::as_str)) else {
            return format!("there is no listing `{id}`: no crate in chapters-code has one");
        };
        let folder = id.split('/').next().unwrap_or(id);
        if self.root.join("chapters-code").join(folder).is_dir() {
            format!("there is no listing `{id}`; the nearest is `{near}`")
        } else {
            format!("there is no listing `{id}`, nor a crate `{folder}`; the nearest is `{near}`")
        }
    }

    fn text(&self, code: &Code, anchor: Option<&str>) -> Result<String, String> {
        let text = read(&self.root.join(&code.path), &code.path)?;
        match anchor {
            None => Ok(source::whole(&text)),
            Some(anchor) => {
                source::anchor(&text, anchor).map_err(|e| format!("in {}: {e}", code.path.display()))
            }
        }
    }

    fn listed(&self, code: &Code) -> Result<Listed, String> {
        let Some(listing) = self.shown.catalog.get(&code.id) else { return Ok(Listed::default()) };
        let text = read(&self.root.join(&code.path), &code.path)?;
        let arguments = arguments::declared(&text).map_err(|e| format!("in {}: {e}", code.path.display()))?;
        let recorded = self.root.join(listing.timeline()).is_file();
        let refused = self.refusal(listing)?.map(|refusal| refusal.errors).unwrap_or_default();
        Ok(Listed { arguments, recorded, refused, asked: false })
    }

    fn timeline(&self, listing: &Listing) -> Result<Timeline, String> {
        if listing.refused {
            return Err(format!("`{}` must not compile, so it has no timeline", listing.id()));
        }
        let path = listing.timeline();
        if self.root.join(&path).is_file() {
            let timeline = Timeline::read(&self.root.join(&path)).map_err(|e| e.to_string());
            return timeline
                .and_then(|timeline| check::check(&timeline, &listing.id()).map(|()| timeline))
                .map_err(|e| format!("the timeline of `{}` cannot be drawn: {e}", listing.id()));
        }
        let recorded: Vec<String> = self
            .shown
            .catalog
            .listings()
            .filter(|listing| self.root.join(listing.timeline()).is_file())
            .map(Listing::id)
            .collect();
        Err(format!(
            "no timeline of `{id}`: {} is missing ({}). `cargo run -- record {id}` records it",
            path.display(),
            nearest_recorded(&listing.id(), &recorded),
            id = listing.id(),
        ))
    }

    fn record(&self, listing: &Listing) -> Result<Record, String> {
        if listing.refused {
            return Err(format!("`{}` must not compile, so it prints nothing", listing.id()));
        }
        self.kept(listing, Record::read)
    }

    /// What the compiler says of a listing; nothing if the listing compiles.
    fn refusal(&self, listing: &Listing) -> Result<Option<Refusal>, String> {
        listing.refused.then(|| self.kept(listing, Refusal::read)).transpose()
    }

    fn kept<T>(&self, listing: &Listing, read: impl Fn(&Path) -> io::Result<T>) -> Result<T, String> {
        let path = self.root.join(listing.record());
        if path.is_file() {
            return read(&path).map_err(|e| format!("the record of `{}` cannot be used: {e}", listing.id()));
        }
        let recorded: Vec<String> = self
            .shown
            .catalog
            .listings()
            .filter(|listing| self.root.join(listing.record()).is_file())
            .map(Listing::id)
            .collect();
        let near = nearest_recorded(&listing.id(), &recorded);
        Err(format!(
            "no checked output of `{}`: {} is missing ({near}). `cargo run -- record {}` makes it",
            listing.id(),
            listing.record().display(),
            listing.id(),
        ))
    }

    /// mdBook only logs an include that fails, and leaves its braces on the page.
    fn check(&self, include: &Include<'_>, page: &Path) -> Result<(), String> {
        let path = page.parent().unwrap_or(page).join(include.path);
        let text = read(&self.root.join(&path), &path)?;
        match directive::anchor_of_include(include) {
            Some(anchor) => {
                source::anchor(&text, anchor).map(drop).map_err(|e| format!("in {}: {e}", path.display()))
            }
            None => Ok(()),
        }
    }
}

/// The records of one listing, read when a fact asks for them.
struct Recorded<'a> {
    placer: &'a Placer<'a>,
    listing: &'a Listing,
    record: OnceCell<Result<Record, String>>,
    timeline: OnceCell<Result<Timeline, String>>,
    refusal: OnceCell<Result<Option<Refusal>, String>>,
}

impl<'a> Recorded<'a> {
    fn new(placer: &'a Placer<'a>, listing: &'a Listing) -> Recorded<'a> {
        let (record, timeline, refusal) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Recorded { placer, listing, record, timeline, refusal }
    }
}

impl Evidence for Recorded<'_> {
    fn record(&self) -> Result<&Record, String> {
        self.record.get_or_init(|| self.placer.record(self.listing)).as_ref().map_err(Clone::clone)
    }

    fn timeline(&self) -> Result<&Timeline, String> {
        self.timeline.get_or_init(|| self.placer.timeline(self.listing)).as_ref().map_err(Clone::clone)
    }

    fn refusal(&self) -> Result<Option<&Refusal>, String> {
        let refusal = self.refusal.get_or_init(|| self.placer.refusal(self.listing));
        refusal.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }
}

/// Inside a list each line keeps the indentation of what it replaces.
fn indented(html: &str, indent: &str) -> String {
    html.lines().map(|line| format!("{indent}{line}\n")).collect()
}

fn nearest_recorded(id: &str, recorded: &[String]) -> String {
    match nearest(id, recorded.iter().map(String::as_str)) {
        Some(near) => format!("the nearest id that has one is `{near}`"),
        None => "no listing has one".to_owned(),
    }
}

fn read(path: &Path, shown: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", shown.display()))
}
