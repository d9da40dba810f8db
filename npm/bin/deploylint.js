#!/usr/bin/env node
// Runs the program of this platform, which is a package of its own. Nothing is downloaded at installation or at run time.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `deploylint-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "deploylint.exe" : "deploylint";

let program;
try {
  program = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(`deploylint: the package ${name} is not installed: npm was told to leave optional packages out, or there is none for this platform`);
  process.exit(2);
}

const ended = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`deploylint: ${program} can't be started: ${ended.error.message}`);
  process.exit(2);
}
if (ended.signal) {
  process.kill(process.pid, ended.signal);
}
process.exit(ended.status ?? 2);
