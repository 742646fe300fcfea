//! In each crate modules import from lower layers only, and no files import one another in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, ItemUse, UseTree, Visibility};

use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// A crate and its rooms. A room is a file right below the crate's root, or a folder there with all that is in it.
#[derive(Clone, Copy)]
struct House {
    name: &'static str,
    src: &'static str,
    /// The rooms, from the ground up. A room imports from lower rows only, never sideways; `lib.rs` and `main.rs`, the
    /// front, import from all.
    rows: &'static [&'static [&'static str]],
    /// Modules that do not import one another, beside what the rows say: by their paths.
    strangers: &'static [&'static str],
    /// The rooms whose files still import one another in a circle. A room leaves this list when its knot is undone.
    knots: &'static [&'static str],
}

const HOUSES: [House; 5] = [
    House {
        name: "multiprocess",
        src: "chapters-code/multiprocess/src",
        rows: &[
            &["error", "method"],
            &["sys"],
            &["wire", "wait"],
            &["client"],
            &["sync"],
            &["pipe", "queue", "shared"],
            &["bootstrap"],
            &["start"],
            &["process"],
            &["context"],
            &["pool", "manager", "futures", "services"],
        ],
        // The start methods share what `start` itself gives them.
        strangers: &["start::spawn", "start::forkserver", "start::fork"],
        knots: &[],
    },
    House {
        name: "supervisor",
        src: "tool/supervisor/src",
        rows: &[
            &["arch"],
            &["end", "load", "order", "procfs", "request", "share", "shell", "sys", "temporary", "tracee"],
            &["event", "kill", "oracle"],
            &["guard", "locks", "memory", "messages", "outbox"],
            &["call"],
            &["calls", "filter", "output"],
            &["launch", "tracer"],
            &["supervise"],
            &["entry"],
            &["run"],
        ],
        strangers: &[],
        knots: &[],
    },
    House {
        name: "records",
        src: "tool/records/src",
        rows: &[
            &["catalog", "escape", "fresh", "machine", "promise", "roles", "timeline", "writers"],
            &["program", "record", "shape", "sound", "trial"],
            &["builder", "kept", "refusal"],
            &["compiler"],
            &["check"],
        ],
        strangers: &[],
        knots: &[],
    },
    House {
        name: "workshop",
        src: "workshop/src",
        rows: &[&["words"], &["seen"], &["failure"], &["must", "trial"], &["checks"], &["exercise"]],
        strangers: &[],
        knots: &[],
    },
    House {
        name: "book",
        src: "tool",
        rows: &[
            &["terminal", "text"],
            &["figure", "workspace"],
            &["predict"],
            &["page"],
            &["run", "teach"],
            &["author", "build", "doctor", "workshop"],
            &["editions", "serve"],
            &["cli"],
        ],
        strangers: &[],
        knots: &[],
    },
];

/// A path of names, such as `["start", "spawn"]`.
type Names = Vec<String>;

/// The modules of a crate that have a file of their own, by their paths; the root's is empty.
struct Modules {
    files: BTreeMap<Names, File>,
    /// What a module hands on from others: its path, the name, and where that comes from.
    handed_on: BTreeMap<(Names, String), Names>,
}

impl Modules {
    fn read(root: &Path, house: House) -> Modules {
        let src = root.join(house.src);
        let mut all = BTreeMap::new();
        for file in files(&src, ".rs") {
            let text = fs::read_to_string(&file).expect("a module");
            let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let path = file.strip_prefix(&src).expect("a file of the crate").with_extension("");
            let names = path.iter().map(|name| name.to_string_lossy().into_owned());
            all.insert(names.filter(|name| name != "mod" && name != "lib").collect::<Names>(), parsed);
        }
        let files = ours(&[], &all).into_iter().collect();
        let mut modules = Modules { files, handed_on: BTreeMap::new() };
        for (module, file) in &modules.files {
            for item in &file.items {
                if let Item::Use(item) = item
                    && !matches!(item.vis, Visibility::Inherited)
                {
                    for path in paths(&item.tree) {
                        if let (Some(target), Some(name)) = (modules.absolute(module, &path), path.last()) {
                            modules.handed_on.insert((module.clone(), name.clone()), target);
                        }
                    }
                }
            }
        }
        modules
    }

    /// A path that is written in a module, from the crate's root; nothing if it leads out of the crate or to what a `use`
    /// has named already.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" | "$crate" => vec![],
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            child => {
                let child = [module, &[child.to_owned()]].concat();
                return self.files.contains_key(&child).then(|| [&child, rest].concat());
            }
        };
        for name in rest {
            if name == "super" {
                base.pop()?;
            } else {
                base.push(name.clone());
            }
        }
        Some(base)
    }

    /// The module with a file that a path from the root leads to.
    fn home(&self, path: &[String]) -> Names {
        let mut home: Names = vec![];
        for (at, name) in path.iter().enumerate() {
            let inner = [&home[..], std::slice::from_ref(name)].concat();
            if self.files.contains_key(&inner) {
                home = inner;
            } else if let Some(target) = self.handed_on.get(&(home.clone(), name.clone())) {
                return self.home(&[target, &path[at + 1..]].concat());
            } else {
                break;
            }
        }
        home
    }

    /// What each module imports: other modules with files.
    fn imports(&self) -> BTreeMap<Names, BTreeSet<Names>> {
        let imports = self.files.iter().map(|(module, file)| {
            let mut seen = Seen::default();
            seen.visit_file(file);
            let homes = seen.paths.iter().filter_map(|path| {
                let home = self.home(&self.absolute(module, path)?);
                // A macro's text is written out in another crate, which can name the front only.
                let is_front = home.is_empty() && path[0] == "$crate";
                (home != *module && !is_front).then_some(home)
            });
            (module.clone(), homes.collect())
        });
        imports.collect()
    }
}

/// The modules below `module` that are in the library itself, and not only in its tests.
fn ours(module: &[String], all: &BTreeMap<Names, File>) -> Vec<(Names, File)> {
    let Some(file) = all.get(module) else { return vec![] };
    let mut found = vec![(module.to_vec(), file.clone())];
    for item in &file.items {
        match item {
            Item::Mod(item) if item.content.is_none() && !is_for_tests(&item.attrs) => {
                found.extend(ours(&[module, &[item.ident.to_string()]].concat(), all));
            }
            _ => {}
        }
    }
    found
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

/// The paths that a file writes.
#[derive(Default)]
struct Seen {
    paths: Vec<Names>,
    /// How many modules of the file itself are around: from there `super` leads to the file first.
    inside: usize,
}

impl Seen {
    fn add(&mut self, mut path: Names) {
        for _ in 0..self.inside {
            match path.first().map(String::as_str) {
                Some("super") => drop(path.remove(0)),
                Some("crate" | "$crate") => {}
                _ => return,
            }
        }
        self.paths.push(path);
    }
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.content.is_some() && !is_for_tests(&item.attrs) {
            self.inside += 1;
            visit::visit_item_mod(self, item);
            self.inside -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        paths(&item.tree).into_iter().for_each(|path| self.add(path));
    }

    /// `pub(crate)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        paths_of_tokens(&item.tokens).into_iter().for_each(|path| self.add(path));
        visit::visit_macro(self, item);
    }
}

/// The paths that a `use` names, without `self` and `*` at their ends.
fn paths(tree: &UseTree) -> Vec<Names> {
    let below = |name: String, tree| {
        paths(tree).into_iter().map(move |path| [vec![name.clone()], path].concat()).collect()
    };
    match tree {
        UseTree::Path(path) => below(path.ident.to_string(), &path.tree),
        UseTree::Group(group) => group.items.iter().flat_map(paths).collect(),
        UseTree::Name(name) if name.ident == "self" => vec![vec![]],
        UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        UseTree::Rename(rename) => vec![vec![rename.ident.to_string()]],
        UseTree::Glob(_) => vec![vec![]],
    }
}

/// The paths in what is given to a macro, or in a macro's own text.
fn paths_of_tokens(tokens: &TokenStream) -> Vec<Names> {
    let (mut found, mut path, mut colons): (Vec<Names>, Names, usize) = (vec![], vec![], 0);
    let mut dollar = "";
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Punct(punct) if punct.as_char() == '$' => dollar = "$",
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    found.push(std::mem::take(&mut path));
                }
                path.push(format!("{dollar}{ident}"));
                (colons, dollar) = (0, "");
            }
            TokenTree::Group(group) => {
                found.extend(paths_of_tokens(&group.stream()));
                found.push(std::mem::take(&mut path));
            }
            _ => found.push(std::mem::take(&mut path)),
        }
    }
    found.push(path);
    found.retain(|path| path.len() > 1);
    found
}

/// What is wrong with a crate's imports.
fn problems(root: &Path, house: House) -> Vec<String> {
    let modules = Modules::read(root, house);
    if modules.files.len() < 2 {
        return vec![format!("{} has no modules", house.src)];
    }
    let imports = modules.imports();
    let row = |room: &str| house.rows.iter().position(|row| row.contains(&room));
    let mut problems = vec![];
    let rooms: BTreeSet<&String> = modules.files.keys().filter_map(|module| module.first()).collect();
    for room in rooms {
        if row(room).is_none() && room != "main" {
            problems
                .push(format!("{}: `{room}` has no row: give it one in tests/book/layers.rs", house.name));
        }
    }
    for (module, targets) in &imports {
        let Some(own) = module.first().and_then(|room| row(room)) else { continue };
        for target in targets {
            let (from, to) = (module.join("::"), target.join("::"));
            let direction = match target.first() {
                None => Some("the front, which imports from all".to_owned()),
                Some(room) if *room == module[0] => {
                    let strange = |name: &String| house.strangers.contains(&name.as_str());
                    (strange(&from) && strange(&to)).then(|| "sideways".to_owned())
                }
                Some(room) => match row(room) {
                    Some(other) if other == own => Some("sideways".to_owned()),
                    Some(other) if other > own => Some("upward".to_owned()),
                    _ => None,
                },
            };
            problems.extend(direction.map(|how| format!("{}: `{from}` imports `{to}`: {how}", house.name)));
        }
    }
    let mut knots = house.knots.to_vec();
    for circle in circles(&imports) {
        let known = house.knots.iter().find(|room| circle.iter().all(|module| module[0] == **room));
        knots.retain(|room| Some(room) != known);
        if known.is_none() {
            let circle: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            problems.push(format!("{}: a circle: {}", house.name, circle.join(" → ")));
        }
    }
    let undone = |room| format!("{}: `{room}` has no circle: take it out of `knots`", house.name);
    problems.extend(knots.into_iter().map(undone));
    problems
}

/// The circles of a graph: for each group of modules that import one another the shortest way around.
fn circles(imports: &BTreeMap<Names, BTreeSet<Names>>) -> Vec<Vec<Names>> {
    let mut found: BTreeMap<BTreeSet<Names>, Vec<Names>> = BTreeMap::new();
    for start in imports.keys().filter(|module| !module.is_empty()) {
        if let Some(way) = way_back(start, imports) {
            let group: BTreeSet<Names> = way.iter().cloned().collect();
            if !found.keys().any(|known| !known.is_disjoint(&group)) {
                found.insert(group, way);
            }
        }
    }
    found.into_values().collect()
}

/// The shortest way from a module over its imports back to it.
fn way_back(start: &Names, imports: &BTreeMap<Names, BTreeSet<Names>>) -> Option<Vec<Names>> {
    let mut ways = vec![vec![start.clone()]];
    let mut known = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = vec![];
        for way in ways {
            for target in imports.get(way.last()?).into_iter().flatten().filter(|target| !target.is_empty()) {
                let next = [&way[..], std::slice::from_ref(target)].concat();
                if target == start {
                    return Some(next);
                }
                if known.insert(target.clone()) {
                    longer.push(next);
                }
            }
        }
        ways = longer;
    }
    None
}

#[test]
fn every_crate_imports_downward_only_and_in_no_circle() {
    let found: Vec<String> = HOUSES.iter().flat_map(|house| problems(this_book(), *house)).collect();
    assert_none(&found);
}

/// A small crate to plant faults in.
const COTTAGE: House = House {
    name: "cottage",
    src: "src",
    rows: &[&["cellar"], &["kitchen", "parlor"], &["attic"]],
    strangers: &["attic::bed", "attic::desk"],
    knots: &[],
};

/// The cottage with other text in these files. All of its files are declared and import nothing.
fn cottage(changed: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::new();
    let plain = [
        ("lib.rs", "mod attic; mod cellar; mod kitchen; mod parlor; pub use kitchen::Stove;"),
        ("cellar.rs", "pub fn coal() {}"),
        ("kitchen.rs", "pub struct Stove;"),
        ("parlor.rs", "pub fn sit() {}"),
        ("attic/mod.rs", "mod bed; mod box_; mod desk; pub use self::box_::Toy;"),
        ("attic/bed.rs", ""),
        ("attic/box_.rs", "pub struct Toy;"),
        ("attic/desk.rs", ""),
    ];
    for (file, text) in plain.iter().chain(changed) {
        scratch.write(&format!("src/{file}"), text);
    }
    scratch
}

#[test]
fn a_wrong_import_is_found() {
    let bed_and_box = "attic::bed → attic::box_ → attic::bed";
    for (changed, parts) in [
        (&[("cellar.rs", "use crate::attic::Toy;")][..], &["`cellar` imports `attic::box_`: upward"][..]),
        (&[("cellar.rs", "use super::parlor;")], &["`cellar` imports `parlor`: upward"]),
        (&[("cellar.rs", "fn f() { crate::attic::f() }")], &["`cellar` imports `attic`: upward"]),
        (&[("cellar.rs", "type T = crate::kitchen::Stove;")], &["`cellar` imports `kitchen`: upward"]),
        (&[("cellar.rs", "fn f() { print!(\"{}\", crate::attic::f()) }")], &["`attic`: upward"]),
        (&[("cellar.rs", "macro_rules! m { () => { $crate::parlor::sit() } }")], &["`parlor`: upward"]),
        (&[("cellar.rs", "mod inner { use super::super::parlor::sit; }")], &["`parlor`: upward"]),
        (&[("cellar.rs", "use crate::{\n    kitchen::{self, Stove},\n};")], &["`kitchen`: upward"]),
        (&[("kitchen.rs", "use crate::{cellar, parlor::*};")], &["`kitchen` imports `parlor`: sideways"]),
        (&[("parlor.rs", "use crate::Stove;")], &["`parlor` imports `kitchen`: sideways"]),
        (&[("parlor.rs", "use crate::nothing;")], &["`parlor` imports ``: the front"]),
        (&[("attic/bed.rs", "use super::desk::x;")], &["`attic::bed` imports `attic::desk`: sideways"]),
        (
            &[("attic/bed.rs", "use super::Toy;"), ("attic/box_.rs", "use crate::attic::bed;")],
            &["a circle", bed_and_box],
        ),
        (&[("attic/box_.rs", "use super::*; pub struct Toy;")], &["a circle", "attic → attic::box_ → attic"]),
        (&[("lib.rs", "mod attic; mod shed;"), ("shed.rs", "")], &["`shed` has no row", "give it one"]),
    ] {
        let found = problems(cottage(changed).root(), COTTAGE);
        assert_one(&found, parts);
    }
    assert_one(&problems(Scratch::new().root(), COTTAGE), &["has no modules"]);
    let knotted = House { knots: &["attic"], ..COTTAGE };
    assert_one(&problems(cottage(&[]).root(), knotted), &["`attic` has no circle", "knots"]);
}

#[test]
fn imports_that_keep_to_the_layers_are_allowed() {
    let test = "#[cfg(test)]\nmod tests { use super::*; use crate::attic::Toy; }\n#[cfg(test)] mod probe;";
    let found = problems(
        cottage(&[
            ("cellar.rs", test),
            ("cellar/probe.rs", "use crate::attic::Toy;"),
            ("parlor.rs", "pub(crate) fn f() { crate::cellar::coal() }\n/// [`x`](crate::attic)\nfn g() {}"),
            (
                "kitchen.rs",
                "macro_rules! m { () => { $crate::cellar::coal(); $crate::outside() } } pub struct Stove;",
            ),
            ("attic/bed.rs", "use crate::{cellar::coal, kitchen::Stove}; use super::box_::Toy;"),
        ])
        .root(),
        COTTAGE,
    );
    assert_none(&found);
}
