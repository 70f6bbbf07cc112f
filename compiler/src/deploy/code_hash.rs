//! The hash by which Lambda knows its code.

use crate::package::Package;

/// SHA-256 of a package as Lambda gives it (AWS page: `FunctionConfiguration`, `CodeSha256`).
#[must_use]
pub fn code_sha256(package: &Package) -> String {
    from_hexadecimal(&package.sha256)
}

/// A hash in hexadecimal as Lambda writes it.
#[must_use]
pub fn from_hexadecimal(hexadecimal: &str) -> String {
    let digest: Vec<u8> = (0..hexadecimal.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok())
        .collect();
    base64(&digest)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| {
        DIGITS
            .get((value & 63) as usize)
            .map_or('=', |digit| char::from(*digit))
    };
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let value = at(0) << 16 | at(1) << 8 | at(2);
            let pad = |from: usize, shift: u32| {
                if chunk.len() > from {
                    digit(value >> shift)
                } else {
                    '='
                }
            };
            [digit(value >> 18), digit(value >> 12), pad(1, 6), pad(2, 0)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
