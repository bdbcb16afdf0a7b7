//! Files of SQLite, wherever they are.

use safe_migrate::MigrateOptions;
use tempfile::TempDir;

use crate::fixture::{Place, Two, runtime};

#[test]
fn names_with_signs_of_a_url_are_names() {
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("a%20b c#d?e");
    std::fs::create_dir(&odd).unwrap();
    let encoded = odd.display().to_string().replace('%', "%25").replace('?', "%3f");
    let url = format!("sqlite://{encoded}/test.db?mode=rwc");
    runtime().block_on(async {
        let place = Place { url, folder: odd.clone() };
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = migrator.backup().await.unwrap();
        place.run(&["delete from lines"]).await;
        migrator.restore(&backup.name).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
    assert!(odd.join("test.db").exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made elsewhere");
}
