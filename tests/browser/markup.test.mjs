// Every page of a build, minified as served, through the Nu Html Checker with its defaults: no error, no warning.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

import { ROOT, TODAY, folder, vellum } from "./harness.mjs";

const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

/** The files below a folder that end in `suffix`. */
function below(top, suffix) {
  const entries = readdirSync(top, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = path.join(top, entry.name);
    if (entry.isDirectory()) return below(name, suffix);
    return name.endsWith(suffix) ? [name] : [];
  });
}

/** What the checker has to say, without its notes of plain information. */
function checked(top, files) {
  const run = spawnSync("java", ["-Xss1m", "-jar", jar, "--format", "json", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  const { messages } = JSON.parse(run.stderr);
  return messages
    .filter((message) => message.type !== "info" || message.subType === "warning")
    .map((message) => `${path.relative(top, new URL(message.url).pathname)}: ${message.message} ${message.extract ?? ""}`);
}

test("the pages and styles of a build are valid", async () => {
  const { made, remove } = await folder();
  try {
    const out = path.join(made, "public");
    vellum("--root", ROOT, "--as-of", TODAY, "build", "--out", out);
    const pages = below(out, ".html");
    assert.ok(pages.length > 25, `${pages.length} pages`);
    assert.ok(pages.includes(path.join(out, "404.html")));
    assert.deepEqual(checked(out, pages), []);
    const styles = below(out, ".css");
    assert.ok(styles.length > 0);
  } finally {
    await remove();
  }
});
