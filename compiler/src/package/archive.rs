//! The zip: one file, `bootstrap`. The same binary gives the same bytes.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Name that the runtime starts (AWS page: "Building a custom runtime for AWS Lambda").
const BOOTSTRAP: &str = "bootstrap";

/// Most bytes of a package's content (AWS page: "Lambda quotas").
const MOST_BYTES: u64 = 250 * 1024 * 1024;

/// The zip of a binary, without a date of its own.
pub fn zip(binary: &[u8]) -> Result<Vec<u8>, String> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file(BOOTSTRAP, options)
        .map_err(|error| error.to_string())?;
    writer
        .write_all(binary)
        .map_err(|error| error.to_string())?;
    let written = writer.finish().map_err(|error| error.to_string())?;
    Ok(written.into_inner())
}

/// The binary in a zip.
pub fn unzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let file = archive
        .by_name(BOOTSTRAP)
        .map_err(|_| format!("there is no `{BOOTSTRAP}` in it"))?;
    if file.size() > MOST_BYTES {
        return Err(format!("its `{BOOTSTRAP}` is over 250 MB"));
    }
    // What Lambda extracts it keeps the permissions of; one that cannot be started fails every run.
    if file.unix_mode().is_none_or(|mode| mode & 0o111 == 0) {
        return Err(format!("its `{BOOTSTRAP}` is not executable"));
    }
    let mut binary = Vec::new();
    file.take(MOST_BYTES)
        .read_to_end(&mut binary)
        .map_err(|error| error.to_string())?;
    Ok(binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_binary_gives_the_same_bytes_and_comes_out_again() {
        let binary = vec![7; 100_000];
        let packed = zip(&binary).unwrap();
        assert_eq!(packed, zip(&binary).unwrap());
        assert!(packed.len() < 1_000);
        assert_eq!(unzip(&packed).unwrap(), binary);
    }

    #[test]
    fn what_is_no_package_says_why() {
        assert!(unzip(b"text").is_err());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(
                "bootstrap",
                SimpleFileOptions::default().unix_permissions(0o644),
            )
            .unwrap();
        let packed = writer.finish().unwrap().into_inner();
        assert!(unzip(&packed).unwrap_err().contains("not executable"));
    }
}
