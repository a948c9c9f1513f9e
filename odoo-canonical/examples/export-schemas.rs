//! Writes all JSON Schemas to the crate's `schemas/v1`: run it after a change to a type, and read the diff.

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1");
    fs::create_dir_all(&folder)?;
    for file in odoo_canonical::schemas() {
        fs::write(folder.join(format!("{}.json", file.name)), file.to_text())?;
    }
    Ok(())
}
