// What editors and CI read, through parsers of others: SARIF logs, by the official schema (ajv); the schemas of settings
// and front matter (ajv), over files that the parser of editors' plug-ins reads (yaml); the hooks of pre-commit.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";

import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020.js";
import Ajv from "ajv-draft-04";
import { parse } from "yaml";

import { ROOT, TODAY, binary, folder } from "./harness.mjs";

const SITES = path.join(ROOT, "tests/sites");
const SCHEMA = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

let judge;
let removes = [];

before(() => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  judge = ajv.compile(SCHEMA);
});
after(() => Promise.all(removes.map((remove) => remove())));

/** The log of a check of a fixture, laid over the sites that its transcript is laid over. */
async function log(name) {
  const { made, remove } = await folder();
  removes.push(remove);
  const transcript = readFileSync(path.join(SITES, "diagnostics", name, "run.txt"), "utf8");
  const [, under = ""] = /^#with (.*)$/m.exec(transcript) ?? [];
  for (const layer of under.split(" ").filter(Boolean)) {
    await cp(path.join(SITES, "with", layer), made, { recursive: true });
  }
  const own = path.join(SITES, "diagnostics", name);
  if (readdirSync(own).includes("in")) await cp(path.join(own, "in"), made, { recursive: true });
  const ran = spawnSync(binary(), ["--root", made, "--as-of", TODAY, "check", "--history", "--format", "sarif"]);
  return ran.stdout.length > 0 ? JSON.parse(ran.stdout.toString("utf8")) : undefined;
}

test("every log fits the schema of SARIF 2.1.0", async () => {
  const told = new Set();
  let logs = 0;
  for (const name of readdirSync(path.join(SITES, "diagnostics"))) {
    const found = await log(name);
    if (!found) continue;
    logs += 1;
    assert.ok(judge(found), `${name}: ${JSON.stringify(judge.errors)}`);
    const [run] = found.runs;
    for (const result of run.results) {
      told.add(result.ruleId);
      assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    }
    const prints = run.results.map((result) => result.partialFingerprints["vellumFinding/v1"]);
    assert.equal(new Set(prints).size, prints.length, `${name}: fingerprints differ`);
  }
  assert.ok(logs > 40 && told.size > 30, `${logs} logs, ${told.size} codes`);
});

test("the schema refuses what is no log", async () => {
  const found = await log("V601");
  for (const change of [
    (run) => delete run.tool.driver.name,
    (run) => (run.results[0].level = "bad"),
    (run) => (run.results[0].locations[0].physicalLocation.region.startLine = 0),
    (run) => (run.results[0].colour = "red"),
  ]) {
    const broken = structuredClone(found);
    change(broken.runs[0]);
    assert.ok(!judge(broken), String(change));
  }
});

const judges = Object.fromEntries(
  readdirSync(path.join(ROOT, "schemas")).map((name) => {
    const schema = JSON.parse(readFileSync(path.join(ROOT, "schemas", name), "utf8"));
    const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
    return [name.replace(".json", ""), ajv.compile(schema)];
  }),
);

/** Which schema a file of a site is judged by. */
function kind(name) {
  if (name === "site.yaml") return "site";
  if (/^forms\/[^/]+\.yaml$/.test(name)) return "form";
  if (/(^|\/)theme\.yaml$/.test(name)) return "theme";
  if (/^content\/policies\/[^/]+\/policy\.yaml$/.test(name)) return "policy";
  if (/\/draft\.md$/.test(name)) return "draft";
  if (/\/draft\.[^/]+\.md$/.test(name)) return "translation";
  if (/\/versions\/[^/]+\.md$/.test(name)) return "version";
  return /^content\/(?!policies\/).*\.md$/.test(name) ? "page" : undefined;
}

/** The YAML of a file: all of it, or its front matter. */
function yaml(place) {
  const text = readFileSync(place, "utf8");
  return parse(place.endsWith(".md") ? text.split(/^---$/m)[1] : text);
}

/** Every file of a site that has a schema, with what it holds. */
function held(root) {
  const names = ["site.yaml", "content", "forms", "themes"].flatMap((top) =>
    top.endsWith(".yaml") ? [top] : readdirSync(path.join(root, top), { recursive: true }).map((name) => `${top}/${name}`),
  );
  return names.filter(kind).map((name) => [name, kind(name), yaml(path.join(root, name))]);
}

test("every file of the sample fits its schema", () => {
  const seen = new Set();
  for (const [name, which, value] of held(ROOT)) {
    seen.add(which);
    assert.ok(judges[which](value), `${name}: ${JSON.stringify(judges[which].errors)}`);
  }
  assert.deepEqual([...seen].sort(), ["draft", "form", "page", "policy", "site", "theme", "version"]);
});

test("a key that is misspelt or missing, and a value of another kind, do not fit", () => {
  for (const [name, which, value] of held(ROOT)) {
    const [first] = Object.keys(value);
    const broken = [{ ...value, colour: "red" }, { ...value, [first]: 7 }];
    if (which !== "theme") broken.push(Object.fromEntries(Object.entries(value).filter(([key]) => key !== "title")));
    for (const [number, one] of broken.entries()) assert.ok(!judges[which](one), `${name}, change ${number}`);
  }
  const site = yaml(path.join(ROOT, "site.yaml"));
  const checks = (value) => judges.site({ ...site, checks: value });
  const exception = { code: "V601", in: "content/*", reason: "So it is." };
  assert.ok(checks({ severities: { V119: "error", V402: "off" }, exceptions: [exception] }));
  for (const wrong of [
    { severities: { V119: "bad" } },
    { severities: { x: "error" } },
    { exceptions: [{ ...exception, reason: " " }] },
    { exceptions: [{ ...exception, in: undefined }] },
  ]) {
    assert.ok(!checks(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong));
  }
});

test("the hooks of pre-commit have their keys, and run a command that there is", async () => {
  const hooks = parse(readFileSync(path.join(ROOT, ".pre-commit-hooks.yaml"), "utf8"));
  assert.deepEqual(hooks.map((hook) => [hook.id, hook.language]), [["vellum-check", "rust"], ["vellum-check-system", "system"]]);
  const keys = ["description", "entry", "files", "id", "language", "name", "pass_filenames"];
  for (const hook of hooks) {
    assert.deepEqual(Object.keys(hook).sort(), keys);
    assert.equal(hook.pass_filenames, false);
    const about = new RegExp(hook.files);
    for (const name of ["site.yaml", "legal/site.yaml", "content/about.md", "legal/forms/a.yaml"]) assert.match(name, about);
    for (const name of ["src/main.rs", "website.yaml", "contents/a.md"]) assert.doesNotMatch(name, about);
    const [program, ...words] = hook.entry.split(" ");
    assert.equal(program, "vellum");
    const ran = spawnSync(binary(), ["--root", ROOT, "--as-of", TODAY, ...words], { encoding: "utf8" });
    assert.deepEqual([ran.status, ran.stdout], [0, "nothing found\n"]);
  }
});
