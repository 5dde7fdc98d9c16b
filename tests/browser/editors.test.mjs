// What editors and CI read, through parsers of others: SARIF logs, by the official schema (ajv).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";

import addFormats from "ajv-formats";
import Ajv from "ajv-draft-04";

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
