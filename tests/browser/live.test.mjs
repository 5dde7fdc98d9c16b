// The editor's desk: a saved change shows in the open page; a mistake is told over the last good page until it is mended.

import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { copyOfSite, launch, serve, visit } from "./harness.mjs";

let site;
let server;
let browser;
before(async () => {
  site = await copyOfSite();
  server = await serve(site.root);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await site?.remove();
});

const ABOUT = "content/about.md";
const panel = "[data-vellum-errors]";
const text = (name) => readFile(path.join(site.root, name), "utf8");

/** Saves as editors do: a new file beside the old one, then a rename over it. */
async function save(name, words) {
  const target = path.join(site.root, name);
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.swp~`);
  await writeFile(beside, words);
  await rename(beside, target);
}

test("a saved page shows without a hand on the browser", async () => {
  const { page, faults, close } = await visit(browser, server.url);
  await page.goto(`${server.url}/about/`);
  const before = await text(ABOUT);
  await save(ABOUT, `${before}\nA sentence of this minute.\n`);
  await page.getByText("A sentence of this minute.").waitFor();
  await save(ABOUT, before);
  await page.getByText("A sentence of this minute.").waitFor({ state: "detached" });
  assert.deepEqual(await faults(), []);
  await close();
});

test("a changed style shows too", async () => {
  const { page, close } = await visit(browser, server.url);
  await page.goto(`${server.url}/about/`);
  const name = "themes/default/assets/vellum.css";
  const before = await text(name);
  await save(name, `${before}\nh1 { color: rgb(1, 2, 3) !important; }\n`);
  await page.waitForFunction(() => getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)");
  await save(name, before);
  await page.waitForFunction(() => getComputedStyle(document.querySelector("h1")).color !== "rgb(1, 2, 3)");
  await close();
});

test("a mistake is told over the last good page, and goes when it is mended", async () => {
  const { page, faults, close } = await visit(browser, server.url);
  await page.goto(`${server.url}/about/`);
  const heading = await page.locator("h1").innerText();
  const before = await text(ABOUT);
  await save(ABOUT, before.replace("title: About this site", "titel: About this site"));
  await page.locator(panel).waitFor();
  const told = await page.locator(panel).innerText();
  assert.match(told, /error\[V\d+\]/);
  assert.match(told, /content\/about\.md:2:1/);
  assert.match(told, /titel/);
  assert.equal(await page.locator("h1").innerText(), heading, "the last good page stays");
  assert.equal(await page.locator(panel).getAttribute("role"), "alert");

  await page.goto(`${server.url}/policies/`);
  await page.locator(panel).waitFor();
  assert.equal(await page.locator(".entries > li").count(), 3, "the whole last good site stays");
  await page.locator(panel).getByRole("button", { name: "Hide" }).click();
  assert.equal(await page.locator(panel).count(), 0);

  await page.goto(`${server.url}/about/`);
  await page.locator(panel).waitFor();
  await save(ABOUT, `${before}\nMended now.\n`);
  await page.getByText("Mended now.").waitFor();
  assert.equal(await page.locator(panel).count(), 0);
  await save(ABOUT, before);
  await page.getByText("Mended now.").waitFor({ state: "detached" });
  assert.deepEqual(await faults(), []);
  await close();
});

test("a changed published text is told with the words", async () => {
  const { page, close } = await visit(browser, server.url);
  const name = "content/policies/customerprivacypolicy/versions/2.0.md";
  await page.goto(`${server.url}/policies/customerprivacypolicy/v/2.0/`);
  const good = await page.locator("[data-policy-text]").innerText();
  const before = await text(name);
  const at = before.lastIndexOf("12 months");
  assert.ok(at > before.indexOf("\n---\n"), "the words stand in the body");
  await save(name, `${before.slice(0, at)}13 months${before.slice(at + 9)}`);
  await page.locator(panel).waitFor();
  assert.match(await page.locator(panel).innerText(), /V204[^]*versions\/2\.0\.md/);
  assert.equal(await page.locator("[data-policy-text]").innerText(), good);
  await save(name, before);
  await page.locator(panel).waitFor({ state: "detached" });
  await close();
});
