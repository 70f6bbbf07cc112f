// Compares screenshots of eight runs' pages, in four looks each, with the pictures kept beside this file.
//
// Pictures are compared at a quarter of their size, so that the smoothing of letters does not count. With
// UPDATE_PICTURES=1 those that differ are kept anew: look at them before they are committed. Without it a picture
// that differs is written into the folder that is the second argument.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [folder, out] = process.argv.slice(2);
const kept = path.join(__dirname, "pictures");
const update = process.env.UPDATE_PICTURES === "1";
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
];

const runs = ["flights", "review", "failed", "resumed", "large-200", "large-1000", "wide", "empty"];
const looks = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
  print: { colorScheme: "light", viewport: { width: 794, height: 1123 }, media: "print" },
};

/** Most pixels of a picture's height: what is below repeats what is above. */
const TALLEST = 2400;
/** Share of the small picture's pixels that may differ. */
const MAY_DIFFER = 0.002;
/** How far apart two channels (0 to 255) are the same colour. */
const SAME_COLOUR = 24;

/** The fonts that Debian's browser comes with: a system's own would give each machine its own pictures. */
const FONTS = `* { font-family: "DejaVu Sans", sans-serif !important; }
code, pre, code *, pre * { font-family: "DejaVu Sans Mono", monospace !important; }`;

let browser;

/** A page as somebody sees it who opens it. `mend` is run in it first. */
async function picture(name, look, mend) {
  const { media, ...options } = looks[look];
  // The page's own policy forbids foreign styles, also those of this test.
  const context = await browser.newContext({ ...options, bypassCSP: true, locale: "en-GB", timezoneId: "UTC" });
  const page = await context.newPage();
  await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
  await page.addStyleTag({ content: FONTS });
  if (media) await page.emulateMedia({ media, colorScheme: options.colorScheme });
  if (mend) await page.evaluate(mend);
  await page.evaluate(() => document.fonts.ready);
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width: options.viewport.width, height: Math.min(tall, TALLEST) };
  const png = await page.screenshot({ fullPage: true, clip, animations: "disabled", caret: "hide" });
  await context.close();
  return png;
}

/** How two pictures differ: a sentence, or nothing where they do not. */
async function difference(one, other) {
  const page = await browser.newPage();
  const found = await page.evaluate(async ({ pictures, colour }) => {
    const small = async (base64) => {
      const blob = await (await fetch(`data:;base64,${base64}`)).blob();
      const image = await createImageBitmap(blob);
      const [width, height] = [Math.ceil(image.width / 4), Math.ceil(image.height / 4)];
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      return { size: `${image.width} x ${image.height}`, data: context.getImageData(0, 0, width, height).data };
    };
    const [a, b] = await Promise.all(pictures.map(small));
    if (a.size !== b.size) return { sizes: `${a.size} pixels instead of ${b.size}` };
    let differ = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      const apart = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel])));
      if (apart > colour) differ += 1;
    }
    return { share: differ / (a.data.length / 4) };
  }, { pictures: [one, other].map((png) => png.toString("base64")), colour: SAME_COLOUR });
  await page.close();
  if (found.sizes) return found.sizes;
  return found.share > MAY_DIFFER ? `${(found.share * 100).toFixed(2)} % of it differ` : undefined;
}

/** The same picture as WebP: a third as large, and as good at the size that is compared. */
async function webp(png) {
  const page = await browser.newPage();
  const base64 = await page.evaluate(async (base64) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.6 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
  await page.close();
  return Buffer.from(base64, "base64");
}

/** Whether the fonts of the pictures are on this machine. */
async function fonts() {
  const page = await browser.newPage();
  const found = await page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    const width = (font) => { context.font = `40px ${font}`; return context.measureText("mmmmiiiiWW").width; };
    return ["DejaVu Sans", "DejaVu Sans Mono"].every((font) =>
      ["serif", "monospace"].some((other) => width(`"${font}", ${other}`) !== width(other)));
  });
  await page.close();
  return found;
}

(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
  if (!await fonts()) {
    console.log("skipped: the pictures of pages: there are no DejaVu fonts");
    await browser.close();
    return;
  }
  fs.mkdirSync(out, { recursive: true });
  fs.mkdirSync(kept, { recursive: true });
  const mistakes = [];
  for (const name of runs) {
    for (const look of Object.keys(looks)) {
      const file = `${name}-${look}.webp`;
      const now = await picture(name, look);
      const before = fs.existsSync(path.join(kept, file)) ? fs.readFileSync(path.join(kept, file)) : undefined;
      const differs = before ? await difference(now, before) : "no picture of it is kept";
      if (!differs) continue;
      if (update) {
        fs.writeFileSync(path.join(kept, file), await webp(now));
        console.log(`kept: ${file}: ${differs}`);
      } else {
        fs.writeFileSync(path.join(out, file), await webp(now));
        mistakes.push(`${file}: ${differs}; see ${path.join(out, file)}`);
      }
    }
  }
  // What a comparison must see: a colour that changed, and a part that is gone.
  const good = await picture("failed", "light");
  for (const mend of [
    () => document.documentElement.style.setProperty("--bad", "#1b7340"),
    () => { document.querySelector(".tiles > :last-child").style.visibility = "hidden"; },
  ]) {
    const changed = await difference(await picture("failed", "light", mend), good);
    if (!changed) mistakes.push(`a change is not seen: ${mend}`);
  }
  const used = new Set(runs.flatMap((name) => Object.keys(looks).map((look) => `${name}-${look}.webp`)));
  mistakes.push(...fs.readdirSync(kept).filter((file) => !used.has(file)).map((file) => `${file}: no run has it`));
  await browser.close();
  assert.deepEqual(mistakes, [], "look at the pictures; UPDATE_PICTURES=1 tests/browser/run keeps them");
  console.log(`ok: ${used.size} pictures of ${runs.length} runs are as they were kept`);
})().catch((error) => {
  console.error(`FAILED: the pictures of pages\n${error.stack}`);
  process.exitCode = 1;
  return browser?.close();
});
