// Finds a Chromium for the tests. As a program it prints the path, or says how
// to get one: `node tests/browser/chromium.mjs`.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { env, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

const PLACES = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Chromium', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
};

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function onPath(name) {
  const file = platform === 'win32' ? `${name}.exe` : name;
  return (env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, file)).find(runs);
}

/** The path of a Chromium; throws an error that says how to get one. */
export function findChromium() {
  for (const variable of ['CHROMIUM', 'CHROME']) {
    const asked = env[variable];
    if (!asked) continue;
    const found = runs(asked) ? resolve(asked) : onPath(asked);
    if (found) return found;
    throw new Error(`${variable} names ${asked}, which is not a program.`);
  }
  const found =
    NAMES.map(onPath).find(Boolean) ?? (PLACES[platform] ?? ['/usr/bin/chromium', '/snap/bin/chromium']).find(runs);
  if (found) return found;
  throw new Error(
    'Chromium was not found; the tests of the page need it.\n' +
      'Get it from your system (Debian: apt install chromium), or set CHROMIUM to the path of a Chromium, Chrome or Edge.',
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(findChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
