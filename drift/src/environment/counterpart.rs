//! Counterparts: which files of several environments are the same file but for the name of their environment.

use super::token::{Standing, Trail};
use super::{Environment, Environments, is_break};

/// What stands in place of an environment's own name.
pub const OWN_NAME: &str = "{environment}";

/// What a path says of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The file belongs to the environment and not to it alone.
    Shared,
    /// The path names the environment: the path with each such name replaced by [`OWN_NAME`].
    Own(String),
    /// The file belongs to others.
    Outside,
}

impl Environments {
    /// What a path says of an environment. Two files are counterparts when they give the same [`Reach::Own`], each for its
    /// environment: `overlays/prod/app-prod.yml` and `overlays/staging/app-stg.yml` are.
    pub fn reach(&self, path: &str, environment: &Environment) -> Reach {
        let Some(index) = self.index_of(&environment.name) else { return Reach::Outside };
        let mut trail = Trail::default();
        let mut shape = String::with_capacity(path.len() + OWN_NAME.len());
        let mut start = 0;
        for (end, _) in path.match_indices('/') {
            let (folder, above) = (path.get(..end).unwrap_or_default(), trail);
            trail = self.enter(above, folder);
            let name = path.get(start..end).unwrap_or_default();
            let standing = self.folder(name, above.in_config).filter(|found| trail.standing == *found);
            self.push_component(&mut shape, name, standing, index);
            shape.push('/');
            start = end + 1;
        }
        let name = path.get(start..).unwrap_or_default();
        let own = self.file(name, trail);
        self.push_component(&mut shape, name, own, index);
        match own.unwrap_or(trail.standing) {
            Standing::Of(word) if self.is_word_of(word, index) => Reach::Own(shape),
            _ if self.admits(trail, name, index) => Reach::Shared,
            _ => Reach::Outside,
        }
    }

    /// Appends a component; where it names the environment, the last and longest such name is replaced.
    fn push_component(&self, shape: &mut String, name: &str, standing: Option<Standing>, index: usize) {
        let names_it = matches!(standing, Some(Standing::Of(word)) if self.is_word_of(word, index));
        match names_it.then(|| self.span(name, index)).flatten() {
            Some((before, after)) => {
                shape.push_str(before);
                shape.push_str(OWN_NAME);
                shape.push_str(after);
            }
            None => shape.push_str(name),
        }
    }

    /// What stands before and behind the last and longest word of an environment.
    fn span<'n>(&self, name: &'n str, index: usize) -> Option<(&'n str, &'n str)> {
        let breaks = || name.char_indices().filter(|(_, letter)| is_break(*letter)).map(|(at, _)| at);
        let starts: Vec<usize> = std::iter::once(0).chain(breaks().map(|at| at + 1)).collect();
        let mut ends: Vec<usize> = breaks().chain([name.len()]).collect();
        ends.reverse();
        let spans = ends
            .iter()
            .flat_map(|end| starts.iter().filter(move |start| *start < end).map(move |start| (*start, *end)));
        let mut named = spans.filter(|(start, end)| {
            let found = name.get(*start..*end).and_then(|text| self.whole(text));
            matches!(found, Some(Standing::Of(word)) if self.is_word_of(word, index))
        });
        named.next().and_then(|(start, end)| Some((name.get(..start)?, name.get(end..)?)))
    }

    fn is_word_of(&self, word: usize, index: usize) -> bool {
        self.words.get(word).is_some_and(|word| word.of == Some(index))
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::environment::Environments;

    #[test]
    fn counterparts_have_one_shape() {
        let environments = Environments::shipped();
        let reach = |path: &str, word: &str| match environments.reach(path, environments.resolve(word).unwrap()) {
            Reach::Own(shape) => shape,
            Reach::Shared => "shared".to_owned(),
            Reach::Outside => "outside".to_owned(),
        };
        for (production, staging, shape) in [
            ("application-prod.yml", "application-staging.yml", "application-{environment}.yml"),
            ("overlays/prd/x.yml", "overlays/pre-prod/x.yml", "overlays/{environment}/x.yml"),
            ("overlays/prod/x-prod.yml", "overlays/stg/x-uat.yml", "overlays/{environment}/x-{environment}.yml"),
            (
                "env-prod/.env.production.local",
                "env-stage/.env.staging.local",
                "env-{environment}/.env.{environment}.local",
            ),
            ("live-values.yaml", "uat_values.yaml", ""),
            ("Dockerfile.prod", "Dockerfile.stage", "Dockerfile.{environment}"),
            ("prod.tfvars", "staging.tfvars", "{environment}.tfvars"),
            ("prod/app.prod.j2.yml", "staging/app.staging.j2.yml", "{environment}/app.{environment}.j2.yml"),
        ] {
            if shape.is_empty() {
                assert_eq!(reach(production, "prod"), "{environment}-values.yaml");
                assert_eq!(reach(staging, "staging"), "{environment}_values.yaml");
                continue;
            }
            assert_eq!((reach(production, "prod"), reach(staging, "stg")), (shape.to_owned(), shape.to_owned()));
            assert_eq!(
                (reach(production, "stg"), reach(staging, "prod")),
                ("outside".to_owned(), "outside".to_owned())
            );
        }
        assert_eq!(reach("application.yml", "prod"), "shared");
        assert_eq!(reach("product-service/reproducer.yaml", "prod"), "shared");
        assert_eq!([reach("values-nonprod.yml", "prod"), reach("values-nonprod.yml", "dev")], ["outside", "shared"]);
        assert_eq!([reach("application-qa.yml", "prod"), reach("application-qa.yml", "dev")], ["outside"; 2]);
    }
}
