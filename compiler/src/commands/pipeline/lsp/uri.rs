//! Addresses of files, `file:///home/ann/flights/pipeline.yaml`, and their paths.

use std::path::{Component, Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What is encoded in a path (RFC 3986, `pchar`).
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path of an address; none of one that is no file on this machine, such as `untitled:1`.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_ref().strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    if !rest.starts_with('/') {
        return None;
    }
    let decoded = percent_decode_str(rest).decode_utf8().ok()?;
    let text: &str = &decoded;
    // A drive of Windows stands behind the slash: `/C:/flights`.
    let drive = text.as_bytes().get(2) == Some(&b':');
    let text = if drive { text.get(1..)? } else { text };
    let path = PathBuf::from(text);
    let plain = !text.contains('\0')
        && path
            .components()
            .all(|part| !matches!(part, Component::ParentDir | Component::CurDir));
    plain.then_some(path)
}

/// The address of a path.
pub(super) fn uri(path: &Path) -> Uri {
    let text = path.to_string_lossy().replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    let encoded = utf8_percent_encode(&text, ENCODED);
    Uri(format!("file://{slash}{encoded}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_path() {
        let there_and_back = |text: &str| path(&uri(Path::new(text)));
        for text in ["/flights/sql/a b.sql", "/fl%C3ü/#1?.sql", "/a+b/[c].sql"] {
            assert_eq!(there_and_back(text), Some(PathBuf::from(text)));
        }
        let of = |text: &str| path(&Uri::from(text));
        assert_eq!(
            of("file:///c%3A/flights/a.sql"),
            Some(PathBuf::from("c:/flights/a.sql"))
        );
        assert_eq!(of("file://localhost/a.sql"), Some(PathBuf::from("/a.sql")));
        assert_eq!(of("file:///a/../b.sql"), None);
        assert_eq!(of("file://server/a.sql"), None);
        assert_eq!(of("untitled:Untitled-1"), None);
        assert_eq!(uri(Path::new("/a b")), Uri::from("file:///a%20b"));
    }
}
