// The way of an enquiry in a real browser, without JavaScript and where only the form's script did not come: a mistake, its
// correction, the review, the way back, sending twice. Nothing that was typed is lost, and one mail arrives. The way with the
// script is in way.test.mjs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { DESK, PHONE, axe, follow, launch, overflow, relayWithoutMail, serve, violations, visit } from "./harness.mjs";

const TYPED = {
  first_name: "Ada",
  surname: "Lovelace <b>",
  email: "ada@example.org",
  company: "Engines & Sons",
  address: "12 St James’s Square\nLondon",
  telephone: "0330 094 8080",
  message: "\nA first line\n  and a second, with “quotes”.\n\n.\nThe end 👩‍🚀",
};

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

const fill = async (page, values) => {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
};

const typed = async (page) => {
  const values = {};
  for (const name of Object.keys(TYPED)) values[name] = await page.locator(`[name=${name}]`).inputValue();
  return values;
};

const outbox = async () => {
  const text = await (await fetch(`${server.url}/_vellum/outbox/`)).text();
  return [...text.matchAll(/href="(\d+)\/"/g)].map((found) => Number(found[1]));
};

const source = async (number) => (await fetch(`${server.url}/_vellum/outbox/${number}/source`)).text();

/** The button that sends, whatever its words. */
const send = (page) => page.locator("form[method=post] button").first();

/** A page whose form's script does nothing. */
const plainly = async (url, options = {}) => {
  const visited = await visit(browser, url, options);
  await visited.context.route("**/form-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  return visited;
};

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "without the form's script" : "without JavaScript", () => {
    test("an enquiry: a mistake, its correction, the review, the way back, sent twice", async () => {
      const before = (await outbox()).length;
      const { page, faults, close } = await plainly(server.url, { javaScriptEnabled });
      await page.goto(`${server.url}/forms/enquiry/`);
      assert.equal(await page.locator("[name=marketing]").isChecked(), false, "a consent is never ticked beforehand");
      await fill(page, { ...TYPED, email: "ada@@example" });
      await page.locator("[name=free_trial]").check();
      await follow(send(page));

      // The mistake is named, linked to its field, and everything is there.
      assert.match(await page.title(), /^Error: /);
      const wrong = page.locator(".form-errors a");
      assert.equal(await wrong.count(), 1);
      assert.equal(await wrong.getAttribute("href"), "#v-email");
      assert.equal(await page.locator(".form-errors:focus").count(), 1, "what is wrong is read first");
      assert.equal(await page.locator("[name=email]").getAttribute("aria-invalid"), "true");
      assert.deepEqual(await typed(page), { ...TYPED, email: "ada@@example" });
      assert.equal(await page.locator("[name=free_trial]").isChecked(), true);
      await wrong.click();
      await page.locator("[name=email]").fill(TYPED.email);
      await follow(send(page));

      // The review shows what will be sent; nothing was sent yet.
      const shown = await page.locator("dl.given").innerText();
      for (const value of Object.values(TYPED)) {
        for (const line of value.split("\n")) assert.ok(shown.includes(line.trim()), line);
      }
      assert.equal((await outbox()).length, before);

      // The way back keeps everything, and a change is read again.
      await follow(page.locator("button[name=_back]"));
      assert.deepEqual(await typed(page), TYPED);
      assert.equal(await page.locator("[name=free_trial]").isChecked(), true);
      await page.locator("[name=company]").fill("Engines & Daughters");
      await follow(send(page));
      assert.match(await page.locator("dl.given").innerText(), /Engines & Daughters/);
      await page.waitForTimeout(READING);

      // Sent, once; the same submission from another window is the same mail.
      const again = await page.locator("form[method=post] input").evaluateAll((all) => all.map((one) => [one.name, one.value]));
      await follow(send(page));
      await page.waitForURL(/\/forms\/enquiry\/sent\?r=/);
      const reference = await page.locator(".reference strong").innerText();
      const body = new URLSearchParams(again);
      const twice = await fetch(`${server.url}/forms/enquiry`, { method: "POST", body, redirect: "manual" });
      assert.equal(twice.status, 303);
      assert.equal(new URL(twice.headers.get("location"), server.url).href, page.url());
      assert.ok(page.url().includes(reference));
      const mails = await outbox();
      assert.equal(mails.length, before + 1);
      const mail = await source(mails[0]);
      assert.match(mail, /^Reply-To: ada@example\.org\r$/m);
      assert.match(mail, /^X-Vellum-Policy: customerprivacypolicy@3\.1;/m);
      assert.match(mail, /^X-Vellum-Delete-By: 2027-11-23\r$/m);
      assert.deepEqual(await faults().then((all) => all.filter((one) => !/status of 422/.test(one))), []);
      await close();
    });
  });
}

test("a double click is one mail", async () => {
  const before = (await outbox()).length;
  const { page, close } = await plainly(server.url);
  await page.goto(`${server.url}/forms/enquiry/`);
  await fill(page, TYPED);
  await follow(send(page));
  await page.waitForTimeout(READING);
  await send(page).dblclick();
  await page.waitForURL(/\/forms\/enquiry\/sent\?r=/);
  assert.equal((await outbox()).length, before + 1);
  await close();
});

test("a field that people do not see, filled in by a browser, loses nothing", async () => {
  const { page, close } = await visit(browser, server.url, { javaScriptEnabled: false });
  await page.goto(`${server.url}/forms/complaint/`);
  await fill(page, { first_name: "Ada", surname: "L", email: "a@example.org", what_happened: "It broke." });
  const trap = page.locator("[name=website_url]");
  assert.equal(await trap.getAttribute("tabindex"), "-1");
  const box = await trap.boundingBox();
  assert.ok(!box || box.x < 0 || box.y < 0 || box.width * box.height <= 1, "nobody sees it");
  await trap.evaluate((one) => (one.value = "https://example.org"));
  await follow(send(page));
  assert.match(await page.locator("dl.given").innerText(), /It broke\./);
  await page.waitForTimeout(READING);
  await follow(send(page));
  await page.waitForURL(/\/forms\/complaint\/sent\?r=/);
  await close();
});

test("choices keep what was chosen, and the mail says it in words", async () => {
  const { page, close } = await visit(browser, server.url, { javaScriptEnabled: false });
  await page.goto(`${server.url}/forms/data-request/`);
  await follow(send(page));
  assert.ok((await page.locator(".form-errors li").count()) >= 4);
  await fill(page, { first_name: "Ada", surname: "L", email: "a@example.org" });
  await page.getByLabel("Delete what you hold about me").check();
  await page.getByLabel("By email").check();
  await page.getByLabel("By telephone").check();
  await follow(send(page));
  assert.match(await page.locator("dl.given").innerText(), /Delete what you hold about me/);
  assert.match(await page.locator("dl.given").innerText(), /By email, By telephone/);
  await page.waitForTimeout(READING);
  await follow(send(page));
  await page.waitForURL(/\/sent\?r=/);
  const [newest] = await outbox();
  assert.match(await source(newest), /^Subject: Data request: Delete what you hold about me\r$/m);
  await close();
});

test("a mail server that is not there: nobody says that it was sent, and everything is given back", async () => {
  const relay = await relayWithoutMail();
  try {
    const { page, faults, close } = await visit(browser, relay.url, { javaScriptEnabled: false });
    await page.goto(`${relay.url}/forms/enquiry/`);
    await fill(page, TYPED);
    await follow(send(page));
    for (let once = 0; once < 2; once += 1) {
      await page.waitForTimeout(READING);
      const [reply] = await Promise.all([page.waitForNavigation(), send(page).click()]);
      assert.equal(reply.status(), 503);
      assert.match(await page.locator("main").innerText(), /Your message did not go through\./);
      const shown = await page.locator("dl.given").innerText();
      for (const value of Object.values(TYPED)) {
        for (const line of value.split("\n")) assert.ok(shown.includes(line.trim()), line);
      }
    }
    assert.match(await page.locator(".send a").getAttribute("href"), /^mailto:support@pipcall\.com\?subject=Make%20an%20enquiry&body=/);
    await follow(page.locator("button[name=_back]"));
    assert.deepEqual(await typed(page), TYPED);
    // A relay has no icon; browsers ask for one by themselves.
    assert.deepEqual((await faults()).filter((one) => !/status of 503|favicon\.ico$/.test(one)), []);
    await close();
  } finally {
    await relay.stop();
  }
});

describe("what a form answers is accessible", () => {
  /** A page as it is now: on every screen, light and dark, and in colours that the reader chose. */
  const inspect = async (page) => {
    await page.waitForLoadState();
    const sizes = { desk: DESK, phone: PHONE, "400% zoom": { width: 320, height: 256 } };
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await overflow(page), [], size);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], `${size}, ${colorScheme}`);
      }
    }
  };

  const open = async (url) => {
    const visited = await plainly(url);
    await visited.context.addInitScript({ content: axe });
    return visited;
  };

  test("mistakes, review, sent", async () => {
    const { page, close } = await open(server.url);
    await page.goto(`${server.url}/forms/data-request/`);
    await follow(send(page));
    assert.equal(await page.locator(".field.wrong").count(), 5);
    await inspect(page);
    await page.goto(`${server.url}/forms/enquiry/`);
    await fill(page, { ...TYPED, message: `${"word ".repeat(300)}${"x".repeat(300)}` });
    await follow(send(page));
    await inspect(page);
    await page.waitForTimeout(READING);
    await follow(send(page));
    await page.waitForURL(/\/sent\?r=/);
    await inspect(page);
    await close();
  });

  test("not sent", async () => {
    const relay = await relayWithoutMail();
    try {
      const { page, close } = await open(relay.url);
      await page.goto(`${relay.url}/forms/enquiry/`);
      await fill(page, TYPED);
      await follow(send(page));
      await page.waitForTimeout(READING);
      await Promise.all([page.waitForNavigation(), send(page).click()]);
      await inspect(page);
      await close();
    } finally {
      await relay.stop();
    }
  });

  test("what is pressed is large enough, and a mistake is not told by colour alone", async () => {
    const { page, close } = await plainly(server.url, { viewport: PHONE, forcedColors: "active" });
    await page.goto(`${server.url}/forms/data-request/`);
    await follow(send(page));
    const low = await page.locator("form").first().evaluate((form) =>
      [...form.querySelectorAll(".field > input, .field > textarea, .tick, button")]
        .filter((one) => one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML));
    assert.deepEqual(low, []);
    const sign = await page.locator(".error").first().evaluate((one) => getComputedStyle(one, "::before").content);
    assert.match(sign, /^"!"/);
    await close();
  });
});

test("the outbox shows each mail as text, as HTML and as it is sent", async () => {
  const { page, faults, close } = await visit(browser, server.url);
  await page.goto(`${server.url}/_vellum/outbox/`);
  await follow(page.locator("td a").first());
  assert.match(await page.locator("pre").first().innerText(), /This message was sent with the form/);
  const frame = page.frameLocator("iframe");
  assert.match(await frame.locator("body").innerText(), /This message was sent with the form/);
  assert.match(await page.locator("pre").nth(1).innerText(), /^From: /m);
  assert.deepEqual(await faults(), []);
  await close();
});
