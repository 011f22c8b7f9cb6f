//! Writes `infra/openapi.json` from the code (`make openapi`).

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/openapi.json");
    Ok(std::fs::write(path, ibw_tests::openapi::openapi()?)?)
}
