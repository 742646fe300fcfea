//! The EPUB of the whole book. A page of the site is a file of it, and `theme/css/epub.css` is how it looks.
//!
//! `mdbook-epub` was tried: it is made of Markdown, so it knows no figure, and links between its pages lead nowhere.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use supervisor::Temporary;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::editions::dom::{Element, Node, escape};
use crate::editions::edition::{COVER, Edition, Entry};
use crate::editions::page::BOOK;
use crate::editions::places::Places;

const STYLE: &str = "theme/css/epub.css";
const PICTURE: &str = "theme/cover.svg";

/// Writes the EPUB of the book in `root`.
///
/// # Errors
///
/// When the book cannot be built, or the file cannot be written.
pub fn write(root: &Path, file: &Path) -> Result<()> {
    let mut edition = Edition::read(root)?;
    let read = |path: &str| fs::read(root.join(path)).with_context(|| format!("cannot read {path}"));
    let mut package = Package::default();
    package.add("epub.css", "text/css", "", read(STYLE)?);
    package.add("cover.svg", "image/svg+xml", "cover-image", read(PICTURE)?);
    let title = title_page(&edition)?;
    package.read("title.xhtml", &xhtml(&edition, "title.xhtml", &edition.title, &title));
    let navigation = pages(&mut edition, &mut package)?;
    package.add("nav.xhtml", "application/xhtml+xml", "nav", navigation.into_bytes());
    let bytes = package.zipped(&edition)?;
    let folder = file.parent().with_context(|| format!("{} cannot be a file", file.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let work = Temporary::new_in(folder)?;
    let whole = work.path().join("epub");
    fs::write(&whole, bytes)
        .and_then(|()| fs::rename(&whole, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The files of an EPUB, in the order in which they are read.
#[derive(Default)]
struct Package {
    files: Vec<File>,
}

struct File {
    name: String,
    kind: &'static str,
    properties: &'static str,
    /// A reader leafs through it.
    is_read: bool,
    bytes: Vec<u8>,
}

impl Package {
    fn add(&mut self, name: &str, kind: &'static str, properties: &'static str, bytes: Vec<u8>) {
        self.files.push(File { name: name.to_owned(), kind, properties, is_read: false, bytes });
    }

    fn read(&mut self, name: &str, xhtml: &str) {
        let properties = if xhtml.contains("<svg") { "svg" } else { "" };
        self.add(name, "application/xhtml+xml", properties, xhtml.as_bytes().to_vec());
        self.files.last_mut().expect("it was added").is_read = true;
    }

    fn zipped(&self, edition: &Edition) -> Result<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        let container = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
            <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\
            <rootfiles><rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles>\
            </container>\n";
        // Readers know the kind of the file by its first bytes, so these are not compressed.
        let as_it_is = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let compressed = as_it_is.compression_method(CompressionMethod::Deflated);
        let description = self.description(edition)?;
        let own = [
            ("mimetype", as_it_is, "application/epub+zip".as_bytes()),
            ("META-INF/container.xml", compressed, container.as_bytes()),
            ("EPUB/package.opf", compressed, description.as_bytes()),
        ];
        let own = own.map(|(name, options, bytes)| (name.to_owned(), options, bytes));
        let files =
            self.files.iter().map(|file| (format!("EPUB/{}", file.name), compressed, &file.bytes[..]));
        for (name, options, bytes) in own.into_iter().chain(files) {
            zip.start_file(name, options)?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// The package document: what the book is, its files, and their order.
    fn description(&self, edition: &Edition) -> Result<String> {
        let mut about = vec![
            format!("<dc:identifier id=\"book\">{}</dc:identifier>", identifier(&edition.title)),
            format!("<dc:title>{}</dc:title>", escape(&edition.title)),
            format!("<dc:language>{}</dc:language>", escape(&edition.language)),
            format!("<dc:description>{}</dc:description>", escape(&edition.description)),
        ];
        about.extend(edition.authors.iter().map(|name| format!("<dc:creator>{}</dc:creator>", escape(name))));
        about.extend(edition.address.iter().map(|at| format!("<dc:source>{}</dc:source>", escape(at))));
        let meta = |property: &str, value: &str| format!("<meta property=\"{property}\">{value}</meta>");
        about.push(meta("dcterms:modified", &edition.date.iso()?));
        about.extend(ACCESS.map(|(property, value)| meta(property, value)));
        let (mut manifest, mut spine) = (vec![], vec![]);
        for (number, file) in self.files.iter().enumerate() {
            let properties = match file.properties {
                "" => String::new(),
                properties => format!(" properties=\"{properties}\""),
            };
            let name = escape(&file.name);
            manifest.push(format!(
                "<item id=\"f{number}\" href=\"{name}\" media-type=\"{}\"{properties}/>",
                file.kind
            ));
            if file.is_read {
                spine.push(format!("<itemref idref=\"f{number}\"/>"));
            }
        }
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"book\" xml:lang=\"{language}\">\n\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n{about}\n</metadata>\n\
             <manifest>\n{manifest}\n</manifest>\n<spine>\n{spine}\n</spine>\n</package>\n",
            language = escape(&edition.language),
            about = about.join("\n"),
            manifest = manifest.join("\n"),
            spine = spine.join("\n"),
        ))
    }
}

/// What readers with a screen reader can expect.
const ACCESS: [(&str, &str); 7] = [
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityHazard", "none"),
];

/// The same for all versions of a book, so that a reader's library replaces the last one: a UUID made of the title.
fn identifier(title: &str) -> String {
    let mut bytes: [u8; 16] = Sha256::digest(title)[..16].try_into().expect("a hash is longer");
    // Version 8 is for UUIDs that are made in a way of one's own.
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let groups = [&hex[..4], &hex[4..6], &hex[6..8], &hex[8..10], &hex[10..]].map(<[String]>::concat);
    format!("urn:uuid:{}", groups.join("-"))
}

fn title_page(edition: &Edition) -> Result<Element> {
    let text = |name: &str, text: &str| Node::Element(Element::new(name, &[], vec![text.into()]));
    let mut lines = vec![text("h1", &edition.title), text("p", &edition.description)];
    lines.push(text("p", &edition.date.day()?));
    lines.extend(edition.address.as_deref().map(|address| {
        let link = Element::new("a", &[("href", address)], vec![address.into()]);
        Element::new("p", &[], vec![link.into()]).into()
    }));
    Ok(Element::new("section", &[("class", "title-page")], lines))
}

/// Adds the pages, and gives the table of contents.
fn pages(edition: &mut Edition, package: &mut Package) -> Result<String> {
    let mut entries = std::mem::take(&mut edition.entries);
    let mut places = Places::default();
    places.lead(COVER, "title.xhtml", "top");
    each_page(&mut entries, |url, text| {
        places.enter(&file_of(url), text);
        Ok(())
    })?;
    let mut contents = contents(&entries);
    each_page(&mut entries, |url, text| {
        let file = file_of(url);
        places.link(&file, text, edition.address.as_deref());
        let mut pictures = Ok(());
        text.walk_mut(&mut |element| {
            if pictures.is_ok() {
                pictures = picture(element, &file, edition, package);
            }
        });
        pictures?;
        let title = text.find("h1").map(Element::text).unwrap_or_default();
        package.read(&file, &xhtml(edition, &file, &title, text));
        Ok(())
    })?;
    places.link("nav.xhtml", &mut contents, None);
    Ok(xhtml(edition, "nav.xhtml", &edition.title, &contents))
}

fn each_page(entries: &mut [Entry], mut see: impl FnMut(&str, &mut Element) -> Result<()>) -> Result<()> {
    let mut result = Ok(());
    for entry in entries {
        entry.walk_mut(&mut |entry| {
            if let (Ok(()), Some(page)) = (&result, &mut entry.page) {
                result = see(&page.url, &mut page.text);
            }
        });
    }
    result
}

/// Takes an image of the site along.
fn picture(element: &mut Element, file: &str, edition: &Edition, package: &mut Package) -> Result<()> {
    let Some(path) = element.attribute("src").and_then(|src| src.strip_prefix(BOOK)) else { return Ok(()) };
    let path = path.to_owned();
    let name = format!("images/{path}");
    if !package.files.iter().any(|known| known.name == name) {
        let bytes =
            fs::read(edition.site.path().join(&path)).with_context(|| format!("cannot read {path}"))?;
        let kind =
            mime_guess::from_path(&path).first_raw().with_context(|| format!("of which kind is {path}?"))?;
        package.add(&name, kind, "", bytes);
    }
    element.set("src", &format!("{}{name}", "../".repeat(file.matches('/').count())));
    Ok(())
}

/// The file for a page of the site.
fn file_of(url: &str) -> String {
    format!("text/{}.xhtml", url.strip_suffix(".html").unwrap_or(url))
}

/// The table of contents, from which reading systems make their menus.
fn contents(entries: &[Entry]) -> Element {
    fn list(entries: &[Entry]) -> Node {
        let item = |entry: &Entry| {
            let title = vec![entry.title.as_str().into()];
            let mut children: Vec<Node> = vec![match &entry.page {
                Some(page) => Element::new("a", &[("href", &format!("{BOOK}{}", page.url))], title).into(),
                None => Element::new("span", &[], title).into(),
            }];
            if !entry.children.is_empty() {
                children.push(list(&entry.children));
            }
            Element::new("li", &[], children).into()
        };
        Element::new("ol", &[], entries.iter().map(item).collect()).into()
    }
    let heading = Element::new("h1", &[], vec!["Contents".into()]).into();
    Element::new("nav", &[("epub:type", "toc"), ("id", "toc")], vec![heading, list(entries)])
}

fn xhtml(edition: &Edition, file: &str, title: &str, body: &Element) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{language}\" xml:lang=\"{language}\">\n\
         <head>\n<title>{title}</title>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"{up}epub.css\"/>\n</head>\n\
         <body>\n{body}\n</body>\n</html>\n",
        language = escape(&edition.language),
        title = escape(title.trim()),
        up = "../".repeat(file.matches('/').count()),
        body = body.xml(),
    )
}
