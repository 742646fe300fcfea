//! mdBook's own backend, which is shown the book without what editors put beside its files.
//!
//! It copies whatever is in `src` and is no page, such as an editor's swap file, and fails at a link that leads nowhere, such as
//! the one by which Emacs locks a file that is being edited.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Result;
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use supervisor::Temporary;

use crate::watch::is_an_editors;

/// In place of mdBook's `html`.
pub(crate) struct Backend;

impl Renderer for Backend {
    fn name(&self) -> &str {
        "html"
    }

    fn render(&self, context: &RenderContext) -> Result<()> {
        let shown = Temporary::new()?;
        let source = &context.config.book.src;
        for entry in fs::read_dir(&context.root)? {
            let name = entry?.file_name();
            if Path::new(&name) != source {
                symlink(context.root.join(&name), shown.path().join(&name))?;
            }
        }
        link(&context.root.join(source), &shown.path().join(source))?;
        let mut context = context.clone();
        context.root = shown.path().to_path_buf();
        HtmlHandlebars::new().render(&context)
    }
}

/// Makes a folder with the same files in it, as links.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if is_an_editors(&path) {
            continue;
        }
        match path.is_dir() {
            true => link(&path, &to.join(name))?,
            false => symlink(path, to.join(name))?,
        }
    }
    Ok(())
}
