//! The parts of a page: lines, and blocks that ask a question.

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A line, with its newline.
    Line(&'a str),
    /// A block that asks a question.
    Block(Block<'a>),
}

/// A block as it stands on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What follows the word `predict` on the fence.
    pub id: &'a str,
    /// What stands between the fences, without the fence's indentation.
    pub lines: Vec<&'a str>,
    /// The white space before the fence.
    pub indent: &'a str,
    /// Whether there is a fence at the end.
    pub closed: bool,
    /// Whether it stands in the section *Check yourself*, where nothing is left to predict.
    pub recalls: bool,
}

/// The heading of that section.
const RECALL: &str = "Check yourself";

/// The parts of a page, each with its first line, counted from 1.
///
/// A fence within another block of code is that block's text.
pub fn parts(page: &str) -> Vec<(usize, Part<'_>)> {
    let mut parts = vec![];
    let mut code: Option<Fence<'_>> = None;
    let mut recalls = false;
    let mut lines = page.split_inclusive('\n').zip(1..);
    while let Some((line, number)) = lines.next() {
        let fence = Fence::open(line);
        match (&code, fence) {
            (None, Some(fence)) if fence.language() == "predict" => {
                let mut block = Block {
                    id: fence.argument(),
                    lines: vec![],
                    indent: fence.indent,
                    closed: false,
                    recalls,
                };
                for (inner, _) in lines.by_ref() {
                    if fence.closed_by(inner) {
                        block.closed = true;
                        break;
                    }
                    block.lines.push(fence.inside(inner));
                }
                parts.push((number, Part::Block(block)));
                continue;
            }
            (None, opened) => code = opened,
            (Some(fence), _) if fence.closed_by(line) => code = None,
            (Some(_), _) => {}
        }
        if code.is_none() && line.starts_with('#') {
            recalls = line.trim_start_matches('#').trim() == RECALL;
        }
        parts.push((number, Part::Line(line)));
    }
    parts
}

/// The line that opens a block of code.
struct Fence<'a> {
    indent: &'a str,
    marks: &'a str,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn open(line: &'a str) -> Option<Fence<'a>> {
        let rest = line.trim_start_matches([' ', '\t']);
        let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let marks = &rest[..rest.len() - info.len()];
        // With a backtick after it, it is code within a line.
        let is_fence = marks.len() >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then(|| Fence { indent: &line[..line.len() - rest.len()], marks, info: info.trim() })
    }

    fn language(&self) -> &'a str {
        self.info.split_whitespace().next().unwrap_or("")
    }

    fn argument(&self) -> &'a str {
        self.info[self.language().len()..].trim()
    }

    fn closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.starts_with(self.marks) && line.trim_start_matches(&self.marks[..1]).is_empty()
    }

    fn inside<'b>(&self, line: &'b str) -> &'b str {
        line.strip_prefix(self.indent).unwrap_or_else(|| line.trim_start()).trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(page: &str) -> Vec<(usize, Block<'_>)> {
        let blocks = parts(page).into_iter().filter_map(|(line, part)| match part {
            Part::Block(block) => Some((line, block)),
            Part::Line(_) => None,
        });
        blocks.collect()
    }

    #[test]
    fn a_block_is_found_with_its_line_and_all_others_stay() {
        let page = "# A\n\n```predict a/b\nWhat?\n\nThis.\n```\n\nText";
        let parts = parts(page);
        let (number, Part::Block(block)) = &parts[2] else { panic!("{parts:?}") };
        assert_eq!((*number, block.id, block.closed, block.recalls), (3, "a/b", true, false));
        assert_eq!(block.lines, ["What?", "", "This."]);
        assert_eq!(parts[3..], [(8, Part::Line("\n")), (9, Part::Line("Text"))]);
    }

    #[test]
    fn a_block_in_a_list_loses_its_indentation() {
        let page = "- item\n\n  ```predict a/b\n  What?\n\n  - [x] this\n    goes on\n  ```\n";
        let found = blocks(page);
        assert_eq!(found[0].1.indent, "  ");
        assert_eq!(found[0].1.lines, ["What?", "", "- [x] this", "  goes on"]);
    }

    #[test]
    fn a_block_inside_another_is_text() {
        assert_eq!(blocks("````markdown\n```predict a/b\nWhat?\n```\n````\n"), []);
        assert_eq!(blocks("~~~\n```predict a/b\n~~~\n"), []);
        assert_eq!(blocks("```text\n```\n\n```predict a/b\n```\n").len(), 1);
        assert_eq!(blocks("Write ```predict a``` in a line\n"), []);
        assert_eq!(blocks("```predictable a/b\n```\n"), []);
    }

    #[test]
    fn a_block_that_is_not_closed_takes_the_rest() {
        let found = blocks("```predict a/b\nWhat?\n``\n~~~\n");
        assert_eq!((found[0].1.closed, found[0].1.lines.len()), (false, 3));
        assert!(blocks("```predict a/b\n````\n")[0].1.closed, "a longer fence closes, too");
    }

    #[test]
    fn only_in_its_section_a_block_recalls() {
        let block = "```predict a/b\n```\n";
        let page = format!(
            "{block}## Check yourself\n{block}### Deeper\n{block}## Check yourself\n```\n# no heading\n```\n{block}"
        );
        let recalls: Vec<bool> = blocks(&page).into_iter().map(|(_, block)| block.recalls).collect();
        assert_eq!(recalls, [false, true, false, true]);
    }
}
