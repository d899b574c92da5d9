// docs/openapi.json held against the schema of the OpenAPI initiative by somebody else's program, with every reference followed. Ends with 77, which means
// skipped, where that is not installed.
import fs from "node:fs";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const checker = path.join(here, "interface/node_modules/@seriousme/openapi-schema-validator/index.js");
if (!fs.existsSync(checker)) {
  console.log("skipped: the npm packages of tests/interface are not installed (npm ci)");
  process.exit(77);
}
const { Validator } = await import(checker);
const text = fs.readFileSync(path.join(here, "../docs/openapi.json"), "utf8");

async function problems(document) {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  if (!valid) return errors;
  if (validator.version !== "3.1") return [`read as version ${validator.version}`];
  validator.resolveRefs(); // throws where one leads nowhere
  return [];
}

const found = await problems(JSON.parse(text));
if (found.length > 0) {
  console.log(JSON.stringify(found, null, 1));
  process.exit(1);
}
// A check that finds nothing in a broken document would be none.
const broken = JSON.parse(text);
broken.paths["/api/v1/jobs"].get.parameters = [{ name: "limit" }];
if ((await problems(broken)).length === 0) {
  console.log("a parameter without a place was not noticed");
  process.exit(1);
}
console.log("docs/openapi.json is OpenAPI 3.1");
