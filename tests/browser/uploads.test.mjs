// A form with files in a real browser, with and without its script: chosen, chosen wrongly, chosen again, and arrived.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { DESK, PHONE, axe, follow, launch, overflow, serve, violations, visit } from "./harness.mjs";

const TYPED = {
  first_name: "Ada",
  surname: "Lovelace <b>",
  email: "ada@example.org",
  company: "Engines & Sons",
  address: "12 St James’s Square\nLondon",
  telephone: "0330 094 8080",
  description: "It stopped.\nThe end 👩‍🚀",
};

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const shot = { name: "Bild “1”.png", mimeType: "image/png", buffer: PNG };
const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Zeile\r\nmit ü\n") };

/** What the review asks of a reader, in milliseconds, and a little more. */
const READING = 2200;

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

const open = async (options = {}) => {
  const visited = await visit(browser, server.url, options);
  await visited.page.goto(`${server.url}/forms/support/`);
  for (const [name, value] of Object.entries(TYPED)) await visited.page.locator(`#v-${name}`).fill(value);
  await visited.page.getByLabel("App", { exact: true }).check();
  return visited;
};

const send = (page) => page.locator("form[method=post] button").first();
const input = (page) => page.locator("input[type=file]");

/** The newest mail: its text, and the bytes of its files. */
const newest = async () => {
  const list = await (await fetch(`${server.url}/_vellum/outbox/`)).text();
  const number = Math.max(0, ...[...list.matchAll(/href="(\d+)\/"/g)].map((found) => Number(found[1])));
  const page = await (await fetch(`${server.url}/_vellum/outbox/${number}/`)).text();
  const files = [];
  for (const [, at] of page.matchAll(/href="files\/(\d+)"/g)) {
    const reply = await fetch(`${server.url}/_vellum/outbox/${number}/files/${at}`);
    assert.equal(reply.headers.get("content-type"), "application/octet-stream");
    assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
    assert.match(reply.headers.get("content-disposition"), /^attachment; /);
    files.push(Buffer.from(await reply.arrayBuffer()));
  }
  return { number, page, files };
};

test("without JavaScript a file is asked for again, and another one is noticed", async () => {
  const before = (await newest()).number;
  const { page, close } = await open({ javaScriptEnabled: false });
  await page.locator("[name=email]").fill("ada@@example");
  await input(page).setInputFiles([shot, notes]);
  await follow(send(page));

  // A mistake elsewhere: the page says which files there were.
  assert.match(await page.locator("#v-attachment-lost").innerText(), /You chose Bild “1”\.png \(\d+ bytes\), notes\.txt \(14 bytes\)/);
  assert.match(await input(page).getAttribute("aria-describedby"), /v-attachment-lost/);
  await page.locator("[name=email]").fill(TYPED.email);

  // A program with the name of a picture.
  await input(page).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("MZ\x90\0") });
  await follow(send(page));
  assert.equal(await page.locator(".form-errors a").getAttribute("href"), "#v-attachment");
  assert.match(await page.locator("#v-attachment-error").innerText(), /“a\.png” cannot be sent here/);
  assert.equal(await input(page).getAttribute("aria-invalid"), "true");

  await input(page).setInputFiles([shot, notes]);
  await follow(send(page));
  assert.match(await page.locator("dl.given").innerText(), /Bild “1”\.png \(\d+ bytes\), notes\.txt \(14 bytes\)/);
  await page.waitForTimeout(READING);

  // The browser itself holds back a page without them; the way back is open.
  const address = page.url();
  const heading = await page.locator("h1").innerText();
  await follow(send(page));
  assert.equal(await page.locator("h1").innerText(), heading);
  assert.equal(page.url(), address);

  // Another file is read again.
  await input(page).setInputFiles([shot]);
  await follow(send(page));
  assert.match(await page.locator(".notices").innerText(), /not the one that you chose before/);
  await follow(page.locator("button[name=_back]"));
  assert.match(await page.locator("#v-attachment-lost").innerText(), /You chose Bild “1”\.png/);
  for (const [name, value] of Object.entries(TYPED)) assert.equal(await page.locator(`#v-${name}`).inputValue(), value);
  await input(page).setInputFiles([shot, notes]);
  await follow(send(page));
  await page.waitForTimeout(READING);
  assert.equal((await newest()).number, before);
  await input(page).setInputFiles([shot, notes]);
  await follow(send(page));
  await page.waitForURL(/\/forms\/support\/sent\?r=/);
  const mail = await newest();
  assert.equal(mail.number, before + 1);
  assert.deepEqual(mail.files, [PNG, notes.buffer]);
  assert.match(mail.page, /Attached file: Bild “1”\.png, \d+ bytes, SHA-256 [0-9a-f]{64}/);
  await close();
});

test("with JavaScript a file stays chosen and goes at once", async () => {
  const before = (await newest()).number;
  const { page, faults, close } = await open();
  await input(page).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("MZ\x90\0") });
  await follow(send(page));
  await page.locator("#v-attachment-error").waitFor();
  assert.match(await page.locator("#v-attachment-error").innerText(), /“a\.png” cannot be sent here/);
  await input(page).setInputFiles([notes, shot]);
  await follow(send(page));
  await page.locator(".reference strong").waitFor();
  const mail = await newest();
  assert.equal(mail.number, before + 1);
  assert.deepEqual(mail.files, [notes.buffer, PNG]);
  assert.deepEqual((await faults()).filter((one) => !/status of 422/.test(one)), []);
  await close();
});

describe("fields for files are accessible", () => {
  const inspect = async (page) => {
    for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE, "400% zoom": { width: 320, height: 256 } })) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await overflow(page), [], size);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], `${size}, ${colorScheme}`);
      }
    }
  };

  test("the form, its mistakes and the review", async () => {
    const { page, context, close } = await visit(browser, server.url);
    await context.addInitScript({ content: axe });
    await context.route("**/form-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await page.goto(`${server.url}/forms/support/`);
    assert.ok((await input(page).boundingBox()).height >= 44, "what is pressed is large enough");
    await inspect(page);
    for (const [name, value] of Object.entries(TYPED)) await page.locator(`#v-${name}`).fill(value);
    await input(page).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("MZ") });
    await follow(send(page));
    await inspect(page);
    await page.getByLabel("App", { exact: true }).check();
    await input(page).setInputFiles([shot]);
    await follow(send(page));
    await page.locator("dl.given").waitFor();
    await inspect(page);
    if (process.env.SCREENSHOTS) {
      await page.setViewportSize(DESK);
      await page.emulateMedia({ colorScheme: "light" });
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/review.png`, fullPage: true });
      await page.goto(`${server.url}/forms/support/`);
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/form.png`, fullPage: true });
    }
    await close();
  });
});
