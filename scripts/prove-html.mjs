// Run by prove-html.sh, which installs what it needs.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import puppeteer from 'puppeteer-core';

const {DEPLOYLINT, BROWSER, WORK, FIXTURES, IMAGES} = process.env;
const require = createRequire(import.meta.url);
let failed = 0;
const check = (what, fine, said = '') => {
  console.log(`${fine ? 'ok    ' : 'FAILED'} ${what}${fine || said === '' ? '' : `: ${JSON.stringify(said)}`}`);
  failed += fine ? 0 : 1;
};

// One folder a tree: the demonstration deployment, hostile names, many findings.
const HOSTILE = `services:
  '"]<script>window.pwned=1</script>':
    image: "<img src=x onerror=window.pwned=1>:latest"
    privileged: true
    networks: ['</svg><script>window.pwned=1</script>']
  '\`end\`; click n0 "javascript:alert(1)"':
    image: a:latest
    depends_on: ['"]<script>window.pwned=1</script>']
  'back\\\\slash\\n--> x': {image: 'b:latest', network_mode: host}
networks:
  '</svg><script>window.pwned=1</script>': {internal: true}
`;
let many = 'services:\n';
for (let at = 0; at < 1250; at += 1) many += `  s${at}:\n    image: nginx:latest\n    privileged: true\n    ports: ['${at + 1000}:6379']\n`;
const tree = (name, text) => {
  const file = join(WORK, name, 'compose.yml');
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, text);
  return dirname(file);
};
const trees = {
  demonstration: join(FIXTURES, 'openclaw-ansible/before'), hostile: tree('hostile', HOSTILE), many: tree('many', many),
};
const pages = {};
for (const [name, folder] of Object.entries(trees)) {
  pages[name] = join(WORK, `${name}.html`);
  spawnSync(DEPLOYLINT, ['check', '.', '--persona', 'auditor', '-q', '--output', `html=${pages[name]}`], {cwd: folder});
}

const browser = await puppeteer.launch({
  executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
const open = async (path) => {
  const page = await browser.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => { if (request.url() !== `file://${path}`) said.push(request.url()); });
  await page.goto(`file://${path}`);
  return {page, said};
};
const count = (page) => page.$eval('#count', (e) => e.textContent);

{
  const {page, said} = await open(pages.demonstration);
  const all = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent).findings.length);
  check('all findings are counted', (await count(page)).startsWith(`${all} of ${all} `), await count(page));
  await page.click('#severity-note');
  await page.click('#severity-warning');
  const severities = await page.$$eval('article .badge', (all) => [...new Set(all.map((e) => e.textContent))]);
  check('severities filter', severities.join() === 'error', severities);
  await page.click('button[type=reset]');
  await page.waitForFunction((all) => document.getElementById('count').textContent.startsWith(`${all} of`), {}, all);
  for (const [id, value] of [['rule', 'egress-proxy-bypass'], ['persona', 'auditor']]) {
    await page.select(`#${id}`, value);
    const shown = await page.$$eval('article', (all) => all.map((e) => e.textContent));
    check(`${id} filters`, shown.length > 0 && shown.length < all && shown.every((t) => t.includes(value)), shown.length);
    await page.select(`#${id}`, '');
  }
  const file = await page.$eval('#file option:nth-child(2)', (e) => e.value);
  await page.select('#file', file);
  const places = await page.$$eval('article', (all) => all.map((e) => e.textContent));
  check('files filter', places.length > 0 && places.every((t) => t.includes(file)), places.length);
  await page.select('#file', '');
  await page.type('#search', 'proxy-net internet');
  check('the search filters', (await count(page)).startsWith('1 of'), await count(page));
  const bypass = () => page.evaluate(() => document.activeElement.querySelector('h3')?.textContent ?? '');
  await page.click('.edge.bad[data-findings] text');
  check('a click on a red line opens its finding', (await bypass()).includes('leads to the internet'), await bypass());
  await page.click('#clear');
  await page.$eval('.edge.bad[data-findings]', (e) => e.focus());
  await page.keyboard.press('Enter');
  check('so does the enter key', (await bypass()).includes('leads to the internet'), await bypass());
  const lines = await page.$$eval('article:focus mark', (all) => all.map((e) => e.textContent));
  check('its place is marked in the source', lines.includes('proxy-net'), lines);
  await page.click('#clear');
  await page.evaluate(() => document.querySelectorAll('details').forEach((e) => { e.open = true; }));
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: theme}]);
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map((v) => [v.impact, v.id, v.nodes[0].html]));
    const serious = found.filter(([impact]) => impact === 'serious' || impact === 'critical');
    check(`axe finds nothing serious (${theme})`, serious.length === 0, serious);
  }
  await page.emulateMediaType('print');
  check('filters are not printed', await page.$eval('form', (e) => getComputedStyle(e).display === 'none'));
  check('nothing is loaded and the console is silent', said.length === 0, said);
}
{
  const {page, said} = await open(pages.hostile);
  const state = await page.evaluate(() => ({
    pwned: window.pwned, scripts: document.scripts.length, images: document.images.length,
    shown: document.body.textContent.includes('<script>window.pwned=1</script>'),
  }));
  check('hostile names are text', !state.pwned && state.scripts === 2 && state.images === 0 && state.shown, state);
  check('the policy had nothing to refuse', said.length === 0, said);
}
{
  const {page, said} = await open(pages.many);
  const all = Number((await count(page)).split(' ')[2]);
  check('there are 5,000 findings', all >= 5000, all);
  const took = await page.evaluate(async () => {
    const times = [];
    for (const word of ['s12', 'privileged', '']) {
      const search = document.getElementById('search');
      search.value = word;
      const start = performance.now();
      search.dispatchEvent(new Event('input', {bubbles: true}));
      document.body.getBoundingClientRect();
      times.push(Math.round(performance.now() - start));
    }
    return times;
  });
  // The fastest of six, as other work on the machine only adds.
  const painted = async (path) => {
    const times = [];
    for (let at = 0; at < 6; at += 1) {
      const {page: fresh} = await open(path);
      const first = await fresh.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
      times.push(await first.jsonValue());
      await fresh.close();
    }
    return Math.round(Math.min(...times));
  };
  writeFileSync(join(WORK, 'empty.html'), '<!doctype html><title>empty</title><p>empty');
  const [paint, nothing] = [await painted(pages.many), await painted(join(WORK, 'empty.html'))];
  console.log(`       filters took ${took.join(', ')} ms; first paint ${paint} ms, of an empty page ${nothing} ms`);
  check('the first paint takes less than 200 ms more than that of an empty page', paint - nothing < 200, [paint, nothing]);
  check('a filter of 5,000 takes less than 200 ms', took.every((t) => t < 200), took);
  check('nothing is said', said.length === 0, said);
}
{
  const page = await browser.newPage();
  await page.goto('about:blank');
  await page.addScriptTag({path: join(dirname(require.resolve('mermaid/package.json')), 'dist/mermaid.min.js')});
  for (const name of ['demonstration', 'hostile']) {
    for (const view of ['network', 'startup', 'volumes', 'variables']) {
      const drawn = (format) => spawnSync(DEPLOYLINT, ['graph', trees[name], '--view', view, '--format', format], {encoding: 'utf8'});
      const mermaid = drawn('mermaid');
      if (mermaid.status === 3) continue;
      const shown = await page.evaluate(async (text) => {
        try {
          globalThis.mermaid.initialize({startOnLoad: false, securityLevel: 'loose'});
          const {svg} = await globalThis.mermaid.render(`g${Math.random().toString(36).slice(2)}`, text);
          document.body.innerHTML = svg;
          return {error: '', pwned: window.pwned, edges: document.querySelectorAll('path.flowchart-link').length};
        } catch (error) { return {error: String(error)}; }
      }, mermaid.stdout);
      const edges = mermaid.stdout.split('\n').filter((line) => / (-->|==>|-\.->)(\||$| )/.test(line)).length;
      check(`Mermaid draws ${name} ${view}`, !shown.error && !shown.pwned && shown.edges === edges, [shown, edges]);
      const dot = execFileSync('dot', ['-Tjson0'], {input: drawn('dot').stdout, encoding: 'utf8'});
      const json = JSON.parse(drawn('json').stdout);
      const boxes = (JSON.parse(dot).objects ?? []).filter((o) => !o.name.startsWith('cluster')).length;
      check(`Graphviz takes ${name} ${view}`, boxes === json.nodes.length, [boxes, json.nodes.length]);
    }
  }
}
if (IMAGES) {
  const shown = join(WORK, 'shown.html');
  spawnSync(DEPLOYLINT, ['check', '.', '-q', '--output', `html=${shown}`], {cwd: trees.demonstration});
  const {page} = await open(shown);
  await page.setViewport({width: 1280, height: 900});
  await page.screenshot({path: join(IMAGES, 'report.png')});
  await page.click('.edge.bad[data-findings] text');
  await page.screenshot({path: join(IMAGES, 'report-finding.png')});
}
await browser.close();
console.log(failed === 0 ? 'all proved' : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
