// Every kind of page, light and dark, desk and phone: no accessibility violation, no sideways scrolling, no request to
// another origin, no cookie, no error on the console.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

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

const openAll = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));

for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  for (const colorScheme of ["light", "dark"]) {
    describe(`${size}, ${colorScheme}`, () => {
      for (const [kind, address] of Object.entries(KINDS)) {
        test(kind, async () => {
          const isMobile = size === "phone";
          const options = { viewport, colorScheme, isMobile, hasTouch: isMobile };
          const { page, context, faults, close } = await visit(browser, server.url, options);
          await context.addInitScript({ content: axe });
          const reply = await page.goto(server.url + address);
          assert.equal(reply.status(), kind === "missing" ? 404 : 200);
          assert.ok(reply.headers()["content-security-policy"]?.startsWith("default-src 'none'"), "the page has a policy");
          await page.waitForLoadState("load");
          assert.deepEqual(await overflow(page), []);
          await openAll(page);
          assert.deepEqual(await overflow(page), [], "with everything unfolded");
          assert.deepEqual(await violations(page), []);
          const expected = kind === "missing" ? /the server responded with a status of 404/ : /^$/;
          assert.deepEqual((await faults()).filter((fault) => !(kind === "missing" && expected.test(fault))), []);
          await close();
        });
      }
    });
  }
}

test("a page can be read at 400% zoom", async () => {
  for (const [kind, address] of Object.entries(KINDS)) {
    const { page, close } = await visit(browser, server.url, { viewport: { width: 320, height: 256 } });
    await page.goto(server.url + address);
    await openAll(page);
    assert.deepEqual(await overflow(page), [], kind);
    await close();
  }
});

test("a change is never told by colour alone", async () => {
  const { page, close } = await visit(browser, server.url, { forcedColors: "active" });
  await page.goto(server.url + KINDS.redline);
  const line = (selector) =>
    page.locator(selector).first().evaluate((one) => getComputedStyle(one).textDecorationLine);
  assert.equal(await line("[data-redline] ins"), "underline");
  assert.equal(await line("[data-redline] del"), "line-through");
  const said = (selector) => page.locator(`[data-redline] ${selector}`).first().textContent();
  assert.match(await said("ins:not([class])"), /^\[inserted: .*\] $/s);
  assert.match(await said("del:not([class])"), /^\[deleted: .*\] $/s);
  assert.match(await said("ins.follows"), /^\[now: .*\] $/s);
  assert.match(await said("del.follows"), /^\[renumbered, was: .*\] $/s);
  await close();
});

test("content that would run a script is stopped by the policy of the page", async () => {
  const { page, close } = await visit(browser, server.url);
  await page.goto(server.url + KINDS.policy);
  const ran = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    const blocked = await fetch("https://example.org/").then(() => false, () => true);
    return { ran: globalThis.ran === true, blocked };
  });
  assert.deepEqual(ran, { ran: false, blocked: true });
  await close();
});
