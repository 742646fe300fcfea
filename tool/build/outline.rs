//! A page's own headings, as links below its title. On a wide screen, the style sheet puts them beside the text.

/// A page with fewer sections than this needs no list of them.
const FEWEST: usize = 4;

/// The page with links to its sections below its title. mdBook has given each heading an id and a link to itself.
pub fn with_outline(html: &str) -> String {
    let Some((title, rest)) = html.split_once("</h1>") else { return html.to_owned() };
    let (main, _) = rest.split_once("</main>").unwrap_or((rest, ""));
    let sections: Vec<(&str, String)> = main.split("<h2 id=\"").skip(1).filter_map(section).collect();
    if sections.len() < FEWEST {
        return html.to_owned();
    }
    let links: String =
        sections.iter().map(|(id, title)| format!("<li><a href=\"#{id}\">{title}</a></li>\n")).collect();
    // The question that a page answers belongs to its title.
    let asked = rest.trim_start().starts_with("<p class=\"asks\"");
    let (asks, rest) = rest.split_at(rest.find("</p>").filter(|_| asked).map_or(0, |end| end + "</p>".len()));
    format!(
        "{title}</h1>{asks}\n<nav class=\"on-this-page\" aria-label=\"On this page\"><details><summary>On this page</summary>\n\
         <ol>\n{links}</ol></details></nav>{rest}"
    )
}

/// The id and the words of a heading that begins here.
fn section(heading: &str) -> Option<(&str, String)> {
    let (id, rest) = heading.split_once('"')?;
    let (_, rest) = rest.split_once('>')?;
    let (words, _) = rest.split_once("</h2>")?;
    Some((id, plain(words)))
}

/// A heading without its tags.
pub(super) fn plain(html: &str) -> String {
    let parts = html.split('<').enumerate();
    parts.filter_map(|(at, part)| if at == 0 { Some(part) } else { Some(part.split_once('>')?.1) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sections: usize) -> String {
        let section = |at| {
            format!("<h2 id=\"s{at}\"><a class=\"header\" href=\"#s{at}\">A <code>&lt;b&gt;</code></a></h2>")
        };
        let sections: String = (0..sections).map(section).collect();
        format!("<h1 id=\"t\">Title</h1><p>One.</p>{sections}</main><h2 id=\"no\">No</h2>")
    }

    #[test]
    fn a_page_of_four_sections_lists_them_below_its_title() {
        let with = with_outline(&page(FEWEST));
        let (before, after) = with.split_once("<p>One.").expect("the text");
        assert!(before.starts_with("<h1 id=\"t\">Title</h1>\n<nav"), "{before}");
        assert!(before.contains("<li><a href=\"#s0\">A &lt;b&gt;</a></li>"), "{before}");
        assert_eq!(before.matches("<li>").count(), FEWEST, "{before}");
        assert!(page(FEWEST).ends_with(after));
    }

    #[test]
    fn the_question_of_a_page_stays_with_its_title() {
        let page = page(FEWEST).replace("</h1>", "</h1>\n<p class=\"asks\">How?</p>\n");
        assert!(with_outline(&page).contains("</h1>\n<p class=\"asks\">How?</p>\n<nav"));
    }

    #[test]
    fn a_page_of_three_sections_lists_none() {
        assert_eq!(with_outline(&page(FEWEST - 1)), page(FEWEST - 1));
        assert_eq!(with_outline("no title"), "no title");
    }
}
