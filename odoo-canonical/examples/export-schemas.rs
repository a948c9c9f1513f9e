//! Writes all JSON Schemas to the crate's `schemas/v1`: run it after a change to a type, and read the diff.

use odoo_canonical::{Flavour, schema::schemas_for};
use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1");
    for flavour in Flavour::ALL {
        let folder = root.join(flavour.folder());
        fs::create_dir_all(&folder)?;
        for file in schemas_for(flavour) {
            fs::write(folder.join(format!("{}.json", file.name)), file.to_text())?;
        }
    }
    Ok(())
}
