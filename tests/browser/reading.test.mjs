// A visitor reads each document, finds its history and sees what changed: with JavaScript and without.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { SLUGS, follow, launch, serve, visit } from "./harness.mjs";

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

const fetched = async (address) => {
  const reply = await fetch(server.url + address);
  assert.equal(reply.status, 200, address);
  return reply;
};
const versionsOf = async (slug) => (await (await fetched(`/policies/${slug}/versions.json`)).json()).versions;
const pathOf = (page) => new URL(page.url()).pathname;

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    for (const slug of SLUGS) {
      test(`a visitor reads ${slug}, its history and a redline`, async () => {
        const { page, faults, close } = await visit(browser, server.url, { javaScriptEnabled });
        const versions = await versionsOf(slug);
        const inForce = versions.find((version) => version.status === "in force");
        const upcoming = versions.find((version) => version.status === "upcoming");

        await page.goto(`${server.url}/`);
        await follow(page.locator("main table").getByRole("link").and(page.locator(`[href="/policies/${slug}/"]`)));
        assert.equal(pathOf(page), `/policies/${slug}/`);
        assert.equal(await page.locator("h1").count(), 1);
        const title = (await page.locator("h1").innerText()).trim();
        const text = page.locator("article[data-policy-text]");
        assert.ok((await text.innerText()).length > 2000, "the text is on the page");
        assert.ok(await text.locator("h2").first().isVisible());
        const standing = await page.locator(".standing").innerText();
        assert.match(standing, /^Applies from \d+ \w+ \d{4}\.\s+From 1 March 2027 version 4\.0 replaces it\.$/);
        assert.equal(await page.locator(".badge").isVisible(), javaScriptEnabled, "a badge needs JavaScript");
        assert.ok(await page.getByRole("link", { name: `Read version ${upcoming.version}` }).isVisible());
        assert.ok((await page.locator(".proof").innerText()).includes(inForce.sha256), "the page shows the hash");

        await follow(page.getByRole("link", { name: "All versions" }));
        assert.equal(pathOf(page), `/policies/${slug}/history/`);
        const entries = page.locator(".timeline > li");
        assert.equal(await entries.count(), versions.length);
        assert.ok(versions.length >= 4, "three published versions and one upcoming");
        assert.match(await entries.first().innerText(), new RegExp(`Version ${upcoming.version.replace(".", "\\.")}`));

        const number = inForce.version;
        await follow(page.getByRole("link", { name: `See what changes (${number})` }));
        assert.equal(pathOf(page), `/policies/${slug}/v/${number}/changes/`);
        const redline = page.locator("article[data-redline]");
        assert.equal(await redline.count(), 1);
        assert.ok(await redline.locator("ins").first().isVisible());
        assert.ok((await redline.locator("del").count()) > 0);
        // Buttons need JavaScript, which may come after the page.
        await page.locator(".stepper").waitFor({ state: javaScriptEnabled ? "visible" : "hidden" });

        const jump = page.locator(".changed a").first();
        const target = await jump.getAttribute("href");
        await follow(jump);
        assert.equal(new URL(page.url()).hash, target);
        assert.ok(await page.locator(target).count(), `${target} is on the page`);

        await follow(page.locator(".pair a").last());
        assert.equal(pathOf(page), `/policies/${slug}/v/${number}/`);
        assert.equal((await page.locator("h1").innerText()).trim(), title);

        await follow(page.locator(".crumbs").getByRole("link", { name: "Policies", exact: true }));
        assert.equal(pathOf(page), "/policies/");
        assert.equal(await page.locator(".entries > li").count(), SLUGS.length);
        assert.deepEqual(await faults(), []);
        await close();
      });
    }

    test("a long text has its contents at hand on a phone", async () => {
      const { page, faults, close } = await visit(browser, server.url, {
        javaScriptEnabled, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true,
      });
      await page.goto(`${server.url}/policies/customerprivacypolicy/`);
      const entry = page.locator(".contents a").first();
      assert.equal(await entry.isVisible(), false);
      await page.locator(".contents summary").tap();
      await entry.tap();
      const heading = page.locator(new URL(page.url()).hash);
      assert.ok(await heading.evaluate((found) => Math.abs(found.getBoundingClientRect().top) < 200));
      assert.deepEqual(await faults(), []);
      await close();
    });
  });
}

test("the old address leads to the document", async () => {
  for (const old of ["/policy/enduserprivacypolicy/", "/policy/enduserprivacypolicy"]) {
    const reply = await fetch(server.url + old, { redirect: "manual" });
    assert.equal(reply.status, 301, old);
    assert.equal(reply.headers.get("location"), "/policies/enduserprivacypolicy/");
  }
  const { page, close } = await visit(browser, server.url);
  await page.goto(`${server.url}/policy/enduserprivacypolicy/`);
  assert.equal(pathOf(page), "/policies/enduserprivacypolicy/");
  assert.equal((await page.locator("h1").innerText()).trim(), "End user privacy policy");
  await close();
});

test("an address that is not there says so and leads on", async () => {
  const { page, close } = await visit(browser, server.url);
  const reply = await page.goto(`${server.url}/policies/customerprivacypolicy/v/9.9/`);
  assert.equal(reply.status(), 404);
  assert.match(await page.locator("h1").innerText(), /no such page/);
  assert.equal(await page.locator("link[rel=canonical]").count(), 0);
  await follow(page.locator("main").getByRole("link", { name: "Policies" }));
  assert.equal(pathOf(page), "/policies/");
  await close();
});

test("a downloaded text has the hash that the page and the manifest show", async () => {
  for (const slug of SLUGS) {
    for (const version of await versionsOf(slug)) {
      const bytes = Buffer.from(await (await fetched(new URL(version.text_url).pathname)).arrayBuffer());
      assert.equal(createHash("sha256").update(bytes).digest("hex"), version.sha256, `${slug} ${version.version}`);
    }
  }
});

// What a browser makes of the page, not what the generator meant: the words of an article, without our own additions.
const words = (page, selector, left) =>
  page.locator(selector).evaluate((article, left) => {
    const copy = article.cloneNode(true);
    for (const one of copy.querySelectorAll(left ? `[data-ui], ${left}` : "[data-ui]")) one.remove();
    return copy.textContent.replace(/\s+/g, "");
  }, left);

test("each redline holds both texts, whole", async () => {
  const { page, close } = await visit(browser, server.url);
  const opened = async (address, selector, left) => {
    await page.goto(server.url + address);
    return words(page, selector, left);
  };
  for (const slug of SLUGS) {
    const versions = await versionsOf(slug);
    for (let index = 1; index < versions.length; index += 1) {
      const [old, later] = [versions[index - 1], versions[index]].map((one) => new URL(one.url).pathname);
      const redline = new URL(versions[index].redline_url).pathname;
      const name = `${slug} ${versions[index].version}`;
      assert.equal(await opened(redline, "[data-redline]", "del"), await opened(later, "[data-policy-text]"), name);
      assert.equal(await opened(redline, "[data-redline]", "ins"), await opened(old, "[data-policy-text]"), name);
      await page.goto(server.url + redline);
      const empty = await page.locator("[data-redline] :is(ins, del)").evaluateAll((marks) =>
        marks.filter((mark) => {
          const copy = mark.cloneNode(true);
          for (const one of copy.querySelectorAll("[data-ui]")) one.remove();
          return copy.textContent === "" && !copy.querySelector("img, br, hr, input");
        }).length);
      assert.equal(empty, 0, `${name}: marks around nothing`);
    }
  }
  await close();
});
