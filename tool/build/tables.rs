//! Tables of three columns and more, ready to be cards on a phone: each cell says which column it is of.
//!
//! The style sheet makes a card of each row (`cells` in `theme/css/general.css`).

use std::fmt::Write as _;

use crate::build::outline::plain;

/// How mdBook begins a table that was written in Markdown. The tables of figures begin otherwise.
const BEGIN: &str = "<div class=\"table-wrapper\">\n<table>";
const END: &str = "</table>";

/// A table of fewer columns fits a phone as it is.
const FEWEST: usize = 3;

/// The page with the columns of its wide tables.
pub fn with_columns(html: &str) -> String {
    let mut parts = html.split(BEGIN);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (table, rest) = part.split_once(END).unwrap_or((part, ""));
        let heads = heads(table);
        if heads.len() < FEWEST {
            page += BEGIN;
            page += part;
            continue;
        }
        page += BEGIN.trim_end_matches('>');
        page += " class=\"cells\">";
        page += &labeled(table, &heads);
        page += END;
        page += rest;
    }
    page
}

/// The words of the table's head, as an attribute has them.
fn heads(table: &str) -> Vec<String> {
    let (head, _) = table.split_once("</thead>").unwrap_or_default();
    let cells = head.split("</th>").filter_map(|cell| cell.rsplit_once("<th")?.1.split_once('>'));
    // What else an attribute does not hold is escaped in a text, too.
    cells.map(|(_, words)| plain(words).trim().replace('"', "&quot;")).collect()
}

/// The inside of a table, each cell with its column.
fn labeled(table: &str, heads: &[String]) -> String {
    let mut rows = table.split("<tr>");
    let mut labeled = rows.next().unwrap_or_default().to_owned();
    for row in rows {
        labeled += "<tr>";
        let mut cells = row.split("<td");
        labeled += cells.next().unwrap_or_default();
        for (at, cell) in cells.enumerate() {
            labeled += "<td";
            if let Some(head) = heads.get(at).filter(|head| !head.is_empty()) {
                let _ = write!(labeled, " data-column=\"{head}\"");
            }
            labeled += cell;
        }
    }
    labeled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[&str], cells: &[&str]) -> String {
        let row = |name: &str, cells: &[&str]| {
            let cells: String = cells.iter().map(|cell| format!("<{name}>{cell}</{name}>")).collect();
            format!("<tr>{cells}</tr>\n")
        };
        format!(
            "<p>Before.</p>\n{BEGIN}\n<thead>\n{}</thead>\n<tbody>\n{}</tbody>\n{END}\n</div>\n<p>After.</p>",
            row("th", columns),
            row("td", cells)
        )
    }

    #[test]
    fn each_cell_of_three_names_its_column() {
        assert_eq!(
            with_columns(&table(&["What", "fork", "spawn"], &["threads", "<em>one</em>", ""])),
            "<p>Before.</p>\n<div class=\"table-wrapper\">\n<table class=\"cells\">\n\
             <thead>\n<tr><th>What</th>\
             <th>fork</th><th>spawn</th></tr>\n</thead>\n\
             <tbody>\n<tr><td data-column=\"What\">threads</td>\
             <td data-column=\"fork\"><em>one</em></td>\
             <td data-column=\"spawn\"></td></tr>\n</tbody>\n</table>\n</div>\n<p>After.</p>"
        );
    }

    #[test]
    fn two_columns_stay_as_they_are() {
        let two = table(&["What", "Why"], &["a", "b"]);
        assert_eq!(with_columns(&two), two);
        let both = with_columns(&(two.clone() + &table(&["A", "B", "C"], &["a", "b", "c"])));
        assert!(both.starts_with(&two) && both.contains("data-column=\"C\""), "{both}");
        assert_eq!(both.matches("data-column").count(), 3, "{both}");
    }

    #[test]
    fn a_head_gives_its_text_and_an_empty_one_nothing() {
        let heads = ["", "times <code>a<!-- -->(\"b\")</code>", "<a href=\"x.html\">R&amp;D &lt;x&gt;</a>"];
        let html = with_columns(&table(&heads, &["1", "2", "3"]));
        for cell in
            ["<td>1", "data-column=\"times a(&quot;b&quot;)\">2", "data-column=\"R&amp;D &lt;x&gt;\">3"]
        {
            assert!(html.contains(cell), "{cell} is not in {html}");
        }
    }

    #[test]
    fn an_alignment_stays_and_a_figure_is_left_alone() {
        let aligned =
            table(&["A", "B", "C"], &["1", "2", "3"]).replace("<td>3", "<td style=\"text-align: right\">3");
        let html = with_columns(&aligned);
        assert!(html.contains("<td data-column=\"C\" style=\"text-align: right\">3"), "{html}");
        let figure = aligned.replace("wrapper\">\n", "wrapper\" tabindex=\"0\">");
        assert_eq!(with_columns(&figure), figure);
    }
}
