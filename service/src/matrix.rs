//! The environments of a service side by side: reads the files that each has of its own; stores nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use drift::environment::{Environment, Environments, Reach};
use drift::limits::Limits;
use drift::mask::Masker;
use drift::matrix::{self, Columns, FileRows, MatrixSummary, OwnFile};
use drift::report::matrix::{MATRIX, Matrix};
use drift::select::Scope;

use crate::comparison::content;
use crate::error::ServiceError;
use crate::source::{File, Listing, Source};
use crate::validation::{Candidate, on_thread, open_candidate};

/// One matrix to make.
#[derive(Clone)]
pub struct Request {
    /// The service.
    pub service: String,
    /// The repository.
    pub repo: PathBuf,
    /// What is read.
    pub at: Candidate,
    /// Relative directories start here.
    pub folder: PathBuf,
    /// The service's files, of every environment.
    pub scope: Scope,
    /// All environments that there are.
    pub environments: Environments,
    /// Those that are compared, in order.
    pub chosen: Vec<Environment>,
    /// Bounds of reading.
    pub limits: Limits,
    /// Shows values and masks secrets.
    pub masker: Masker,
}

/// Makes a matrix. Files that belong to all the chosen environments are counted and not read.
pub async fn compare(request: Request) -> Result<Matrix, ServiceError> {
    on_thread("comparing environments", move || {
        let source = open_candidate(&request.repo, &request.at, &request.folder)?;
        let listing = source.list(&request.scope)?;
        Ok(tell(&request, &source, &listing))
    })
    .await
}

fn tell(request: &Request, source: &Source, listing: &Listing) -> Matrix {
    let Counterparts { own, shared } = counterparts(request, listing);
    let columns = Columns::new(&request.environments, &request.chosen);
    let mut told = FileRows::default();
    let (files, shared) = (own.len() as u64, shared as u64);
    for (shape, files) in own {
        let own = |file: &File| OwnFile {
            path: file.path.to_string(),
            content: content(source, file, request.limits.file_bytes),
        };
        let files: Vec<Option<OwnFile>> = files.into_iter().map(|file| file.map(own)).collect();
        let of_file = matrix::assess(&columns, &shape, &files, &request.limits, &request.masker);
        told.rows.extend(of_file.rows);
        told.findings.extend(of_file.findings);
    }
    Matrix {
        schema: MATRIX.to_owned(),
        service: request.service.clone(),
        environments: request.chosen.iter().map(|environment| environment.name.clone()).collect(),
        source: source.side(listing, listing.digest()),
        summary: MatrixSummary::count(files, shared, &told.rows),
        rows: told.rows,
        findings: told.findings,
    }
}

/// The files that environments have of their own by their common shape, and how many belong to all of them.
struct Counterparts<'l> {
    own: BTreeMap<String, Vec<Option<&'l File>>>,
    shared: usize,
}

fn counterparts<'l>(request: &Request, listing: &'l Listing) -> Counterparts<'l> {
    let mut found = Counterparts { own: BTreeMap::new(), shared: 0 };
    for file in listing.files() {
        let reach: Vec<Reach> =
            request.chosen.iter().map(|environment| request.environments.reach(&file.path, environment)).collect();
        if reach.iter().all(|reach| *reach == Reach::Shared) {
            found.shared += 1;
            continue;
        }
        for (column, reach) in reach.into_iter().enumerate() {
            let shape = match reach {
                Reach::Own(shape) => shape,
                // One that names another environment's absence (`nonprod`): a file of its own, under its own path.
                Reach::Shared => file.path.to_string(),
                Reach::Outside => continue,
            };
            // Two spellings of one environment (`prod/`, `production/`) have one shape: the second is told by its path.
            let is_taken = found.own.get(&shape).and_then(|files| files.get(column)).is_some_and(Option::is_some);
            let shape = if is_taken { file.path.to_string() } else { shape };
            let files = found.own.entry(shape).or_insert_with(|| vec![None; request.chosen.len()]);
            if let Some(place) = files.get_mut(column) {
                *place = Some(file);
            }
        }
    }
    found
}
