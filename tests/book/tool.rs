//! `book build` and the stock mdBook protocol, from the outside.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use supervisor::temporary;
use tempfile::TempDir;

use crate::confined::{apart, as_a_user, did_not_run};
use crate::exercises::with_an_exercise;
use crate::process::{Finished, book, run};
use crate::scratch::{PAGE, PROGRAM, RECORD, Scratch, TIMELINE, TWIN, files};
use crate::this_book;

/// Runs `book build --dest-dir` and gives the result with the site's folder.
fn build(scratch: &Scratch) -> (Finished, std::path::PathBuf) {
    let site = scratch.path("site");
    let dest = site.to_str().expect("a path");
    (run(&mut book(scratch.root(), &["build", "--dest-dir", dest])), site)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn build_writes_a_site_with_code_output_and_sources() {
    let scratch = Scratch::new();
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    assert_eq!(built.stdout, "", "the site goes to a folder, and nothing to stdout");
    let page = read(&site.join("part/page.html"));
    for part in [
        "<figure class=\"card\" data-id=\"sample/greet\">\n<figcaption>",
        "<div class=\"listing\" id=\"listing-sample-greet\" data-id=\"sample/greet\"",
        "<code class=\"command\">cargo run -q --example greet</code>",
        "href=\"../listings/sample/greet.rs\"",
        "println!(&quot;Hello, reader&quot;);",
        "<div class=\"output\" data-id=\"sample/greet.py\">",
        "✓ always prints this</p>",
        "<pre class=\"stdout\" tabindex=\"0\" role=\"region\" aria-label=\"stdout of sample/greet\"><samp>Hello, reader</samp></pre>",
    ] {
        assert!(
            page.replace("\"Hello, reader\"", "&quot;Hello, reader&quot;").contains(part),
            "{part} is not on the page:\n{page}"
        );
    }
    assert!(!page.contains("ANCHOR") && !page.contains("{{#"));
    assert!(!page.contains("playground"), "mdBook makes a block runnable by this class");
    assert!(!page.contains("__livereload"));
    assert!(read(&site.join("listings/sample/greet.rs")).contains("fn main()"));
    assert!(read(&site.join("listings/sample/greet.py")).contains("print("));
    for page in ["index.html", "404.html"] {
        assert!(site.join(page).is_file(), "{page} is missing");
    }
    assert!(!site.join("print.html").exists(), "nobody prints the whole book");
}

/// The index of the site, and its name.
fn index(site: &Path) -> (String, String) {
    let names = files(site, ".js").into_iter().map(|file| file.display().to_string());
    let names: Vec<String> = names.filter(|name| name.contains("search-index")).collect();
    let [name] = &names[..] else { panic!("not one index: {names:?}") };
    let name = name.rsplit('/').next().expect("a file").to_owned();
    (read(&site.join(&name)), name)
}

#[test]
fn the_search_has_prose_and_names_and_no_output() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n## A place\n\nCall `sample::greet` here.\n\n{{#timeline sample/greet}}\n");
    scratch.edit(
        "src/SUMMARY.md",
        "- [A page]",
        "# The part\n\n- [For teachers](workshop/teach.md)\n- [A page]",
    );
    scratch.write("src/workshop/teach.md", "# For teachers\n\nDraw two columns.\n");
    scratch.write("theme/synonyms.txt", "timeout = deadline\n");
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    let (index, name) = index(&site);
    for part in [
        r#"{"url":"part/page.html","place":["The part"],"entries":[{"kind":"page","id":"","title":"A page","#,
        r#"{"kind":"section","id":"a-place","title":"A place","text":"Call sample::greet here."}"#,
        r#"{"kind":"program","id":"listing-sample-greet","title":"sample/greet","text":""}"#,
        r#""synonyms":[["timeout","deadline"]]"#,
    ] {
        assert!(index.contains(part), "{part} is not in {index}");
    }
    for part in ["Hello", "println", "main ends with exit code", "greet.py", "two columns"] {
        assert!(!index.contains(part), "{part} is in {index}");
    }
    // Its name changes with what is in it, so that a browser keeps no old one, and each page has that name.
    for page in ["index.html", "part/page.html", "404.html"] {
        let page = read(&site.join(page));
        assert!(page.contains(&format!("{name}\"")), "{page}");
        assert!(!page.contains("text/figure"), "a figure is still sealed: {page}");
    }
    scratch.append(PAGE, "\nMore.\n");
    assert!(build(&scratch).0.status.success());
    assert_ne!(self::index(&site).1, name);
}

#[test]
fn every_page_that_a_search_leaves_out_is_in_the_book() {
    let config = Config::from_disk(this_book().join("book.toml")).expect("book.toml");
    let unsearched: Vec<String> =
        config.get("preprocessor.listings.unsearched").expect("book.toml").expect("a list");
    for page in unsearched {
        assert!(this_book().join("src").join(&page).is_file(), "{page} is not in the book");
    }
}

#[test]
fn a_part_of_a_crates_source_is_shown_and_linked() {
    let scratch = Scratch::new();
    let lib = "mod a;\n// ANCHOR: part\npub fn part() {}\n// ANCHOR_END: part\n";
    scratch.write("chapters-code/sample/src/lib.rs", lib);
    scratch.append(PAGE, "\n{{#listing sample/src/lib.rs:part}}\n");
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    let page = read(&site.join("part/page.html"));
    assert!(page.contains("pub fn part() {}") && !page.contains("mod a;"));
    assert!(page.contains("href=\"../listings/sample/src/lib.rs\" title=\"Source: lib.rs\">"));
    assert_eq!(read(&site.join("listings/sample/src/lib.rs")), lib);
}

#[test]
fn an_exercise_is_shown_with_its_hints_folded_and_its_programs_linked() {
    let scratch = with_an_exercise();
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    let page = read(&site.join("process-based-parallelism/waiting/check-yourself.html"));
    let parts = [
        "<h3 id=\"exercise-leaves_zombies\">",
        "<strong>20 minutes.</strong>",
        "<pre><code class=\"language-sh\">cargo run -- workshop start leaves_zombies\n</code></pre>",
        "Mend <a href=\"../../part/page.html#listing-sample-greet\">it</a>",
        "<details class=\"exercise-hint\">\n<summary>Hint 1</summary>\n<p>What?</p>\n</details>",
        "<summary>Hint 2</summary>\n<p>That.</p>",
        "<summary>Hint 3</summary>\n<p>So.</p>",
        "<summary>The starting point</summary>\n<figure class=\"card\"",
        "href=\"../../listings/workshop/exercises/leaves_zombies/start.rs\" title=\"Source: start.rs\">",
        "begin();",
        "<summary>A solution</summary>\n<p>Why, <a href=\"../../part/page.html\">there</a>.</p>\n<figure class=\"card\"",
        "href=\"../../listings/workshop/exercises/leaves_zombies/solution.rs\" title=\"Source: solution.rs\">",
        "end();",
    ];
    let places: Vec<_> = parts.iter().map(|part| page.find(part)).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{parts:#?} are at {places:?} of\n{page}");
    for program in ["start.rs", "solution.rs"] {
        let path = format!("workshop/exercises/leaves_zombies/{program}");
        assert_eq!(read(&site.join("listings").join(&path)), read(&scratch.path(&path)));
    }
}

#[test]
fn a_guarded_directive_is_shown_as_it_is() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\nWrite `\\{{#listing sample/greet}}` on a line of its own.\n");
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    assert!(read(&site.join("part/page.html")).contains("<code>{{#listing sample/greet}}</code>"));
}

#[test]
fn a_question_gives_nothing_away_where_it_is_found() {
    let scratch = Scratch::new();
    let block = "```predict sample/greet\nWhat does it print?\n\n- [x] a greeting <!-- prints \"Hello, reader\" -->\n- [ ] a farewell <!-- prints \"Farewell\" -->\n\nThe explanation, with a [link](../introduction.md).\n```\n";
    scratch.write(
        PAGE,
        &format!("# A page\n\n## Greeting\n\n{block}\nText.\n\n{{{{#listing sample/greet}}}}\n"),
    );
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    let page = read(&site.join("part/page.html"));
    assert!(page.contains("<meta name=\"description\" content=\"Text.\">"), "{page}");
    for part in [
        "<fieldset",
        "<legend><strong>Predict:</strong> What does it print?</legend>",
        "type=\"radio\"",
        "href=\"../introduction.html\">link</a>",
    ] {
        assert!(page.contains(part), "{part} is not on the page:\n{page}");
    }
    for hidden in ["prints \"", "Farewell", "```", "<details class=\"answer\" open"] {
        assert!(!page.contains(hidden), "{hidden} is on the page:\n{page}");
    }
    let (index, _) = index(&site);
    assert!(index.contains("greeting") && !index.contains("Farewell"), "{index}");
}

#[test]
fn a_wrong_id_fails_the_build_and_leaves_the_old_site() {
    let scratch = Scratch::new();
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    scratch.append(PAGE, "\n{{#listing sample/gret}}\n\n{{#listing sample/greet:mian}}\n");
    let before = contents(&site);
    let (failed, _) = build(&scratch);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(failed.stdout, "");
    for part in [
        "src/part/page.md:13: there is no listing `sample/gret`; the nearest is `sample/greet`",
        "src/part/page.md:15: in chapters-code/sample/examples/greet.rs: there is no anchor `mian`; the nearest is `greet`",
    ] {
        assert!(failed.stderr.contains(part), "{}", failed.stderr);
    }
    assert!(contents(&site) == before, "a failed build changed the site");
    let left: Vec<_> = fs::read_dir(scratch.root()).expect("the book").filter_map(Result::ok).collect();
    assert!(
        left.iter().all(|e| !e.file_name().to_string_lossy().starts_with(".hello-process-world-")),
        "{left:?}"
    );
}

#[test]
fn a_build_replaces_an_earlier_site_and_nothing_else() {
    let scratch = Scratch::new();
    let (_, site) = build(&scratch);
    fs::write(site.join("stale.html"), "from an earlier build").expect("a file to write");
    let (built, _) = build(&scratch);
    assert!(built.status.success() && !site.join("stale.html").exists(), "{built:?}");

    let home = TempDir::with_prefix("home-").expect("a temporary folder");
    fs::write(home.path().join("letter.txt"), "precious").expect("a file to write");
    let refused =
        run(&mut book(scratch.root(), &["build", "--dest-dir", home.path().to_str().expect("a path")]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("name an empty folder or a new one"), "{refused:?}");
    assert_eq!(read(&home.path().join("letter.txt")), "precious");
}

/// Git in this folder, by its own defaults.
fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]).args(arguments);
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let done = run(&mut git);
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

#[test]
fn a_clone_with_the_line_endings_of_windows_is_built() {
    let scratch = Scratch::new();
    git(scratch.root(), &["init", "-q"]);
    git(scratch.root(), &["add", "."]);
    git(scratch.root(), &["commit", "-q", "-m", "without attributes"]);
    let attributes = read(&this_book().join(".gitattributes"));
    let clone = |name: &str| {
        git(scratch.root(), &["clone", "-q", "-c", "core.autocrlf=true", ".", name]);
        run(&mut book(&scratch.path(name), &["build"]))
    };
    let failed = clone("without");
    assert_eq!(failed.status.code(), Some(1));
    assert!(failed.stderr.contains("line 1: its line endings are those of Windows (CR LF)"), "{failed:?}");
    scratch.write(".gitattributes", &attributes);
    git(scratch.root(), &["add", ".gitattributes"]);
    git(scratch.root(), &["commit", "-q", "-m", "with attributes"]);
    let built = clone("with");
    assert!(built.status.success(), "{built:?}");
    for (name, bytes) in contents(&scratch.path("with/src")) {
        assert!(!bytes.contains(&b'\r'), "{name}");
    }
}

#[test]
fn a_mistake_in_book_toml_is_said() {
    let scratch = Scratch::new();
    scratch.edit(
        "book.toml",
        "[output.html.search]\nenable = false",
        "[output.html.search]\nenable = \"perhaps\"",
    );
    let (failed, _) = build(&scratch);
    assert_eq!(failed.status.code(), Some(1));
    assert!(failed.stderr.contains("book.toml"), "{failed:?}");
}

#[test]
fn the_book_is_found_from_a_folder_inside_it_and_missed_outside() {
    let scratch = Scratch::new();
    let built = run(&mut book(&scratch.path("src/part"), &["build"]));
    assert!(built.status.success(), "{built:?}");
    assert!(scratch.path("book/index.html").is_file());
    let elsewhere = TempDir::with_prefix("elsewhere-").expect("a temporary folder");
    let lost = run(&mut book(elsewhere.path(), &["build"]));
    assert_eq!(lost.status.code(), Some(1));
    assert!(lost.stderr.contains("change to the book's folder"), "{lost:?}");
}

#[test]
fn help_names_every_command_and_gives_examples() {
    let scratch = Scratch::new();
    let help = run(&mut book(scratch.root(), &["--help"]));
    for part in ["serve", "build", "run", "doctor", "preprocess", "cargo run", "--port", "--no-open"] {
        assert!(help.stdout.contains(part), "`{part}` is not in the help:\n{}", help.stdout);
    }
    for command in ["serve", "build", "run", "doctor", "preprocess", "finish"] {
        let help = run(&mut book(scratch.root(), &[command, "--help"]));
        assert!(
            help.stdout.contains("Examples:") || help.stdout.contains("In book.toml:"),
            "{}",
            help.stdout
        );
    }
}

#[test]
fn every_page_has_a_description_of_its_own_and_its_address_where_one_is_known() {
    let scratch = Scratch::new();
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    let introduction = read(&site.join("introduction.html"));
    assert!(
        introduction.contains("<meta name=\"description\" content=\"Go to the page.\">"),
        "{introduction}"
    );
    assert!(!introduction.contains("rel=\"canonical\""), "an address nobody gave");
    let known = scratch.path("known");
    let address = ("MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS", "https://example.org/book");
    let built = run(book(scratch.root(), &["build", "--dest-dir"]).arg(&known).env(address.0, address.1));
    assert!(built.status.success(), "{built:?}");
    let canonical = "<link rel=\"canonical\" href=\"https://example.org/book/introduction.html\">";
    for page in ["introduction.html", "index.html"] {
        assert!(read(&known.join(page)).contains(canonical), "{page}");
    }
}

#[test]
fn pages_clone_the_repository_that_the_site_names() {
    let scratch = Scratch::new();
    scratch
        .append(crate::scratch::PAGE, "\n<!-- pasted: a command -->\n```sh\ngit clone ADDRESS here\n```\n");
    let (_, site) = build(&scratch);
    assert!(read(&site.join("part/page.html")).contains("git clone ADDRESS here"));
    let named = scratch.path("named");
    let url = ("MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL", "https://example.org/us/book");
    let built = run(book(scratch.root(), &["build", "--dest-dir"]).arg(&named).env(url.0, url.1));
    assert!(built.status.success(), "{built:?}");
    assert!(read(&named.join("part/page.html")).contains("git clone https://example.org/us/book here"));
}

#[test]
fn a_stock_mdbook_build_gives_the_same_pages() {
    let scratch = with_an_exercise();
    let (built, site) = build(&scratch);
    assert!(built.status.success(), "{built:?}");
    // In the repository the commands go through cargo; a scratch book has no crates.
    let book = env!("CARGO_BIN_EXE_book");
    scratch.edit("book.toml", "./tool/build/stock.sh preprocess", &format!("{book} preprocess"));
    scratch.edit("book.toml", "./tool/build/stock.sh finish", &format!("{book} finish"));
    // `mdbook build` is these two calls.
    let mut config = Config::from_disk(scratch.path("book.toml")).expect("book.toml");
    config.build.build_dir = scratch.path("stock");
    MDBook::load_with_config(scratch.root(), config).expect("a book").build().expect("a stock build");
    let (ours, stock) = (contents(&site), contents(&scratch.path("stock/html")));
    assert_eq!(ours.keys().collect::<Vec<_>>(), stock.keys().collect::<Vec<_>>());
    for (name, bytes) in &ours {
        assert!(stock[name] == *bytes, "{name} differs");
    }
}

#[test]
fn a_stock_mdbook_build_fails_on_a_wrong_id() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n{{#listing sample/gret}}\n");
    let book_program = env!("CARGO_BIN_EXE_book");
    scratch.edit("book.toml", "./tool/build/stock.sh preprocess", &format!("{book_program} preprocess"));
    let config = Config::from_disk(scratch.path("book.toml")).expect("book.toml");
    let error =
        MDBook::load_with_config(scratch.root(), config).expect("a book").build().expect_err("a wrong id");
    assert!(error.to_string().contains("preprocessor exited unsuccessfully"), "{error:#}");
}

#[test]
fn the_preprocessor_answers_mdbooks_question() {
    let scratch = Scratch::new();
    let supports =
        |renderer| run(&mut book(scratch.root(), &["preprocess", "supports", renderer])).status.code();
    assert_eq!(supports("html"), Some(0));
    assert_eq!(supports("listings"), Some(1));
    let lonely = run(book(scratch.root(), &["preprocess"]).stdin(Stdio::null()));
    assert_eq!(lonely.status.code(), Some(1));
    assert!(lonely.stderr.contains("[preprocessor.listings]"), "{lonely:?}");
}

/// Every file of a folder, by its path in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |file: &Path| file.strip_prefix(folder).expect("a file").to_string_lossy().into_owned();
    files(folder, "").iter().map(|file| (name(file), fs::read(file).expect("a file"))).collect()
}

/// A site in a folder that has to stay where it is, built twice.
fn assert_filled(scratch: &Scratch, prepare: &str, site: &Path) {
    let dest = site.to_str().expect("a path");
    let build = book(scratch.root(), &["build", "--dest-dir", dest]);
    let mut shell = Command::new("sh");
    shell.args(["-ec", &format!("\"$@\"; touch '{dest}/stale.html'; \"$@\"; ls -A '{dest}'"), "twice"]);
    shell.arg(build.get_program()).args(build.get_args()).current_dir(scratch.root());
    let Some(mut command) = apart("--mount", prepare, &shell) else { return };
    let built = run(&mut command);
    assert!(built.status.success(), "{prepare}: {built:?}");
    let names: Vec<&str> = built.stdout.lines().collect();
    assert!(names.contains(&"index.html") && names.contains(&"lost+found"), "{names:?}");
    assert!(!names.contains(&"stale.html"), "of the site before: {names:?}");
    assert!(!names.iter().any(|name| name.starts_with(temporary::PREFIX)), "{names:?}");
}

#[test]
fn a_site_goes_to_where_something_is_mounted() {
    let scratch = Scratch::new();
    let (site, other) = (scratch.path("a site"), scratch.path("other"));
    for folder in [&site, &other] {
        fs::create_dir(folder).expect("a folder");
    }
    let (site_path, other) = (site.display(), other.display());
    for mount in [
        format!("mount -t tmpfs tmpfs '{site_path}'; mkdir -p '{site_path}/lost+found'"),
        format!("mount --bind '{other}' '{site_path}'; mkdir -p '{site_path}/lost+found'"),
    ] {
        assert_filled(&scratch, &mount, &site);
    }
}

#[test]
fn a_site_goes_to_a_folder_of_the_users_in_one_that_is_not() {
    let scratch = Scratch::new();
    let site = scratch.path("theirs/site");
    fs::create_dir_all(&site).expect("a folder");
    for (path, mode) in [("", 0o755), ("theirs", 0o555), ("theirs/site", 0o777)] {
        fs::set_permissions(scratch.path(path), fs::Permissions::from_mode(mode)).expect("its owner may");
    }
    for _ in 0..2 {
        let mut command = book(scratch.root(), &["build", "--dest-dir", site.to_str().expect("a path")]);
        // Where the tests were built in a folder of root's own, another user does not find the program.
        match as_a_user(&mut command).output() {
            Ok(built) => assert!(built.status.success(), "{built:?}"),
            Err(error) => return did_not_run(&format!("as another user: {error}")),
        }
        assert!(site.join("index.html").is_file());
    }
}

#[test]
fn a_disk_that_is_full_is_named_and_nothing_is_left_on_it() {
    let scratch = Scratch::new();
    let disk = scratch.path("disk");
    fs::create_dir(&disk).expect("a folder");
    let (mount, dest) = (
        format!("mount -t tmpfs -o size=100k tmpfs '{}'", disk.display()),
        format!("{}/site", disk.display()),
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("\"$@\"; ls -A '{}'", disk.display()), "build", env!("CARGO_BIN_EXE_book")]);
    shell.args(["build", "--dest-dir", &dest]).current_dir(scratch.root());
    let Some(mut command) = apart("--mount", &mount, &shell) else { return };
    let failed = run(&mut command);
    assert!(failed.stderr.contains("No space left on device"), "{failed:?}");
    assert!(failed.stderr.contains(&format!("{}/", disk.display())), "it says where: {failed:?}");
    assert_eq!(failed.stdout, "");
}

#[test]
fn what_editors_put_beside_files_is_no_part_of_a_site() {
    let scratch = Scratch::new();
    let before = {
        let (built, site) = build(&scratch);
        assert!(built.status.success(), "{built:?}");
        contents(&site)
    };
    for path in [PAGE, PROGRAM, TWIN, RECORD, TIMELINE, "theme/book.js", "theme/css/run.css", "book.toml"] {
        let path = Path::new(path);
        let name = path.file_name().expect("a name").to_string_lossy();
        // A lock of Emacs's, which leads nowhere.
        let lock = scratch.root().join(path).with_file_name(format!(".#{name}"));
        symlink("ann@example.org.1234:5678", &lock).expect("a link");
        for other in [format!(".{name}.swp"), format!("#{name}#"), format!("{name}~")] {
            fs::write(scratch.root().join(path).with_file_name(other), "half a file").expect("a file");
        }
        let (built, site) = build(&scratch);
        assert!(built.status.success(), "{}: {built:?}", path.display());
        assert!(contents(&site) == before, "{} is in the site", path.display());
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let scratch = Scratch::new();
    fs::set_permissions(scratch.root(), fs::Permissions::from_mode(0o777)).expect("its owner may");
    scratch.write("src/picture.svg", "<svg/>");
    for path in
        [PAGE, PROGRAM, RECORD, TIMELINE, "theme/book.js", "src/picture.svg", "book.toml", "src/SUMMARY.md"]
    {
        let there = scratch.path(path);
        fs::set_permissions(&there, fs::Permissions::from_mode(0o000)).expect("its owner may");
        let mut command = book(scratch.root(), &["build", "--dest-dir", "site"]);
        let failed = match as_a_user(&mut command).output() {
            Ok(failed) => failed,
            Err(error) => return did_not_run(&format!("as another user: {error}")),
        };
        fs::set_permissions(&there, fs::Permissions::from_mode(0o644)).expect("its owner may");
        let said = String::from_utf8_lossy(&failed.stderr);
        assert_eq!(failed.status.code(), Some(1), "{path}: {said}");
        let named = path.strip_prefix("src/").unwrap_or(path);
        assert!(said.contains(named) && said.contains("Permission denied"), "{path}: {said}");
    }
}

#[test]
fn what_a_stock_mdbook_calls_is_found_from_any_folder() {
    let config = Config::from_disk(this_book().join("book.toml")).expect("book.toml");
    let elsewhere = TempDir::with_prefix("elsewhere-").expect("a temporary folder");
    for (key, said) in
        [("preprocessor.listings", "not a book from mdBook"), ("output.listings", "not a render context")]
    {
        let command: String = config.get(&format!("{key}.command")).expect("book.toml").expect("a command");
        let (program, argument) = command.split_once(' ').expect("an argument");
        // As mdBook does: a path is one from the book's folder, and a backend runs in its output folder.
        assert!(program.contains('/'), "a bare name would be looked for on the PATH");
        let mut called = Command::new(this_book().join(program));
        called.arg(argument).current_dir(elsewhere.path()).stdin(Stdio::null());
        let called = run(&mut called);
        assert!(called.stderr.contains(said), "{called:?}");
    }
}
