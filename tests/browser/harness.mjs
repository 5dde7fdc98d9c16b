// What the browser tests share: the program under test, a browser, and pages that are watched.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

/** The repository, which is the sample site. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The day that the tests take for today. On 1 March 2027 each document's upcoming version takes over. */
export const TODAY = "2026-11-23";

export const SLUGS = ["customerprivacypolicy", "endusertermsandconditions", "enduserprivacypolicy"];

/** One address for each kind of page of the sample. */
export const KINDS = {
  home: "/",
  page: "/about/",
  policies: "/policies/",
  policy: "/policies/customerprivacypolicy/",
  terms: "/policies/endusertermsandconditions/",
  version: "/policies/customerprivacypolicy/v/1.0/",
  upcoming: "/policies/customerprivacypolicy/v/4.0/",
  redline: "/policies/customerprivacypolicy/v/3.0/changes/",
  "redline-moves": "/policies/endusertermsandconditions/v/3.0/changes/",
  since: "/policies/customerprivacypolicy/v/2.0/since/",
  history: "/policies/customerprivacypolicy/history/",
  draft: "/policies/enduserprivacypolicy/draft/",
  "draft-changes": "/policies/enduserprivacypolicy/draft/changes/",
  form: "/forms/enquiry/",
  "form-choices": "/forms/data-request/",
  missing: "/no/such/page/",
};

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** The binary under test: `VELLUM_BIN`, else the debug build. */
export function binary() {
  if (process.env.VELLUM_BIN) return path.resolve(process.env.VELLUM_BIN);
  const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1", "--locked"], { cwd: ROOT });
  return path.join(JSON.parse(metadata).target_directory, "debug", "vellum");
}

/** Runs the program to its end and returns its standard output. */
export function vellum(...args) {
  return execFileSync(binary(), args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Starts `vellum serve` on a free port and waits until it answers. */
export const serve = (root = ROOT) => listening(["--root", root, "--as-of", TODAY, "serve", "--port", "0"]);

/** Starts `vellum relay` for a copy of the sample site, with a mail server that is not there. */
export const relayWithoutMail = async () => relay(`smtp://127.0.0.1:${await freePort()}`);

/**
 * Starts `vellum relay` for a copy of the sample site, with a mail server. `change` is given the settings and the relay's
 * address, and says what the settings are instead; without it the site's own address is the relay's.
 */
export async function relay(smtp, change = (text, url) => text.replace(/^base_url: .*$/m, `base_url: ${url}`)) {
  const { root, remove } = await copyOfSite();
  const port = await freePort();
  const settings = path.join(root, "site.yaml");
  // One address sends for all visitors of a test.
  const patient = (await readFile(settings, "utf8")).replace(/^relay:$/m, "relay:\n  limits: {per_address: 1000000/h}");
  await writeFile(settings, change(patient, `http://127.0.0.1:${port}`));
  const args = ["--root", root, "--as-of", TODAY, "relay", "--listen", `127.0.0.1:${port}`];
  const { url, stop } = await listening(args, { VELLUM_SMTP: smtp });
  return { url, root, stop: () => stop().finally(remove) };
}

/** A port that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function listening(args, env = {}) {
  const child = spawn(binary(), args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let told = "";
  child.stderr.on("data", (piece) => (told += piece));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the program did not answer in time:\n${told}`)), 60_000);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = line.match(/^listening on (http:\S+)$/);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1].replace(/\/$/, ""));
    });
    ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`the program ended with ${code}:\n${told}`));
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(late);
  };
  return { url, stop };
}

/** Starts the browser that the system has. */
export function launch() {
  const given = process.env.CHROMIUM;
  const executablePath = given ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((one) => existsSync(one));
  if (!executablePath) throw new Error("no Chromium found: install the package chromium, or set CHROMIUM to its path");
  const args = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ];
  return chromium.launch({ executablePath, headless: true, args });
}

/**
 * A page in a context of its own that notes what must not happen: a request to another origin, an error on the
 * console, an exception, a cookie. `faults()` lists them; `options` are those of a browser context.
 */
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: DESK, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  context.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`)) faults.push(`request to ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  const all = async () => {
    const cookies = await context.cookies();
    return [...faults, ...cookies.map((cookie) => `cookie ${cookie.name}`)];
  };
  return { page, context, faults: all, close: () => context.close() };
}

/** Presses what may lead to another page, and waits until that page is whole, its style too. */
export async function follow(pressed) {
  await pressed.click();
  await pressed.page().waitForLoadState();
}

/** The checker of accessibility, to be put into pages: `context.addInitScript({ content: axe })`. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** What the checker has against a page. */
export async function violations(page) {
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), TAGS);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`));
}

/** What makes a page scroll sideways. */
export const overflow = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
    return [`${wide} pixels too wide`, ...out.slice(-3).map((one) => one.outerHTML.slice(0, 160))];
  });

/** A new folder, and what removes it. */
export async function folder() {
  const made = await mkdtemp(path.join(tmpdir(), "vellum-browser-"));
  return { made, remove: () => rm(made, { recursive: true, force: true }) };
}

/** A copy of the sample site that a test may change. */
export async function copyOfSite() {
  const { made, remove } = await folder();
  for (const part of ["site.yaml", "content", "themes", "static", "forms"]) {
    const source = path.join(ROOT, part);
    if (existsSync(source)) await cp(source, path.join(made, part), { recursive: true });
  }
  return { root: made, remove };
}
