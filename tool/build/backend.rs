//! mdBook's own backend, which is shown the book without what editors put beside its files.
//!
//! It copies whatever is in `src` and is no page, such as an editor's swap file, and fails at a link that leads nowhere, such as
//! the one by which Emacs locks a file that is being edited. Of the pages it reads the one for an unknown address again; it was
//! given the others.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use supervisor::Temporary;

use crate::workspace::watch::is_an_editors;

/// In place of mdBook's `html`.
pub(crate) struct Backend;

impl Renderer for Backend {
    fn name(&self) -> &str {
        "html"
    }

    fn render(&self, context: &RenderContext) -> Result<()> {
        let shown = Temporary::new()?;
        let html = context.config.html_config().unwrap_or_default();
        let unknown = html.input_404.unwrap_or_else(|| "404.md".to_owned());
        for entry in fs::read_dir(&context.root)? {
            let name = entry?.file_name();
            let (from, to) = (context.root.join(&name), shown.path().join(&name));
            if Path::new(&name) == context.config.book.src || name == "theme" {
                link(&from, &to, &unknown)?;
            } else {
                symlink(from, to)?;
            }
        }
        let mut context = context.clone();
        context.root = shown.path().to_path_buf();
        HtmlHandlebars::new().render(&context)
    }
}

/// Makes a folder with the same files in it, as links. mdBook would take its own where one of a theme cannot be read.
/// Of the pages, only the one of this name is linked.
fn link(from: &Path, to: &Path, page: &str) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if is_an_editors(&path) || path.extension().is_some_and(|end| end == "md") && !path.ends_with(page) {
            continue;
        }
        if path.is_dir() {
            link(&path, &to.join(name), page)?;
            continue;
        }
        if path.is_file() {
            File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        }
        symlink(path, to.join(name))?;
    }
    Ok(())
}
