use multiprocess::{Process, Result};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Query {
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    first: u32,
    columns: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct Repaired {
    limit: Option<u32>,
    first: u32,
    columns: Vec<u32>,
}

fn main() -> Result<()> {
    multiprocess::init();
    let query = Query { limit: None, first: 0, columns: vec![1, 7] };
    let ask = |query: Query| (query.limit, query.first, query.columns);
    if let Err(refused) = Process::new(ask, (query,)).start() {
        println!("{refused}");
    }
    let query = Repaired { limit: None, first: 0, columns: vec![1, 7] };
    let ask = |query: Repaired| (query.limit, query.first, query.columns);
    println!("{:?}", Process::new(ask, (query,)).start()?.join()?);
    Ok(())
}
