// The terms that a text defines: a list on its page, and a definition that opens beside a use, without a script.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DESK, KINDS, PHONE, axe, launch, overflow, serve, violations, visit } from "./harness.mjs";

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

for (const javaScriptEnabled of [true, false]) {
  test(`a definition opens at a use and closes by key, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const { page, faults, close } = await visit(browser, server.url, { javaScriptEnabled });
    await page.goto(server.url + KINDS.policy);
    const uses = page.locator("article[data-policy-text] button[popovertarget]");
    assert.ok((await uses.count()) > 3, "uses can be opened");
    const use = uses.first();
    const target = page.locator(`#${await use.getAttribute("popovertarget")}`);
    const open = () => target.evaluate((entry) => entry.matches(":popover-open"));
    assert.equal(await open(), false);
    await use.focus();
    await page.keyboard.press("Enter");
    assert.equal(await open(), true);
    assert.ok((await target.innerText()).length > 20, "the definition is there");
    await page.keyboard.press("Escape");
    assert.equal(await open(), false);
    await use.click();
    assert.equal(await open(), true);
    const box = await target.boundingBox();
    assert.ok(box.width > 100 && box.x >= 0 && box.x + box.width <= DESK.width, "it is on the screen");
    assert.deepEqual(await faults(), []);
    await close();
  });
}

test("the list of terms is read below the text, each with a way to its place", async () => {
  const { page, context, close } = await visit(browser, server.url, { viewport: PHONE, colorScheme: "dark" });
  await context.addInitScript({ content: axe });
  await page.goto(server.url + KINDS.policy);
  const terms = page.locator(".glossary dt");
  assert.ok((await terms.count()) > 3);
  assert.ok(await terms.first().isVisible(), "closed definitions stand in the list");
  assert.deepEqual(await overflow(page), []);
  await page.locator("article[data-policy-text] button[popovertarget]").first().click();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Escape");
  const link = page.locator(".glossary dd a").first();
  const place = (await link.getAttribute("href")).slice(1);
  assert.equal(await page.locator(`article[data-policy-text] [id="${place}"]`).count(), 1);
  await close();
});
