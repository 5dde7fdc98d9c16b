// Every page of a build, minified as served, through the Nu Html Checker with its defaults: no error, no warning, no note.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";

import { ROOT, TODAY, folder, relayWithoutMail, serve, vellum } from "./harness.mjs";

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

/** What the checker has to say of the files, each by its name below `top`. */
function checked(top, files, ...options) {
  const args = ["-Xss1m", "-jar", jar, ...options, "--format", "json", ...files];
  const run = spawnSync("java", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  const { messages } = JSON.parse(run.stderr);
  return messages.map(({ type, subType, url, message, extract }) =>
    `${path.relative(top, new URL(url).pathname)}: ${subType ?? type}: ${message} ${extract ?? ""}`);
}

let out;
let remove;
before(async () => {
  const temporary = await folder();
  remove = temporary.remove;
  out = path.join(temporary.made, "public");
  vellum("--root", ROOT, "--as-of", TODAY, "build", "--drafts", "--out", out);
});
after(() => remove?.());

test("the pages of a build are valid", () => {
  const pages = below(out, ".html");
  assert.ok(pages.length > 25, `${pages.length} pages`);
  for (const page of ["404.html", "policies/enduserprivacypolicy/draft/changes/index.html"]) {
    assert.ok(pages.includes(path.join(out, page)), page);
  }
  // The checker takes a picture at a data: address for one that `img-src data:` blocks; browsers do not, as a test shows.
  const wrong = /Resource violates Content Security Policy \(meta tag\): image .data:image.* blocked by .img-src. directive/;
  assert.deepEqual(checked(out, pages).filter((message) => !wrong.test(message)), []);
});

test("the pages with which the relay answers are valid", { timeout: 60_000 }, async () => {
  const answers = await mkdtemp(path.join(out, "answers-"));
  const keep = async (name, reply, status) => {
    assert.equal(reply.status, status, name);
    const text = await reply.text();
    await writeFile(path.join(answers, `${name}.html`), text);
    return text;
  };
  const typed = { first_name: "Ada", surname: "<L>", email: "ada@example.org", what_happened: "It\n\nbroke & fell." };
  const servers = await Promise.all([serve(), relayWithoutMail()]);
  try {
    const ends = [["sent", 200], ["failed", 503]];
    for (const [at, [name, status]] of ends.entries()) {
      const { url } = servers[at];
      const post = (values) => fetch(`${url}/forms/complaint`, { method: "POST", body: new URLSearchParams(values) });
      await keep(`${name}-mistakes`, await post({ ...typed, email: "x", surname: "" }), 422);
      const review = await keep(`${name}-review`, await post(typed), 200);
      const token = review.match(/name="?_token"? [^>]*value="?([^">\s]+)|value="?([^">\s]+)"?[^>]*name="?_token/);
      await new Promise((resolve) => setTimeout(resolve, 2200));
      await keep(name, await post({ ...typed, _token: token[1] ?? token[2] }), status);
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
  const pages = below(answers, ".html");
  assert.equal(pages.length, 6);
  assert.deepEqual(checked(answers, pages), []);
});

test("the style of a build is valid", () => {
  const styles = below(out, ".css");
  assert.ok(styles.length > 0);
  // Properties of CSS Anchor Positioning, which browsers have and the checker does not know yet. They stand in @supports.
  const newer = /Property “position-(area|try-fallbacks)” doesn't exist/;
  assert.deepEqual(checked(out, styles, "--css").filter((said) => !newer.test(said)), []);
});

test("the pictures of a build are valid", () => {
  const pictures = below(out, ".svg");
  assert.ok(pictures.length > 0);
  assert.deepEqual(checked(out, pictures, "--svg"), []);
});

test("the checker finds what is wrong", async () => {
  const page = path.join(out, "wrong.html");
  await writeFile(page, "<!doctype html><html lang=en><title>x</title><p><ins><p>y</ins>");
  assert.ok(checked(out, [page]).some((message) => message.startsWith("wrong.html: error:")));
});
