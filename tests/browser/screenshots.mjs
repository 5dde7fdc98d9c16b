// Writes pictures of every kind of page into a folder: light and dark, desk and phone, and print.
// For people to look at; no test. Usage: node tests/browser/screenshots.mjs FOLDER [KIND…]
// The kind `readme` makes the picture of the README: node tests/browser/screenshots.mjs docs readme

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { DESK, KINDS, PHONE, launch, serve, visit } from "./harness.mjs";

const [target, ...wanted] = process.argv.slice(2);
if (!target) throw new Error("usage: screenshots.mjs FOLDER [KIND…]");
await mkdir(target, { recursive: true });

const server = await serve();
const browser = await launch();
try {
  for (const [kind, address] of Object.entries(KINDS)) {
    if (wanted.length > 0 && !wanted.includes(kind)) continue;
    for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
      for (const colorScheme of ["light", "dark"]) {
        const hasTouch = size === "phone";
        const { page, close } = await visit(browser, server.url, { viewport, colorScheme, hasTouch, isMobile: hasTouch });
        await page.goto(server.url + address);
        const name = path.join(target, `${kind}-${size}-${colorScheme}`);
        await page.screenshot({ path: `${name}.png` });
        await page.screenshot({ path: `${name}-whole.png`, fullPage: true });
        await close();
      }
    }
    const { page, close } = await visit(browser, server.url);
    await page.goto(server.url + address);
    await writeFile(path.join(target, `${kind}-print.pdf`), await page.pdf({ preferCSSPageSize: true, format: "A4" }));
    await close();
  }
  if (wanted.length === 0 || wanted.includes("readme")) {
    const { page, close } = await visit(browser, server.url, { viewport: { width: 1120, height: 760 } });
    await page.goto(server.url + KINDS.redline);
    const next = page.getByRole("button", { name: "Next" });
    const wanted = page.locator("[data-redline] p.v-now", { hasText: "Payments" });
    while ((await wanted.count()) === 0) await next.click();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path.join(target, "redline.png") });
    await close();
  }
} finally {
  await browser.close();
  await server.stop();
}
