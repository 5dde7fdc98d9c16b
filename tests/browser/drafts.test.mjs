// An editor finds the draft from the policy, reads it and sees what it changes: with JavaScript and without.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, test } from "node:test";

import { DESK, PHONE, copyOfSite, follow, launch, serve, visit } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const FOLDER = "content/policies/customerprivacypolicy";
const POLICY = "/policies/customerprivacypolicy/";
const MARK = "Draft: not published, not binding";
const ADDED = "A sentence that only the draft has.";

let site;
let server;
let browser;
before(async () => {
  site = await copyOfSite();
  await write((body) => `${body.trimEnd()}\n\n${ADDED}\n`);
  server = await serve(site.root);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await site?.remove();
});

/** Writes a draft: the newest version with its disclosures, and its body changed. */
async function write(edit) {
  const version = await readFile(path.join(site.root, FOLDER, "versions/4.0.md"), "utf8");
  const [, front, body] = version.match(/^---\n([^]*?)\n---\n([^]*)$/);
  const discloses = front.match(/^discloses:\n(?:[ -].*(?:\n|$))+/m)?.[0].trimEnd();
  const lines = ["---", "title: Customer privacy policy", "material: true", "summary: [One more sentence.]"];
  await writeFile(path.join(site.root, FOLDER, "draft.md"), [...lines, discloses, "---", edit(body)].join("\n"));
}

const pathOf = (page) => new URL(page.url()).pathname;

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("from the policy to the draft and to what it changes", async () => {
      const { page, faults, close } = await visit(browser, server.url, { javaScriptEnabled });
      await page.goto(server.url + POLICY);
      assert.ok(await page.getByText(MARK).isVisible());
      assert.ok(!(await page.locator("[data-policy-text]").innerText()).includes(ADDED));
      await follow(page.getByRole("link", { name: "Read the draft" }));
      assert.equal(pathOf(page), `${POLICY}draft/`);
      assert.ok(await page.getByText(MARK).isVisible());
      assert.ok((await page.locator("[data-policy-text]").innerText()).includes(ADDED));
      assert.equal(await page.locator('meta[name="robots"]').getAttribute("content"), "noindex");
      for (const none of ['link[rel="canonical"]', ".proof", "[data-from]"]) {
        assert.equal(await page.locator(none).count(), 0, none);
      }
      assert.ok(await page.getByRole("heading", { name: "At a glance" }).isVisible());
      const between = page.locator(`[data-policy-text] a[href^="/policies/"]`);
      for (const href of await between.evaluateAll((links) => links.map((link) => link.getAttribute("href")))) {
        assert.doesNotMatch(href, /\/v\//, "links between policies name no version");
      }

      await follow(page.getByRole("link", { name: "See what the draft changes" }).first());
      assert.equal(pathOf(page), `${POLICY}draft/changes/`);
      assert.equal(await page.locator("h1").innerText(), "What the draft changes since version 4.0");
      assert.ok(await page.getByText(MARK).isVisible());
      const inserted = await page.locator("[data-redline] ins").allTextContents();
      assert.equal(inserted.length, 1, "one change");
      assert.ok(inserted[0].includes(ADDED));
      assert.equal(await page.locator("[data-redline] del").count(), 0);
      assert.equal(await page.locator(".stepper").isVisible(), javaScriptEnabled);
      await follow(page.getByRole("link", { name: "See what applies" }));
      assert.equal(pathOf(page), POLICY);
      assert.deepEqual(await faults(), []);
      await close();
    });

    test("the list of policies and the history lead to it too", async () => {
      const { page, close } = await visit(browser, server.url, { javaScriptEnabled });
      await page.goto(`${server.url}/policies/`);
      await follow(page.getByRole("link", { name: "Read the draft Customer privacy policy" }));
      assert.equal(pathOf(page), `${POLICY}draft/`);
      await page.goto(`${server.url}${POLICY}history/`);
      await follow(page.getByRole("link", { name: "See what the draft changes" }));
      assert.equal(pathOf(page), `${POLICY}draft/changes/`);
      await close();
    });
  });
}

for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`no accessibility violation and no sideways scrolling: ${size}, ${colorScheme}`, async () => {
      const { page, context, faults, close } = await visit(browser, server.url, { viewport, colorScheme });
      await context.addInitScript({ content: axe });
      for (const address of ["", "history/", "draft/", "draft/changes/"]) {
        await page.goto(server.url + POLICY + address);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
        assert.equal(await page.evaluate(wide), 0, address);
        const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
        assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], address);
      }
      assert.deepEqual(await faults(), []);
      await close();
    });
  }
}

test("a printed draft says on each sheet what it is", async () => {
  const { page, close } = await visit(browser, server.url);
  await page.goto(`${server.url}${POLICY}draft/`);
  assert.ok(await page.locator(".stamp").isHidden());
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".stamp").isVisible());
  assert.ok(await page.getByText(MARK).isVisible());
  await close();
});

test("a saved draft shows at once, and says so when it changes nothing", async () => {
  const { page, faults, close } = await visit(browser, server.url);
  await page.goto(`${server.url}${POLICY}draft/changes/`);
  await write((body) => body);
  await page.getByText("No changes since version 4.0.").waitFor();
  assert.equal(await page.locator("[data-redline] :is(ins, del)").count(), 0);
  await page.goto(`${server.url}${POLICY}draft/`);
  assert.ok(await page.getByText("No changes since version 4.0.").isVisible());
  assert.deepEqual(await faults(), []);
  await close();
});
