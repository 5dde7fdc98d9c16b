// What visitors see of the record: what changed, in the text and side by side; what applied on a day; a version in one
// file. With a script and without, by keyboard, on paper.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { KINDS, PHONE, TODAY, axe, folder, follow, launch, overflow, serve, vellum, violations, visit } from "./harness.mjs";

const SINGLE = "policies/customerprivacypolicy/v/4.0/customerprivacypolicy-4.0.html";
const PICTURED = "policies/endusertermsandconditions/v/4.0/endusertermsandconditions-4.0.html";

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(address, options) {
  const visited = await visit(browser, server.url, options);
  await visited.context.addInitScript({ content: axe });
  await visited.page.goto(server.url + address);
  return visited;
}

describe("a redline", () => {
  test("says first what changed, and each part leads to the first such change", async () => {
    const { page, close } = await open(KINDS.since, { javaScriptEnabled: false });
    const parts = page.locator(".verdict a");
    assert.match(await parts.first().innerText(), /^\d+ clauses? changed$/);
    for (const href of await parts.evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
      assert.equal(await page.locator(`[data-redline] ${href}`).count(), 1, href);
    }
    const order = await page.evaluate(() =>
      [".verdict", ".semantic", "[data-redline]"].map((one) => document.querySelector(one).getBoundingClientRect().top));
    assert.deepEqual(order, [...order].sort((one, two) => one - two));
    await close();
  });

  test("leads from change to change without a script, there and back", async () => {
    const { page, close } = await open(KINDS.redline, { javaScriptEnabled: false });
    const links = page.locator("[data-redline] .steps a");
    assert.ok((await links.count()) > 4);
    const targets = await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    for (const target of targets) assert.equal(await page.locator(target).count(), 1, target);
    const next = page.getByRole("link", { name: "Next change" });
    const seen = [];
    let link = next.first();
    for (let step = 0; step < 50; step += 1) {
      const target = await link.getAttribute("href");
      await link.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.hash === target);
      seen.push(target);
      const at = page.locator(`:is(p, h2, h3, h4, tr, pre):is(:target, :has(> :target))`).first();
      link = at.getByRole("link", { name: "Next change" });
      if ((await link.count()) === 0) break;
    }
    assert.equal(new Set(seen).size, seen.length, "no change comes twice");
    assert.equal(seen.length, await next.count(), "the way leads through all");
    await close();
  });

  test("has one way to step where a script does it", async () => {
    const { page, close } = await open(KINDS.redline);
    assert.equal(await page.locator(".steps:visible").count(), 0);
    assert.ok(await page.locator(".stepper").isVisible());
    await close();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`is read side by side ${javaScriptEnabled ? "with" : "without"} a script, by keyboard`, async () => {
      const { page, faults, close } = await open(KINDS.redline, { javaScriptEnabled });
      assert.equal(await page.locator("[data-redline]").count(), 1);
      assert.equal(await page.locator(".was:visible").count(), 0);
      await page.locator("#v-inline").focus();
      await page.keyboard.press("ArrowRight");
      const was = page.locator("[data-redline] > p > .was").first();
      const [left, words] = [await was.boundingBox(), await was.evaluate((one) => one.nextSibling.parentNode.textContent)];
      const around = await page.locator("[data-redline]").boundingBox();
      assert.ok(left.x + left.width <= around.x + around.width / 2, "the earlier words stand in the left half");
      assert.ok(words.length > 0);
      const ins = await page.locator("[data-redline] > p:has(> .was) > ins").first().boundingBox();
      assert.ok(ins.x >= around.x + around.width / 2, "what came stands in the right half");
      assert.equal(await page.locator("p:has(> .was) > del:visible").count(), 0);
      assert.deepEqual(await overflow(page), []);
      assert.deepEqual(await faults(), []);
      await close();
    });
  }

  test("still goes from change to change by key after the view was chosen", async () => {
    const { page, close } = await open(KINDS.redline);
    await page.getByRole("radio", { name: "Side by side" }).check();
    await page.keyboard.press("n");
    assert.equal(await page.locator("[data-redline] .v-now").count(), 1);
    await close();
  });

  test("is accessible side by side, at desk and phone width, light and dark", async () => {
    for (const viewport of [undefined, PHONE]) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, close } = await open(KINDS.since, viewport ? { viewport, colorScheme } : { colorScheme });
        await page.getByRole("radio", { name: "Side by side" }).check();
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(await overflow(page), []);
        await close();
      }
    }
  });

  test("folds what stayed, finds it when it is asked for, and prints it", async () => {
    const { page, close } = await open(KINDS.redline);
    const fold = page.locator("[data-redline] > details.fold").first();
    assert.match(await fold.locator("summary").innerText(), /^\d+ unchanged passages$/);
    const block = fold.locator(":is(h2, h3, p, ul, ol)").first();
    const height = () => block.evaluate((one) => (one.checkVisibility({ contentVisibilityAuto: true }) ? one.offsetHeight : 0));
    assert.equal(await fold.evaluate((one) => one.open), false);
    assert.ok((await fold.evaluate((one) => one.textContent.length)) > 100, "the text is in the page");
    await page.emulateMedia({ media: "print" });
    assert.ok((await height()) > 0, "on paper");
    assert.equal(await fold.locator("summary").isVisible(), false);
    await page.emulateMedia({ media: "screen" });
    const id = await page.locator("details.fold [id]").first().getAttribute("id");
    await page.goto(`${server.url}${KINDS.redline}#${id}`);
    assert.equal(await page.locator(`details.fold:has(#${id})`).evaluate((one) => one.open), true, "a link opens it");
    await close();
  });

  test("is the law: no fold holds a change, and each change has its text in the page once", async () => {
    const { page, close } = await open(KINDS.since, { javaScriptEnabled: false });
    assert.equal(await page.locator("details.fold :is(ins, del)").count(), 0);
    assert.equal(await page.locator(".was :is(ins, del)").count(), 0);
    await close();
  });
});

describe("what changed since", () => {
  test("a version leads to it, and its words name versions and days", async () => {
    const { page, close } = await open(KINDS.version);
    await follow(page.getByRole("link", { name: "See what changed since, up to version 3.1" }));
    assert.equal(await page.locator("h1").innerText(), "What changed from version 1.0 to version 3.1");
    assert.match(await page.locator(".notices").innerText(), /^From 1 March 2027 version 4.0 replaces version 3.1. See what changes$/);
    assert.doesNotMatch(await page.locator("main").innerText(), /current|now applies|today/);
    await close();
  });
});

describe("the history", () => {
  test("has a picture with words for those who do not see it", async () => {
    const { page, close } = await open(KINDS.history, { javaScriptEnabled: false });
    const picture = page.getByRole("img", { name: /^The life of “Customer privacy policy”/ });
    assert.ok(await picture.isVisible());
    assert.match(await picture.locator("desc").textContent(), /table below/);
    const numbers = await picture.locator(".life-number").allTextContents();
    assert.deepEqual(numbers, ["1.0", "1.1", "2.0", "3.0", "3.1", "4.0"]);
    await close();
  });

  test("tells what applied on a day without a script: rows with an address each", async () => {
    const { page, close } = await open(KINDS.history, { javaScriptEnabled: false });
    assert.equal(await page.locator(".on-day").isVisible(), false);
    const rows = page.locator(".applied tbody tr");
    assert.equal(await rows.count(), 6);
    assert.match(await rows.nth(2).innerText(), /^3 June 2024\s+2 March 2025\s+2.0\s/);
    await follow(rows.nth(2).getByRole("link", { name: "3 June 2024" }));
    assert.equal(new URL(page.url()).hash, "#v-on-2024-06-03");
    assert.match(await rows.last().innerText(), /it is replaced or withdrawn/);
    await close();
  });

  test("finds the row of a day that is chosen", async () => {
    const { page, faults, close } = await open(KINDS.history);
    for (const [day, version] of [["2024-06-02", "1.1"], ["2024-06-03", "2.0"], ["2025-03-02", "2.0"], ["2030-01-01", "4.0"]]) {
      await page.getByLabel("Choose a day").fill(day);
      assert.match(await page.locator(".on-day output").innerText(), new RegExp(`: version ${version.replace(".", "\\.")}$`));
      assert.equal(await page.locator(".applied .v-now").getAttribute("data-version"), version);
    }
    await page.getByLabel("Choose a day").fill("2001-01-01");
    assert.equal(await page.locator(".on-day output").innerText(), "On 1 January 2001: no version");
    assert.equal(await page.locator(".applied .v-now").count(), 0);
    // A year that is half typed has no answer, and a day that does not exist is called one when the field is left.
    await page.getByLabel("Choose a day").fill("0202-06-03");
    assert.equal(await page.locator(".on-day output").innerText(), "");
    await page.getByLabel("Choose a day").pressSequentially("02312024");
    await page.getByLabel("Choose a day").blur();
    assert.equal(await page.locator(".on-day output").innerText(), "There is no such day.");
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await faults(), []);
    await close();
  });
});

describe("a version in one file", () => {
  test("is offered for download, and opens on the site under its policy", async () => {
    const { page, faults, close } = await open(KINDS.upcoming);
    const link = page.getByRole("link", { name: "Download to keep (one file)" });
    assert.equal(await link.getAttribute("href"), `/${SINGLE}`);
    assert.equal(await link.getAttribute("download"), "");
    await page.goto(`${server.url}/${SINGLE}`);
    assert.equal(await page.locator("body").evaluate((one) => getComputedStyle(one).maxInlineSize), "704px", "its style is let in");
    assert.deepEqual(await faults(), []);
    await close();
  });

  test("asks nobody for anything when it is opened from a disk, and is accessible", async () => {
    const { made, remove } = await folder();
    vellum("--as-of", TODAY, "build", "--out", made);
    for (const viewport of [undefined, PHONE]) {
      for (const colorScheme of ["light", "dark"]) {
        const options = viewport ? { viewport, colorScheme } : { colorScheme };
        const { page, context, close } = await visit(browser, "file://", options);
        await context.addInitScript({ content: axe });
        const asked = [];
        page.on("request", (request) => asked.push(request.url()));
        const address = pathToFileURL(path.join(made, SINGLE)).href;
        await page.goto(address);
        assert.deepEqual(asked, [address]);
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(await overflow(page), []);
        await close();
      }
    }
    const { page, close } = await visit(browser, "file://");
    await page.goto(pathToFileURL(path.join(made, PICTURED)).href);
    const widths = await page.locator("img").evaluateAll((all) => all.map((one) => one.naturalWidth));
    assert.ok(widths.length > 0 && widths.every((width) => width > 0), "its pictures are inside");
    await close();
    const text = await readFile(path.join(made, SINGLE), "utf8");
    assert.doesNotMatch(text, /\s(?:src|srcset)=|<script|<link[^>]*stylesheet|url\(/);
    assert.doesNotMatch(text, /href="?\//, "addresses are whole");
    await remove();
  });
});
