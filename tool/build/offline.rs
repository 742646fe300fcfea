//! The editions to read without a network, beside the pages. `book epub` and `book pdf` make them before, because that takes
//! longer than a build.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::text::html::escape;

/// Where they are made, from the book's root.
pub const MADE: &str = "target/book";

/// The EPUB there.
pub const EPUB: &str = "hello-process-world.epub";

/// The folder of the PDFs there.
pub const PDFS: &str = "pdf";

/// What a page has where it would name the editions.
const PLACE: &str = "<!-- editions -->";

/// What the bar has where it would link to the PDF of the page's part.
const IN_BAR: &str = "<!-- pdf -->";

/// The editions of a site, by their addresses.
#[derive(Debug, Default)]
pub struct Editions {
    files: Vec<String>,
}

impl Editions {
    /// Copies those that were made for the book in `root` to its site.
    ///
    /// # Errors
    ///
    /// When one cannot be copied.
    pub fn copy(root: &Path, site: &Path) -> Result<Editions> {
        let made = root.join(MADE);
        let pdfs = fs::read_dir(made.join(PDFS)).into_iter().flatten().flatten();
        let names = pdfs.filter_map(|entry| entry.file_name().into_string().ok());
        let mut pdfs: Vec<_> =
            names.filter(|name| name.ends_with(".pdf")).map(|name| format!("{PDFS}/{name}")).collect();
        pdfs.sort();
        let epub = made.join(EPUB).is_file().then(|| EPUB.to_owned());
        let files: Vec<String> = epub.into_iter().chain(pdfs).collect();
        for file in &files {
            let copy = site.join(file);
            fs::create_dir_all(copy.parent().unwrap_or(site))?;
            fs::copy(made.join(file), copy).with_context(|| format!("cannot copy {file}"))?;
        }
        Ok(Editions { files })
    }

    /// The page at `url`, with links to the editions where it names them, and in its bar to the PDF of its part.
    pub fn in_page(&self, html: &str, url: &str) -> String {
        let up = "../".repeat(url.matches('/').count());
        let link = |file: &String| {
            let name = escape(file.rsplit('/').next().unwrap_or(file));
            format!("<a href=\"{up}{}\">{name}</a>", escape(file))
        };
        let links: Vec<String> = self.files.iter().map(link).collect();
        let named = if links.is_empty() {
            String::new()
        } else {
            format!("<p class=\"editions\">Download {}.</p>", links.join(", "))
        };
        let part = url.split_once('/').map(|(folder, _)| format!("{PDFS}/{folder}.pdf"));
        let pdf = part.filter(|pdf| self.files.contains(pdf)).map(|pdf| {
            format!(
                "<a class=\"text-button roomy\" href=\"{up}{}\" title=\"This part as a PDF\">PDF</a>",
                escape(&pdf)
            )
        });
        html.replacen(PLACE, &named, 1).replacen(IN_BAR, &pdf.unwrap_or_default(), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_linked_where_the_page_names_them() {
        let editions =
            |files: &[&str]| Editions { files: files.iter().map(|file| (*file).to_owned()).collect() };
        let html = format!("<p>a</p>\n{PLACE}\n<p>b</p>");
        assert_eq!(editions(&[]).in_page(&html, "a.html"), "<p>a</p>\n\n<p>b</p>");
        let expected = "<p class=\"editions\">Download <a href=\"../x.epub\">x.epub</a>, <a href=\"../pdf/y.pdf\">y.pdf</a>.</p>";
        let page = editions(&["x.epub", "pdf/y.pdf"]).in_page(&html, "part/a.html");
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn the_bar_links_to_the_pdf_of_the_part_if_there_is_one() {
        let editions = Editions { files: vec!["pdf/part.pdf".to_owned()] };
        assert!(editions.in_page(IN_BAR, "part/chapter/a.html").contains("href=\"../../pdf/part.pdf\""));
        for other in ["other/a.html", "part.html"] {
            assert_eq!(editions.in_page(IN_BAR, other), "");
        }
    }
}
