//! The text of an object: unpacked, in UTF-8, without a byte order mark.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use redshift_sql::tree::TextEncoding;

use super::super::bucket::BucketObject;
use super::super::failure::StatementFailure;
use super::lzop::Lzop;
use crate::warehouse::dialect::{Copy, Packing};

/// How an object is read.
pub(super) type ObjectReader = Box<dyn BufRead>;

/// How large the buffers are, in bytes.
const BUFFER: usize = 256 * 1024;

/// Opens an object: what is read is unpacked, and in UTF-8.
pub(super) fn open(
    object: &BucketObject<'_>,
    copy: &Copy,
) -> Result<ObjectReader, StatementFailure> {
    let read = || -> io::Result<ObjectReader> {
        let file = BufReader::with_capacity(BUFFER, object.folder.file(object.path())?);
        in_utf8(unpacked(file, copy.packing)?, copy.encoding)
    };
    read().map_err(|error| unreadable(object, copy, &error))
}

/// What cannot be read, and why.
pub(super) fn unreadable(
    object: &BucketObject<'_>,
    copy: &Copy,
    error: &io::Error,
) -> StatementFailure {
    let kind = match copy.packing {
        Packing::Plain => {
            return StatementFailure::Engine(format!("{} cannot be read: {error}", object.uri()));
        }
        Packing::Gzip => "GZIP",
        Packing::Zstd => "ZSTD",
        Packing::Bzip2 => "BZIP2",
        Packing::Lzop => "LZOP",
    };
    StatementFailure::Engine(format!(
        "{} cannot be read as {kind}: {error}",
        object.uri()
    ))
}

fn unpacked<R: BufRead + 'static>(mut file: R, packing: Packing) -> io::Result<ObjectReader> {
    Ok(match packing {
        Packing::Plain => Box::new(file),
        Packing::Gzip => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file))),
        Packing::Bzip2 => Box::new(BufReader::with_capacity(
            BUFFER,
            bzip2::bufread::MultiBzDecoder::new(file),
        )),
        Packing::Lzop => Box::new(BufReader::with_capacity(BUFFER, Lzop::new(file))),
        Packing::Zstd => {
            let mut text = Vec::new();
            while !file.fill_buf()?.is_empty() {
                let frame = ruzstd::decoding::StreamingDecoder::new(&mut file);
                let mut frame = frame.map_err(io::Error::other)?;
                frame.read_to_end(&mut text)?;
            }
            Box::new(Cursor::new(text))
        }
    })
}

fn in_utf8(mut source: ObjectReader, encoding: TextEncoding) -> io::Result<ObjectReader> {
    let mut all = Vec::new();
    let is_little = match encoding {
        TextEncoding::Utf8 | TextEncoding::Unknown => {
            if source.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
                source.consume(3);
            }
            return Ok(source);
        }
        TextEncoding::Iso88591 => {
            source.read_to_end(&mut all)?;
            let text: String = all.iter().copied().map(char::from).collect();
            return Ok(Box::new(Cursor::new(text)));
        }
        TextEncoding::Utf16 => None,
        TextEncoding::Utf16Le => Some(true),
        TextEncoding::Utf16Be => Some(false),
    };
    source.read_to_end(&mut all)?;
    Ok(Box::new(Cursor::new(from_utf16(&all, is_little)?)))
}

/// UTF-16 whose byte order the option says, or else the mark, which "your data must have" then (AWS page:
/// `Data conversion parameters`, ENCODING).
fn from_utf16(bytes: &[u8], is_little: Option<bool>) -> io::Result<String> {
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let (marked, bytes) = match bytes {
        [0xff, 0xfe, rest @ ..] => (Some(true), rest),
        [0xfe, 0xff, rest @ ..] => (Some(false), rest),
        all => (None, all),
    };
    let Some(is_little) = is_little.or(marked) else {
        let why = "it has no byte order mark: name `utf16le` or `utf16be`";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    };
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-16");
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let units = pairs.iter().map(|pair| {
        if is_little {
            u16::from_le_bytes(*pair)
        } else {
            u16::from_be_bytes(*pair)
        }
    });
    char::decode_utf16(units)
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::from_utf16;

    #[test]
    fn the_mark_says_the_order_of_bytes() {
        for (bytes, is_little, expected) in [
            (&b"\xff\xfea\0"[..], None, Some("a")),
            (b"\xfe\xff\0a", None, Some("a")),
            (b"\0a", Some(false), Some("a")),
            (b"\xe9\0\n\0", Some(true), Some("é\n")),
            (b"a\0", None, None),
            (b"a", Some(true), None),
            (b"\0\xd8", Some(true), None),
        ] {
            let text = from_utf16(bytes, is_little).ok();
            assert_eq!(text.as_deref(), expected, "{bytes:?}");
        }
    }
}
