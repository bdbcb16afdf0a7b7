//! Reports in every format: exact text, validity, and harmlessness of whatever values say.

#[cfg(test)]
mod escaping;
#[cfg(test)]
mod expected;
#[cfg(test)]
mod hostile;
mod sample;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod size;
#[cfg(test)]
mod verdicts;
