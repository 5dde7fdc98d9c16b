// The badge follows the visitor's date in the site's time zone. The sentences are true on every day and never change.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, serve, visit } from "./harness.mjs";

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

const POLICY = "/policies/customerprivacypolicy/";

/** What a page says on a moment of the visitor's clock. */
async function said(moment, address, options = {}) {
  const { page, faults, close } = await visit(browser, server.url, options);
  if (moment) await page.clock.setFixedTime(new Date(moment));
  await page.goto(server.url + address);
  const badges = await page.locator(".badge:visible").allInnerTexts();
  const sentences = await page.locator(".standing, .notices, .period").allInnerTexts();
  assert.deepEqual(await faults(), []);
  await close();
  return { badges, sentences };
}

const moments = {
  "a moment before": { at: "2027-02-28T23:59:59Z", old: "In force", next: "Upcoming" },
  "the first moment of the day": { at: "2027-03-01T00:00:00Z", old: "Replaced", next: "In force" },
  "ten years on": { at: "2037-03-01T12:00:00Z", old: "Replaced", next: "In force" },
};

for (const [name, { at, old, next }] of Object.entries(moments)) {
  test(`${name}: the badges of the version in force and of the upcoming one`, async () => {
    assert.deepEqual((await said(at, POLICY)).badges, [old]);
    assert.deepEqual((await said(at, `${POLICY}v/3.1/`)).badges, [old]);
    assert.deepEqual((await said(at, `${POLICY}v/4.0/`)).badges, [next]);
    assert.deepEqual((await said(at, `${POLICY}v/1.0/`)).badges, ["Replaced"]);
    const { badges } = await said(at, `${POLICY}history/`);
    assert.deepEqual(badges.slice(0, 3), [next, old, "Replaced"]);
  });
}

test("the day is the site's, wherever the visitor is", async () => {
  const noon = "2027-02-28T12:00:00Z";
  const auckland = await said(noon, POLICY, { timezoneId: "Pacific/Auckland" });
  assert.deepEqual(auckland.badges, ["In force"], "in Auckland it is 1 March already");
  const honolulu = await said("2027-03-01T09:00:00Z", POLICY, { timezoneId: "Pacific/Honolulu" });
  assert.deepEqual(honolulu.badges, ["Replaced"], "in Honolulu it is 28 February still");
});

test("another language and calendar of the browser change nothing", async () => {
  const { badges } = await said("2027-02-28T12:00:00Z", POLICY, { locale: "th-TH-u-ca-buddhist-nu-thai" });
  assert.deepEqual(badges, ["In force"]);
});

test("no sentence depends on the clock or on JavaScript", async () => {
  for (const address of [POLICY, `${POLICY}v/4.0/`, `${POLICY}v/1.0/`, `${POLICY}history/`, "/policies/"]) {
    const plain = await said(null, address, { javaScriptEnabled: false });
    assert.deepEqual(plain.badges, [], address);
    assert.ok(plain.sentences.length > 0, address);
    for (const { at } of Object.values(moments)) {
      assert.deepEqual((await said(at, address)).sentences, plain.sentences, `${address} at ${at}`);
    }
  }
});
