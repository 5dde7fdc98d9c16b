// Everything by keyboard: the way past the masthead, visible focus, and the steps through a redline.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { KINDS, PHONE, launch, serve, visit } from "./harness.mjs";

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

for (const [kind, address] of Object.entries(KINDS)) {
  test(`${kind}: the first key leads past the masthead`, async () => {
    const { page, close } = await visit(browser, server.url);
    await page.goto(server.url + address);
    await page.keyboard.press("Tab");
    const skip = page.locator(":focus");
    assert.equal(await skip.getAttribute("href"), "#v-main");
    assert.ok((await skip.boundingBox()).y >= 0, "the link is on the screen");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main, footer") !== null), "focus is past the masthead");
    await close();
  });
}

test("what has the focus shows it, and is on the screen", async () => {
  for (const viewport of [undefined, PHONE]) {
    for (const address of [KINDS.policy, KINDS.redline, KINDS.history, KINDS.form]) {
      const { page, close } = await visit(browser, server.url, viewport ? { viewport } : {});
      await page.goto(server.url + address);
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(() => {
          const focused = document.activeElement;
          if (focused === document.body) return null;
          const { outlineStyle, outlineWidth } = getComputedStyle(focused);
          const box = focused.getBoundingClientRect();
          const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
          const hit = document.elementFromPoint(x, y);
          const covered = !hit || !(focused.contains(hit) || hit.contains(focused));
          return { outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, covered, html: focused.outerHTML };
        });
        if (!seen) break;
        assert.ok(seen.outline, `${address}: no outline on ${seen.html}`);
        assert.ok(!seen.covered, `${address}: out of sight or covered: ${seen.html}`);
      }
      await close();
    }
  }
});

async function redline(options) {
  const visited = await visit(browser, server.url, options);
  await visited.page.goto(server.url + KINDS.redline);
  const position = () => visited.page.locator(".stepper output").innerText();
  const count = await visited.page.evaluate(() =>
    [...document.querySelectorAll("[data-redline] [id]")].filter((one) => /^v-c\d+$/.test(one.id)).length);
  return { ...visited, position, count };
}

test("N and P go through the changes, and round", async () => {
  const { page, position, count, faults, close } = await redline();
  assert.ok(count > 5);
  assert.equal(await position(), `Changes: ${count}`);
  await page.keyboard.press("n");
  assert.equal(await position(), `Change 1 of ${count}`);
  const marked = page.locator(".v-now");
  assert.equal(await marked.count(), 1);
  assert.ok(await marked.evaluate((one) => one === document.activeElement), "the change has the focus");
  await page.keyboard.press("n");
  assert.equal(await position(), `Change 2 of ${count}`);
  await page.keyboard.press("p");
  await page.keyboard.press("p");
  assert.equal(await position(), `Change ${count} of ${count}`);
  await page.keyboard.press("Shift+N");
  assert.equal(await position(), `Change 1 of ${count}`);
  for (let step = 0; step < count; step += 1) {
    await page.keyboard.press("n");
    const seen = await marked.evaluate((one) => {
      const box = one.getBoundingClientRect();
      const bar = document.querySelector(".stepper").getBoundingClientRect();
      return box.bottom > bar.bottom && box.top < innerHeight;
    });
    assert.ok(seen, `change ${await position()} is in sight`);
  }
  assert.deepEqual(await faults(), []);
  await close();
});

test("the buttons do the same as the keys", async () => {
  const { page, position, count, close } = await redline();
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal(await position(), `Change 1 of ${count}`);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Previous" }).click();
  assert.equal(await position(), `Change 1 of ${count}`);
  await page.getByRole("button", { name: "Previous" }).click();
  assert.equal(await position(), `Change ${count} of ${count}`);
  await close();
});

test("the first step starts from what is being read", async () => {
  const { page, position, count, close } = await redline();
  await page.locator("#v-c10").evaluate((one) => scrollTo({ top: one.getBoundingClientRect().top + scrollY - 200 }));
  await page.keyboard.press("n");
  const number = Number((await position()).match(/^Change (\d+) /)[1]);
  assert.ok(number > 1 && number <= count, `it went to change ${number}`);
  await close();
});

test("keys with a modifier are the browser's, and the keys can be turned off", async () => {
  const { page, position, count, close } = await redline();
  await page.keyboard.press("Alt+n");
  assert.equal(await position(), `Changes: ${count}`);
  await page.getByRole("checkbox").uncheck();
  await page.keyboard.press("n");
  assert.equal(await position(), `Changes: ${count}`);
  await page.getByRole("checkbox").check();
  await page.keyboard.press("n");
  assert.equal(await position(), `Change 1 of ${count}`);
  await close();
});

test("a link to a change counts from there", async () => {
  const { page, position, count, close } = await redline();
  const id = await page.locator(".changed a").nth(1).getAttribute("href");
  await page.goto(`${server.url}${KINDS.redline}${id}`);
  const at = Number((await position()).match(/^Change (\d+) of/)?.[1]);
  assert.ok(at >= 1, "the position is known");
  await page.keyboard.press("n");
  assert.equal(await position(), `Change ${(at % count) + 1} of ${count}`);
  await close();
});

test("a form is filled in from the keyboard, field by field, and its trap is never met", async () => {
  const { page, close } = await visit(browser, server.url);
  await page.goto(server.url + KINDS.form);
  await page.locator("main").focus();
  const met = [];
  for (let step = 0; step < 30 && met.at(-1) !== "send"; step += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => (document.activeElement.form ? document.activeElement.name || "send" : ""));
    if (name) met.push(name);
  }
  const fields = ["first_name", "surname", "email", "company", "address", "telephone", "message", "free_trial", "marketing"];
  assert.deepEqual(met, [...fields, "send"]);
  await close();
});
