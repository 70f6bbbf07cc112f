// Opens each page in a headless browser and holds it against what a page of a run promises.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = process.argv[2];
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Most milliseconds of processor time in which the largest page opens, at its best of some tries. */
const OPENS_IN = 200;

let browser;

/** Opens a page; whatever it logs or fetches is a mistake. */
async function opened(name, options, hash = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.mistakes = [];
  page.on("console", (message) => page.mistakes.push(message.text()));
  page.on("pageerror", (error) => page.mistakes.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("data:text/csv")) page.mistakes.push(request.url());
  });
  await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href + hash);
  return page;
}

async function closed(page) {
  assert.deepEqual(page.mistakes, []);
  await page.context().close();
}

/** Violations that axe finds, with everything open. */
async function violations(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document));
  return found.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html}`));
}

/** How long a page takes to open, in milliseconds of its own processor time: the best of three. */
async function opens(name) {
  const times = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    // What else the machine does is not the page's fault.
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    const { metrics } = await session.send("Performance.getMetrics");
    times.push(metrics.find((metric) => metric.name === "TaskDuration").value * 1000);
    await context.close();
  }
  return Math.min(...times);
}

const checks = {
  async "a page is accessible in light and dark, wide and narrow, and fits a phone"() {
    for (const name of names) {
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [1280, 390]) {
          // axe takes long for thousands of elements, which are the same ones again.
          if (name.startsWith("large") && (colorScheme === "dark" || width === 390)) continue;
          const page = await opened(name, { colorScheme, viewport: { width, height: 844 } });
          assert.deepEqual(await violations(page), [], `${name}, ${colorScheme}, ${width} pixels`);
          const needed = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(needed <= width, `${name} needs ${needed} of ${width} pixels`);
          await closed(page);
        }
      }
    }
  },

  async "hostile texts do nothing, and no script but the page's runs"() {
    const page = await opened("hostile", {});
    await page.waitForTimeout(100);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.deepEqual(page.mistakes, []);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.hit = 1";
      document.body.append(script);
      const image = document.createElement("img");
      image.setAttribute("onerror", "window.hit = 1");
      image.src = "data:,";
      document.body.append(image);
    });
    await page.waitForTimeout(100);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.ok(page.mistakes.some((message) => message.includes("Content Security Policy")), page.mistakes.join("\n"));
    await page.context().close();
  },

  async "a mail has no script and fetches nothing, hostile texts stay texts, and all of it is read on a phone"() {
    const mails = names.filter((name) => name.startsWith("mail-"));
    assert.ok(mails.length >= 4, mails.join());
    for (const name of mails) {
      // A mail program that shows no other styles than those at the elements.
      const page = await opened(name, { viewport: { width: 390, height: 844 } });
      await page.waitForTimeout(50);
      assert.equal(await page.evaluate(() => window.hit), undefined, name);
      const active = "script, style, link, img, svg, iframe, object, form, input, a:not([href^='https://']), [onerror], [onload], [onclick]";
      assert.equal(await page.locator(active).count(), 0, name);
      const smallest = await page.evaluate(() => Math.min(...[...document.querySelectorAll("body *")]
        .filter((one) => one.textContent.trim()).map((one) => parseFloat(getComputedStyle(one).fontSize))));
      assert.ok(smallest >= 13, `${name}: ${smallest} pixels`);
      assert.ok(await page.locator("h1").isVisible());
      await closed(page);
    }
    const failed = await opened("mail-of-a-failure", { viewport: { width: 390, height: 844 } });
    for (const text of ["shop failed", "What failed", "Correct the SQL", "sfc resume"]) {
      assert.ok(await failed.getByText(text).first().isVisible(), text);
    }
    assert.ok(await failed.getByText("<b>does</b>").first().isVisible());
    await closed(failed);
    const good = await opened("mail-of-a-good-end", {});
    assert.ok(await good.getByText("shop finished").first().isVisible());
    assert.equal(await good.getByText("sfc resume").count(), 0);
    await closed(good);
  },

  async "a page can be read without scripts"() {
    const page = await opened("failed", { javaScriptEnabled: false });
    assert.equal(await page.locator(".tools").isVisible(), false);
    assert.ok(await page.getByText('column "custmer_id" does not exist').first().isVisible());
    await page.locator("#step-dim_customer > summary").click();
    assert.ok(await page.locator("#step-dim_customer table").isVisible());
    await closed(page);
  },

  async "a link to a step opens it"() {
    const page = await opened("finished", {}, "#step-revenue");
    assert.ok(await page.locator("#step-revenue table").first().isVisible());
    assert.ok(await page.locator("#step-revenue").evaluate((one) => one.getBoundingClientRect().top < innerHeight));
    await page.locator('a[href="#step-load_orders"]').first().click();
    assert.ok(await page.locator("#step-load_orders table").isVisible());
    await closed(page);
  },

  async "steps are filtered and sorted, with the keyboard too"() {
    const page = await opened("failed", {});
    await page.keyboard.press("/");
    await page.keyboard.type("load_");
    assert.equal(await page.locator(".steps tbody tr:visible").count(), 3);
    assert.equal(await page.locator(".tools output").textContent(), "3 of 9");
    await page.locator(".tools input").fill("");
    await page.locator(".tools select").selectOption("failed");
    assert.equal(await page.locator(".steps tbody tr:visible").count(), 2);
    await page.locator(".tools select").selectOption("");
    const first = () => page.locator(".steps tbody th").first().textContent();
    const time = page.locator(".steps thead button", { hasText: "Time" });
    await time.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    assert.equal(await first(), "clean_orders");
    assert.equal(await page.locator(".steps thead th[aria-sort]").getAttribute("aria-sort"), "descending");
    await page.keyboard.press("Enter");
    assert.equal(await first(), "create_stage");
    await closed(page);
  },

  async "numbers are sorted as numbers"() {
    const page = await opened("finished", {}, "#step-revenue");
    const revenue = page.locator("#step-revenue thead button", { hasText: "revenue" });
    await revenue.click();
    await revenue.click();
    assert.equal(await page.locator("#step-revenue tbody td.n").nth(1).textContent(), "308,625.50");
    await closed(page);
  },

  async "a small result is saved as a file"() {
    const page = await opened("finished", {}, "#step-load_orders");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#step-load_orders a[download]").click(),
    ]);
    assert.equal(download.suggestedFilename(), "load_orders.csv");
    assert.equal(fs.readFileSync(await download.path(), "utf8"), "orders,days\n336776,365\n");
    await page.context().close();
  },

  async "on paper everything is open and nothing is cut"() {
    const page = await opened("finished", { javaScriptEnabled: false });
    await page.emulateMedia({ media: "print" });
    const cells = page.locator("#step-revenue td");
    assert.equal(await cells.count(), 25 * 5);
    const bottom = await page.locator("#step-revenue .scroll").evaluate((one) => one.scrollHeight - one.clientHeight);
    assert.ok(bottom <= 1, `${bottom} pixels of the rows are cut`);
    assert.ok(await cells.last().isVisible());
    assert.ok(await page.locator("#step-revenue pre").isVisible());
    assert.equal(await page.locator(".tools").isVisible(), false);
    await closed(page);
  },

  async "the largest page opens at once"() {
    const small = await opens("large-200");
    const large = await opens("large-1000");
    console.log(`large-1000 opens in ${Math.round(large)} ms of processor time, large-200 in ${Math.round(small)} ms`);
    // Five times the steps. On a slow machine the small page tells what is slow there.
    assert.ok(large <= Math.max(OPENS_IN, 6 * small), `${large} ms, and ${small} ms for a fifth of it`);
  },
};

const names = fs.readdirSync(folder).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5)).sort();

(async () => {
  assert.ok(names.length >= 8, `there are only ${names} in ${folder}`);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok: ${name}`);
    } catch (error) {
      failed += 1;
      console.error(`FAILED: ${name}\n${error.stack}`);
    }
  }
  await browser.close();
  process.exitCode = failed ? 1 : 0;
})();
