//! Words of a script.

use gen_lsp_types::CompletionItemKind;
use redshift_sql::SmolStr;
use redshift_sql::functions::{self, FunctionStanding};
use redshift_sql::names::{Binder, Means, Visible, VisibleRelation, sketch};
use redshift_sql::token::TokenKind;
use redshift_sql::types::Type;

use super::super::hover::{function_text, type_words};
use super::super::model::{Model, SqlFile, VisibleTables, byte};
use super::super::sql_place::{in_comment, tokens_at};
use super::{Item, PROBE, Proposed, word};
use crate::source::Span;

/// Words with which statements begin.
const STATEMENTS: &[&str] = &[
    "alter table",
    "analyze",
    "call",
    "copy",
    "create table",
    "create view",
    "delete from",
    "drop table",
    "insert into",
    "merge into",
    "select",
    "truncate",
    "unload",
    "update",
    "with",
];

const COLUMN: u8 = 0;
const RELATION: u8 = 1;
const TABLE: u8 = 2;
const FUNCTION: u8 = 3;
const WORD: u8 = 4;

/// What could stand at a byte.
pub(super) fn complete(model: &Model, script: &SqlFile, offset: usize) -> Proposed {
    let text = script.file.text();
    if !text.is_char_boundary(offset) || in_comment(script, offset) {
        return Proposed::default();
    }
    let place = word(text, offset, |character| {
        character.is_alphanumeric() || matches!(character, '_' | '$' | '#')
    });
    let before = text.get(..place.start).unwrap_or_default();
    if before.trim_end().ends_with("{{") {
        return inserted(model, text, place);
    }
    if before.ends_with(':') && !before.ends_with("::") {
        let items = parameters(model).collect();
        return Proposed { place, items };
    }
    if in_literal(script, offset) || before.ends_with("::") {
        return Proposed::default();
    }
    let items = Asking::new(model, script, place).items();
    Proposed { place, items }
}

fn parameters(model: &Model) -> impl Iterator<Item = Item> {
    let document = model.known().into_iter();
    document
        .flat_map(|document| &document.spec.parameters)
        .map(|(name, written)| {
            let kind = format!("{:?}", written.kind).to_lowercase();
            Item::new(name, CompletionItemKind::Variable, COLUMN)
                .detail(kind)
                .documentation(written.description.clone())
        })
}

/// Parameters between braces, with the closing ones where they are missing.
fn inserted(model: &Model, text: &str, place: Span) -> Proposed {
    let after = text.get(place.end..).unwrap_or_default();
    let closed = after.trim_start().starts_with("}}");
    let items = parameters(model).map(|item| {
        let text = format!("{}{}", item.label, if closed { "" } else { "}}" });
        item.text(text)
    });
    Proposed {
        place,
        items: items.collect(),
    }
}

/// Whether a byte lies in a literal, in which no name stands.
fn in_literal(script: &SqlFile, offset: usize) -> bool {
    let tokens = tokens_at(script, offset);
    let at = tokens.partition_point(|token| (token.span.end as usize) <= offset);
    tokens.get(at).is_some_and(|token| {
        let inside = (token.span.start as usize) < offset;
        inside && matches!(token.kind, TokenKind::Text | TokenKind::Number)
    })
}

/// A statement with a word where the cursor stands.
struct Asking<'m> {
    model: &'m Model,
    script: &'m SqlFile,
    /// The statement's text with the word.
    text: String,
    /// Where the word begins in it.
    at: u32,
    /// What the statement can name.
    catalog: VisibleTables<'m>,
}

impl<'m> Asking<'m> {
    fn new(model: &'m Model, script: &'m SqlFile, place: Span) -> Self {
        let whole = script.file.text();
        let tokens = tokens_at(script, place.start);
        let piece = sketch::around(&tokens, byte(place.start));
        let start = piece
            .first()
            .map_or(place.start, |token| token.span.start as usize);
        let end = piece
            .last()
            .map_or(place.end, |token| token.span.end as usize);
        let (start, end) = (start.min(place.start), end.max(place.end));
        let head = whole.get(start..place.start).unwrap_or_default();
        let tail = whole.get(place.end..end).unwrap_or_default();
        let number = script
            .parsed
            .statements
            .partition_point(|statement| (statement.span.end as usize) < start);
        Self {
            model,
            script,
            text: format!("{head}{PROBE}{tail}"),
            at: byte(head.len()),
            catalog: model.catalog(script, number),
        }
    }

    fn items(&self) -> Vec<Item> {
        let parsed = redshift_sql::parse(&self.text);
        let Some(token) = sketch::token_at(&parsed.tokens, self.at) else {
            return Vec::new();
        };
        let mut parts = sketch::chain(&self.text, &parsed.tokens, token);
        parts.pop();
        let found = parsed
            .statements
            .iter()
            .find(|statement| statement.span.contains(self.at))
            .and_then(|statement| {
                Binder::new(&self.catalog, self.model.types())
                    .watching(self.at)
                    .statement(statement)
                    .at
            });
        match found.map(|at| at.means) {
            Some(Means::Column {
                of: None, visible, ..
            }) => self.values(&visible),
            Some(Means::Column {
                of: Some(of),
                visible,
                ..
            }) => self.columns_of(&of, &visible.relations),
            Some(Means::Table { common, .. }) => self.tables(&parts, &common),
            Some(Means::Written { table, .. }) => self.columns_of_table(&table),
            Some(Means::Function { .. }) => functions().collect(),
            Some(Means::Relation(_)) | None => self.by_tokens(&parsed.tokens, token, &parts),
        }
    }

    /// Everything that may stand for a value.
    fn values(&self, visible: &Visible) -> Vec<Item> {
        let mut items: Vec<Item> = visible.relations.iter().flat_map(columns).collect();
        let aliases = visible.aliases.iter();
        items.extend(aliases.map(|(name, kind)| column(name, *kind, "")));
        let relations = visible.relations.iter().filter(|one| !one.name.is_empty());
        items.extend(relations.map(|relation| {
            Item::new(relation.name.as_str(), CompletionItemKind::Struct, RELATION)
                .detail(relation.table.as_deref().unwrap_or_default())
        }));
        items.extend(functions());
        items
    }

    fn columns_of(&self, of: &str, relations: &[VisibleRelation]) -> Vec<Item> {
        match relations.iter().find(|relation| relation.name == of) {
            Some(relation) => columns(relation).collect(),
            None => Vec::new(),
        }
    }

    fn columns_of_table(&self, key: &str) -> Vec<Item> {
        let table = self.catalog.get(key);
        let columns = table.into_iter().flat_map(|table| &table.columns);
        columns
            .map(|known| column(&known.name, known.kind, key))
            .collect()
    }

    /// Tables; behind a schema those that are in it.
    fn tables(&self, parts: &[SmolStr], common: &[SmolStr]) -> Vec<Item> {
        let prefix = parts.last().filter(|schema| *schema != "public");
        let named = |key: &str| match (prefix, parts.is_empty()) {
            (Some(schema), _) => {
                let rest = key.strip_prefix(schema.as_str())?;
                rest.strip_prefix('.').map(str::to_owned)
            }
            (None, true) => Some(key.to_owned()),
            (None, false) => (!key.contains('.')).then(|| key.to_owned()),
        };
        let mut items: Vec<Item> = Vec::new();
        if parts.is_empty() {
            let common = common.iter();
            items.extend(common.map(|name| {
                Item::new(name.as_str(), CompletionItemKind::Struct, COLUMN).detail("with")
            }));
        }
        let mut tables: Vec<Item> = self
            .catalog
            .tables()
            .filter_map(|table| {
                let name = named(&table.name)?;
                let made = self.model.made(&table.name).first();
                let detail = made.map(|made| format!("{} in {}", made.what, made.path));
                let columns: Vec<&str> = table
                    .columns
                    .iter()
                    .map(|column| column.name.as_str())
                    .collect();
                let columns = (!columns.is_empty()).then(|| columns.join(", "));
                Some(
                    Item::new(name, CompletionItemKind::Struct, TABLE)
                        .detail(detail.unwrap_or_default())
                        .documentation(columns),
                )
            })
            .collect();
        tables.sort_by(|one, other| one.label.cmp(&other.label));
        items.extend(tables);
        items
    }

    fn by_tokens(
        &self,
        tokens: &[redshift_sql::token::Token],
        token: redshift_sql::token::Token,
        parts: &[SmolStr],
    ) -> Vec<Item> {
        let before = sketch::word_before(&self.text, tokens, token);
        let before = before.as_deref().unwrap_or_default();
        if matches!(before, "call" | "procedure") {
            return self.routines("procedure");
        }
        if sketch::precedes_table(before) {
            return self.tables(parts, &[]);
        }
        let relations: Vec<VisibleRelation> = sketch::mentions(&self.text, tokens)
            .into_iter()
            .filter(|mention| !mention.table.contains(PROBE))
            .map(|mention| self.relation(&mention))
            .collect();
        if let Some(of) = parts.last() {
            return self.columns_of(of, &relations);
        }
        if tokens.first().is_some_and(|first| first.span == token.span) {
            let words = STATEMENTS.iter();
            return words
                .map(|word| Item::new(*word, CompletionItemKind::Keyword, WORD))
                .collect();
        }
        if relations.is_empty() && self.script.parsed.statements.is_empty() {
            return Vec::new();
        }
        self.values(&Visible {
            relations,
            aliases: Vec::new(),
        })
    }

    fn relation(&self, mention: &sketch::Mention) -> VisibleRelation {
        let table = self.catalog.get(&mention.table);
        let columns = table.into_iter().flat_map(|table| &table.columns);
        let columns = columns.map(|column| redshift_sql::names::OutputColumn {
            name: Some(column.name.clone()),
            kind: column.kind,
            sources: std::rc::Rc::from([]),
            span: mention.span,
        });
        VisibleRelation {
            name: mention.name.clone(),
            table: Some(mention.table.clone()),
            columns: columns.collect(),
            open: table.is_none_or(|table| table.open),
        }
    }

    fn routines(&self, what: &str) -> Vec<Item> {
        let made = self.model.all_made().filter(|(_, made)| made.what == what);
        let mut items: Vec<Item> = made
            .map(|(key, made)| {
                Item::new(key.as_str(), CompletionItemKind::Method, COLUMN)
                    .detail(format!("in {}", made.path))
            })
            .collect();
        items.sort_by(|one, other| one.label.cmp(&other.label));
        items
    }
}

fn columns(relation: &VisibleRelation) -> impl Iterator<Item = Item> {
    relation.columns.iter().filter_map(|known| {
        let name = known.name.as_deref()?;
        Some(column(name, known.kind, &relation.name))
    })
}

fn column(name: &str, kind: Type, of: &str) -> Item {
    let detail = match (type_words(kind), of) {
        (kind, "") => kind,
        (kind, of) if kind.is_empty() => of.to_owned(),
        (kind, of) => format!("{kind} · {of}"),
    };
    let item = Item::new(name, CompletionItemKind::Field, COLUMN).detail(detail);
    if is_plain(name) {
        item
    } else {
        item.text(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

/// Whether a name needs no quotes.
fn is_plain(name: &str) -> bool {
    let parsed = redshift_sql::parse(&format!("select a.{name} from b"));
    name.chars()
        .all(|one| one.is_alphanumeric() || matches!(one, '_' | '$' | '#'))
        && parsed.mistakes.is_empty()
}

fn functions() -> impl Iterator<Item = Item> {
    functions::all()
        .filter(|function| function.standing != FunctionStanding::Ended)
        .map(|function| {
            let usage = function.usage().into_iter().next().unwrap_or_default();
            Item::new(function.name, CompletionItemKind::Function, FUNCTION)
                .detail(usage)
                .documentation(Some(function_text(function)))
        })
}
