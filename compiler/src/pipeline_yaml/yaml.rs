//! YAML to a tree in which every node knows its place in the file.
//!
//! The limits are enforced while the text is read, so that memory and time stay bounded whatever it
//! says. An alias is not expanded here but counted as if it were.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry as MapEntry;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::Number;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// Most steps of a pipeline.
pub const MAX_STEPS: usize = 10_000;

/// Most nodes of a tree, aliases expanded. 10,000 steps with twenty fields each stay below.
pub(super) const MAX_NODES: usize = 400_000;

/// Deepest nesting; the spec itself needs six levels.
const MAX_DEPTH: usize = 32;

/// Index of a node in its [`Tree`].
pub(super) type NodeId = usize;

/// All nodes of a document.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<YamlNode>,
    pub root: NodeId,
}

impl Tree {
    /// A node of this tree.
    #[expect(
        clippy::indexing_slicing,
        reason = "a tree gives ids to its own nodes, and loses none"
    )]
    pub(super) fn node(&self, id: NodeId) -> &YamlNode {
        &self.nodes[id]
    }
}

/// A value and its place.
#[derive(Debug)]
pub(super) struct YamlNode {
    pub span: Span,
    pub content: NodeContent,
    /// Number of nodes below and including this one, aliases expanded.
    weight: usize,
    /// Levels below and including this one.
    height: usize,
}

impl YamlNode {
    /// The node as it stands in another tree and another text: `offset` nodes and `shift` bytes further
    /// on.
    pub(super) fn moved(self, offset: usize, shift: usize) -> Self {
        let content = match self.content {
            NodeContent::List(items) => {
                NodeContent::List(items.into_iter().map(|item| item + offset).collect())
            }
            NodeContent::Map(entries) => {
                let moved = entries.into_iter().map(|(key, entry)| {
                    let entry = MappingEntry {
                        key_span: entry.key_span.shifted(shift),
                        value: entry.value + offset,
                    };
                    (key, entry)
                });
                NodeContent::Map(moved.collect())
            }
            other => other,
        };
        Self {
            span: self.span.shifted(shift),
            content,
            ..self
        }
    }

    /// A node in the same place that holds something else.
    pub(super) fn with(&self, content: NodeContent) -> Self {
        Self {
            span: self.span,
            content,
            weight: self.weight,
            height: self.height,
        }
    }
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum NodeContent {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    List(Vec<NodeId>),
    Map(IndexMap<String, MappingEntry>),
}

/// A key of a mapping and what stands under it.
#[derive(Debug, Clone, Copy)]
pub(super) struct MappingEntry {
    pub key_span: Span,
    pub value: NodeId,
}

/// Reads a document; none if the text is no YAML that the compiler takes.
pub(super) fn parse(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Tree> {
    let mut builder = Builder {
        file,
        offsets: Offsets::new(file.text()),
        nodes: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        expanded: 0,
        root: None,
        diagnostics,
    };
    let result = builder.run();
    let (nodes, root) = (std::mem::take(&mut builder.nodes), builder.root);
    match result {
        Ok(()) => Some(Tree { nodes, root: root? }),
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

type Step<T> = Result<T, Box<Diagnostic>>;

struct Builder<'a> {
    file: &'a Arc<SourceFile>,
    offsets: Offsets,
    nodes: Vec<YamlNode>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    /// Nodes that aliases stand for.
    expanded: usize,
    root: Option<NodeId>,
    diagnostics: &'a mut Diagnostics,
}

/// A list or mapping whose end has not been seen.
struct Open {
    start: usize,
    anchor: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<NodeId>),
    Map {
        entries: IndexMap<String, MappingEntry>,
        key: Option<(String, Span)>,
    },
}

#[expect(
    clippy::indexing_slicing,
    reason = "ids are those of nodes that were seen before"
)]
impl Builder<'_> {
    fn run(&mut self) -> Step<()> {
        let file = self.file;
        let text = file.text();
        let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
        self.offsets.base = start;
        let mut parser = Parser::new_from_str(text.get(start..).unwrap_or_default());
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| {
                let at = self.offsets.byte(error.marker().index());
                // The parser looks ahead of what it has handed out.
                if error.info().contains("recursion limit") {
                    return self.too_deep(Span::new(at, at));
                }
                let sentence = format!("this is not valid YAML: {}", error.info());
                Box::new(
                    Diagnostic::error(Code::YamlSyntax, sentence)
                        .at(self.file, self.one_character(at), "")
                        .help("check the indentation and the quotes here and in the lines above"),
                )
            })?;
            let span = Span::new(
                self.offsets.byte(span.start.index()),
                self.offsets.byte(span.end.index()),
            );
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(Box::new(
                            Diagnostic::error(
                                Code::SeveralDocuments,
                                "a spec is one YAML document, and here a second one starts",
                            )
                            .at(self.file, self.one_character(span.start), "")
                            .help("remove the `---`, or write a folder for each pipeline"),
                        ));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let content = self.scalar(&text, style, tag.as_deref(), span)?;
                    self.scalar_seen(content, &text, anchor, span)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.open(Kind::List(Vec::new()), anchor, tag.as_deref(), span)?;
                }
                Event::MappingStart(anchor, tag) => {
                    let kind = Kind::Map {
                        entries: IndexMap::new(),
                        key: None,
                    };
                    self.open(kind, anchor, tag.as_deref(), span)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
                Event::Alias(anchor) => self.alias(anchor, span)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Step<NodeContent> {
        let text_tag = match tag {
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => true,
            Some(tag) => return Err(self.tag(tag, span)),
            None => false,
        };
        Ok(if style == ScalarStyle::Plain && !text_tag {
            plain(text)
        } else {
            NodeContent::Text(text.to_owned())
        })
    }

    fn tag(&self, tag: &Tag, span: Span) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error(
                Code::YamlFeature,
                format!("a spec knows no tags such as `{tag}`"),
            )
            .at(self.file, span, "")
            .help("remove the tag; quote what must be text"),
        )
    }

    /// A scalar is a key where a mapping waits for one, otherwise a value.
    fn scalar_seen(
        &mut self,
        content: NodeContent,
        text: &str,
        anchor: usize,
        span: Span,
    ) -> Step<()> {
        let as_key = match self.open.last_mut() {
            Some(Open {
                kind: Kind::Map { key, .. },
                ..
            }) if key.is_none() => key,
            _ => {
                let node = self.node(span, content, anchor)?;
                return self.value(node);
            }
        };
        // `null`, `true` and numbers are good names, but an empty one is a typing mistake.
        if matches!(content, NodeContent::Null) && !matches!(text, "null" | "Null" | "NULL") {
            return Err(self.odd_key(span));
        }
        if text == "<<" {
            return Err(Box::new(
                Diagnostic::error(Code::YamlFeature, "a spec knows no merge keys (`<<`)")
                    .at(self.file, span, "")
                    .help("write the fields out where they are needed"),
            ));
        }
        *as_key = Some((text.to_owned(), span));
        Ok(())
    }

    fn odd_key(&self, span: Span) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error(Code::YamlFeature, "a key must be a name")
                .at(self.file, self.one_character(span.start), "")
                .help("write `name: value`; start a list's items with `- `"),
        )
    }

    fn open(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, span: Span) -> Step<()> {
        if let Some(tag) = tag {
            return Err(self.tag(tag, span));
        }
        if let Some(Open {
            kind: Kind::Map { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(self.odd_key(span));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.open.push(Open {
            start: span.start,
            anchor,
            kind,
        });
        Ok(())
    }

    fn too_deep(&self, span: Span) -> Box<Diagnostic> {
        let sentence = format!("this is nested deeper than {MAX_DEPTH} levels");
        Box::new(
            Diagnostic::error(Code::YamlTooComplex, sentence)
                .at(self.file, self.one_character(span.start), "")
                .help("a spec needs no more than six levels"),
        )
    }

    fn close(&mut self, span: Span) -> Step<()> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let (content, last) = match open.kind {
            Kind::List(items) => {
                let last = items.last().copied();
                (NodeContent::List(items), last)
            }
            Kind::Map { entries, .. } => {
                let last = entries.last().map(|(_, entry)| entry.value);
                (NodeContent::Map(entries), last)
            }
        };
        // A flow collection ends with its bracket; a block ends with its last value, while the
        // parser's event stands behind the blank lines that follow.
        let bracket = self.file.slice(span).ends_with([']', '}']);
        let end = match last.map(|last| &self.nodes[last]) {
            Some(last) if !bracket => last.span.end,
            _ => span.end,
        };
        let node = self.node(Span::new(open.start, end), content, open.anchor)?;
        self.value(node)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step<()> {
        if let Some(Open {
            kind: Kind::Map { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(self.odd_key(span));
        }
        let Some(&target) = self.anchors.get(&anchor) else {
            return Err(Box::new(
                Diagnostic::error(
                    Code::YamlFeature,
                    "this alias stands inside of what it refers to",
                )
                .at(self.file, span, "")
                .help("write the value out"),
            ));
        };
        let YamlNode { weight, height, .. } = self.nodes[target];
        self.expanded += weight;
        if self.open.len() + height > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.check_size(span)?;
        self.value(target)
    }

    fn node(&mut self, span: Span, content: NodeContent, anchor: usize) -> Step<NodeId> {
        let (weight, height) = {
            let sizes = |children: &mut dyn Iterator<Item = NodeId>| {
                children.fold((1_usize, 1_usize), |(weight, height), child| {
                    let child = &self.nodes[child];
                    (
                        weight.saturating_add(child.weight),
                        height.max(child.height + 1),
                    )
                })
            };
            match &content {
                NodeContent::List(items) => sizes(&mut items.iter().copied()),
                NodeContent::Map(entries) => sizes(&mut entries.values().map(|entry| entry.value)),
                _ => (1, 1),
            }
        };
        let id = self.nodes.len();
        self.nodes.push(YamlNode {
            span,
            content,
            weight,
            height,
        });
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.check_size(span)?;
        Ok(id)
    }

    fn check_size(&self, span: Span) -> Step<()> {
        if self.nodes.len().saturating_add(self.expanded) <= MAX_NODES {
            return Ok(());
        }
        let (sentence, help) = if self.expanded > 0 {
            (
                format!("this spec grows to more than {MAX_NODES} values with its aliases"),
                "write the values out instead of nesting aliases",
            )
        } else {
            (
                format!("this spec has more than {MAX_NODES} values"),
                "split the pipeline",
            )
        };
        Err(Box::new(
            Diagnostic::error(Code::YamlTooComplex, sentence)
                .at(self.file, self.one_character(span.start), "")
                .help(help),
        ))
    }

    /// Puts a finished node where it belongs.
    fn value(&mut self, node: NodeId) -> Step<()> {
        let in_steps = self.open.len() == 2
            && matches!(
                self.open.first(),
                Some(Open { kind: Kind::Map { key: Some((key, _)), .. }, .. }) if key == "steps"
            );
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let (entries, key) = match &mut open.kind {
            Kind::List(items) => {
                items.push(node);
                return Ok(());
            }
            Kind::Map { entries, key } => (entries, key.take()),
        };
        let Some((key, key_span)) = key else {
            return Ok(());
        };
        match entries.entry(key) {
            MapEntry::Vacant(vacant) => {
                vacant.insert(MappingEntry {
                    key_span,
                    value: node,
                });
            }
            MapEntry::Occupied(occupied) => {
                let name = occupied.key();
                let sentence = if in_steps {
                    format!("there are two steps `{name}`")
                } else {
                    format!("`{name}` is given twice")
                };
                self.diagnostics.push(
                    Diagnostic::error(Code::DuplicateKey, sentence)
                        .at(self.file, key_span, "here again")
                        .also(self.file, occupied.get().key_span, "first here")
                        .help("keep one of them, or give one another name"),
                );
            }
        }
        if in_steps && entries.len() > MAX_STEPS {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TooManySteps,
                    format!("a pipeline has at most {MAX_STEPS} steps"),
                )
                .at(self.file, key_span, "this one is too many")
                .help("split the pipeline, or put more statements into one step"),
            ));
        }
        Ok(())
    }

    /// The character at an offset, so that something can be underlined.
    fn one_character(&self, at: usize) -> Span {
        let rest = self.file.text().get(at..).unwrap_or_default();
        let length = rest
            .chars()
            .next()
            .filter(|first| *first != '\n')
            .map_or(0, char::len_utf8);
        Span::new(at, at + length)
    }
}

/// A plain scalar, by the core schema of YAML 1.2. What JSON has no number for stays text.
fn plain(text: &str) -> NodeContent {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeContent::Null,
        "true" | "True" | "TRUE" => return NodeContent::Boolean(true),
        "false" | "False" | "FALSE" => return NodeContent::Boolean(false),
        _ => {}
    }
    number(text).map_or_else(|| NodeContent::Text(text.to_owned()), NodeContent::Number)
}

fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts_like_one = unsigned.starts_with(|first: char| first.is_ascii_digit())
        || unsigned
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let of_one = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !starts_like_one || !unsigned.chars().all(of_one) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())?;
    Number::from_f64(number)
}

/// Byte offsets of characters: the parser counts characters.
struct Offsets {
    /// Offset of each character, empty for a text of ASCII only.
    bytes: Vec<usize>,
    base: usize,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let counted = text.strip_prefix('\u{feff}').unwrap_or(text);
        let bytes = if counted.is_ascii() {
            Vec::new()
        } else {
            counted.char_indices().map(|(offset, _)| offset).collect()
        };
        Self {
            bytes,
            base: 0,
            length: counted.len(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let offset = if self.bytes.is_empty() {
            character.min(self.length)
        } else {
            self.bytes.get(character).copied().unwrap_or(self.length)
        };
        self.base + offset
    }
}
