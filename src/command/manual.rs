//! `golden completions` and `golden man`: made from the same arguments that are parsed.

use clap::CommandFactory;

use crate::args::{Arguments, Global};
use crate::exit::{Failure, Verdict};
use crate::output::Output;

/// Prints the completion script of a shell.
pub(crate) fn completions(global: &Global, shell: clap_complete::Shell) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "golden", &mut script);
    Output::new(global).print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Yes)
}

/// Prints the manual page in roff.
pub(crate) fn page(global: &Global) -> Result<Verdict, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    Output::new(global).print(&String::from_utf8_lossy(&page))?;
    Ok(Verdict::Yes)
}
