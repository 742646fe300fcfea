//! A page as a tree, read as browsers read HTML and written as XML.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::fmt::Write;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, QualName, ns, parse_document};

/// An element or a text. Comments are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    pub(crate) fn new(name: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Element {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Element { name: name.to_owned(), attributes: attributes.iter().map(owned).collect(), children }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.attributes.retain(|(known, _)| known != name);
        self.attributes.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|all| all.split_whitespace().any(|one| one == class))
    }

    /// The elements right below this one.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name, in the order of the document: this one, or one below.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name { Some(self) } else { self.elements().find_map(|element| element.find(name)) }
    }

    /// Hands over this element and all below it to be changed, in the order of the document.
    pub(crate) fn walk_mut(&mut self, change: &mut impl FnMut(&mut Element)) {
        change(self);
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.walk_mut(change);
            }
        }
    }

    /// Its text, and that of all below it.
    pub(crate) fn text(&self) -> String {
        let text = |node: &Node| match node {
            Node::Element(element) => element.text(),
            Node::Text(text) => text.clone(),
        };
        self.children.iter().map(text).collect()
    }

    /// The element as XML.
    pub(crate) fn xml(&self) -> String {
        let mut xml = String::new();
        self.write(&mut xml);
        xml
    }

    fn write(&self, xml: &mut String) {
        let _ = write!(xml, "<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(xml, " {name}=\"{}\"", escape(value));
        }
        if self.children.is_empty() && VOID.contains(&self.name.as_str()) {
            xml.push_str("/>");
            return;
        }
        xml.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(xml),
                Node::Text(text) => xml.push_str(&escape(text)),
            }
        }
        let _ = write!(xml, "</{}>", self.name);
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::Text(text.to_owned())
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        Node::Element(element)
    }
}

/// Elements of HTML that are always empty. Readers that take XML for HTML stumble over `<p/>`, but not over `<br/>`.
const VOID: [&str; 7] = ["br", "col", "hr", "img", "link", "source", "wbr"];

/// A text as XML has it. Characters that XML cannot hold become `U+FFFD`.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(c),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Reads a page.
pub(crate) fn parse(html: &str) -> Element {
    parse_document(Tree::default(), Default::default()).one(html)
}

/// What the parser builds. A node is known by its place in the list; the first is the document.
struct Tree {
    nodes: RefCell<Vec<Built>>,
}

struct Built {
    /// `None` for a comment.
    name: Option<QualName>,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
    parent: Option<usize>,
}

enum Child {
    Node(usize),
    Text(String),
}

impl Default for Tree {
    fn default() -> Tree {
        let document = QualName::new(None, ns!(), "document".into());
        let tree = Tree { nodes: RefCell::default() };
        tree.add(Some(document), vec![]);
        tree
    }
}

impl Tree {
    fn add(&self, name: Option<QualName>, attributes: Vec<Attribute>) -> usize {
        let attribute = |Attribute { name, value }: Attribute| {
            let prefix = name.prefix.map(|prefix| format!("{prefix}:")).unwrap_or_default();
            (format!("{prefix}{}", name.local), value.to_string())
        };
        let attributes = attributes.into_iter().map(attribute).collect();
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Built { name, attributes, children: vec![], parent: None });
        nodes.len() - 1
    }

    /// Puts a child before the one at this place.
    fn insert(&self, parent: usize, at: usize, child: NodeOrText<usize>) {
        let nodes = &mut *self.nodes.borrow_mut();
        match child {
            NodeOrText::AppendNode(node) => {
                nodes[node].parent = Some(parent);
                nodes[parent].children.insert(at, Child::Node(node));
            }
            NodeOrText::AppendText(text) => {
                let children = &mut nodes[parent].children;
                match at.checked_sub(1).and_then(|before| children.get_mut(before)) {
                    Some(Child::Text(before)) => before.push_str(&text),
                    _ => children.insert(at, Child::Text(text.to_string())),
                }
            }
        }
    }

    fn place(&self, node: usize) -> Option<(usize, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes[node].parent?;
        let is_it = |child: &Child| matches!(child, Child::Node(other) if *other == node);
        Some((parent, nodes[parent].children.iter().position(is_it)?))
    }
}

/// The element at a place of the list, with all below it.
fn element(nodes: &mut [Built], at: usize) -> Option<Element> {
    let name = nodes[at].name.take()?;
    let children = std::mem::take(&mut nodes[at].children);
    let mut attributes = std::mem::take(&mut nodes[at].attributes);
    if name.ns == ns!(svg) && &*name.local == "svg" {
        attributes.insert(0, ("xmlns".to_owned(), ns!(svg).to_string()));
    }
    let node = |child| match child {
        Child::Node(at) => element(nodes, at).map(Node::Element),
        Child::Text(text) => Some(Node::Text(text)),
    };
    let children = children.into_iter().filter_map(node).collect();
    Some(Element { name: name.local.to_string(), attributes, children })
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Element;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Element {
        element(&mut self.nodes.into_inner(), 0).expect("the document has a name")
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| nodes[*target].name.as_ref().expect("an element"))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.add(Some(name), attributes)
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(None, vec![])
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(None, vec![])
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let end = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, end, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        if self.place(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What is in a template is never shown, so it may be where it is.
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        let (parent, at) = self.place(*sibling).expect("a sibling has a parent");
        self.insert(parent, at, child);
    }

    /// Only `html` and `body` can get more attributes, and of these an edition takes none.
    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &usize) {
        if let Some((parent, at)) = self.place(*target) {
            let mut nodes = self.nodes.borrow_mut();
            nodes[parent].children.remove(at);
            nodes[*target].parent = None;
        }
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let nodes = &mut *self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        for child in &children {
            if let Child::Node(child) = child {
                nodes[*child].parent = Some(*new_parent);
            }
        }
        nodes[*new_parent].children.extend(children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xml(html: &str) -> String {
        parse(html).find("main").expect("a main element").xml()
    }

    #[test]
    fn html_is_written_as_xml() {
        for (html, expected) in [
            ("<p>a<p>b<br>c", "<main><p>a</p><p>b<br/>c</p></main>"),
            ("a<!-- no -->b &amp; &nbsp;<i></i>", "<main>ab &amp; \u{a0}<i></i></main>"),
            ("<b title='&lt;\"'>\u{1b}x</b>", "<main><b title=\"&lt;&quot;\">\u{fffd}x</b></main>"),
            (
                "<svg viewbox='0 0 1 1'><path d='M0'/><g>x</g></svg>",
                "<main><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0\"></path><g>x</g></svg></main>",
            ),
            ("<table>x<tr><td>y</table>", "<main>x<table><tbody><tr><td>y</td></tr></tbody></table></main>"),
            ("<b>a<p>c</b>d</p>", "<main><b>a</b><p><b>c</b>d</p></main>"),
        ] {
            assert_eq!(xml(&format!("<!doctype html><body><main>{html}</main>")), expected, "{html}");
        }
    }

    #[test]
    fn elements_are_found_in_the_documents_order() {
        let page = parse("<main><p class='a b'>1<i>2</i></p><p id=x>3</p></main>");
        let mut seen = vec![];
        let mut main = page.find("main").expect("a main element").clone();
        main.walk_mut(&mut |element| seen.push(element.name.clone()));
        assert_eq!(seen, ["main", "p", "i", "p"]);
        let first = page.find("p").expect("a paragraph");
        assert!(first.has_class("b") && !first.has_class("c"));
        assert_eq!(first.text(), "12");
    }
}
