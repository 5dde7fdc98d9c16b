// The way of a form with its script: sent without leaving the page, mistakes and failures told in place, one mail whatever
// happens; and what becomes of it where the script cannot do its work.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";

import { DESK, PHONE, TODAY, axe, binary, freePort, launch, overflow, relay, serve, violations, visit } from "./harness.mjs";

const TYPED = {
  first_name: "Ada",
  surname: "Lovelace <b>",
  email: "ada@example.org",
  company: "Engines & Sons",
  address: "12 St James’s Square\nLondon",
  telephone: "0330 094 8080",
  message: "A first line\n.\nThe end 👩‍🚀",
};

/** A mail server that does as it is told: "takes" mails, "refuses" them, "vanishes" after the text, or "dawdles". */
async function mailServer() {
  const state = { does: "takes", mails: [] };
  const server = createServer((socket) => {
    let text = "";
    let data = false;
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
      for (;;) {
        const end = text.indexOf(data ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + (data ? 5 : 2));
        if (data) {
          data = false;
          if (state.does === "vanishes") return socket.destroy();
          if (state.does === "refuses") say("554 no");
          else {
            state.mails.push(line);
            setTimeout(() => say("250 taken"), state.does === "dawdles" ? 1500 : 0);
          }
        } else if (/^DATA/i.test(line)) {
          data = true;
          say("354 go on");
        } else say(/^QUIT/i.test(line) ? "221 bye" : "250 ok");
      }
    });
    say("220 test");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { state, url: `smtp://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

let mail;
let desk;
let browser;
before(async () => {
  mail = await mailServer();
  [desk, browser] = await Promise.all([relay(mail.url), launch()]);
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  mail?.stop();
});

const fill = async (page, values = TYPED) => {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
};

const typed = async (page) => {
  const values = {};
  for (const name of Object.keys(TYPED)) values[name] = await page.locator(`[name=${name}]`).inputValue();
  return values;
};

const send = (page) => page.locator("form[method=post] button").first();

/** A form that is open, with a count of the pages that were loaded and of the POSTs that were made. */
async function open(options = {}, url = desk.url, form = "enquiry") {
  mail.state.does = "takes";
  mail.state.mails.length = 0;
  const visited = await visit(browser, url, options);
  const { page, context } = visited;
  await context.addInitScript({ content: axe });
  const count = { loads: 0, posts: 0 };
  page.on("load", () => (count.loads += 1));
  page.on("request", (request) => (count.posts += request.method() === "POST" ? 1 : 0));
  await page.goto(`${url}/forms/${form}/`);
  return { ...visited, count };
}

/** What must not happen, but for the icon that a relay does not have and the states that are tested. */
const unexpected = async (faults, ...known) =>
  (await faults()).filter((one) => !/favicon\.ico$/.test(one) && !known.some((part) => one.includes(part)));

const sent = (page) => page.locator("h1", { hasText: "Thank you" }).waitFor();
const failed = (page) => page.locator(".form-failed").waitFor();

/** A page as it is now, on every screen, light and dark. */
const inspect = async (page) => {
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE, zoom: { width: 320, height: 256 } })) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await overflow(page), [], size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${size}, ${colorScheme}`);
    }
  }
};

test("a form is sent without leaving the page, once", async () => {
  const { page, faults, count, close } = await open();
  assert.equal(await send(page).innerText(), "Send");
  await fill(page);
  await send(page).click();
  await sent(page);
  assert.equal(page.url(), `${desk.url}/forms/enquiry/`);
  assert.deepEqual(count, { loads: 1, posts: 1 });
  assert.equal(mail.state.mails.length, 1);
  const reference = await page.locator(".reference strong").innerText();
  assert.match(reference, /^[0-9A-F]{5}-[0-9A-F]{5}$/);
  assert.ok(mail.state.mails[0].includes(reference), "the mail names the same reference");
  assert.match(await page.title(), /^Thank you – Make an enquiry – /);
  assert.equal(await page.evaluate(() => document.activeElement.localName), "h1", "the thanks are read");
  assert.equal(await page.locator("[role=status]").count(), 1);
  assert.match(await page.locator("main").innerText(), /We normally answer within one working day\./);
  await inspect(page);
  assert.deepEqual(await unexpected(faults), []);
  await close();
});

test("with the keyboard alone, on a phone, a mistake is found, mended, and the form sent", async () => {
  const { page, faults, count, close } = await open({ viewport: PHONE });
  await page.locator("[name=first_name]").focus();
  for (const value of Object.values({ ...TYPED, email: "ada@@example", address: "12 Square", message: "Hello" })) {
    await page.keyboard.type(value);
    await page.keyboard.press("Tab");
  }
  // From the message over two boxes to the button.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.type), "submit");
  await page.keyboard.press("Enter");
  await page.locator(".form-errors").waitFor();
  assert.equal(await page.locator(".form-errors:focus").count(), 1, "what is wrong is read first");
  assert.match(await page.title(), /^Error: Make an enquiry/);
  const email = page.locator("[name=email]");
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  const told = (await email.getAttribute("aria-describedby")).split(" ");
  assert.match(await page.locator(`#${told.at(-1)}`).innerText(), /takes an email address/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.name), "email", "the link leads to the field");
  await inspect(page);
  await page.setViewportSize(PHONE);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(TYPED.email);
  await page.keyboard.press("Enter");
  await sent(page);
  assert.deepEqual(count, { loads: 1, posts: 2 });
  assert.equal(mail.state.mails.length, 1);
  assert.deepEqual(await unexpected(faults, "status of 422"), []);
  await close();
});

test("mistakes in choices are told at their group, and gone when they are mended", async () => {
  const { page, close } = await open({}, desk.url, "data-request");
  await send(page).click();
  await page.locator(".form-errors").waitFor();
  assert.equal(await page.locator(".form-errors li").count(), await page.locator(".field.wrong").count());
  for (const link of await page.locator(".form-errors a").all()) {
    assert.equal(await page.locator(await link.getAttribute("href")).count(), 1);
  }
  await inspect(page);
  await page.setViewportSize(DESK);
  await fill(page, { first_name: "Ada", surname: "L" });
  await page.getByLabel("Delete what you hold about me").check();
  await page.getByLabel("By email").check();
  await send(page).click();
  await page.locator(".form-errors:focus li", { hasText: "Email" }).waitFor();
  for (const mark of [".form-errors li", ".error", ".wrong", "[aria-invalid]", "[aria-describedby*=error]"]) {
    assert.equal(await page.locator(mark).count(), 1, mark);
  }
  await page.locator("[name=email]").fill("a@example.org");
  await send(page).click();
  await sent(page);
  assert.match(mail.state.mails[0], /Subject: Data request: Delete what you hold about me/);
  await close();
});

test("a server that fails: told in place, everything is there, and sent again it is one mail", async () => {
  const { page, faults, count, close } = await open();
  await fill(page);
  mail.state.does = "refuses";
  await send(page).click();
  await failed(page);
  assert.equal(await page.locator(".form-failed:focus").count(), 1);
  assert.match(await page.locator(".form-failed").innerText(), /did not go through\.\s+Our mail server did not accept it\./);
  assert.deepEqual(await typed(page), TYPED);
  const link = await page.locator(".form-failed a").getAttribute("href");
  assert.match(link, /^mailto:support@pipcall\.com\?subject=Make%20an%20enquiry&body=First%20name%3A%20Ada%0D%0A/);
  await inspect(page);
  await page.setViewportSize(DESK);
  await page.locator(".form-failed button").click();
  await failed(page);
  mail.state.does = "takes";
  await page.locator(".form-failed button").click();
  await sent(page);
  assert.equal(mail.state.mails.length, 1);
  assert.equal(count.loads, 1);
  assert.deepEqual(await unexpected(faults, "status of 503"), []);
  await close();
});

test("a mail that nobody can tell of: said so, and the same Message-ID when it is sent again", async () => {
  const { page, close } = await open();
  await fill(page);
  mail.state.does = "vanishes";
  await send(page).click();
  await failed(page);
  assert.match(await page.locator(".form-failed").innerText(), /We cannot tell whether your message went through\./);
  assert.deepEqual(await typed(page), TYPED);
  mail.state.does = "takes";
  await page.locator(".form-failed button").click();
  await sent(page);
  assert.equal(mail.state.mails.length, 1);
  await close();
});

test("an answer that is lost on its way: the truth is told, and sent again it is still one mail", async () => {
  const { page, close } = await open();
  await fill(page);
  let lost = 0;
  await page.route("**/forms/enquiry", async (route) => {
    if (route.request().method() !== "POST" || lost++) return route.continue();
    await route.fetch(); // It arrives; the answer does not.
    await route.abort("connectionreset");
  });
  await send(page).click();
  await failed(page);
  assert.match(await page.locator(".form-failed").innerText(), /We cannot tell .*\s+The connection broke before we had an answer\./);
  assert.equal(mail.state.mails.length, 1);
  await page.locator(".form-failed button").click();
  await sent(page);
  assert.equal(mail.state.mails.length, 1, "the same nonce is the same mail");
  await close();
});

test("without a connection nothing is sent, and it is said so", async () => {
  const { page, context, count, close } = await open();
  await fill(page);
  await context.setOffline(true);
  await send(page).click();
  await failed(page);
  assert.match(await page.locator(".form-failed").innerText(), /did not go through\.\s+Our server cannot be reached from here/);
  assert.equal(count.posts, 0);
  await inspect(page);
  await context.setOffline(false);
  await page.locator(".form-failed button").click();
  await sent(page);
  assert.equal(mail.state.mails.length, 1);
  await close();
});

test("a relay that is not there: nobody is led to an empty page", async () => {
  const { page, count, close } = await open();
  await page.route("**/forms/enquiry/**", (route) => route.abort("connectionrefused"));
  await fill(page, { ...TYPED, message: "\ud83d" });
  await send(page).click();
  await failed(page);
  assert.match(await page.locator(".form-failed").innerText(), /Our server cannot be reached from here/);
  assert.deepEqual(count, { loads: 1, posts: 0 });
  await page.unroute("**/forms/enquiry/**");
  await page.locator("[name=message]").fill("Hello");
  await page.locator(".form-failed button").click();
  await sent(page);
  assert.equal(mail.state.mails.length, 1);
  await close();
});

test("what was changed after a failure is another mail, and needs no review", async () => {
  const { page, count, close } = await open();
  await fill(page);
  mail.state.does = "refuses";
  await send(page).click();
  await failed(page);
  mail.state.does = "takes";
  await page.locator("[name=company]").fill("Engines & Daughters");
  await send(page).click();
  await sent(page);
  assert.equal(count.loads, 1);
  assert.match(mail.state.mails[0], /Daughters/);
  await close();
});

test("a double click, and Enter held down, are one request and one mail", async () => {
  const { page, count, close } = await open();
  await fill(page);
  mail.state.does = "dawdles";
  await send(page).dblclick();
  await page.locator("[role=status]", { hasText: "Sending" }).waitFor();
  await page.locator("[name=company]").press("Enter");
  await page.waitForTimeout(2200);
  await send(page).click();
  await sent(page);
  assert.deepEqual(count, { loads: 1, posts: 1 });
  assert.equal(mail.state.mails.length, 1);
  await close();
});

describe("where the script cannot do its work, the form is read once more before it goes", () => {
  const reviewed = async (page) => {
    await page.locator("h1", { hasText: "Read it once more" }).waitFor();
    assert.match(await page.locator("dl.given").innerText(), /Engines & Sons/);
    assert.equal(mail.state.mails.length, 0);
    await page.waitForTimeout(2200);
    await send(page).click();
    await page.waitForURL(/\/sent\?r=/);
    assert.equal(mail.state.mails.length, 1);
  };

  test("the challenge is not answered", async () => {
    const { page, close } = await open();
    await page.route("**/challenge", (route) => route.abort());
    await fill(page);
    await send(page).click();
    await reviewed(page);
    await close();
  });

  test("the worker is not there", async () => {
    const { page, close } = await open();
    await page.route("**/form-work-*.js", (route) => route.abort());
    await fill(page);
    await send(page).click();
    await reviewed(page);
    await close();
  });

  test("a browser filled in the field that people leave empty", async () => {
    const { page, count, close } = await open();
    await fill(page);
    await page.locator("[name=website_url]").evaluate((one) => (one.value = "https://example.org"));
    await send(page).click();
    await reviewed(page);
    assert.ok(count.loads > 1);
    await close();
  });

  test("without JavaScript", async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    assert.equal(await send(page).innerText(), "Continue");
    await fill(page);
    await send(page).click();
    await reviewed(page);
    await close();
  });
});

test("the page of a site on one host sends to a relay on another", async () => {
  const port = await freePort();
  const site = `http://127.0.0.1:${port}`;
  const change = (text, url) => text.replace(/^base_url: .*$/m, `base_url: ${site}`).replace(/^relay:$/m, `relay:\n  url: ${url}`);
  const away = await relay(mail.url, change);
  const out = path.join(away.root, "out");
  execFileSync(binary(), ["--root", away.root, "--as-of", TODAY, "build", "--out", out], { stdio: "pipe" });
  const policy = readFileSync(path.join(out, "_headers"), "utf8").match(/Content-Security-Policy: (.*)/)[1];
  const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
  const host = createHttp((request, response) => {
    const file = path.join(out, request.url.endsWith("/") ? `${request.url}index.html` : request.url);
    try {
      const bytes = readFileSync(file);
      response.writeHead(200, { "Content-Security-Policy": policy, "Content-Type": kinds[path.extname(file)] ?? "text/plain" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => host.listen(port, "127.0.0.1", resolve));
  try {
    const { page, faults, count, close } = await open({}, site);
    await fill(page, { ...TYPED, email: "ada@@example" });
    await send(page).click();
    await page.locator(".form-errors").waitFor();
    await page.locator("[name=email]").fill(TYPED.email);
    mail.state.does = "refuses";
    await send(page).click();
    await failed(page);
    mail.state.does = "takes";
    await page.locator(".form-failed button").click();
    await sent(page);
    assert.deepEqual(count, { loads: 1, posts: 3 });
    assert.equal(page.url(), `${site}/forms/enquiry/`);
    assert.equal(mail.state.mails.length, 1);
    assert.deepEqual(await unexpected(faults, "status of", `request to ${away.url}/forms/enquiry`, "favicon"), []);
    await close();
  } finally {
    host.close();
    await away.stop();
  }
});

test("the development server shows the same way, and the mail is in the outbox", async () => {
  const server = await serve();
  try {
    const { page, faults, count, close } = await open({}, server.url);
    await fill(page);
    await send(page).click();
    await sent(page);
    assert.deepEqual(count, { loads: 1, posts: 1 });
    assert.match(await (await fetch(`${server.url}/_vellum/outbox/1/source`)).text(), /^Reply-To: ada@example\.org\r$/m);
    assert.deepEqual(await unexpected(faults), []);
    await close();
  } finally {
    await server.stop();
  }
});
