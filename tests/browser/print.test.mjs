// On paper: black on white, whole, without what only a screen can use.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { KINDS, launch, serve, visit } from "./harness.mjs";

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

async function printed(address) {
  const visited = await visit(browser, server.url, { colorScheme: "dark" });
  await visited.page.goto(server.url + address);
  await visited.page.emulateMedia({ media: "print" });
  const style = (selector, name) =>
    visited.page.locator(selector).first().evaluate((one, name) => getComputedStyle(one)[name], name);
  return { ...visited, style };
}

test("every kind of page prints black on white, without navigation", async () => {
  for (const [kind, address] of Object.entries(KINDS)) {
    const { page, style, close } = await printed(address);
    assert.equal(await style("html", "backgroundColor"), "rgb(255, 255, 255)", kind);
    assert.equal(await style("html", "color"), "rgb(0, 0, 0)", kind);
    for (const unwanted of [".site-nav", ".skip", ".crumbs", ".contents", ".stepper", ".anchor", ".badge"]) {
      assert.equal(await page.locator(`${unwanted}:visible`).count(), 0, `${kind}: ${unwanted}`);
    }
    assert.ok(await page.locator("h1").isVisible(), kind);
    const paper = await page.pdf({ format: "A4", preferCSSPageSize: true });
    assert.equal(paper.subarray(0, 5).toString(), "%PDF-", kind);
    await close();
  }
});

test("a printed redline needs no colour", async () => {
  const { page, style, close } = await printed(KINDS.redline);
  const [ins, del] = ["[data-redline] ins:not([class])", "[data-redline] del:not([class])"];
  assert.equal(await style(ins, "textDecorationLine"), "underline");
  assert.equal(await style(ins, "textDecorationStyle"), "double");
  assert.equal(await style(del, "textDecorationLine"), "line-through");
  assert.ok(Number(await style(ins, "fontWeight")) > 400);
  assert.ok(await page.locator(".key").isVisible(), "the key to the marks is on paper");
  const grey = (colour) => new Set(colour.match(/\d+/g).slice(0, 3)).size === 1;
  assert.ok(grey(await style(ins, "color")) && grey(await style(del, "color")));
  await close();
});

test("what is folded on the screen is unfolded on paper", async () => {
  const { page, close } = await printed(KINDS.policy);
  const heights = await page.locator(".purpose dl").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  assert.ok(heights.length > 0 && heights.every((height) => height > 0), "the purposes");
  await page.goto(server.url + KINDS.history);
  const hashes = await page.locator(".hashes code").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  assert.ok(hashes.length > 0 && hashes.every((height) => height > 0), "the fingerprints");
  await close();
});
