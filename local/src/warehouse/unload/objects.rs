//! Objects of text that are being written: packed, and cut where one would become too large.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use cap_std::fs::{Dir, File};
use flate2::write::GzEncoder;

use crate::warehouse::dialect::Packing;

/// How much of a text becomes one frame of Zstandard, in bytes.
const FRAME: usize = 16 * 1024 * 1024;

/// Objects, one behind the other, in a folder that nobody else writes to.
pub(super) struct UnloadedObjects<'a> {
    pub(super) folder: &'a Dir,
    pub(super) packing: Packing,
    /// Most bytes of each.
    pub(super) largest: u64,
    /// The first line of each.
    pub(super) header: Option<String>,
    open: Option<Open>,
    /// What was written: folder inside of the target, file, rows.
    pub(super) written: Vec<WrittenObject>,
}

/// An object that was written.
#[derive(Debug)]
pub(super) struct WrittenObject {
    /// Where it goes below the target: empty, or `a=1/b=2/`.
    pub(super) inside: String,
    /// Its file in the folder.
    pub(super) file: PathBuf,
    pub(super) rows: u64,
}

struct Open {
    inside: String,
    file: PathBuf,
    rows: u64,
    packer: Packer,
}

impl<'a> UnloadedObjects<'a> {
    pub(super) fn new(
        folder: &'a Dir,
        packing: Packing,
        largest: u64,
        header: Option<String>,
    ) -> Self {
        Self {
            folder,
            packing,
            largest,
            header,
            open: None,
            written: Vec::new(),
        }
    }

    /// Writes a row into the object of a folder inside of the target. Rows of one folder stand together.
    pub(super) fn row(&mut self, inside: &str, row: &str) -> io::Result<()> {
        let size = row.len() as u64 + 1;
        let fits = self.open.as_ref().is_some_and(|open| {
            open.inside == inside && (open.rows == 0 || open.packer.size() + size <= self.largest)
        });
        if !fits {
            self.close()?;
            self.begin(inside)?;
        }
        if let Some(open) = &mut self.open {
            open.packer.line(row)?;
            open.rows += 1;
        }
        Ok(())
    }

    fn begin(&mut self, inside: &str) -> io::Result<()> {
        let file = PathBuf::from(format!("part{}", self.written.len()));
        let mut packer = Packer::new(self.folder.create(&file)?, self.packing);
        if let Some(header) = &self.header {
            packer.line(header)?;
        }
        self.open = Some(Open {
            inside: inside.to_owned(),
            file,
            rows: 0,
            packer,
        });
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            open.packer.finish()?;
            self.written.push(WrittenObject {
                inside: open.inside,
                file: open.file,
                rows: open.rows,
            });
        }
        Ok(())
    }

    /// Ends the last object; without a row there is one that is empty but for its header.
    pub(super) fn finish(mut self, is_whole: bool) -> io::Result<Vec<WrittenObject>> {
        if is_whole && self.open.is_none() && self.written.is_empty() {
            self.begin("")?;
        }
        self.close()?;
        Ok(self.written)
    }
}

/// A file that counts its bytes.
struct Counted {
    file: BufWriter<File>,
    size: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

enum Packer {
    Plain(Counted),
    Gzip(GzEncoder<Counted>),
    Bzip2(bzip2::write::BzEncoder<Counted>),
    /// Text that is not packed yet stands beside.
    Zstd(Counted, Vec<u8>),
}

impl Packer {
    fn new(file: File, packing: Packing) -> Self {
        let file = Counted {
            file: BufWriter::new(file),
            size: 0,
        };
        match packing {
            // UNLOAD has no LZOP.
            Packing::Plain | Packing::Lzop => Self::Plain(file),
            Packing::Gzip => Self::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Packing::Bzip2 => Self::Bzip2(bzip2::write::BzEncoder::new(
                file,
                bzip2::Compression::default(),
            )),
            Packing::Zstd => Self::Zstd(file, Vec::new()),
        }
    }

    /// Bytes that are in the file.
    fn size(&self) -> u64 {
        match self {
            Self::Plain(file) | Self::Zstd(file, _) => file.size,
            Self::Gzip(file) => file.get_ref().size,
            Self::Bzip2(file) => file.get_ref().size,
        }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        let parts = [line.as_bytes(), b"\n"];
        for part in parts {
            match self {
                Self::Plain(file) => file.write_all(part)?,
                Self::Gzip(file) => file.write_all(part)?,
                Self::Bzip2(file) => file.write_all(part)?,
                Self::Zstd(file, text) => {
                    text.extend_from_slice(part);
                    if text.len() >= FRAME {
                        frame(file, text)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        let mut file = match self {
            Self::Plain(file) => file,
            Self::Gzip(file) => file.finish()?,
            Self::Bzip2(file) => file.finish()?,
            Self::Zstd(mut file, mut text) => {
                if file.size == 0 || !text.is_empty() {
                    frame(&mut file, &mut text)?;
                }
                file
            }
        };
        file.flush()
    }
}

/// Packs a text as a frame of its own, which may stand behind others.
fn frame(file: &mut Counted, text: &mut Vec<u8>) -> io::Result<()> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let packed = ruzstd::encoding::compress_to_vec(text.as_slice(), level);
    text.clear();
    file.write_all(&packed)
}
