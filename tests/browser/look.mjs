// Opens a report in Chromium and prints as JSON what a reader, a validator and a checker of accessibility would find.
// node look.mjs CHROMIUM FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import puppeteer from "puppeteer-core";

const [chromium, file] = process.argv.slice(2);
const url = pathToFileURL(file).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });

const report = { title: "", console: [], requests: [], axe: [], wide: [], invalid: [], printed: 0 };

// As a reader opens it: with the policy of the document in force.
const page = await browser.newPage();
page.on("console", (message) => report.console.push(message.text()));
page.on("pageerror", (error) => report.console.push(String(error)));
page.on("request", (request) => request.url() !== url && report.requests.push(request.url()));
await page.goto(url);
report.title = await page.title();
report.printed = (await page.pdf({ preferCSSPageSize: true, timeout: 120000 })).length;
await page.close();

for (const [width, scheme] of [[360, "light"], [360, "dark"], [1100, "light"], [1100, "dark"]]) {
  const page = await browser.newPage();
  await page.setBypassCSP(true); // the checker is a script
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(url);
  const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
  if (scroll > width) report.wide.push(`${scroll} at ${width}`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  report.axe.push(...violations.map((found) => `${found.id} (${width} ${scheme}): ${found.nodes[0].html.slice(0, 200)}`));
  await page.close();
}
await browser.close();

const checked = await new HtmlValidate({ extends: ["html-validate:recommended"] }).validateFile(file);
report.invalid = checked.results.flatMap((result) => result.messages.map((found) => `${found.line}: ${found.message}`));
console.log(JSON.stringify(report));
