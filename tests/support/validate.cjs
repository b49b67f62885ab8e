// Validates YAML files against a JSON Schema with ajv, in its strict mode: schema, then files.
// Prints {file: [where and what is wrong, …], …}. A keyword that nobody knows is an error of the schema.
const fs = require("node:fs");
const Ajv = require("ajv/dist/2020");
const YAML = require("yaml");

const [schema, ...files] = process.argv.slice(2);
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
// Words of editors, and ours.
ajv.addVocabulary([
  "defaultSnippets", "deprecationMessage", "doNotSuggest", "enumDescriptions", "errorMessage",
  "markdownDescription", "markdownEnumDescriptions", "patternErrorMessage", "x-synonyms",
]);
const validate = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
const found = {};
for (const file of files) {
  const data = YAML.parse(fs.readFileSync(file, "utf8"), { version: "1.2", merge: true });
  validate(data);
  found[file] = (validate.errors ?? []).map((error) => `${error.instancePath || "/"} ${error.keyword}`);
}
process.stdout.write(JSON.stringify(found));
