//! The scripts of `specs/rsql-merge` over the embedded warehouse, in their order, and when they fail.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use local::rsql::{EndedScript, RunnableScript, WarehouseSession, run};
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::{Connection, Warehouse};

/// The pipeline's data, to be changed, and a warehouse that sees it as its bucket.
struct Etl {
    data: tempfile::TempDir,
    warehouse: Arc<EmbeddedWarehouse>,
}

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/rsql-merge")
}

impl Etl {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        for file in [
            "customer/customer.csv",
            "nation/nation.csv",
            "region/region.csv",
        ] {
            let to = data.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(spec().join("data").join(file), to).unwrap();
        }
        let options = Options::default().bucket("rsql-landing", data.path());
        let warehouse = Arc::new(EmbeddedWarehouse::in_memory(options).unwrap());
        Self { data, warehouse }
    }

    fn deliver(&self, customers: &[&str]) {
        let head = "customer_key,name,nation_key,balance";
        let lines = [&[head], customers].concat();
        let text = format!("{}\n", lines.join("\n"));
        std::fs::write(self.data.path().join("customer/customer.csv"), text).unwrap();
    }

    async fn text(&self, text: &str) -> EndedScript {
        let place = Warehouse {
            database: "dev".to_owned(),
            connection: Connection::Workgroup("w".to_owned()),
        };
        let warehouse = Arc::clone(&self.warehouse);
        let mut session = WarehouseSession::open(warehouse, place, "etl").unwrap();
        let script = RunnableScript {
            text,
            variables: &[],
            files: &|_| Err("it does not exist".to_owned()),
        };
        run(script, &mut session).await
    }

    async fn script(&self, name: &str) -> EndedScript {
        let path = spec().join(format!("rsql/{name}.rsql"));
        self.text(&std::fs::read_to_string(path).unwrap()).await
    }
}

const ORDER: [&str; 6] = [
    "load_customers",
    "load_places",
    "merge_customers",
    "merge_nations",
    "merge_regions",
    "vacuum_analyze",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_scripts_run_in_their_order_and_again() {
    let etl = Etl::new();
    let mut last = String::new();
    for _ in 0..2 {
        for name in ORDER {
            let ended = etl.script(name).await;
            assert_eq!(ended.code, 0, "{name}: {}", ended.output);
            last = ended.output;
        }
        // By hand from data/customer: customer n is of nation 7n mod 10, two nations make a region.
        assert_eq!(
            last,
            " region   | customers | balance\n\
             ----------+-----------+---------\n \
             Africa   | 8         | 1727.64\n \
             Americas | 8         | 1826.60\n \
             Asia     | 8         | 1430.76\n \
             Europe   | 8         | 1529.72\n \
             Oceania  | 8         | 1628.68\n\
             (5 rows)\n\n"
        );
    }
    // A later delivery: one is gone, one has changed, one is new.
    etl.deliver(&["1,Customer 01,7,9.00", "41,Customer 41,0,1.50"]);
    assert_eq!(
        etl.script("load_customers").await.output,
        "Loading customers\n2 customers staged\n"
    );
    assert_eq!(etl.script("merge_customers").await.code, 0);
    let left = etl
        .text("select * from customer order by customer_key;")
        .await;
    assert_eq!(
        left.output,
        " customer_key | name        | nation_key | balance\n\
         --------------+-------------+------------+---------\n \
         1            | Customer 01 | 7          | 9.00\n \
         41           | Customer 41 | 0          | 1.50\n\
         (2 rows)\n\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_cannot_be_right_exits_3() {
    let etl = Etl::new();
    etl.deliver(&[]);
    let ended = etl.script("load_customers").await;
    assert_eq!(ended.code, 3, "{}", ended.output);
    assert!(
        ended.output.ends_with("no customers were delivered\n"),
        "{}",
        ended.output
    );
    etl.deliver(&["1,A,1,1.00", "1,B,2,2.00"]);
    assert_eq!(etl.script("load_customers").await.code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_fails_exits_1() {
    let etl = Etl::new();
    etl.deliver(&["one,A,1,1.00"]);
    assert_eq!(etl.script("load_customers").await.code, 1);
    std::fs::write(
        etl.data.path().join("region/region.csv"),
        "region_key,name\nx,y\n",
    )
    .unwrap();
    let ended = etl.script("load_places").await;
    assert_eq!(ended.code, 1);
    assert!(
        ended.output.contains("\\label FAILED processed\n"),
        "{}",
        ended.output
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_without_its_tables_stops_at_the_first_error() {
    let etl = Etl::new();
    let ended = etl.script("merge_customers").await;
    assert_eq!(ended.code, 3);
    assert_eq!(
        ended.error.as_deref(),
        Some("relation \"customer\" does not exist")
    );
}
