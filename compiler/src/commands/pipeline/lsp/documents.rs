//! Open documents: their texts, as the editor changes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::uri;
use crate::lsp::PositionEncoding;
use crate::source::SourceFile;

/// A text that the editor shows.
#[derive(Debug)]
pub(super) struct OpenDocument {
    /// Its address in the editor's own spelling.
    pub uri: Uri,
    /// How often it was changed, in the editor's count.
    pub version: i32,
    /// Its path; none where it is no file yet.
    pub path: Option<PathBuf>,
    /// Its text, under the path that diagnostics name.
    pub file: Arc<SourceFile>,
    /// Whether the editor calls it SQL.
    pub is_sql: bool,
}

/// All of them, by their address.
#[derive(Debug, Default)]
pub(super) struct Documents {
    all: BTreeMap<String, OpenDocument>,
    /// Texts by path, for the compiler.
    files: BTreeMap<PathBuf, Arc<SourceFile>>,
}

impl Documents {
    /// Remembers a document that the editor has opened.
    pub fn open(&mut self, address: Uri, version: i32, language: &str, text: String) {
        let path = uri::path(&address);
        let shown = match &path {
            Some(path) => path.display().to_string(),
            None => address.as_ref().to_owned(),
        };
        let ends_in_sql = |path: &PathBuf| {
            let extension = path.extension();
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
        };
        let document = OpenDocument {
            version,
            is_sql: language == "sql" || path.as_ref().is_some_and(ends_in_sql),
            file: SourceFile::new(shown, text.into_bytes()),
            path,
            uri: address,
        };
        self.keep(document);
    }

    /// Changes a document's text, in part or as a whole.
    pub fn change(
        &mut self,
        address: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: PositionEncoding,
    ) {
        let Some(mut document) = self.all.remove(address.as_ref()) else {
            return;
        };
        for change in changes {
            let text = changed(&document.file, change, encoding);
            document.file = SourceFile::new(document.file.path(), text.into_bytes());
        }
        document.version = version;
        self.keep(document);
    }

    fn keep(&mut self, document: OpenDocument) {
        if let Some(path) = &document.path {
            self.files.insert(path.clone(), Arc::clone(&document.file));
        }
        let address = document.uri.as_ref().to_owned();
        self.all.insert(address, document);
    }

    /// Forgets a document, and gives it back if it was open.
    pub fn close(&mut self, address: &Uri) -> Option<OpenDocument> {
        let document = self.all.remove(address.as_ref())?;
        if let Some(path) = &document.path {
            self.files.remove(path);
        }
        Some(document)
    }

    /// The document of an address.
    pub fn get(&self, address: &Uri) -> Option<&OpenDocument> {
        self.all.get(address.as_ref())
    }

    /// The document of a path.
    pub fn at(&self, path: &Path) -> Option<&OpenDocument> {
        let mut all = self.all.values();
        all.find(|document| document.path.as_deref() == Some(path))
    }

    /// Every open document, by its address.
    pub fn iter(&self) -> impl Iterator<Item = &OpenDocument> {
        self.all.values()
    }

    /// Texts of open documents by their whole path.
    pub fn files(&self) -> &BTreeMap<PathBuf, Arc<SourceFile>> {
        &self.files
    }

    /// The address of a path, in the editor's spelling where it is open.
    pub fn address(&self, path: &str) -> Uri {
        if let Some(document) = self.all.get(path) {
            return document.uri.clone();
        }
        let path = Path::new(path);
        match self.at(path) {
            Some(document) => document.uri.clone(),
            None => uri::uri(path),
        }
    }
}

/// The text of a document after a change.
fn changed(
    file: &SourceFile,
    change: TextDocumentContentChangeEvent,
    encoding: PositionEncoding,
) -> String {
    let part = match change {
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
            return whole.text;
        }
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => part,
    };
    let start = encoding.offset(file, part.range.start);
    let end = encoding.offset(file, part.range.end).max(start);
    let text = file.text();
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    format!("{before}{}{after}", part.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gen_lsp_types::{Position, Range, TextDocumentContentChangePartial};

    #[test]
    fn changes_are_made_one_after_the_other() {
        let mut documents = Documents::default();
        let address = Uri::from("file:///flights/a.sql");
        documents.open(address.clone(), 1, "sql", "select 'ä', 1;\n".to_owned());
        let change = |line, start, end, text: &str| {
            let at = |character| Position { line, character };
            let range = Range {
                start: at(start),
                end: at(end),
            };
            TextDocumentContentChangeEvent::from(TextDocumentContentChangePartial {
                range,
                text: text.to_owned(),
                ..TextDocumentContentChangePartial::default()
            })
        };
        documents.change(
            &address,
            2,
            vec![change(0, 12, 13, "22"), change(1, 0, 0, "select 3;")],
            PositionEncoding::Utf16,
        );
        let document = documents.get(&address);
        let text = document.map(|document| document.file.text());
        assert_eq!(text, Some("select 'ä', 22;\nselect 3;"));
        assert_eq!(
            documents.address("/flights/a.sql"),
            Uri::from("file:///flights/a.sql")
        );
    }
}
