// Builds the pages' assets into the folder given as argument. Called by tools/build-css.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = process.argv[2];
const bin = (name) => join("node_modules", ".bin", name);
const run = (name, ...options) => execFileSync(bin(name), options, { stdio: "inherit" });
const version = (name) => JSON.parse(readFileSync(join("node_modules", name, "package.json"))).version;

const SCRIPTS = ["latin", "latin-ext", "greek", "cyrillic"];
const ICONS = readFileSync("icons.txt", "utf8").trim().split("\n");

function fonts() {
  const inter = join("node_modules", "@fontsource-variable", "inter");
  for (const script of SCRIPTS) {
    const file = `inter-${script}-wght-normal.woff2`;
    copyFileSync(join(inter, "files", file), join(target, file));
  }
}

function symbol(name) {
  const svg = readFileSync(join("node_modules", "lucide-static", "icons", `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function icons() {
  const symbols = ICONS.map(symbol).join("\n");
  writeFileSync(
    join(target, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`,
  );
}

const OTHERS = {
  tailwindcss: ["interlock.css", "MIT"],
  daisyui: ["interlock.css", "MIT"],
  "@fontsource-variable/inter": ["inter-*.woff2", "OFL-1.1"],
  "lucide-static": ["icons.svg", "ISC; parts MIT"],
  echarts: ["echarts.js", "Apache-2.0"],
  zrender: ["echarts.js", "BSD-3-Clause"],
  tslib: ["echarts.js", "0BSD"],
};

function licences() {
  const names = Object.entries(OTHERS);
  const list = names.map(([name, [file, licence]]) => `${file}: ${name} ${version(name)}, ${licence}`);
  const texts = names.map(([name]) => {
    const folder = join("node_modules", name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `==== ${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  });
  const head = "Made by others, each under its own licence:";
  writeFileSync(join(target, "LICENCES.txt"), `${[head, list.join("\n"), ...texts].join("\n\n")}\n`);
}

fonts();
icons();
licences();
run("esbuild", "echarts.js", "--bundle", "--minify", "--format=iife", "--global-name=echarts",
  "--legal-comments=none", "--log-level=warning", `--outfile=${join(target, "echarts.js")}`);
run("tailwindcss", "--input", "interlock.css", "--output", join(target, "interlock.css"), "--minify");
