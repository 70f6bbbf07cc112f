//! `docs/reference/faults.md`: what may go wrong in a simulation, as the program has it.

use std::fmt::Write as _;

use simulate::FaultKind;

use super::{cell, is_fresh};

#[test]
fn the_page_of_faults_is_what_the_simulation_knows() {
    let mut page = "# Faults of a simulation\n\nMade from the program. `sfc simulate` lets any of these happen, or \
                    with `--faults` those that are named. What stands before a dot stands for all behind it: \
                    `lambda` for all faults of the Lambda, `store.put` for those of a write. Each seed switches most \
                    of them off, so that those that are left can do more.\n\n\
                    | fault | what happens |\n|---|---|\n"
        .to_owned();
    for kind in FaultKind::ALL {
        writeln!(page, "| `{}` | {} |", kind.name(), cell(kind.what())).unwrap();
    }
    is_fresh("reference/faults.md", &page);
}
