//! Figures that mdBook passes through unread.
//!
//! A drawing has a thousand elements. mdBook would parse each of them, keep it in a tree, and write it twice, which takes most of
//! a build. So the preprocessor puts drawings and outputs into script elements, whose text is copied as it is. When the pages are
//! written, the scripts' tags are taken off.
//!
//! A caption stays outside: it says what is found.

use std::borrow::Cow;

const SEAL: &str = "<script type=\"text/figure\">";
const END: &str = "</script>";

/// A part of a page, sealed.
pub fn seal(part: &str) -> String {
    format!("{SEAL}{part}{END}\n")
}

/// The page with all its figures, as readers get it.
pub fn open(page: &str) -> Cow<'_, str> {
    let mut parts = page.split(SEAL);
    let before = parts.next().unwrap_or_default();
    if before.len() == page.len() {
        return Cow::Borrowed(page);
    }
    let mut opened = String::with_capacity(page.len());
    opened.push_str(before);
    for part in parts {
        let (figure, after) = part.split_once(END).unwrap_or((part, ""));
        opened.push_str(figure);
        opened.push_str(after);
    }
    Cow::Owned(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_the_same_after_it_was_opened() {
        let figure = "<pre>a\nb</pre>\n";
        let sealed = seal(figure);
        assert!(sealed.starts_with("<script") && sealed.ends_with("</script>\n"), "{sealed}");
        let page = |figure: &str| format!("<p>one</p>{figure}<script>two()</script>{figure}");
        assert_eq!(open(&page(sealed.trim_end())), page(figure));
        assert_eq!(open("<script>one()</script>"), "<script>one()</script>");
    }
}
