//! The page of a run: what it says, that texts stay texts, how large it gets.

mod fixture;
mod golden;
mod hostile;
mod runs;
mod sizes;
mod told;
