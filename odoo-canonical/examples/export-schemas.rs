//! Writes all JSON Schemas to the folder of their version below `schemas`: run it after a change to a type, and read the diff. A
//! version that was released is not touched.

use odoo_canonical::{
    Flavour,
    schema::{SCHEMA_BASE, schemas_for},
};
use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let version = SCHEMA_BASE.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let released = fs::read_to_string(root.join("released.txt"))?;
    let is_released = released.lines().any(|line| line.contains(&format!("  {version}/")));
    for file in Flavour::ALL.into_iter().flat_map(schemas_for) {
        let path = root.join(version).join(file.flavour.folder()).join(format!("{}.json", file.name));
        let text = file.to_text();
        if !is_released {
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, text)?;
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            let name = file.name;
            return Err(format!(
                "{version} was released, and the types make another {name}: see \"Versions\" in README.md"
            )
            .into());
        }
    }
    Ok(())
}
