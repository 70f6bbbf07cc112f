//! Files of `lzop` (AWS page: `File compression parameters`, LZOP): a header, then blocks, each packed by
//! itself. The format is that of lzop 1.04, as `lib/decompress_unlzo.c` of Linux describes it too.
//!
//! ```text
//! 89 4c 5a 4f 00 0d 0a 1a 0a | version, library, method, flags, mode, time, name | checksum
//! length unpacked | length packed | checksums that the flags name | bytes    (a length of 0 ends the file)
//! ```
//!
//! One block is in memory at a time, packed and unpacked: at most 128 MiB, and by default 512 KiB.

use std::io::{self, BufRead, Read};

use flate2::Crc;

/// How each file begins.
const MAGIC: [u8; 9] = *b"\x89LZO\0\r\n\x1a\n";

/// Most bytes of a block that lzop writes, unpacked.
const LARGEST: u32 = 64 * 1024 * 1024;

/// The first version whose header has a level, the version that it needs, and a time of 64 bits.
const WITH_LEVEL: u16 = 0x0940;

/// Methods: LZO1X-1, LZO1X-1(15), LZO1X-999, which are unpacked alike.
const METHODS: std::ops::RangeInclusive<u8> = 1..=3;

/// Bits of the flags.
const ADLER32_UNPACKED: u32 = 0x1;
const ADLER32_PACKED: u32 = 0x2;
const EXTRA_FIELD: u32 = 0x40;
const CRC32_UNPACKED: u32 = 0x100;
const CRC32_PACKED: u32 = 0x200;
const FILTER: u32 = 0x800;
const CRC32_HEADER: u32 = 0x1000;

/// The unpacked bytes of one file, or of several behind each other.
pub(super) struct Lzop<R> {
    source: R,
    /// None before a header.
    flags: Option<u32>,
    block: Vec<u8>,
    /// How much of the block was read.
    at: usize,
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

impl<R: BufRead> Lzop<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            flags: None,
            block: Vec::new(),
            at: 0,
        }
    }

    /// Unpacks the next block; whether there was one.
    fn next_block(&mut self) -> io::Result<bool> {
        loop {
            let flags = match self.flags {
                Some(flags) => flags,
                None => {
                    if self.source.fill_buf()?.is_empty() {
                        return Ok(false);
                    }
                    *self.flags.insert(header(&mut self.source)?)
                }
            };
            let mut number = || Ok::<_, io::Error>(u32::from_be_bytes(bytes(&mut self.source)?));
            let unpacked = number()?;
            if unpacked == 0 {
                self.flags = None;
                continue;
            }
            let packed = number()?;
            if unpacked > LARGEST || packed == 0 || packed > unpacked {
                return Err(broken("a block has a length that no block has"));
            }
            let mut sums = Vec::with_capacity(2);
            for (bit, crc) in [(ADLER32_UNPACKED, false), (CRC32_UNPACKED, true)] {
                if flags & bit != 0 {
                    sums.push((crc, number()?));
                }
            }
            let mut packed_sums = Vec::with_capacity(2);
            if packed < unpacked {
                for (bit, crc) in [(ADLER32_PACKED, false), (CRC32_PACKED, true)] {
                    if flags & bit != 0 {
                        packed_sums.push((crc, number()?));
                    }
                }
            }
            let mut data = vec![0; packed as usize];
            self.source.read_exact(&mut data).map_err(ended)?;
            check(&data, &packed_sums)?;
            if packed == unpacked {
                self.block = data;
            } else {
                self.block.clear();
                self.block.resize(unpacked as usize, 0);
                let length = lzokay::decompress::decompress(&data, &mut self.block)
                    .map_err(|_| broken("a block is no LZO"))?;
                if length != self.block.len() {
                    return Err(broken("a block is shorter than it says"));
                }
            }
            check(&self.block, &sums)?;
            self.at = 0;
            return Ok(true);
        }
    }
}

impl<R: BufRead> Read for Lzop<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.block.len() && !self.next_block()? {
            return Ok(0);
        }
        let mut rest = self.block.get(self.at..).unwrap_or_default();
        let read = rest.read(to)?;
        self.at += read;
        Ok(read)
    }
}

fn ended(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => broken("it ends too early"),
        _ => error,
    }
}

fn bytes<const N: usize>(source: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes).map_err(ended)?;
    Ok(bytes)
}

/// Reads what stands in front of the blocks: the flags.
fn header(source: &mut impl Read) -> io::Result<u32> {
    let mut start = Vec::with_capacity(MAGIC.len());
    source
        .by_ref()
        .take(MAGIC.len() as u64)
        .read_to_end(&mut start)?;
    if start != MAGIC {
        return Err(broken("it does not begin as a file of lzop does"));
    }
    let mut header = Header {
        source,
        read: Vec::new(),
    };
    let version = u16::from_be_bytes(header.take()?);
    let [_, _] = header.take()?;
    let has_level = version >= WITH_LEVEL;
    if has_level {
        let [_, _] = header.take()?;
    }
    let [method] = header.take()?;
    if !METHODS.contains(&method) {
        return Err(broken("it is packed by a method that nobody knows"));
    }
    if has_level {
        let [_] = header.take()?;
    }
    let flags = u32::from_be_bytes(header.take()?);
    if flags & FILTER != 0 {
        return Err(broken(
            "its bytes went through a filter, which Redshift has not",
        ));
    }
    let ([_, _, _, _], [_, _, _, _]) = (header.take()?, header.take()?);
    if has_level {
        let [_, _, _, _] = header.take()?;
    }
    let [name] = header.take()?;
    for _ in 0..name {
        let [_] = header.take()?;
    }
    let (read, source) = (header.read, header.source);
    let sum = u32::from_be_bytes(bytes(source)?);
    check(&read, &[(flags & CRC32_HEADER != 0, sum)])?;
    if flags & EXTRA_FIELD != 0 {
        let length = u64::from(u32::from_be_bytes(bytes(source)?));
        io::copy(&mut source.take(length), &mut io::sink())?;
        let [_, _, _, _] = bytes(source)?;
    }
    Ok(flags)
}

/// A header that keeps what was read of it, for its checksum.
struct Header<'a, R> {
    source: &'a mut R,
    read: Vec<u8>,
}

impl<R: Read> Header<'_, R> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let taken = bytes(self.source)?;
        self.read.extend_from_slice(&taken);
        Ok(taken)
    }
}

/// Compares checksums: CRC-32, or else Adler-32.
fn check(data: &[u8], sums: &[(bool, u32)]) -> io::Result<()> {
    for (crc, sum) in sums {
        let found = if *crc {
            let mut crc = Crc::new();
            crc.update(data);
            crc.sum()
        } else {
            adler32(data)
        };
        if found != *sum {
            return Err(broken("a checksum is wrong"));
        }
    }
    Ok(())
}

/// Checksum Adler-32 of unpacked bytes (RFC 1950).
fn adler32(data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// As many bytes as cannot overflow 32 bits.
    const RUN: usize = 5_552;
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in data.chunks(RUN) {
        for byte in run {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Lzop, adler32};

    /// Made by lzop 1.04: a line that is too short to be packed; a hundred lines by `lzop -9`, and by `lzop
    /// --crc32 -C`.
    const STORED: &[u8] = include_bytes!("lzop/stored.lzo");
    const PACKED: &[u8] = include_bytes!("lzop/packed.lzo");
    const CHECKED: &[u8] = include_bytes!("lzop/checked.lzo");

    fn unpacked(file: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        Lzop::new(file).read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn files_of_lzop() {
        let lines: Vec<u8> = (1..=100)
            .flat_map(|n| format!("{n}|row {n}\n").into_bytes())
            .collect();
        assert_eq!(unpacked(STORED).unwrap(), b"1|x\n");
        assert_eq!(unpacked(PACKED).unwrap(), lines);
        assert_eq!(unpacked(CHECKED).unwrap(), lines);
        // Several files behind each other, as `cat` makes them.
        let both = [STORED, PACKED].concat();
        assert_eq!(unpacked(&both).unwrap(), [&b"1|x\n"[..], &lines].concat());
        assert_eq!(unpacked(b"").unwrap(), b"");
    }

    #[test]
    fn what_is_broken_is_an_error() {
        for length in 1..PACKED.len() {
            assert!(unpacked(&PACKED[..length]).is_err(), "{length} bytes");
        }
        for at in 0..PACKED.len() {
            let mut file = PACKED.to_vec();
            file[at] ^= 0x55;
            // A bit of the flags may say that nothing is checked; nothing may panic.
            let _ = unpacked(&file);
        }
        let mut wrong = CHECKED.to_vec();
        let last = wrong.len() - 10;
        wrong[last] ^= 1;
        assert!(unpacked(&wrong).is_err());
        assert!(unpacked(b"1|x\n").is_err());
    }

    #[test]
    fn checksums_of_the_rfc() {
        assert_eq!(adler32(b""), 1);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(adler32(&[0xff; 100_000]), {
            let (mut low, mut high) = (1_u64, 0_u64);
            for _ in 0..100_000 {
                low = (low + 0xff) % 65_521;
                high = (high + low) % 65_521;
            }
            u32::try_from(high << 16 | low).unwrap()
        });
    }
}
