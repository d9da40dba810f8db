'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const STEP = 60;

  // Every text goes through `append`, which makes text nodes: no name or value of a file is ever read as markup.
  const el = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null));
    return made;
  };
  // What stands between backticks is code.
  const rich = (text) =>
    text.split('`').map((part, at) => (at % 2 === 1 ? el('code', null, part) : document.createTextNode(part)));

  const findings = data.findings;
  for (const finding of findings) {
    finding.text = [finding.rule, finding.message, finding.help, finding.place.path].join('\n').toLowerCase();
  }
  const state = {only: null, shown: [], built: 0};

  const excerpt = (part) => {
    const pre = el('pre', {tabindex: '0'});
    for (const [number, segments, labels] of part.lines) {
      const row = el('span', {class: 'row'}, el('span', {class: 'number'}, String(number)));
      for (const [text, kind] of segments) {
        row.append(kind === 0 ? text : el('mark', kind === 2 ? {class: 'second'} : {}, text));
      }
      pre.append(row);
      for (const label of labels) pre.append(el('span', {class: 'label'}, ...rich(label)));
    }
    return pre;
  };

  const card = (at) => {
    const finding = findings[at];
    const place = `${finding.place.path}:${finding.place.line}:${finding.place.column}`;
    const article = el('article', {id: `finding-${at}`, tabindex: '-1', 'aria-labelledby': `title-${at}`});
    if (finding.suppressed) article.classList.add('suppressed');
    const rule = el('a', {href: `#rule-${finding.rule}`}, finding.rule);
    rule.addEventListener('click', () => { const page = $(`rule-${finding.rule}`); if (page) page.open = true; });
    article.append(
      el('h3', {id: `title-${at}`}, el('span', {class: `badge ${finding.severity}`}, finding.severity), ' ',
        ...rich(finding.message)),
      el('p', {class: 'place'}, place, ' · ', rule, ` · confidence ${finding.confidence} · ${finding.persona}`));
    if (finding.suppressed) {
      const reason = finding.suppressed.reason ? `: ${finding.suppressed.reason}` : '';
      article.append(el('p', {class: 'soft'}, `suppressed by ${finding.suppressed.kind}${reason}`));
    }
    let path = finding.place.path;
    for (const part of finding.excerpts) {
      if (part.path !== path) article.append(el('p', {class: 'place'}, part.path));
      path = part.path;
      article.append(excerpt(part));
    }
    if (finding.help) article.append(el('p', null, el('strong', null, 'To fix: '), ...rich(finding.help)));
    for (const fix of finding.fixes) {
      article.append(el('p', {class: 'soft'}, `deploylint fix${fix.safe ? '' : ' --unsafe'} can: `, ...rich(fix.title)));
    }
    return article;
  };

  const build = (until) => {
    const some = document.createDocumentFragment();
    const end = Math.min(until, state.shown.length);
    for (; state.built < end; state.built += 1) some.append(card(state.shown[state.built]));
    $('findings').append(some);
    $('more').hidden = state.built >= state.shown.length;
  };

  const wanted = () => {
    const severities = new Set(['error', 'warning', 'note'].filter((name) => $(`severity-${name}`).checked));
    const [rule, file, persona, status] = ['rule', 'file', 'persona', 'status'].map((id) => $(id).value);
    const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const state_of = (finding) => !finding.suppressed ? 'open'
      : finding.suppressed.kind === 'baseline' ? 'baseline' : 'suppressed';
    return (finding, at) => state.only ? state.only.includes(at)
      : severities.has(finding.severity) && (!rule || finding.rule === rule) && (!file || finding.place.path === file)
        && (!persona || finding.persona === persona) && (status === 'all' || state_of(finding) === status)
        && words.every((word) => finding.text.includes(word));
  };

  const filter = () => {
    const keep = wanted();
    state.shown = [];
    findings.forEach((finding, at) => { if (keep(finding, at)) state.shown.push(at); });
    state.built = 0;
    $('findings').replaceChildren();
    build(STEP);
    const [some, all] = [state.shown.length, findings.length];
    $('count').textContent = `${some} of ${all} ${all === 1 ? 'finding' : 'findings'}`;
    $('clear').hidden = !state.only;
  };

  const open = (numbers) => {
    state.only = numbers;
    filter();
    const first = $(`finding-${numbers[0]}`);
    if (first) {
      first.scrollIntoView({block: 'start'});
      first.focus();
    }
  };

  const options = (id, names) => {
    for (const name of [...new Set(names)].sort()) $(id).append(el('option', {value: name}, name));
  };
  options('rule', findings.map((finding) => finding.rule));
  options('file', findings.map((finding) => finding.place.path));
  options('persona', findings.map((finding) => finding.persona));
  const baseline = findings.some((finding) => finding.suppressed && finding.suppressed.kind === 'baseline');
  const states = [['open', baseline ? 'new since the baseline' : 'open'], ['baseline', 'in the baseline'],
    ['suppressed', 'suppressed'], ['all', 'all']];
  for (const [value, text] of states) {
    if (value !== 'baseline' || baseline) $('status').append(el('option', {value}, text));
  }

  for (const way of data.ways) {
    const rules = el('td', null);
    for (const [at, mark] of way.findings.entries()) {
      const button = el('button', {type: 'button'}, mark.rule);
      button.addEventListener('click', () => open([mark.finding]));
      rules.append(at ? ' ' : '', button);
    }
    $('ways').append(el('tr', null, el('th', {scope: 'row'}, way.service), el('td', null, way.how), rules));
  }
  $('ways-part').hidden = data.ways.length === 0;

  for (const rule of data.rules) {
    const page = el('details', {id: `rule-${rule.id}`}, el('summary', null, `${rule.id}: `, ...rich(rule.title)),
      ...rule.why.split('\n\n').map((part) => el('p', null, ...rich(part))));
    const more = el('p', {class: 'soft'}, 'The whole page, offline: ', el('code', null, `deploylint explain ${rule.id}`));
    if (rule.url) more.append(' · ', el('a', {href: rule.url, rel: 'noreferrer noopener'}, 'its page'));
    page.append(more);
    $('rules').append(page);
  }
  $('rules-part').hidden = data.rules.length === 0;

  for (const input of data.inputs) {
    $('inputs').append(el('tr', null, el('th', {scope: 'row', class: 'place'}, input.path), el('td', null, input.status),
      el('td', null, input.reason)));
  }
  $('inputs-part').hidden = data.inputs.length === 0;

  for (const part of document.querySelectorAll('[data-findings]')) {
    const go = () => open(part.dataset.findings.split(' ').map(Number));
    part.addEventListener('click', go);
    part.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); go(); }
    });
  }
  const form = $('filters');
  form.addEventListener('input', () => { state.only = null; filter(); });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(() => { state.only = null; filter(); }));
  $('clear').addEventListener('click', () => { state.only = null; filter(); });
  $('more').addEventListener('click', () => build(state.built + STEP));
  new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) build(state.built + STEP);
  }, {rootMargin: '600px'}).observe($('more'));
  addEventListener('beforeprint', () => build(state.shown.length));
  filter();
  const linked = /^#finding-(\d+)$/.exec(location.hash);
  if (linked && findings[Number(linked[1])]) open([Number(linked[1])]);
})();
