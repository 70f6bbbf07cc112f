// Uses each control of `sfc ui` in a headless browser, against a pipeline that runs.
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { chromium } = require("playwright-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const program = process.argv[2];
const pictures = process.env.PICTURES;
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** A query that takes far longer than any test. */
const SLOW = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sfc-ui-"));
function write(name, text) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

write("sales/pipeline.yaml", `name: sales
description: Sales of the day
warehouse: { workgroup: analytics, database: dev }
limits: { rounds: 1, lanes: 3 }
parameters:
  day: { type: date }
  country: { type: string, default: DE }
  full: { type: boolean, default: "false" }
steps:
${Array.from({ length: 8 }, (_, number) => `  load_${number}: { sql: load.sql }\n`).join("")}  hold: { sql: hold.sql, after: load_0 }
  report: { sql: load.sql, after: hold }
`);
write("sales/load.sql", "select :day as day, :country as country, :full as full_load, 12345 as amount, null as nothing");
write("sales/hold.sql", SLOW);
write("house/pipeline.yaml", "name: house\nwarehouse: { workgroup: w, database: dev }\nreport: { template: house.html.hbs }\nsteps:\n  one: { sql: one.sql }\n");
write("house/one.sql", "select 1 as one");
write("house/house.html.hbs", "<!doctype html><html lang=\"en\"><title>{{pipeline}}</title><main><h1>The house has {{len steps}} step</h1></main></html>");
write("broken/pipeline.yaml", "name: [\n");
write("never/pipeline.yaml", "name: never\nwarehouse: { workgroup: w, database: dev }\nsteps:\n  one: { sql: one.sql }\n");
write("never/one.sql", "select 1 as one");

let browser;
let url;

/** A window of somebody; what it logs or fetches from elsewhere is a mistake. */
async function opened(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.mistakes = [];
  page.on("console", (message) => page.mistakes.push(message.text()));
  page.on("pageerror", (error) => page.mistakes.push(String(error)));
  page.on("request", (request) => {
    const from = request.url();
    if (!from.startsWith(new URL(url).origin) && !from.startsWith("data:text/csv")) page.mistakes.push(from);
  });
  await page.goto(url);
  return page;
}

async function closed(page) {
  assert.deepEqual(page.mistakes, []);
  await page.context().close();
}

/** The page is accessible in light and dark, and fits a phone. */
async function sound(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document));
      const violations = found.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html}`));
      assert.deepEqual(violations, [], `${name}, ${colorScheme}, ${width} pixels`);
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(needed <= width, `${name} needs ${needed} of ${width} pixels`);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

const status = (page) => page.locator("h1 .status");
const is = (page, text) => status(page).filter({ hasText: text }).waitFor();

/** Starts a run of `sales` from its page. */
async function started(page, day) {
  await page.getByRole("link", { name: "sales", exact: true }).first().click();
  await page.getByRole("link", { name: "Start a run…" }).click();
  await page.getByLabel("day").fill(day);
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.waitForURL("**/report/");
}

const checks = {
  async "the address with the token lets in, and no other"() {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(new URL(url).origin);
    assert.equal(answer.status(), 403);
    assert.ok(await page.getByText("SFC0824").isVisible());
    await page.goto(url);
    assert.equal(page.url(), `${new URL(url).origin}/`);
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
    await context.close();
  },

  async "a run is started, followed, stopped and resumed"() {
    const page = await opened({});
    await sound(page, "pipelines");
    await page.getByRole("link", { name: "sales", exact: true }).click();
    await sound(page, "no-run");
    await page.getByRole("link", { name: "Start a run…" }).click();
    await sound(page, "start");
    await page.getByRole("link", { name: "Back" }).click();
    await page.getByRole("link", { name: "Start a run…" }).click();
    // The browser asks for what is needed.
    await page.getByRole("button", { name: "Start the run" }).click();
    assert.ok(page.url().endsWith("/start"));
    await page.getByLabel("day").fill("2026-01-01");
    await page.getByLabel("country").fill("FR");
    await page.getByLabel("full").selectOption("true");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.waitForURL("**/report/");
    await is(page, "running");
    await page.locator(".steps td.RUNNING").waitFor();
    await page.locator(".track a.RUNNING").waitFor();
    await page.locator(".steps tbody tr", { hasText: "load_7" }).getByText("finished").waitFor();
    await sound(page, "running");

    // What somebody has typed and opened stays while the page changes under it.
    await page.evaluate(() => { window.kept = true; });
    await page.keyboard.press("/");
    await page.keyboard.type("hold");
    await page.locator("#step-load_3 > summary").click();
    const before = await page.locator(".tiles dd").first().textContent();
    await page.waitForFunction((text) => document.querySelector(".tiles dd").textContent !== text, before);
    assert.equal(await page.locator(".tools input").inputValue(), "hold");
    assert.equal(await page.locator(".steps tbody tr:visible").count(), 1);
    assert.ok(await page.locator("#step-load_3 table").isVisible());
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");

    // Somebody else stops it.
    const other = await opened({});
    await other.getByRole("link", { name: /^\d{8}T/ }).click();
    await other.getByRole("button", { name: "Stop the run" }).click();
    await is(page, "stopped");
    await is(other, "stopped");
    assert.equal(await page.evaluate(() => window.kept), true, "the page was not loaded again");
    await page.getByRole("link", { name: "Resume…" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Stop the run" }).count(), 0);
    await closed(other);
    await sound(page, "stopped");
    const steps = page.locator(".tools select");
    await steps.selectOption("skipped");
    assert.equal(await page.locator(".steps tbody tr:visible").count(), 1);
    await steps.selectOption("");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("button.copy:visible").first().click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sfc resume \d{8}T/);

    write("sales/hold.sql", "select 1 as one");
    await page.getByRole("link", { name: "Resume…" }).click();
    await sound(page, "resume");
    await page.getByRole("link", { name: "Back" }).click();
    await page.getByRole("link", { name: "Resume…" }).click();
    await page.getByRole("button", { name: "Resume the run" }).click();
    await page.waitForURL("**/report/");
    await is(page, "finished");
    await page.getByText("kept from").first().waitFor();
    await sound(page, "finished");
    await closed(page);
  },

  async "results are tables and files"() {
    const page = await opened({});
    await page.getByRole("link", { name: /^\d{8}T/ }).click();
    await page.getByRole("link", { name: "Results", exact: true }).click();
    await sound(page, "results");
    await page.getByRole("link", { name: "report", exact: true }).click();
    await sound(page, "rows");
    assert.equal(await page.locator("tbody td.n").first().textContent(), "12,345");
    assert.equal(await page.locator("tbody .null").textContent(), "NULL");
    for (const [name, text] of [["CSV", "day,country"], ["JSON", "ColumnMetadata"]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
      assert.ok(fs.readFileSync(await download.path(), "utf8").includes(text));
    }
    await closed(page);
  },

  async "two runs are compared"() {
    const page = await opened({});
    await page.getByRole("link", { name: "sales", exact: true }).click();
    await sound(page, "runs");
    const [left, right] = [page.getByLabel(/^Compare/).last(), page.getByLabel(/^With/).first()];
    await left.check();
    await right.check();
    await page.getByRole("button", { name: "Compare the two runs" }).click();
    await sound(page, "compare");
    assert.ok(await page.locator("#steps tr.raises", { hasText: "hold" }).isVisible());
    await page.getByRole("button", { name: "Time right" }).click();
    assert.equal(await page.locator("#steps th[aria-sort]").count(), 1);
    await page.locator("#runs tbody a").last().click();
    await is(page, "finished");
    await page.getByRole("link", { name: "Compare with the run before" }).click();
    await page.getByRole("heading", { name: "Two runs of sales" }).waitFor();
    await page.locator("#runs tbody a").last().click();
    await page.getByRole("link", { name: "Start again…" }).click();
    await page.getByRole("heading", { name: "Start sales" }).waitFor();
    await closed(page);
  },

  async "the order of the steps is a picture"() {
    const page = await opened({});
    await page.getByRole("link", { name: "sales", exact: true }).click();
    await page.getByRole("link", { name: "Order of the steps" }).click();
    await sound(page, "graph");
    await page.locator("svg.order a", { hasText: "report" }).click();
    assert.ok(page.url().endsWith("#step-report"));
    await page.locator("#steps a").first().click();
    await closed(page);
  },

  async "every link leads to a sound page"() {
    const page = await opened({});
    const seen = new Set();
    const left = [`${new URL(url).origin}/`];
    while (left.length > 0) {
      const at = left.pop();
      const name = new URL(at).pathname;
      // Files are looked at elsewhere.
      if (seen.has(at) || /\.(csv|json)$/.test(name)) continue;
      seen.add(at);
      const answer = await page.goto(at);
      const is_expected = answer.status() === 200 || (answer.status() === 400 && at.includes("broken"));
      assert.ok(is_expected, `${at}: ${answer.status()}`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document));
      assert.deepEqual(found.violations.map((violation) => violation.id), [], at);
      for (const href of await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
        const to = new URL(href, at);
        to.hash = "";
        if (to.protocol === "http:") left.push(to.href);
      }
    }
    assert.ok(seen.size > 12, [...seen].join("\n"));
    // The page of the broken pipeline says what is wrong with it.
    page.mistakes = page.mistakes.filter((mistake) => !mistake.includes("400 (Bad Request)"));
    await closed(page);
  },

  async "the page in the house style is a click away"() {
    const page = await opened({});
    await page.getByRole("link", { name: "house", exact: true }).click();
    await page.getByRole("link", { name: "Start a run…" }).click();
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.waitForURL("**/report/");
    await is(page, "finished");
    await page.getByRole("link", { name: "In the house style" }).click();
    await page.getByRole("heading", { name: "The house has 1 step" }).waitFor();
    await closed(page);
  },

  async "foreign scripts do not run"() {
    const page = await opened({});
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.hit = 1";
      document.body.append(script);
      const image = document.createElement("img");
      image.setAttribute("onerror", "window.hit = 1");
      image.src = "data:,";
      document.body.append(image);
      return new Promise((done) => { image.addEventListener("error", done); });
    });
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.ok(page.mistakes.some((message) => message.includes("Content Security Policy")), page.mistakes.join("\n"));
    await page.context().close();
  },

  async "everything works without scripts"() {
    write("sales/hold.sql", SLOW);
    const page = await opened({ javaScriptEnabled: false });
    await started(page, "2026-02-02");
    assert.ok(await page.locator("noscript meta[http-equiv=refresh]").count() + await page.locator("meta[http-equiv=refresh]").count() > 0);
    await page.getByRole("button", { name: "Stop the run" }).click();
    // The page loads itself again until the run is over.
    await is(page, "stopped");
    await closed(page);
  },

  async "a page says when sfc has ended"() {
    write("sales/hold.sql", SLOW);
    const page = await opened({});
    await started(page, "2026-03-03");
    await is(page, "running");
    server.kill();
    await page.locator(".lost", { hasText: "may be old" }).waitFor();
    await page.context().close();
  },
};

let server;

(async () => {
  server = spawn(program, ["ui", "--port", "0"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  [url] = await once(readline.createInterface({ input: server.stdout }), "line");
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
  server.kill();
  // A run goes on without the pages.
  const stop = spawn(program, ["stop", "last", "--local", "-C", path.join(folder, "sales")], { stdio: "ignore" });
  await once(stop, "exit");
  fs.rmSync(folder, { recursive: true, force: true });
  process.exitCode = failed ? 1 : 0;
})();
