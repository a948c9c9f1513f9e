// Holds the npm package `ajv` against the exported schemas: it must accept and refuse what this crate does.
//
//     npm install ajv ajv-formats            (in a folder of its own, given as the second argument)
//     cargo run -p odoo-canonical --example verdicts > verdicts.ndjson
//     node scripts/check-schemas.mjs verdicts.ndjson FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [verdicts, packages] = process.argv.slice(2);
const require = createRequire(join(resolve(packages), "x.js"));
const formats = require("ajv-formats").default;
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "schemas", "v1");
// The marks of data protection are keywords of ours; ajv's strict mode asks for them to be named.
const options = { allErrors: false, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true, validateSchema: true };
const makers = { "": require("ajv/dist/2020").default, open: require("ajv/dist/2020").default, "draft-07": require("ajv").default };
const verdictOf = { "": "ok", open: "open", "draft-07": "ok" };

let passed = 0;
const failures = [];
const loaded = {};
for (const [folder, Maker] of Object.entries(makers)) {
  for (const name of readdirSync(join(root, folder)).filter((name) => name.endsWith(".json"))) {
    const ajv = formats(new Maker(options));
    ajv.addVocabulary(["x-data-class", "x-domain"]);
    const schema = JSON.parse(readFileSync(join(root, folder, name), "utf8"));
    const validate = ajv.compile(schema);
    loaded[`${folder}/${name}`] = validate;
    for (const example of schema.examples) {
      passed += 1;
      if (!validate(example)) failures.push(`${folder}/${name} refuses its example: ${JSON.stringify(validate.errors)}`);
    }
  }
}
for (const line of readFileSync(verdicts, "utf8").trimEnd().split("\n")) {
  const { kind, document, ...verdict } = JSON.parse(line);
  for (const folder of Object.keys(makers)) {
    passed += 1;
    const wanted = verdict[verdictOf[folder]];
    if (loaded[`${folder}/${kind}.json`](document) !== wanted) {
      failures.push(`${folder}/${kind}: wanted ${wanted} of ${JSON.stringify(document).slice(0, 200)}`);
    }
  }
}
failures.slice(0, 20).forEach((failure) => console.log(failure));
console.log(`${passed - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
