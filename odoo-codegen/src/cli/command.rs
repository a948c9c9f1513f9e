//! The commands.

use odoo_codegen::{Code, Options, drift, fetch, generate, read_schema, save_schema, stale, write_code};

use super::{Command, Failure, Generate, Verdict, server};

/// Does one command.
pub(super) fn run(command: Command) -> Result<Verdict, Failure> {
    match command {
        Command::Fetch { server, out, models } => {
            let schema = server::with_client(server, async |client| Ok(fetch(&client, models).await?))?;
            save_schema(&schema, &out)?;
            Ok(Verdict::Well)
        }
        Command::Generate(arguments) => {
            write_code(&code(&arguments)?, &arguments.out)?;
            Ok(Verdict::Well)
        }
        Command::Check(arguments) => {
            let stale = stale(&code(&arguments)?, &arguments.out)?;
            Ok(told(stale.iter().map(ToString::to_string).collect()))
        }
        Command::Drift { server, from, models, breaking } => {
            let mut saved = read_schema(&from)?;
            if let Some(model) = models.iter().find(|model| !saved.models.contains_key(*model)) {
                return Err(odoo_codegen::Error::UnknownModel { model: model.clone() }.into());
            }
            saved.models.retain(|model, _| models.is_empty() || models.contains(model));
            let changes = server::with_client(server, async |client| Ok(drift(&client, &saved).await?))?;
            let changes = changes.iter().filter(|change| !breaking || change.is_breaking());
            let mark = |breaking| if breaking { "breaking" } else { "notice" };
            Ok(told(changes.map(|change| format!("{}: {change}", mark(change.is_breaking()))).collect()))
        }
    }
}

fn told(lines: Vec<String>) -> Verdict {
    if lines.is_empty() { Verdict::Well } else { Verdict::Told(lines) }
}

fn code(arguments: &Generate) -> Result<Code, Failure> {
    let mut options = Options::new()
        .models(arguments.models.clone())
        .skip_computed(arguments.skip_computed)
        .custom(!arguments.no_custom);
    for (model, fields) in &arguments.fields {
        options = options.fields(model, fields.clone());
    }
    Ok(generate(&read_schema(&arguments.from)?, &options)?)
}

/// `MODEL=FIELD,FIELD`.
pub(super) fn fields_of_model(text: &str) -> Result<(String, Vec<String>), String> {
    let (model, fields) = text.split_once('=').ok_or("write MODEL=FIELD,FIELD")?;
    let fields: Vec<String> =
        fields.split(',').map(str::trim).filter(|field| !field.is_empty()).map(str::to_owned).collect();
    if model.is_empty() || fields.is_empty() {
        return Err("write MODEL=FIELD,FIELD".to_owned());
    }
    Ok((model.to_owned(), fields))
}
