//! Pages of the results of a warehouse's statements. The youngest are held in memory, up to a limit for
//! all of them; the others lie in one file that has no name. So nobody else opens the file, and it is
//! gone with the process, however the process ends.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

/// The pages of a warehouse.
#[derive(Debug)]
pub(super) struct Pages {
    /// Most bytes in memory.
    limit: usize,
    /// Folder of the file; `None`: the system's for temporary files.
    folder: Option<PathBuf>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    in_memory: usize,
    /// Pages that are in memory, and some that were; the oldest first.
    oldest: VecDeque<Weak<KeptPage>>,
    file: Option<File>,
    /// Length of the file.
    end: u64,
    /// Lengths of what is free in the file, by where it starts; no two of them touch.
    free: BTreeMap<u64, u64>,
}

/// A page; it gives its place back when it is dropped.
#[derive(Debug)]
pub(super) struct KeptPage {
    pages: Arc<Pages>,
    length: usize,
    place: Mutex<Place>,
}

/// Where a page lies. From memory it goes into the file, never back.
#[derive(Debug)]
enum Place {
    Memory(Vec<u8>),
    File { start: u64 },
}

impl Pages {
    pub(super) fn new(limit: usize, folder: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self {
            limit,
            folder,
            kept: Mutex::default(),
        })
    }

    /// Keeps a page, and moves the oldest into the file while too much is in memory.
    ///
    /// # Errors
    ///
    /// The disk takes no more.
    pub(super) fn keep(self: &Arc<Self>, mut bytes: Vec<u8>) -> std::io::Result<Arc<KeptPage>> {
        bytes.shrink_to_fit();
        let page = Arc::new(KeptPage {
            pages: Arc::clone(self),
            length: bytes.len(),
            place: Mutex::new(Place::Memory(bytes)),
        });
        // Dropped when the lock is free again: the last owner of a page gives its place back.
        let mut moved = Vec::new();
        let mut kept = self.kept.lock();
        kept.in_memory += page.length;
        kept.oldest.push_back(Arc::downgrade(&page));
        let mut written = Ok(());
        while kept.in_memory > self.limit && written.is_ok() {
            let Some(oldest) = kept.oldest.pop_front() else {
                break;
            };
            if let Some(oldest) = oldest.upgrade() {
                written = oldest.leave_memory(&mut kept, self.folder.as_ref());
                if written.is_err() {
                    kept.oldest.push_front(Arc::downgrade(&oldest));
                }
                moved.push(oldest);
            }
        }
        drop(kept);
        drop(moved);
        written.map(|()| page)
    }

    /// Bytes in memory, and bytes of the file.
    #[cfg(test)]
    fn sizes(&self) -> (usize, u64) {
        let kept = self.kept.lock();
        (kept.in_memory, kept.end)
    }
}

impl KeptPage {
    /// Bytes of the page, from memory or from the file.
    pub(super) fn read(&self) -> std::io::Result<Vec<u8>> {
        let start = match &*self.place.lock() {
            Place::Memory(bytes) => return Ok(bytes.clone()),
            Place::File { start } => *start,
        };
        let mut bytes = vec![0; self.length];
        let mut kept = self.pages.kept.lock();
        let file = kept.file.as_mut().ok_or(std::io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn leave_memory(&self, kept: &mut Kept, folder: Option<&PathBuf>) -> std::io::Result<()> {
        let mut place = self.place.lock();
        if let Place::Memory(bytes) = &*place {
            let start = kept.write(bytes, folder)?;
            kept.in_memory -= self.length;
            *place = Place::File { start };
        }
        Ok(())
    }
}

impl Drop for KeptPage {
    fn drop(&mut self) {
        let mut kept = self.pages.kept.lock();
        match &*self.place.lock() {
            Place::Memory(_) => kept.in_memory -= self.length,
            Place::File { start } => kept.free(*start, self.length as u64),
        }
    }
}

impl Kept {
    /// Writes where there is room; where it starts.
    fn write(&mut self, bytes: &[u8], folder: Option<&PathBuf>) -> std::io::Result<u64> {
        let length = bytes.len() as u64;
        let room = self
            .free
            .iter()
            .find(|(_, room)| **room >= length)
            .map(|(start, room)| (*start, *room));
        let start = room.map_or(self.end, |(start, _)| start);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(match folder {
                Some(folder) => tempfile::tempfile_in(folder)?,
                None => tempfile::tempfile()?,
            }),
        };
        file.seek(SeekFrom::Start(start))?;
        file.write_all(bytes)?;
        match room {
            None => self.end += length,
            Some((start, room)) => {
                self.free.remove(&start);
                if room > length {
                    self.free.insert(start + length, room - length);
                }
            }
        }
        Ok(start)
    }

    /// Takes back what a page had in the file.
    fn free(&mut self, mut start: u64, mut length: u64) {
        if let Some(behind) = self.free.remove(&(start + length)) {
            length += behind;
        }
        if let Some((before, room)) = self.free.range(..start).next_back()
            && before + room == start
        {
            start = *before;
            length += room;
        }
        if start + length == self.end {
            self.free.remove(&start);
            self.end = start;
            if let Some(file) = &self.file {
                // What cannot be given back is used again.
                let _ = file.set_len(start);
            }
        } else {
            self.free.insert(start, length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pages: &Arc<Pages>, byte: u8, length: usize) -> Arc<KeptPage> {
        pages.keep(vec![byte; length]).unwrap()
    }

    #[test]
    fn the_oldest_leave_memory_and_are_read_back() {
        let pages = Pages::new(100, None);
        let all: Vec<_> = (0..10).map(|number| page(&pages, number, 40)).collect();
        assert_eq!(pages.sizes(), (80, 320));
        for (number, page) in (0..).zip(&all) {
            assert_eq!(page.read().unwrap(), vec![number; 40]);
        }
        drop(all);
        assert_eq!(pages.sizes(), (0, 0));
    }

    #[test]
    fn room_in_the_file_is_used_again() {
        let pages = Pages::new(0, None);
        let first = page(&pages, 1, 10);
        let second = page(&pages, 2, 20);
        let third = page(&pages, 3, 30);
        drop(first);
        drop(second);
        assert_eq!(pages.sizes(), (0, 60), "something lies behind it");
        let fourth = page(&pages, 4, 25);
        let fifth = page(&pages, 5, 5);
        assert_eq!(pages.sizes(), (0, 60));
        for (page, byte) in [(&third, 3), (&fourth, 4), (&fifth, 5)] {
            assert_eq!(page.read().unwrap(), vec![byte; page.length]);
        }
        drop(third);
        assert_eq!(pages.sizes(), (0, 30));
        drop((fourth, fifth));
        assert_eq!(pages.sizes(), (0, 0));
    }

    #[test]
    fn one_that_is_larger_than_the_memory_goes_to_the_file_at_once() {
        let pages = Pages::new(10, None);
        let large = page(&pages, 7, 1000);
        assert_eq!(pages.sizes(), (0, 1000));
        assert_eq!(large.read().unwrap(), vec![7; 1000]);
    }
}
